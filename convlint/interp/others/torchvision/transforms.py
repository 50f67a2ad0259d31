"""`torchvision.transforms` and its second version: the names, and what their Python in `prelude/` asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.objects import Form
from convlint.interp.natives.registry import add_value, native, written
from convlint.interp.others.pil import Picture
from convlint.interp.others.torchvision import functional
from convlint.interp.others.torchvision.images import (
    as_image,
    channels_of,
    height_and_width,
    of_open_size,
    of_size,
    refuse,
    two_sizes,
    with_origin,
)
from convlint.interp.values.functions import Native
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.refusal import RefusalKind
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim
from convlint.trace import Origin

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

BOTH = (
    "Compose ToTensor PILToTensor ToPILImage ConvertImageDtype Normalize Resize CenterCrop RandomCrop Pad FiveCrop "
    "RandomResizedCrop TenCrop Grayscale Lambda RandomApply RandomOrder RandomChoice RandomRotation GaussianBlur "
    "RandomHorizontalFlip RandomVerticalFlip RandomAffine RandomPerspective RandomErasing RandomGrayscale RandomInvert "
    "RandomPosterize RandomSolarize RandomAdjustSharpness RandomAutocontrast RandomEqualize ColorJitter "
    "ElasticTransform LinearTransformation AutoAugment RandAugment TrivialAugmentWide AugMix"
)
SECOND = (
    "Transform ToImage ToDtype ToPureTensor Identity RGB GaussianNoise JPEG RandomChannelPermutation "
    "RandomPhotometricDistort RandomZoomOut RandomIoUCrop ScaleJitter RandomShortestSize RandomResize"
)
MODES = "NEAREST NEAREST_EXACT BILINEAR BICUBIC BOX HAMMING LANCZOS"
FILE = "torchvision_transforms.py"
for _module in ("torchvision.transforms", "torchvision.transforms.transforms"):
    written(FILE, _module, BOTH)
written(FILE, "torchvision.transforms.autoaugment", "AutoAugment RandAugment TrivialAugmentWide AugMix")
written(FILE, "torchvision.transforms.v2", f"{BOTH} {SECOND}")
for _module in ("torchvision.transforms", "torchvision.transforms.functional", "torchvision.transforms.v2",
                "torchvision.transforms.v2.functional"):  # fmt: skip
    for _mode in MODES.split():
        add_value(f"{_module}.InterpolationMode.{_mode}", Form(f"InterpolationMode.{_mode}"))
for _policy in ("IMAGENET", "CIFAR10", "SVHN"):
    add_value(f"torchvision.transforms.AutoAugmentPolicy.{_policy}", Form(f"AutoAugmentPolicy.{_policy}"))


@native("torchvision.transforms._pair")
def _pair(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Height and width of a crop: a number stands for both."""
    both = two_sizes(vm, args[0])
    return args[0] if both is None else both


@native("torchvision.transforms._told")
def _told(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """An image whose sizes say which transform made them, and where."""
    value, place, name, size = args
    image = as_image(vm, value)
    if image is None or place is None:
        return value
    height, width = height_and_width(vm, image)
    if not isinstance(height, int) or not isinstance(width, int):
        return value
    given = size[0] if isinstance(size, tuple) and len(size) == 2 and size[0] == size[1] else size
    shown = given if isinstance(given, int) else f"({', '.join(map(str, given))})" if vm.is_concrete(given) else "…"
    return with_origin(image, Origin(place, f"`{name}({shown})` makes it {height}×{width}"))


@native("torchvision.transforms._fits")
def _fits(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`RandomCrop` refuses an image that is smaller than the crop, after padding."""
    value, size, padding, if_needed = args
    image, both = as_image(vm, value), two_sizes(vm, size)
    if image is None or both is None or if_needed is not False:
        return None
    if padding is not None:
        image = functional.padded(vm, image, padding)
    height, width = height_and_width(vm, image)
    for wanted, there in zip(both, (height, width), strict=True):
        if isinstance(wanted, int) and isinstance(there, int) and wanted > there:
            text = f"`RandomCrop` takes {both[0]}×{both[1]} of an image of {height}×{width}"
            refuse(vm, "RandomCrop", text, ValueError, RefusalKind.SIZES)
    return None


@native("torchvision.transforms._applied")
def _applied(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Apply a transform to one image, or to the images in what several samples or a nested one hold.

    Of tensors only the first is an image where there is no picture, as torchvision has it.
    """
    function, inputs = args
    if len(inputs) == 1 and not isinstance(inputs[0], tuple | list | dict):
        return vm.call(function, [inputs[0]])
    sample = inputs if len(inputs) > 1 else inputs[0]
    return _Nested(vm, function, _has_picture(sample)).of(sample)


def _has_picture(value: Value) -> bool:
    if isinstance(value, dict):
        return any(map(_has_picture, value.values()))
    return any(map(_has_picture, value)) if isinstance(value, tuple | list) else isinstance(value, Picture)


class _Nested:
    """The walk of one transform over a sample."""

    def __init__(self, vm: Vm, function: Value, pictures: bool) -> None:
        self._vm = vm
        self._function = function
        self._tensors_left = 0 if pictures else 1

    def of(self, value: Value) -> Value:
        if isinstance(value, dict):
            return {key: self.of(item) for key, item in value.items()}
        if type(value) in (tuple, list):
            return type(value)(self.of(item) for item in value)
        if isinstance(value, Picture):
            return self._vm.call(self._function, [value])
        if isinstance(value, Tensor):
            if not self._tensors_left:
                return value
            self._tensors_left -= 1
            return self._vm.call(self._function, [value])
        return value


@native("torchvision.transforms._either")
def _either(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """One of two images: what they have in common."""
    return alike(vm, args)


@native("torchvision.transforms._one_of")
def _one_of(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return alike(vm, args[0])


def alike(vm: Vm, values: list[Value]) -> Value:
    """Return an image that stands for several: sizes in which they differ are open."""
    images = [as_image(vm, value) for value in values]
    first = images[0] if images else None
    known = [image for image in images if image is not None]
    if first is None or len(known) < len(images) or any(type(image) is not type(first) for image in known):
        return Unknown("one of several images")
    if any(channels_of(image) != channels_of(first) for image in known):
        return Unknown("images of different channels")
    if isinstance(first, Tensor) and any(getattr(image, "dtype", "") != first.dtype for image in known):
        return Unknown("images of different dtypes")
    sizes = [height_and_width(vm, image) for image in known]
    if all(size == sizes[0] for size in sizes):
        return of_size(first, *sizes[0])
    return of_open_size(first, "images of different sizes")


def _mixed(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`MixUp` and `CutMix` take a batch and its labels; the labels become weights of all classes."""
    classes = kwargs.get("num_classes")

    def mix(vm: Vm, inner: list[Value], kw: dict[str, Value]) -> Value:
        images, labels = inner if len(inner) == 2 else (*inner, None, None)[:2]
        if not isinstance(images, Tensor) or not isinstance(labels, Tensor) or not isinstance(classes, int | Dim):
            return Unknown("a mixed batch")
        return images, Tensor((labels.shape[0], classes), "float32")

    return Native("torchvision.transforms.v2.MixUp", mix)


for _name in ("MixUp", "CutMix"):
    native(f"torchvision.transforms.v2.{_name}")(_mixed)
