"""`torchvision.datasets`: data sets from the table of `facts`, with the options that choose among their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.language import absent
from convlint.interp.natives.registry import native, written
from convlint.interp.numpy.arrays import sized
from convlint.interp.others.pil import Picture, open_picture, open_size, picture
from convlint.interp.others.torchvision.facts import EMNIST_CLASSES, EMNIST_COUNTS, FACTS, Facts
from convlint.interp.values.classes import Instance
from convlint.interp.values.functions import Function, Native
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim, Size
from convlint.symbolic.told import Told
from convlint.trace import Origin

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

written("torchvision_datasets.py", "torchvision.datasets", f"{' '.join(FACTS)} VisionDataset")
for _module, _names in {
    "mnist": "MNIST FashionMNIST KMNIST QMNIST EMNIST", "cifar": "CIFAR10 CIFAR100", "vision": "VisionDataset",
    "folder": "ImageFolder DatasetFolder",
}.items():  # fmt: skip
    written("torchvision_datasets.py", f"torchvision.datasets.{_module}", _names)

VISION = Facts(None, {}, None, ("root", "transforms", "transform", "target_transform"), ("", None), "")
"""The base class, from which programs derive their own."""


@native("torchvision.datasets._attributes")
def _attributes(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Give a data set its attributes, from its name and the arguments that it is made with."""
    dataset, name, given, named = args
    facts = FACTS.get(name, VISION)
    options = dict(zip(facts.options, given, strict=False)) | dict(named)
    place = vm.place()
    length = _length_of(vm, name, facts, options)
    dataset.attrs.update(
        root=options.get("root"),
        transform=options.get("transform"),
        target_transform=options.get("target_transform"),
        transforms=options.get("transforms"),
        train=options.get("train", True),
        split=options.get("split", facts.chosen[1]),
        _name=name,
        _length=length,
        _alone=facts.target == "none",
        _classes=_classes_of(name, facts, options),
        _picture=_picture_of(name, facts, options, place),
        loader=Native("torchvision.datasets.folder.default_loader", _default_loader),
    )
    if "loader" in options:
        dataset.attrs["loader"] = options["loader"]
    if facts.data is not None:
        dataset.attrs.update(_data_of(facts, length))
    return None


def _length_of(vm: Vm, name: str, facts: Facts, options: dict[str, Value]) -> Size:
    if name == "FakeData":
        size = options.get("size", 1000)
        return size if isinstance(size, int | Dim) else open_size("the length of a data set")
    if name == "EMNIST":
        key: object = (options.get("split"), options.get("train", True))
        known: int | None = EMNIST_COUNTS.get(key) if vm.is_concrete(key) else None  # type: ignore[call-overload]
    elif name == "QMNIST":
        what = options.get("what") or ("train" if options.get("train", True) is True else "test")
        known = facts.counts.get(what) if isinstance(what, str) else None
    else:
        choice = options.get(facts.chosen[0], facts.chosen[1])
        known = facts.counts.get(choice) if isinstance(choice, str | bool | None) else None
    return open_size("the length of a data set") if known is None else known


def _classes_of(name: str, facts: Facts, options: dict[str, Value]) -> Value:
    if name == "FakeData":
        return options.get("num_classes", 10)
    if name == "EMNIST":
        split = options.get("split")
        return EMNIST_CLASSES.get(split) if isinstance(split, str) else None
    return facts.classes


def _picture_of(name: str, facts: Facts, options: dict[str, Value], place: Value) -> Value:
    """The picture that an item has, which says that the data set gives it; None for what gives none."""
    if facts.tensor is not None:
        shape, dtype = facts.tensor
        return Tensor(_told(shape, name, place), dtype)
    mode, height, width = facts.picture or ("", None, None)
    channels = 1 if mode == "L" else 3
    if name == "FakeData":
        sizes = options.get("image_size", (3, 224, 224))
        if not isinstance(sizes, tuple | list) or len(sizes) != 3 or not all(isinstance(size, int) for size in sizes):
            return open_picture("")
        channels, height, width = (int(size) for size in sizes)
        mode = {1: "L", 3: "RGB", 4: "RGBA"}.get(channels, "")
    if height is None or width is None:
        return mode
    planes, high, wide = _told((channels, height, width), name, place)
    return picture(mode, high, wide, planes)


def _told(shape: tuple[int, ...], name: str, place: Value) -> tuple[int, ...]:
    origin = Origin(place, f"`{name}` gives {'×'.join(map(str, shape))}")
    return tuple(Told(size, (origin,)) for size in shape)


def _data_of(facts: Facts, length: Size) -> dict[str, Value]:
    assert facts.data is not None
    shape, kind = facts.data
    made = Tensor((length, *shape), "uint8") if kind == "tensor" else sized((length, *shape), "uint8")
    return {"data": made}


def _labels_of(dataset: Instance, name: str) -> Value:
    """The labels of a data set, once a program asks for them: it may change them."""
    facts = FACTS.get(dataset.attrs["_name"], VISION)
    length = dataset.attrs["_length"]
    if facts.data is not None and facts.data[1] == "tensor" and name == "targets":
        return Tensor((length,), "int64")
    return sized((length,), "int64") if facts.data is not None and name == "labels" else None


OTHER_LABELS = frozenset({"EMNIST", "STL10", "LFWPeople", "FakeData", "ImageNet"})
"""Data sets whose labels do not begin with 0, leave some out, or hang on what is on the disk."""


@native("torchvision.datasets._labelled")
def _labelled(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """How many classes the labels of a data set are of, each of which is met; None where that is not sure."""
    (dataset,) = args
    count = dataset.attrs.get("_classes") if isinstance(dataset, Instance) else None
    if not isinstance(count, int) or dataset.attrs["_name"] in OTHER_LABELS or vm.taint_of(dataset) is not None:
        return None
    facts, giving = FACTS.get(dataset.attrs["_name"], VISION), dataset.cls.find("__getitem__")
    own = isinstance(giving, Function) and giving.module.hidden
    changed = any(name in dataset.attrs for name in ("targets", "labels", "samples", "imgs"))
    transformed = any(dataset.attrs.get(name) is not None for name in ("target_transform", "transforms"))
    plain = own and not changed and not transformed and dataset.tainted is None
    return int(count) if plain and facts.target == "class" else None


@native("torchvision.datasets._image")
def _image(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The image of an item, before it is transformed; one of its own where sizes differ."""
    kept = args[0].attrs["_picture"]
    if isinstance(kept, Picture):
        return picture(kept.mode, kept.height, kept.width, kept.channels)
    if isinstance(kept, Tensor):
        return Tensor(kept.shape, kept.dtype)
    loader = args[0].attrs.get("loader")
    known = isinstance(loader, Native) and loader.name == "torchvision.datasets.folder.default_loader"
    if args[0].attrs["_name"] in ("DatasetFolder", "ImageFolder") and not known:
        return vm.call(loader, [Unknown("the path of a picture")])
    return open_picture(kept) if args[0].attrs["_name"] in FACTS else Unknown("an item of a data set")


@native("torchvision.datasets._target")
def _target(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    facts = FACTS.get(args[0].attrs["_name"], VISION)
    if facts.target == "class":
        return open_size("the class of a picture")
    if facts.target == "picture":
        image = _image(vm, args, {})
        return picture("P", image.height, image.width) if isinstance(image, Picture) else open_picture("P")
    if args[0].attrs["_name"] == "CelebA":
        return Tensor((40,), "int64")
    return Unknown("the target of an item")


@native("torchvision.datasets._called")
def _called(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Transform a value, if there is something that transforms it."""
    function, value = args
    if isinstance(function, Unknown):
        return Unknown(function.reason, function.place)
    return value if function is None else vm.call(function, [value])


@native("torchvision.datasets._not_modelled")
def _not_modelled(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    dataset, name = args
    if name in ("classes", "class_to_idx") and isinstance(dataset, Instance):
        count = dataset.attrs.get("_classes")
        if isinstance(count, int) and name == "classes":
            return [Unknown("the name of a class") for _ in range(count)]
    if name.startswith("__"):
        absent.no_attribute(vm, name)
    if name in ("targets", "labels", "samples", "imgs") and isinstance(dataset, Instance):
        found = _labels_of(dataset, name)
        vm.writing(dataset)
        dataset.attrs[name] = Unknown("the labels of a data set") if found is None else found
        return dataset.attrs[name]
    return Unknown(f"`{name}` of a data set")


@native("torchvision.datasets.folder.default_loader", "torchvision.datasets.folder.pil_loader")
def _default_loader(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return open_picture("RGB")
