"""Reductions of NumPy's arrays over all or some axes, cumulative ones, and what depends on the order of elements."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from convlint.interp.natives.registry import native
from convlint.interp.numpy import arrays, numbers
from convlint.interp.numpy.arrays import Array, Cell
from convlint.interp.numpy.elementwise import element, extreme
from convlint.interp.numpy.unary import truth_of
from convlint.interp.values.numbers import NotKnown, SymbolicBool
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.shared import constants
from convlint.symbolic import all_of, negation

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

Reduce = Callable[["Vm", list[Cell], str], Cell]
"""Makes one element of several; the dtype is that of the result."""
FEW = 8
"""Fewer floats than these are added in order; more in an order that hangs on the machine."""


def _accumulated(dtype: str) -> str:
    """Sums and products of small integers are made in the largest."""
    return "int64" if dtype == "bool" or numbers.kind(dtype) == "i" else "uint64" if dtype.startswith("u") else dtype


def _folded(op: str, start: int) -> Reduce:
    def reduce(vm: Vm, values: list[Cell], dtype: str) -> Cell:
        if "float" in dtype and len(values) >= FEW and not _any_order(op, values, dtype):
            return vm.unknown("the order in which NumPy adds up many floats")
        total = arrays.converted(vm, values[0] if values else start, dtype)
        for value in values[1:]:
            total = element(vm, op, total, arrays.converted(vm, value, dtype), dtype, dtype)
        return total

    return reduce


def _any_order(op: str, values: list[Cell], dtype: str) -> bool:
    """Whether floats can be added or multiplied in any order without a rounding."""
    bits = 53 if dtype == "float64" else 24
    if not all(isinstance(value, int | float) and math.isfinite(value) for value in values):
        return False
    scaled = [value * 1024.0 for value in values] if op == "+" else values
    if not all(float(value).is_integer() for value in scaled):
        return False
    size = sum(map(abs, scaled)) if op == "+" else math.prod(max(abs(int(value)), 1) for value in scaled)
    return bool(size < 2**bits)


def _mean(vm: Vm, values: list[Cell], dtype: str) -> Cell:
    if not values:
        return math.nan
    total = SUM(vm, values, dtype)
    return element(vm, "/", total, len(values), dtype, dtype)


def _extreme(choose: Callable[..., Any]) -> Reduce:
    def reduce(vm: Vm, values: list[Cell], dtype: str) -> Cell:
        if not values:
            vm.throw(ValueError, "zero-size array to reduction operation which has no identity")
        return extreme(vm, choose, values)

    return reduce


def _every(vm: Vm, values: list[Cell], dtype: str) -> Cell:
    """Whether all are true; a condition on sizes where it hangs on them."""
    truths = [vm.compare("!=", cell, 0) if isinstance(cell, int | float) else truth_of(vm, cell) for cell in values]
    if any(truth is False for truth in truths):
        return False
    unknown = next((truth for truth in truths if isinstance(truth, Unknown)), None)
    if unknown is not None:
        return Unknown(unknown.reason, unknown.place)
    conditions = [truth.condition for truth in truths if isinstance(truth, SymbolicBool)]
    return SymbolicBool(all_of(*conditions)) if conditions else True


def _some(vm: Vm, values: list[Cell], dtype: str) -> Cell:
    opposite: list[Cell] = []
    for cell in values:
        truth = truth_of(vm, cell)
        opposite.append(SymbolicBool(negation(truth.condition)) if isinstance(truth, SymbolicBool) else truth)
    flipped = [not cell if isinstance(cell, bool) else cell for cell in opposite]
    none = _every(vm, flipped, dtype)
    return SymbolicBool(negation(none.condition)) if isinstance(none, SymbolicBool) else _not(none)


def _not(value: Cell) -> Cell:
    return not value if isinstance(value, bool) else value


SUM, PRODUCT = _folded("+", 0), _folded("*", 1)
REDUCTIONS: dict[str, tuple[Reduce, Callable[[str], str]]] = {
    "sum": (SUM, _accumulated),
    "prod": (PRODUCT, _accumulated),
    "max": (_extreme(max), lambda dtype: dtype),
    "min": (_extreme(min), lambda dtype: dtype),
    "mean": (_mean, lambda dtype: dtype if numbers.kind(dtype) == "f" else "float64"),
    "all": (_every, lambda dtype: "bool"),
    "any": (_some, lambda dtype: "bool"),
}


def reduced(vm: Vm, name: str, value: Value, args: Sequence[Value], kwargs: dict[str, Value]) -> Value:
    """Reduce over `axis`; other options than `axis` and `keepdims` are not modelled."""
    axis = args[0] if args else kwargs.get("axis")
    keep = kwargs.get("keepdims", False)
    others = {key for key, option in kwargs.items() if key not in ("axis", "keepdims") and option is not None}
    array = arrays.array_of(vm, value)
    if isinstance(array, Unknown):
        return Unknown(array.reason, array.place)
    if axis is not None and not array.shape:
        return vm.unknown(f"`{name}` over an axis of what has none")
    axes = _axes(vm, axis, len(array.shape))
    if len(args) > 1 or others or not isinstance(keep, bool) or axes is None:
        return vm.unknown(f"`{name}` of an array with options")
    values = arrays.cells(vm, array)
    if isinstance(values, Unknown):
        return values
    reduce, dtype = REDUCTIONS[name]
    made = dtype(array.dtype)
    kept = tuple(1 if place in axes else size for place, size in enumerate(array.shape))
    groups: list[list[Cell]] = [[] for _ in range(arrays.count(kept))]
    strides = constants.broadcast_positions(kept, array.shape)
    for position, group in enumerate(strides):
        groups[group].append(values[position])
    shape = kept if keep else tuple(size for place, size in enumerate(array.shape) if place not in axes)
    try:
        return arrays.result([reduce(vm, group, made) for group in groups], shape, made)
    except NotKnown as unknown:
        return vm.unknown(str(unknown))


def _axes(vm: Vm, axis: Value, ndim: int) -> set[int] | None:
    if axis is None:
        return set(range(ndim))
    listed = axis if isinstance(axis, tuple) else (axis,)
    if not all(isinstance(one, int) and not isinstance(one, bool) for one in listed):
        return None
    places = [arrays.axis_of(vm, one, ndim) for one in listed]
    if len(set(places)) != len(places):
        vm.throw(ValueError, "duplicate value in 'axis'")
    return set(places)


def _register(name: str, *labels: str) -> None:
    @native(*(f"numpy.{label}" for label in labels))
    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if not args:
            return vm.unknown(f"`numpy.{name}` of a named argument")
        sizes = args[0]
        if name in ("sum", "prod") and len(args) == 1 and not kwargs and isinstance(sizes, list | tuple):
            return _of_sizes(vm, name, sizes)
        return reduced(vm, name, sizes, args[1:], kwargs)


def _of_sizes(vm: Vm, name: str, sizes: list[Value] | tuple[Value, ...]) -> Value:
    """A sum or product of sizes, some of which may be arguments that nobody gives."""
    symbols = {id(size): vm.as_size(size) for size in sizes if isinstance(size, Unknown)}
    if not symbols or None in symbols.values() or vm.taint_of(sizes) is not None:
        return reduced(vm, name, sizes, [], {})
    return reduced(vm, name, [symbols.get(id(size), size) for size in sizes], [], {})


for _name, _labels in {
    "sum": ("sum",), "prod": ("prod",), "max": ("max", "amax"), "min": ("min", "amin"), "mean": ("mean",),
    "all": ("all",), "any": ("any",),
}.items():  # fmt: skip
    _register(_name, *_labels)


# --- cumulative -----------------------------------------------------------------------------------------

CUMULATIVE = {"cumsum": "+", "cumprod": "*"}


def cumulated(vm: Vm, name: str, value: Value, args: Sequence[Value], kwargs: dict[str, Value]) -> Value:
    """Return the running sums or products, along an axis or of all elements in order."""
    axis = args[0] if args else kwargs.get("axis")
    array = arrays.array_of(vm, value)
    if isinstance(array, Unknown):
        return Unknown(array.reason, array.place)
    known = axis is None or (isinstance(axis, int) and not isinstance(axis, bool) and bool(array.shape))
    if len(args) > 1 or set(kwargs) - {"axis"} or not known:
        return vm.unknown(f"`{name}` of an array with options")
    values = arrays.cells(vm, array)
    if isinstance(values, Unknown):
        return values
    shape = (len(values),) if axis is None else array.shape
    axis = 0 if axis is None else arrays.axis_of(vm, axis, len(shape))
    dtype = _accumulated(array.dtype)
    made: list[Cell] = list(values)
    for line in arrays.lines(shape, axis):
        total: Cell = None
        for position in line:
            cell = arrays.converted(vm, values[position], dtype)
            total = cell if total is None else element(vm, CUMULATIVE[name], total, cell, dtype, dtype)
            made[position] = total
    return arrays.make(made, shape, dtype)


# --- the order of elements ------------------------------------------------------------------------------


def _ordered(vm: Vm, name: str, array: Array) -> list[Any] | Unknown:
    """Return the elements, if they can be put in order."""
    values = arrays.cells(vm, array)
    if isinstance(values, Unknown):
        return values
    if not all(isinstance(value, int | float) and value == value for value in values):
        return vm.unknown(f"`{name}` of elements that are not known")
    return values


def placed(vm: Vm, name: str, value: Value, args: Sequence[Value], kwargs: dict[str, Value]) -> Value:
    """`argmax` and `argmin`: the place of the first of the greatest or least elements."""
    axis = args[0] if args else kwargs.get("axis")
    array = arrays.array_of(vm, value)
    values = array if isinstance(array, Unknown) else _ordered(vm, name, array)
    if isinstance(array, Unknown) or isinstance(values, Unknown):
        return Unknown(f"`{name}` of elements that are not known", vm.place())
    known = axis is None or (isinstance(axis, int) and not isinstance(axis, bool) and bool(array.shape))
    if len(args) > 1 or set(kwargs) - {"axis"} or not known:
        return vm.unknown(f"`{name}` of an array with options")
    if not values:
        vm.throw(ValueError, f"attempt to get {name} of an empty sequence")
    shape = (len(values),) if axis is None else array.shape
    axis = 0 if axis is None else arrays.axis_of(vm, axis, len(shape))
    choose = max if name == "argmax" else min
    found = []
    for line in arrays.lines(shape, axis):
        along = [values[position] for position in line]
        found.append(along.index(choose(along)))
    return arrays.result(found, tuple(size for place, size in enumerate(shape) if place != axis), "int64")


def sorted_(vm: Vm, name: str, value: Value, args: Sequence[Value], kwargs: dict[str, Value]) -> Value:
    """`sort` and `argsort` along an axis; the places of equal elements hang on how NumPy sorts."""
    axis = args[0] if args else kwargs.get("axis", -1)
    array = arrays.array_of(vm, value)
    values = array if isinstance(array, Unknown) else _ordered(vm, name, array)
    if isinstance(array, Unknown) or isinstance(values, Unknown):
        return Unknown(f"`{name}` of elements that are not known", vm.place())
    stable = kwargs.get("kind") in ("stable", "mergesort") or kwargs.get("stable") is True
    if len(args) > 1 or set(kwargs) - {"axis", "kind", "stable"} or not isinstance(axis, int) or not array.shape:
        return vm.unknown(f"`{name}` of an array with options")
    axis = arrays.axis_of(vm, axis, len(array.shape))
    made: list[Cell] = list(values)
    for line in arrays.lines(array.shape, axis):
        order = sorted(range(len(line)), key=lambda place: values[line[place]])
        if name == "argsort" and not stable and len({values[position] for position in line}) < len(line):
            return vm.unknown("the order of equal elements")
        for position, place in zip(line, order, strict=True):
            made[position] = place if name == "argsort" else values[line[place]]
    return arrays.make(made, array.shape, "int64" if name == "argsort" else array.dtype)


def _register_with(function: Callable[..., Value], *names: str) -> None:
    for name in names:

        def call(vm: Vm, args: list[Value], kwargs: dict[str, Value], name: str = name) -> Value:
            return function(vm, name, args[0], args[1:], kwargs)

        native(f"numpy.{name}")(call)


_register_with(cumulated, *CUMULATIVE)
_register_with(placed, "argmax", "argmin")
_register_with(sorted_, "sort", "argsort")


@native("numpy.unique")
def _unique(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 1 or kwargs:
        return vm.unknown("`numpy.unique` with options")
    array = arrays.array_of(vm, args[0])
    values = array if isinstance(array, Unknown) else _ordered(vm, "unique", array)
    if isinstance(array, Unknown) or isinstance(values, Unknown):
        return Unknown("`numpy.unique` of elements that are not known", vm.place())
    found = sorted(set(values))
    return arrays.make(found, (len(found),), array.dtype)
