"""What torchvision's data sets give, in one table: pictures, targets, and how many of them there are.

Sizes, numbers of samples and of classes are those of the published data, as torchvision reads them.
"""

from __future__ import annotations

from msgspec import Struct

SPLIT = ("root", "split", "transform", "target_transform", "download")
TRAIN = ("root", "train", "transform", "target_transform", "download")


class Facts(Struct, frozen=True):
    """One data set. `picture` is the mode, height and width of its pictures, None where they differ; `tensor` the shape
    and dtype of items that are tensors. `target` is "class" for a number, "picture", or "" for what is not modelled.
    `counts` are the numbers of samples by the value of the option that chooses them; `data` is the shape of the
    attribute of that name behind the number of samples, and whether it is a tensor; `options` are the names of the
    constructor's arguments in order; `chosen` is the option that chooses, with its default."""

    picture: tuple[str, int | None, int | None] | None
    counts: dict[object, int]
    classes: int | None = None
    options: tuple[str, ...] = TRAIN
    chosen: tuple[str, object] = ("train", True)
    target: str = "class"
    data: tuple[tuple[int, ...], str] | None = None
    tensor: tuple[tuple[int, ...], str] | None = None


def _digits(train: int = 60_000, test: int = 10_000, classes: int = 10, side: int = 28) -> Facts:
    data = ((side, side), "tensor")
    return Facts(("L", side, side), {True: train, False: test}, classes, data=data)


def _cifar(classes: int) -> Facts:
    return Facts(("RGB", 32, 32), {True: 50_000, False: 10_000}, classes, data=((32, 32, 3), "array"))


def _open(
    counts: dict[object, int] | None = None,
    classes: int | None = None,
    *,
    options: tuple[str, ...] = SPLIT,
    default: object = "train",
    chosen: str = "split",
    target: str = "class",
    mode: str = "RGB",
    side: int | None = None,
) -> Facts:
    return Facts((mode, side, side), counts or {}, classes, options, (chosen, default), target)


_NO_SPLIT = ("root", "transform", "target_transform", "download")
_FOLDER = ("root", "transform", "target_transform", "loader", "is_valid_file", "allow_empty")
_EMNIST = {
    "byclass": (697_932, 116_323, 62), "bymerge": (697_932, 116_323, 47), "balanced": (112_800, 18_800, 47),
    "letters": (124_800, 20_800, 37), "digits": (240_000, 40_000, 10), "mnist": (60_000, 10_000, 10),
}  # fmt: skip
EMNIST_COUNTS = {
    (split, train): counts[0 if train else 1] for split, counts in _EMNIST.items() for train in (True, False)
}
EMNIST_CLASSES = {split: counts[2] for split, counts in _EMNIST.items()}

FACTS: dict[str, Facts] = {
    "MNIST": _digits(),
    "FashionMNIST": _digits(),
    "KMNIST": _digits(),
    "QMNIST": Facts(("L", 28, 28), {"train": 60_000, "test": 60_000}, 10, ("root", "what", "compat", "train"),
                    ("what", None), data=((28, 28), "tensor")),
    "EMNIST": Facts(("L", 28, 28), {}, None, ("root", "split"), ("split", None), data=((28, 28), "tensor")),
    "CIFAR10": _cifar(10),
    "CIFAR100": _cifar(100),
    "SVHN": Facts(("RGB", 32, 32), {"train": 73_257, "test": 26_032, "extra": 531_131}, 10, SPLIT, ("split", "train"),
                  data=((3, 32, 32), "array")),
    "STL10": Facts(("RGB", 96, 96), {"train": 5_000, "test": 8_000, "unlabeled": 100_000, "train+unlabeled": 105_000},
                   10, ("root", "split", "folds", "transform", "target_transform", "download"), ("split", "train"),
                   data=((3, 96, 96), "array")),
    "USPS": Facts(("L", 16, 16), {True: 7_291, False: 2_007}, 10, data=((16, 16), "array")),
    "SEMEION": Facts(("L", 16, 16), {None: 1_593}, 10, _NO_SPLIT, ("", None), data=((16, 16), "array")),
    "Omniglot": Facts(("L", 105, 105), {True: 19_280, False: 13_180}, None,
                      ("root", "background", "transform", "target_transform", "download"), ("background", True)),
    "FakeData": Facts(("RGB", 224, 224), {}, 10,
                      ("size", "image_size", "num_classes", "transform", "target_transform", "random_offset"), ("",
                      None)),
    "PCAM": _open({"train": 262_144, "val": 32_768, "test": 32_768}, 2, side=96),
    "EuroSAT": _open({None: 27_000}, 10, options=_NO_SPLIT, chosen="", default=None, side=64),
    "FER2013": _open({"train": 28_709, "test": 7_178}, 7, mode="L", side=48,
                     options=("root", "split", "transform", "target_transform")),
    "CelebA": Facts(("RGB", 218, 178), {"train": 162_770, "valid": 19_867, "test": 19_962, "all": 202_599}, None,
                    ("root", "split", "target_type", "transform", "target_transform", "download"), ("split", "train"),
                    ""),
    "LFWPeople": _open({"train": 9_525, "test": 3_708, "10fold": 13_233}, 5_749, side=250, default="10fold",
                       options=("root", "split", "image_set", "transform", "target_transform", "download")),
    "ImageFolder": Facts(("RGB", None, None), {}, None, _FOLDER, ("", None)),
    "DatasetFolder": Facts(None, {}, None, ("root", "loader", "extensions", "transform", "target_transform",
                                            "is_valid_file", "allow_empty"), ("", None)),
    "ImageNet": _open({"train": 1_281_167, "val": 50_000}, 1_000, options=("root", "split")),
    "Imagenette": _open({"train": 9_469, "val": 3_925}, 10,
                        options=("root", "split", "size", "download", "transform", "target_transform")),
    "Places365": _open({"train-standard": 1_803_460, "train-challenge": 8_026_628, "val": 36_500}, 365,
                       options=("root", "split", "small", "download", "transform", "target_transform"),
                       default="train-standard"),
    "Flowers102": _open({"train": 1_020, "val": 1_020, "test": 6_149}, 102),
    "Food101": _open({"train": 75_750, "test": 25_250}, 101),
    "StanfordCars": _open({"train": 8_144, "test": 8_041}, 196),
    "FGVCAircraft": _open({"train": 3_334, "val": 3_333, "trainval": 6_667, "test": 3_333}, 100, default="trainval",
                          options=("root", "split", "annotation_level", "transform", "target_transform", "download")),
    "OxfordIIITPet": _open({"trainval": 3_680, "test": 3_669}, 37, default="trainval", target="",
                           options=("root", "split", "target_types", "transforms", "transform", "target_transform")),
    "DTD": _open({"train": 1_880, "val": 1_880, "test": 1_880}, 47,
                 options=("root", "split", "partition", "transform", "target_transform", "download")),
    "GTSRB": _open({"train": 26_640, "test": 12_630}, 43),
    "Country211": _open({"train": 31_650, "valid": 10_550, "test": 21_100}, 211),
    "RenderedSST2": _open({"train": 6_920, "val": 872, "test": 1_821}, 2),
    "SUN397": _open({None: 108_754}, 397, options=_NO_SPLIT, chosen="", default=None),
    "Caltech256": _open({None: 30_607}, 257, options=_NO_SPLIT, chosen="", default=None, mode=""),
    "Caltech101": _open({None: 8_677}, 101, chosen="", default=None, mode="", target="",
                        options=("root", "target_type", "transform", "target_transform", "download")),
    "INaturalist": _open({}, None, default="2021_train", target="", chosen="version",
                         options=("root", "version", "target_type", "transform", "target_transform", "download")),
    "LSUN": _open({}, None, options=("root", "classes", "transform", "target_transform"), chosen="", default=None),
    "VOCSegmentation": _open({}, 21, options=("root", "year", "image_set", "download", "transform", "target_transform",
                                              "transforms"), chosen="", default=None, target="picture"),
    "VOCDetection": _open({}, 20, options=("root", "year", "image_set", "download", "transform", "target_transform",
                                           "transforms"), chosen="", default=None, target=""),
    "CocoDetection": _open({}, None, options=("root", "annFile", "transform", "target_transform", "transforms"),
                           chosen="", default=None, target=""),
    "CocoCaptions": _open({}, None, options=("root", "annFile", "transform", "target_transform", "transforms"),
                          chosen="", default=None, target=""),
    "Cityscapes": Facts(("RGB", 1024, 2048), {"train": 2_975, "val": 500, "test": 1_525}, None,
                        ("root", "split", "mode", "target_type", "transform", "target_transform", "transforms"),
                        ("split", "train"), ""),
    "SBDataset": _open({"train": 8_498, "val": 2_857}, 20, chosen="image_set", target="",
                       options=("root", "image_set", "mode", "download", "transforms")),
    "MovingMNIST": Facts(None, {None: 10_000}, None, ("root", "split", "split_ratio", "download", "transform"),
                         ("", None), "none", tensor=((20, 1, 64, 64), "uint8")),
}  # fmt: skip
