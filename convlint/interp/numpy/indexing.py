"""Indexing of NumPy's arrays: integers and slices give views; one array of integers or truths gives a copy."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from convlint.interp.language import absent
from convlint.interp.numpy import arrays
from convlint.interp.numpy.arrays import Array
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.shared import constants

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


class Chosen(Struct, frozen=True):
    """The elements that a key chooses, their shape, and whether they are a view or a copy."""

    positions: list[int]
    shape: arrays.Shape
    is_view: bool


def choose(vm: Vm, array: Array, key: Value) -> Chosen | Unknown:
    """Return what a key chooses; IndexError in the program where it is out of bounds."""
    if not array.shape and isinstance(key, Array | list):
        return vm.unknown("an array without axes indexed by an array")
    parts = _parts(vm, array, key)
    if isinstance(parts, Unknown):
        return parts
    strides = constants.strides_of(array.shape)
    offsets: list[list[int]] = []
    shape: list[int] = []
    advanced = 0
    axis = 0
    for part in parts:
        if part is None:
            offsets.append([0])
            shape.append(1)
            continue
        size = array.shape[axis]
        if isinstance(part, slice):
            picked = list(range(size)[part])
            shape.append(len(picked))
        elif isinstance(part, int):
            picked = [_within(vm, part, axis, size)]
        else:
            picked = [_within(vm, index, axis, size) for index in part]
            shape.append(len(picked))
            advanced += 1
        offsets.append([index * strides[axis] for index in picked])
        axis += 1
    if advanced > 1 or (advanced and any(isinstance(part, int) for part in parts)):
        return vm.unknown("indexing an array by several arrays")
    positions = [sum(row) for row in itertools.product(*offsets)]
    return Chosen(positions, tuple(shape), not advanced)


def _within(vm: Vm, index: int, axis: int, size: int) -> int:
    if not -size <= index < size:
        vm.throw(IndexError, f"index {index} is out of bounds for axis {axis} with size {size}")
    return index % size


Part = int | slice | list[int] | None


def _parts(vm: Vm, array: Array, key: Value) -> list[Part] | Unknown:
    """Return a plain key for every axis, and None for every new one."""
    keys = list(key) if isinstance(key, tuple) else [key]
    parts: list[Part] = []
    taken = sum(1 for item in keys if item is not None and item is not ...)
    if sum(1 for item in keys if item is ...) > 1:
        vm.throw(IndexError, "an index can only have a single ellipsis ('...')")
    if taken > len(array.shape):
        vm.throw(IndexError, f"too many indices for array: array is {len(array.shape)}-dimensional")
    if ... not in [item for item in keys if item is ...]:
        keys.append(...)
    for item in keys:
        if item is ...:
            parts.extend([slice(None)] * (len(array.shape) - taken))
            continue
        axis = sum(1 for part in parts if part is not None)
        part = _part(vm, item, array.shape[axis] if axis < len(array.shape) else 0)
        if isinstance(part, Unknown):
            return part
        parts.append(part)
    return parts


def _part(vm: Vm, item: Value, size: int) -> Part | Unknown:
    if item is None:
        return None
    if isinstance(item, slice):
        bounds = [_bound(vm, part) for part in (item.start, item.stop, item.step)]
        unknown = next((part for part in bounds if isinstance(part, Unknown)), None)
        if unknown is None and bounds[2] == 0:
            vm.throw(ValueError, "slice step cannot be zero")
        return unknown if unknown is not None else slice(*bounds)
    if isinstance(item, int) and not isinstance(item, bool):
        return operator.index(item)
    if isinstance(item, float | str):
        vm.throw(IndexError, "only integers, slices (`:`), ellipsis (`...`), and integer or boolean arrays are valid")
    if isinstance(item, Array | list):
        return _of_array(vm, item, size)
    return Unknown(item.reason, item.place) if isinstance(item, Unknown) else vm.unknown("an index that is not known")


def _bound(vm: Vm, part: Value) -> int | Unknown | None:
    if part is None or isinstance(part, int):
        return part
    if isinstance(part, float):
        absent.refused(vm, "slice indices must be integers or None or have an __index__ method")
    return part if isinstance(part, Unknown) else vm.unknown("a slice with unknown bounds")


def _of_array(vm: Vm, item: Value, size: int) -> Part | Unknown:
    """One axis indexed by a list of integers or truths."""
    array = arrays.array_of(vm, item)
    values = array if isinstance(array, Unknown) else arrays.cells(vm, array)
    if isinstance(array, Unknown) or isinstance(values, Unknown):
        return vm.unknown("an index that is not known")
    if not all(isinstance(value, int) for value in values):
        known = all(isinstance(value, int | float) for value in values)
        if known and values:
            vm.throw(IndexError, "arrays used as indices must be of integer (or boolean) type")
        return vm.unknown("an index that is not known")
    if not array.shape and array.dtype != "bool":
        return int(values[0])
    if len(array.shape) != 1:
        return vm.unknown("an array indexed by one with several axes or none")
    if array.dtype != "bool":
        return [int(value) for value in values]
    if len(values) != size:
        vm.throw(IndexError, f"boolean index did not match indexed array: size is {size}, but is {len(values)}")
    return [position for position, value in enumerate(values) if value]


def _by_mask(vm: Vm, array: Array, key: Value) -> Chosen | Unknown | None:
    """A key of truths with the whole shape of the array; None for other keys."""
    if not isinstance(key, Array) or key.dtype != "bool" or key.shape != array.shape or len(key.shape) < 2:
        return None
    values = arrays.cells(vm, key)
    if isinstance(values, Unknown) or not all(isinstance(value, bool) for value in values):
        return vm.unknown("an index that is not known")
    positions = [position for position, value in enumerate(values) if value]
    return Chosen(positions, (len(positions),), False)


def get(vm: Vm, array: Array, key: Value) -> Value:
    """Evaluate `array[key]`."""
    values = arrays.cells(vm, array)
    if isinstance(values, Unknown):
        return values
    chosen = _by_mask(vm, array, key) or choose(vm, array, key)
    if isinstance(chosen, Unknown):
        from convlint.interp.numpy.sized import METHODS  # where the element is not known, its shape may be

        found = METHODS["__getitem__"](vm, [arrays.sized(array.shape, array.dtype), key], {})
        return chosen if type(found) is Unknown else found
    if not chosen.shape and not _keeps_axes(key):
        return arrays.scalar(values[chosen.positions[0]], array.dtype)
    if chosen.is_view:
        where = [array.positions[position] for position in chosen.positions]
        return arrays.view(array.memory, where, chosen.shape, array.dtype)
    return arrays.make([values[position] for position in chosen.positions], chosen.shape, array.dtype)


def _keeps_axes(key: Value) -> bool:
    """An index with an ellipsis gives an array, even without axes."""
    return key is ... or (isinstance(key, tuple) and any(item is ... for item in key))


def set_(vm: Vm, array: Array, key: Value, value: Value) -> None:
    """Evaluate `array[key] = value`."""
    chosen = _by_mask(vm, array, key) or choose(vm, array, key)
    if isinstance(chosen, Chosen) and not array.shape and key != ():
        chosen = vm.unknown("an array without axes was written to")
    if isinstance(chosen, Unknown):
        arrays.forget(vm, array, chosen.reason)
        return
    masked = isinstance(key, Array) and key.dtype == "bool" and key.shape == array.shape
    _assign(vm, array, chosen.positions, chosen.shape, value, masked)


def _assign(vm: Vm, array: Array, positions: Sequence[int], shape: arrays.Shape, value: Value, masked: bool) -> None:
    given = arrays.array_of(vm, value)
    values = given if isinstance(given, Unknown) else arrays.cells(vm, given)
    if isinstance(given, Unknown) or isinstance(values, Unknown):
        cause = next(one for one in (given, values) if isinstance(one, Unknown))
        arrays.write(vm, array, positions, [Unknown(cause.reason, cause.place) for _ in positions])
        return
    own = given.shape
    if own and not shape:
        # NumPy's versions differ on a sequence as one element.
        arrays.forget(vm, array, "an element of an array was set to a sequence")
        return
    if masked and len(own) > 1:
        absent.refused(vm, f"boolean array indexing assignment requires a 0 or 1-dimensional input, not {len(own)}")
    while len(own) > len(shape) and own[0] == 1:
        own = own[1:]
    if len(own) > len(shape) or any(a not in (1, b) for a, b in zip(reversed(own), reversed(shape), strict=False)):
        vm.throw(ValueError, f"could not broadcast input array from shape {given.shape} into shape {shape}")
    cells = [arrays.converted(vm, cell, array.dtype) for cell in arrays.spread(values, own, shape)]
    arrays.write(vm, array, positions, cells)
