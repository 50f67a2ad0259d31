"""What the Python of tables in the prelude asks for: the sizes of arrays and lists, and arrays made by their sizes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from convlint.interp.numpy import numbers
from convlint.interp.numpy.arrays import sized
from convlint.interp.numpy.sized import of_value
from convlint.interp.others.pil import open_size
from convlint.interp.values.classes import Instance
from convlint.interp.values.unknown import Unknown, Value
from convlint.symbolic import Dim, Size
from convlint.symbolic.told import Told
from convlint.trace import Origin

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def made(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """An array of a shape and a dtype; with a third argument its sizes say what gave them."""
    shape, dtype, *by = args
    sizes = [_size(size) for size in shape]
    if by:
        text = f"`{by[0]}` gives {'×'.join(str(size) if isinstance(size, int) else '?' for size in sizes)}"
        origin = (Origin(vm.place(), text),)
        sizes = [Told(size, origin) if isinstance(size, int) else size for size in sizes]
    return sized(tuple(sizes), dtype if isinstance(dtype, str) else numbers.dtype_named(dtype))


def length(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """How many rows a table, an array or a list has; a size of which nothing is known for all else."""
    return _axis(vm, args[0], 0)


def width(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """How many columns a table or an array has."""
    return _axis(vm, args[0], 1)


def parts(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """How many of so many rows come into the first and the second part, by the sizes that are given or a quarter."""
    count, first, second = args
    if not isinstance(count, int) or any(isinstance(share, Unknown) for share in (first, second)):
        return open_size("the rows of a part"), open_size("the rows of a part")
    if first is None and second is None:
        second = 0.25
    few = None if second is None else _share(count, second, math.ceil)
    many = count - few if first is None and few is not None else _share(count, first, math.floor)
    return many, count - many if few is None else few


def _share(count: int, share: Value, rounded: object) -> int:
    if isinstance(share, float):
        return (math.ceil if rounded is math.ceil else math.floor)(count * share)
    return int(share)


def _axis(vm: Vm, value: Value, axis: int) -> Size:
    if isinstance(value, Instance) and "_rows" in value.attrs:
        return _size(value.attrs["_width" if axis else "_rows"])
    if axis == 0 and isinstance(value, list | tuple) and vm.taint_of(value) is None:
        return len(value)
    found = of_value(vm, value)
    return found.shape[axis] if found is not None and len(found.shape) > axis else open_size("a size of a table")


def _size(value: Value) -> Size:
    known = isinstance(value, int | Dim) and not isinstance(value, bool)
    return value if known else open_size("a size of a table")
