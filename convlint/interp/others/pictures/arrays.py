"""What the Python of these libraries in the prelude asks for: arrays by their sizes, and what is not known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.numpy.arrays import Array, Sized, sized
from convlint.interp.others.pil import open_size
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim, Size
from convlint.symbolic.told import Told
from convlint.trace import Origin

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def made(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """An array of a shape and a dtype, of which nothing else is known."""
    shape, dtype = args
    return sized(tuple(map(_size, shape)), dtype if isinstance(dtype, str) else getattr(dtype, "name", ""))


def told(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """An array, or a tensor with channels first, whose height and width say what made them."""
    array, text, *place = args
    if not isinstance(array, Sized | Tensor) or not isinstance(text, str):
        return array
    origin = (Origin(place[0] if place else vm.place(), text),)
    first = 1 if isinstance(array, Tensor) else 0
    shape = tuple(
        Told(size, origin) if isinstance(size, int) and index in (first, first + 1) else size
        for index, size in enumerate(array.shape)
    )
    return Tensor(shape, array.dtype) if isinstance(array, Tensor) else sized(shape, array.dtype)


def sizes(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Two sizes of a tuple, None where there are no two that are known; zeros stand for none."""
    listed = args[0]
    if isinstance(listed, Array | Sized | Unknown) or not isinstance(listed, list | tuple) or len(listed) != 2:
        return None
    known = all(isinstance(size, int | Dim) and not isinstance(size, bool) for size in listed)
    return tuple(listed) if known and listed[0] != 0 else None


def _size(value: Value) -> Size:
    known = isinstance(value, int | Dim) and not isinstance(value, bool)
    return value if known else open_size("a size of a picture")
