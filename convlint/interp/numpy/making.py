"""NumPy's functions that make arrays: from values, of one value, evenly spaced, and of other arrays joined."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from convlint.interp.natives.registry import native
from convlint.interp.numpy import arrays, numbers
from convlint.interp.numpy.arrays import Array, Cell
from convlint.interp.values.numbers import NotKnown
from convlint.interp.values.unknown import Unknown, Value
from convlint.symbolic import Dim, Size, SymbolKind, symbol

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

LAYOUT = {"order": ("C", "K", "A", None), "subok": (False, True), "device": (None, "cpu"), "like": (None,)}
"""Options that change no value where they are one of these."""


def options(
    args: Sequence[Value], kwargs: dict[str, Value], names: str, defaults: tuple[Value, ...] = ()
) -> list[Value] | None:
    """Return the arguments in order, or None for a call that is not modelled. The last names have defaults."""
    order = names.split()
    left = dict(kwargs)
    for name, harmless in LAYOUT.items():
        if name in left and any(left[name] is value or left[name] == value for value in harmless):
            del left[name]
    if len(args) > len(order) or set(left) - set(order[len(args) :]):
        return None
    first = len(order) - len(defaults)
    bound = dict(zip(order[first:], defaults, strict=True)) | dict(zip(order, args, strict=False)) | left
    return [bound[name] for name in order] if len(bound) == len(order) else None


def dtype_or(value: Value, default: str) -> str:
    """Return the dtype that an argument means, the default for None, and "" where it is not known."""
    return default if value is None else numbers.dtype_named(value)


def shape_of(vm: Vm, value: Value) -> arrays.Shape | None:
    """Return a shape argument, if it is known and not too large."""
    if isinstance(value, Array):
        listed: Any = arrays.cells(vm, value)
    else:
        listed = value if isinstance(value, list | tuple) else [value]
    if isinstance(listed, Unknown) or vm.taint_of(listed) is not None:
        return None
    sizes = [vm.assumptions.simplify(size) if isinstance(size, Dim) else size for size in listed]
    if not all(isinstance(size, int) and not isinstance(size, bool) for size in sizes):
        return None
    shape = tuple(size for size in sizes if isinstance(size, int))
    if any(size < 0 for size in shape):
        vm.throw(ValueError, "negative dimensions are not allowed")
    return shape if arrays.count(shape) <= arrays.MAX_ELEMENTS else None


def open_shape(vm: Vm, value: Value) -> tuple[Size, ...] | None:
    """Return a shape argument whose rank is known, of whatever size."""
    if isinstance(value, Array):
        listed: Any = arrays.cells(vm, value)
    else:
        listed = value if isinstance(value, list | tuple) else [value]
    if isinstance(listed, Unknown) or vm.taint_of(listed) is not None:
        return None
    sizes = [
        symbol("?", SymbolKind.UNKNOWN, size.reason) if isinstance(size, Unknown) and listed is value else size
        for size in listed
    ]
    known = all(isinstance(size, int | Dim) and not isinstance(size, bool) for size in sizes)
    return tuple(sizes) if known else None


# --- from values ----------------------------------------------------------------------------------------


@native("numpy.array")
def _array(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = options(args, kwargs, "object dtype copy ndmin", (None, True, 0))
    if bound is None or not isinstance(bound[3], int):
        return vm.unknown("`numpy.array` with options")
    value, dtype, copy, least = bound
    made = _converted(vm, value, dtype)
    if isinstance(made, Array) and made is value and copy is True:
        made = copied(vm, made)
    return made if isinstance(made, Unknown) or not least else at_least(made, least)


@native("numpy.asarray", "numpy.asanyarray")
def _asarray(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = options(args, kwargs, "a dtype", (None,))
    return vm.unknown("`numpy.asarray` with options") if bound is None else _converted(vm, *bound)


def _converted(vm: Vm, value: Value, dtype: Value) -> Array | Unknown:
    named = dtype_or(dtype, "")
    if dtype is not None and not named:
        return vm.unknown("an array of a dtype that is not known")
    made = arrays.array_of(vm, value, named)
    return Unknown(made.reason, made.place) if isinstance(made, Unknown) else made


def copied(vm: Vm, array: Array) -> Array | Unknown:
    values = arrays.cells(vm, array)
    return values if isinstance(values, Unknown) else arrays.make(values, array.shape, array.dtype)


def at_least(array: Array, ndim: int) -> Array:
    """Return a view with new axes in front."""
    shape = (1,) * (ndim - len(array.shape)) + array.shape
    return array if shape == array.shape else arrays.view(array.memory, array.positions, shape, array.dtype)


def _register_at_least(ndim: int) -> None:
    @native(f"numpy.atleast_{ndim}d")
    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if len(args) != 1 or kwargs:
            return vm.unknown(f"`numpy.atleast_{ndim}d` of several arrays")
        made = arrays.array_of(vm, args[0])
        return Unknown(made.reason, made.place) if isinstance(made, Unknown) else at_least(made, ndim)


_register_at_least(1)
_register_at_least(2)


# --- of one value ---------------------------------------------------------------------------------------


def filled(vm: Vm, name: str, shape: Value, value: Cell, dtype: str) -> Value:
    sizes = shape_of(vm, shape)
    if sizes is None and (large := open_shape(vm, shape)) is not None:
        return arrays.sized(large, dtype)
    if sizes is None or not dtype:
        return vm.unknown(f"`numpy.{name}` of a shape or dtype that is not known")
    cell = Unknown("an array that is not initialised") if value is None else arrays.converted(vm, value, dtype)
    return arrays.make([cell] * arrays.count(sizes), sizes, dtype)


def _register_filled(name: str, value: Cell) -> None:
    @native(f"numpy.{name}")
    def sized(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        bound = options(args, kwargs, "shape dtype", (None,))
        if bound is None:
            return vm.unknown(f"`numpy.{name}` with options")
        return filled(vm, name, bound[0], value, dtype_or(bound[1], "float64"))

    @native(f"numpy.{name}_like")
    def like(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        bound = options(args, kwargs, "a dtype", (None,))
        if bound is None:
            return vm.unknown(f"`numpy.{name}_like` with options")
        return _like(vm, name, bound[0], bound[1], value)


def _like(vm: Vm, name: str, value: Value, dtype: Value, fill: Cell) -> Value:
    array = arrays.array_of(vm, value)
    if isinstance(array, Unknown) or array.tainted is not None:
        return vm.unknown(f"`numpy.{name}_like` of what is not known")
    return filled(vm, f"{name}_like", array.shape, fill, dtype_or(dtype, array.dtype))


for _name, _value in {"zeros": 0, "ones": 1, "empty": None}.items():
    _register_filled(_name, _value)


@native("numpy.full")
def _full(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = options(args, kwargs, "shape fill_value dtype", (None,))
    value = arrays.array_of(vm, bound[1]) if bound is not None else None
    if bound is None or not isinstance(value, Array) or value.shape:
        return vm.unknown("`numpy.full` of a value that is not known")
    cells = arrays.cells(vm, value)
    return (
        cells if isinstance(cells, Unknown) else filled(vm, "full", bound[0], cells[0], dtype_or(bound[2], value.dtype))
    )


@native("numpy.full_like")
def _full_like(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = options(args, kwargs, "a fill_value dtype", (None,))
    value = arrays.array_of(vm, bound[1]) if bound is not None else None
    if bound is None or not isinstance(value, Array) or value.shape:
        return vm.unknown("`numpy.full_like` of a value that is not known")
    cells = arrays.cells(vm, value)
    return cells if isinstance(cells, Unknown) else _like(vm, "full", bound[0], bound[2], cells[0])


@native("numpy.eye")
def _eye(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = options(args, kwargs, "N M k dtype", (None, 0, None))
    shape = shape_of(vm, [bound[0], bound[0] if bound[1] is None else bound[1]]) if bound is not None else None
    dtype = dtype_or(bound[3], "float64") if bound is not None else ""
    if bound is None or shape is None or not dtype or not isinstance(bound[2], int):
        return vm.unknown("`numpy.eye` of sizes that are not known")
    rows, columns = shape
    values = [arrays.converted(vm, column - row == bound[2], dtype) for row in range(rows) for column in range(columns)]
    return arrays.make(values, shape, dtype)


@native("numpy.identity")
def _identity(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = options(args, kwargs, "n dtype", (None,))
    if bound is None:
        return vm.unknown("`numpy.identity` with options")
    return _eye(vm, [bound[0]], {"dtype": bound[1]})


# --- evenly spaced --------------------------------------------------------------------------------------


def _plain(vm: Vm, value: Value) -> Value:
    """Return a plain number for a scalar or an array without axes."""
    if isinstance(value, Array) and not value.shape:
        cells = arrays.cells(vm, value)
        value = cells if isinstance(cells, Unknown) else cells[0]
    if isinstance(value, Dim):
        value = vm.assumptions.simplify(value)
    if isinstance(value, numbers.Scalar):
        try:
            return value.plain()
        except NotKnown as unknown:
            return Unknown(str(unknown))
    return value


@native("numpy.linspace")
def _linspace(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = options(args, kwargs, "start stop num endpoint retstep dtype", (50, True, False, None))
    if bound is None:
        return vm.unknown("`numpy.linspace` with options")
    start, stop, count = (_plain(vm, value) for value in bound[:3])
    endpoint, dtype = bound[3], dtype_or(bound[5], "float64")
    plain = all(isinstance(value, int | float) for value in (start, stop)) and isinstance(endpoint, bool)
    if isinstance(count, int) and bound[4] is False and (count > arrays.MAX_ELEMENTS or not plain):
        return arrays.sized((count,), dtype)
    if not plain or bound[4] is not False or not dtype or not isinstance(count, int):
        return vm.unknown("`numpy.linspace` of unknown bounds")
    if count < 0:
        vm.throw(ValueError, f"Number of samples, {count}, must be non-negative.")
    values = _evenly(float(start), float(stop), count, endpoint)
    if dtype in numbers.INTEGERS:
        values = [math.floor(value) for value in values]
    return arrays.make([arrays.converted(vm, value, dtype) for value in values], (count,), dtype)


def _evenly(start: float, stop: float, count: int, endpoint: bool) -> list[float]:
    steps = count - 1 if endpoint else count
    step = (stop - start) / steps if steps > 0 else 0.0
    if steps > 0 and step == 0:
        values = [index / steps * (stop - start) + start for index in range(count)]
    else:
        values = [index * step + start for index in range(count)]
    if endpoint and count > 1:
        values[-1] = stop
    return values


@native("numpy.arange")
def _arange(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    named = [kwargs.get(name) for name in ("start", "stop", "step")]
    given = [_plain(vm, value) for value in args[:3]]
    if named[0] is None and len(given) == 1 and named[1] is None:
        given = [0, given[0]]
    bound = [given[place] if place < len(given) else _plain(vm, named[place]) for place in range(3)]
    start, stop, step = (0 if bound[0] is None else bound[0]), bound[1], (1 if bound[2] is None else bound[2])
    dtype = dtype_or(args[3] if len(args) > 3 else kwargs.get("dtype"), "any")
    others = set(kwargs) - {"start", "stop", "step", "dtype"}
    if others or not dtype or len(args) > 4 or not all(type(one) in (int, float) for one in (start, stop, step)):
        return vm.unknown("`numpy.arange` of unknown bounds")
    if step == 0:
        vm.throw(ZeroDivisionError, "division by zero")
    floats = any(isinstance(value, float) for value in (start, stop, step))
    if floats and dtype not in ("any", "float64"):
        return vm.unknown("`numpy.arange` of floats in another dtype")
    own = ("float64" if floats else "int64") if dtype == "any" else dtype
    length = max(math.ceil((stop - start) / step), 0) if floats else len(range(start, stop, step))
    if length > arrays.MAX_ELEMENTS:
        return arrays.sized((length,), own)
    if own == "bool":
        return vm.unknown("`numpy.arange` of many elements")
    delta = (start + step) - start
    values = [start + index * delta if index != 1 else start + step for index in range(length)]
    return arrays.make([arrays.converted(vm, value, own) for value in values], (length,), own)


# --- of other arrays ------------------------------------------------------------------------------------


def listed(vm: Vm, value: Value) -> list[Array] | Unknown:
    """Return the arrays that a function which joins them is given."""
    items = [value] if isinstance(value, Array) else vm.list_of(value)
    if isinstance(value, Array) and value.shape:
        return vm.unknown("the rows of an array joined")
    if isinstance(items, Unknown):
        return Unknown(items.reason, items.place)
    made = [arrays.array_of(vm, item) for item in items]
    unknown = next((one for one in made if isinstance(one, Unknown)), None)
    if unknown is not None:
        return Unknown(unknown.reason, unknown.place)
    return [one for one in made if isinstance(one, Array)]


def joined(vm: Vm, parts: list[Array], axis: int) -> Value:
    """`concatenate` along an axis."""
    if not parts:
        vm.throw(ValueError, "need at least one array to concatenate")
    ndim = len(parts[0].shape)
    axis = arrays.axis_of(vm, axis, ndim) if ndim else 0
    if any(not part.shape for part in parts):
        vm.throw(ValueError, "zero-dimensional arrays cannot be concatenated")
    if any(len(part.shape) != ndim for part in parts):
        vm.throw(ValueError, "all the input array dimensions must match exactly")
    if any(_without(part.shape, axis) != _without(parts[0].shape, axis) for part in parts):
        vm.throw(ValueError, "all the input array dimensions except for the concatenation axis must match exactly")
    dtype = parts[0].dtype
    for part in parts:
        dtype = numbers.promote(dtype, part.dtype)
    size = sum(part.shape[axis] for part in parts)
    shape = (*parts[0].shape[:axis], size, *parts[0].shape[axis + 1 :])
    if arrays.count(shape) > arrays.MAX_ELEMENTS:
        return vm.unknown("an array of many elements")
    blocks: list[list[list[Cell]]] = []
    for part in parts:
        values = arrays.cells(vm, part)
        if isinstance(values, Unknown):
            return values
        cells = [arrays.converted(vm, cell, dtype) for cell in values]
        blocks.append([[cells[position] for position in line] for line in arrays.lines(part.shape, axis)])
    made: list[Cell] = [None] * arrays.count(shape)
    for place, line in enumerate(arrays.lines(shape, axis)):
        for position, cell in zip(line, (cell for block in blocks for cell in block[place]), strict=True):
            made[position] = cell
    return arrays.make(made, shape, dtype)


def _without(shape: arrays.Shape, axis: int) -> arrays.Shape:
    return shape[:axis] + shape[axis + 1 :]


def _register_joining(name: str, join: Callable[[Vm, list[Array], int], Value], default: int | None) -> None:
    @native(f"numpy.{name}")
    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        axis = args[1] if len(args) > 1 else kwargs.get("axis", default or 0)
        extra = len(args) > (1 if default is None else 2) or set(kwargs) - ({"axis"} if default is not None else set())
        if extra or not args or not isinstance(axis, int) or isinstance(axis, bool):
            return vm.unknown(f"`numpy.{name}` with options")
        parts = listed(vm, args[0])
        return parts if isinstance(parts, Unknown) else join(vm, parts, axis)


def _stack(vm: Vm, parts: list[Array], axis: int) -> Value:
    if not parts:
        vm.throw(ValueError, "need at least one array to stack")
    if any(part.shape != parts[0].shape for part in parts):
        vm.throw(ValueError, "all input arrays must have the same shape")
    axis = arrays.axis_of(vm, axis, len(parts[0].shape) + 1)
    shape = (*parts[0].shape[:axis], 1, *parts[0].shape[axis:])
    return joined(vm, [arrays.view(part.memory, part.positions, shape, part.dtype) for part in parts], axis)


def _hstack(vm: Vm, parts: list[Array], axis: int) -> Value:
    parts = [at_least(part, 1) for part in parts]
    return joined(vm, parts, 0 if parts and len(parts[0].shape) == 1 else 1)


_register_joining("concatenate", joined, 0)
_register_joining("stack", _stack, 0)
_register_joining("hstack", _hstack, None)
_register_joining("vstack", lambda vm, parts, axis: joined(vm, [at_least(part, 2) for part in parts], 0), None)


@native("numpy.tile")
def _tile(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = options(args, kwargs, "A reps")
    array = arrays.array_of(vm, bound[0]) if bound is not None else None
    listed = bound[1] if bound is not None and isinstance(bound[1], list | tuple) else [bound and bound[1]]
    if not isinstance(array, Array) or not all(isinstance(count, int) and count > 0 for count in listed):
        return vm.unknown("`numpy.tile` of what is not known")
    counts = tuple(listed)
    counts = (1,) * (len(array.shape) - len(counts)) + counts
    array = at_least(array, len(counts))
    for axis, count in enumerate(counts):
        if count * arrays.count(array.shape) > arrays.MAX_ELEMENTS:
            return vm.unknown("an array of many elements")
        made = joined(vm, [array] * count, axis) if array.shape else copied(vm, array)
        if not isinstance(made, Array):
            return made
        array = made
    return array


@native("numpy.repeat")
def _repeat(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    bound = options(args, kwargs, "a repeats axis", (None,))
    array = arrays.array_of(vm, bound[0]) if bound is not None else None
    count = _plain(vm, bound[1]) if bound is not None else None
    if not isinstance(array, Array) or not isinstance(count, int) or bound is None or bound[2] is not None:
        return vm.unknown("`numpy.repeat` of what is not known")
    values = arrays.cells(vm, array)
    if isinstance(values, Unknown) or count * len(values) > arrays.MAX_ELEMENTS:
        return vm.unknown("`numpy.repeat` of what is not known")
    if count < 0:
        vm.throw(ValueError, "repeats may not contain negative values.")
    made = [cell for cell in values for _ in range(count)]
    return arrays.make(made, (len(made),), array.dtype)
