"""What values have in common: one that stands for any of several tensors, arrays or numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from convlint.interp.values.arrays import ArrayLike
from convlint.interp.values.unknown import Number, Unknown, Value, Whole
from convlint.layers.core.tensor import Shape, Tensor
from convlint.symbolic import Dim, SymbolKind, symbol

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

NUMBERS = (int, float, Dim, Number)


def are_shared(items: list[Value]) -> bool:
    """Whether nothing is lost if one of some items stands for all: tensors, arrays, numbers, and tuples of them."""
    return bool(items) and all(
        are_shared(list(item)) if type(item) is tuple else isinstance(item, (Tensor, ArrayLike, *NUMBERS))
        for item in items
    )


def alike(vm: Vm, items: list[Value]) -> Value:
    """Return one item that stands for all: sizes in which they differ, and values, are not known."""
    first = items[0]
    numbers = _alike_numbers(items)
    if numbers is not None:
        return numbers
    kinds = {ArrayLike if isinstance(item, ArrayLike) else type(item) for item in items}
    if len(kinds) > 1:
        return next((item for item in items if isinstance(item, Unknown)), Unknown("items of different kinds"))
    if isinstance(first, Tensor):
        return _alike_tensors(items)
    if isinstance(first, ArrayLike):
        found = _alike_tensors([Tensor(*item.form) for item in items])
        return first.like(found.shape, found.dtype) if isinstance(found, Tensor) else found
    if isinstance(first, tuple | list) and all(len(item) == len(first) for item in items):
        parts = [alike(vm, [item[index] for item in items]) for index in range(len(first))]
        return type(first)(parts) if type(first) in (list, tuple) else parts
    if isinstance(first, dict) and all(item.keys() == first.keys() for item in items):
        return {key: alike(vm, [item[key] for item in items]) for key in first}
    return first if all(item is first for item in items) else Unknown("what differs from item to item")


def _alike_numbers(items: list[Value]) -> Value:
    """Return what stands for numbers, None where not all are."""
    if any(isinstance(item, bool) for item in items) or not all(isinstance(item, NUMBERS) for item in items):
        return None
    if all(item is items[0] for item in items) and not isinstance(items[0], Number):
        return items[0]
    whole = all(isinstance(item, int | Dim | Whole) for item in items)
    return (Whole if whole else Number)("a number that differs from item to item")


def again(item: Value) -> Value:
    """Return an item of the same shapes that shares no tensor or container with it."""
    if isinstance(item, Tensor):
        return Tensor(item.shape, item.dtype)
    if isinstance(item, ArrayLike):
        return item.like(*item.form)
    if isinstance(item, Number):
        return type(item)(item.reason, item.place)
    if type(item) is Unknown:
        return Unknown(item.reason, item.place)  # one unknown is equal to itself, two may differ
    if type(item) in (list, tuple):
        return type(item)(map(again, item))
    return {key: again(value) for key, value in item.items()} if type(item) is dict else item


def _alike_tensors(items: list[Tensor]) -> Value:
    first = items[0]
    if any(item.ndim != first.ndim for item in items):
        return Unknown("tensors of different ranks")
    sizes = common_sizes([item.shape for item in items], "sizes differ from item to item")
    return Tensor(sizes, first.dtype if all(item.dtype == first.dtype for item in items) else "")


def common_sizes(shapes: Sequence[Shape], reason: str) -> Shape:
    """Return the sizes of shapes of one rank; one in which they differ is a symbol of its own."""
    return tuple(
        column[0] if all(size == column[0] for size in column) else symbol("?", SymbolKind.UNKNOWN, reason)
        for column in zip(*shapes, strict=True)
    )
