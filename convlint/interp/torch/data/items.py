"""What a data set is seen to give: its length, and its first items, which stand for all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives import registry
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.symbolic import Dim, Size

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

FIRST = 2
"""How many items are looked at: items of different shapes show in the first two."""


def length_of(vm: Vm, dataset: Value) -> Size | None:
    """Return how many items a data set or a sampler has, None where that is not known."""
    if isinstance(dataset, Unknown) or vm.taint_of(dataset) is not None:
        return None
    if isinstance(dataset, Instance) and dataset.cls.find("__len__") is MISSING and dataset.payload is None:
        return None
    found = vm.call(registry.find("builtins.len"), [dataset])
    if isinstance(found, Dim):
        found = vm.assumptions.simplify(found)
    return found if isinstance(found, int | Dim) else None


def first_items(vm: Vm, dataset: Value, length: Size | None) -> list[Value]:
    """Return the first items of a data set, one at least; an unknown one where nothing is known."""
    if isinstance(dataset, Unknown):
        return [dataset]
    cause = vm.taint_of(dataset) or (dataset.tainted if isinstance(dataset, Instance) else None)
    if cause is not None:
        return [cause]
    if is_iterable(vm, dataset):
        return _by_iteration(vm, dataset)
    items = [vm.getitem(dataset, 0)]
    if isinstance(length, int) and length >= FIRST:
        items.append(vm.getitem(dataset, 1))
    elif not isinstance(length, int):
        items.extend(_perhaps(vm, dataset, 1))
    return items


def is_iterable(vm: Vm, dataset: Value) -> bool:
    """Whether a data set is read by iterating over it."""
    if not isinstance(dataset, Instance):
        return False
    base = vm.program.torch_value(vm, "torch.utils.data.IterableDataset")
    return isinstance(base, ClassValue) and dataset.cls.derives_from(base)


def _perhaps(vm: Vm, dataset: Value, index: int) -> list[Value]:
    """The item at an index that may not be there."""
    try:
        return [vm.getitem(dataset, index)]
    except PyRaise:
        return []


def _by_iteration(vm: Vm, dataset: Value) -> list[Value]:
    source = vm.iterator(dataset)
    if isinstance(source, Unknown):
        return [source]
    items: list[Value] = []
    for item in source:
        items.append(item)
        if len(items) == FIRST:
            break
    return items or [Unknown("a data set that gives nothing")]
