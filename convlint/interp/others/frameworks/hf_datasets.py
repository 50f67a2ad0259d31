"""Data sets of Hugging Face: the columns of well-known ones, with their pictures' sizes and numbers of classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native, written
from convlint.interp.others import opened
from convlint.interp.others.opened import harmless
from convlint.interp.others.pil import open_size
from convlint.interp.values.unknown import Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

written("hf_datasets.py", "datasets", "load_dataset Dataset DatasetDict")
harmless("datasets._open", "data sets")
native("datasets._is_open")(opened.is_open)
Column = tuple[str, int | None, int | None] | int
"""A picture's mode, height and width, None where they differ; or how many classes there are."""
_DIGITS: tuple[dict[str, Column], dict[str, int]] = (
    {"image": ("L", 28, 28), "label": 10},
    {"train": 60_000, "test": 10_000},
)
_COUNTS = {"train": 50_000, "test": 10_000}
_CIFAR10: tuple[dict[str, Column], dict[str, int]] = {"img": ("RGB", 32, 32), "label": 10}, _COUNTS
_CIFAR100: tuple[dict[str, Column], dict[str, int]] = (
    {"img": ("RGB", 32, 32), "fine_label": 100, "coarse_label": 20},
    _COUNTS,
)
_FOOD: tuple[dict[str, Column], dict[str, int]] = (
    {"image": ("RGB", None, None), "label": 101},
    {"train": 75_750, "validation": 25_250},
)
FACTS = {
    "mnist": _DIGITS, "ylecun/mnist": _DIGITS, "fashion_mnist": _DIGITS, "zalando-datasets/fashion_mnist": _DIGITS,
    "cifar10": _CIFAR10, "uoft-cs/cifar10": _CIFAR10, "cifar100": _CIFAR100, "uoft-cs/cifar100": _CIFAR100,
    "food101": _FOOD, "ethz/food101": _FOOD,
}  # fmt: skip
"""By the name on the hub."""


@native("datasets._columns")
def _columns(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The columns of a data set and how many items its parts have; None for one that is not known."""
    facts = FACTS.get(args[0]) if isinstance(args[0], str) else None
    if facts is None:
        return None
    columns, counts = facts
    shown: dict[str, Value] = {}
    for name, column in columns.items():
        shown[name] = column if isinstance(column, int) else (column[0], *(_size(side) for side in column[1:]))
    return shown, dict(counts)


def _size(side: object) -> Value:
    return side if isinstance(side, int) else open_size("a size of a picture")


@native("datasets._count")
def _count(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """How many indices there are, an open number where they are not known."""
    given = args[0]
    if isinstance(given, range | list | tuple) and vm.taint_of(given) is None:
        return len(given)
    return open_size("how many items a data set has")
