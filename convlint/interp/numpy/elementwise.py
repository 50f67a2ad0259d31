"""Elementwise operations of NumPy on several operands: promotion, broadcasting, arithmetic, comparisons, choices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from convlint.interp.language import absent, operators
from convlint.interp.natives.registry import find, native
from convlint.interp.numpy import arrays, numbers
from convlint.interp.numpy.arrays import Array, Cell
from convlint.interp.values.numbers import NotKnown, Ratio, SymbolicBool
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
REFLECTED = {op: names[1] for op, names in operators.BINARY.items()} | dict(
    zip(COMPARISONS, ("__eq__", "__ne__", "__gt__", "__ge__", "__lt__", "__le__"), strict=True)
)
WEAK = (bool, int, float, Dim, Ratio)
Operand = tuple[Sequence[Cell], arrays.Shape, str, str]
"""The elements, their shape and dtype, and how strongly the dtype counts: "array", "scalar" or "weak"."""


def operand(vm: Vm, value: Value) -> Operand | Unknown:
    """Return an argument of an elementwise operation."""
    if isinstance(value, numbers.Scalar) and not isinstance(value, numbers.Either):
        return [value.plain()], (), value.dtype, "scalar"
    if isinstance(value, WEAK) and not isinstance(value, numbers.Scalar):
        dtype = "bool" if isinstance(value, bool) else "int64" if isinstance(value, int | Dim) else "float64"
        return [value], (), dtype, "weak"
    array = arrays.array_of(vm, value)
    if isinstance(array, Unknown):
        return Unknown(array.reason, array.place)
    values = arrays.cells(vm, array)
    if isinstance(values, Unknown):
        return Unknown(values.reason, values.place)
    return values, array.shape, array.dtype, "array" if array.shape else "scalar"


def common(vm: Vm, operands: Sequence[Operand]) -> str | Unknown:
    """Return the dtype that operands are promoted to; unknown where NumPy's versions differ."""
    strong = [one for one in operands if one[3] != "weak"] or list(operands)
    dtype = strong[0][2]
    for one in strong[1:]:
        dtype = numbers.promote(dtype, one[2])
    full = [one[2] for one in strong if one[3] == "array"]
    if full and len(full) < len(strong):
        # NumPy 1 asks for the value of what has no axes, NumPy 2 for its dtype.
        kept = full[0]
        for other in full[1:]:
            kept = numbers.promote(kept, other)
        if kept != dtype and not (kept in ("bool", "int64") and dtype in ("int64", "float64")):
            return vm.unknown("NumPy's versions differ on the dtype of the result")
    for one in operands:
        if one[3] == "weak" and one not in strong:
            value = one[0][0]
            kind = False if one[2] == "bool" else 0 if one[2] == "int64" else 0.0
            wanted = numbers.weak(dtype, kind)
            if wanted in numbers.INTEGERS and isinstance(value, int):
                low, high = numbers.INTEGERS[wanted]
                if not low <= value <= high:
                    return vm.unknown(f"a number that `numpy.{wanted}` does not hold")
            dtype = wanted
    return dtype


def binary(vm: Vm, op: str, left: Value, right: Value) -> Value:
    """Evaluate `left op right`, one of which is an array, by broadcasting."""
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return vm.unknown(f"`{op}` of an array of NumPy and a tensor")
    if isinstance(right, arrays.Sized):
        return vm.call(vm.getattr(right, REFLECTED[op]), [left])
    operands = [operand(vm, left), operand(vm, right)]
    known = [one for one in operands if not isinstance(one, Unknown)]
    if len(known) < 2:
        return next(one for one in operands if isinstance(one, Unknown))
    (first, a, _, _), (second, b, _, _) = known
    if op in ("==", "!=") and not _fit(a, b):
        return vm.unknown("a comparison of arrays of different shapes")
    dtype = "bool" if op in COMPARISONS else common(vm, known)
    if isinstance(dtype, Unknown):
        return dtype
    made = dtype if op in COMPARISONS else _checked(vm, op, dtype)
    shape = arrays.broadcast(vm, a, b)
    if arrays.count(shape) > arrays.MAX_ELEMENTS:
        return vm.unknown("an array of many elements")
    rows = list(zip(arrays.spread(first, a, shape), arrays.spread(second, b, shape), strict=True))
    if op in COMPARISONS:
        return arrays.result([vm.compare(op, x, y) for x, y in rows], shape, "bool")
    return _computed(vm, op, rows, shape, dtype, made)


def _checked(vm: Vm, op: str, dtype: str) -> str:
    """Return the dtype of the result; TypeError in the program where NumPy has no such operation."""
    try:
        return numbers.result_dtype(op, dtype)
    except numbers.NotSupported as error:
        absent.refused(vm, str(error))


def _fit(a: arrays.Shape, b: arrays.Shape) -> bool:
    return all(x == y or 1 in (x, y) for x, y in zip(reversed(a), reversed(b), strict=False))


def _computed(vm: Vm, op: str, rows: list[tuple[Cell, Cell]], shape: arrays.Shape, dtype: str, made: str) -> Value:
    within = made if dtype == "bool" and made == "int8" else dtype
    try:
        return arrays.result([element(vm, op, x, y, within, made) for x, y in rows], shape, made)
    except NotKnown as unknown:
        return vm.unknown(str(unknown))
    except numbers.NotSupported as error:
        absent.refused(vm, str(error))
    except ValueError as error:
        vm.throw(ValueError, str(error))


def element(vm: Vm, op: str, a: Cell, b: Cell, dtype: str, made: str) -> Cell:
    """Evaluate `a op b` on two elements that were promoted to `dtype`; `made` is the dtype of the result."""
    if isinstance(a, int | float) and isinstance(b, int | float):
        try:
            return numbers.arithmetic(op, numbers.cast(a, dtype), numbers.cast(b, dtype), dtype)
        except NotKnown as unknown:
            return vm.unknown(str(unknown))
    for value in (a, b):
        if isinstance(value, Unknown):
            return Unknown(value.reason, value.place)
        if isinstance(value, SymbolicBool):
            return vm.unknown("arithmetic on a symbolic truth")
    if op in ("//", "%") and b == 0:
        return vm.unknown("a division by zero")
    if op in ("//", "%") and "float" in dtype:
        return vm.unknown(f"`{op}` of a symbolic size and a float")
    return arrays.converted(vm, vm.binary(op, a, b), made)


def in_place(vm: Vm, op: str, array: Array, other: Value) -> Value:
    """Evaluate `array op= other`."""
    value = operand(vm, other)
    if isinstance(value, Unknown):
        arrays.forget(vm, array, value.reason)
        return array
    if not array.shape and array.cls is not arrays.NDARRAY:
        return binary(vm, op, array, other)
    made = binary(vm, op, array, other)
    if isinstance(made, Unknown):
        arrays.forget(vm, array, made.reason)
        return array
    kind = made.dtype if isinstance(made, Array | numbers.Scalar) else array.dtype
    shape = made.shape if isinstance(made, Array) else ()
    if shape != array.shape:
        vm.throw(ValueError, f"non-broadcastable output operand with shape {array.shape}")
    if not _same_kind(kind, array.dtype):
        absent.refused(vm, f"Cannot cast ufunc output from dtype('{kind}') to dtype('{array.dtype}')")
    values = arrays.cells(vm, made) if isinstance(made, Array) else [_bare(made)]
    assert not isinstance(values, Unknown)
    arrays.write(vm, array, range(len(values)), [arrays.converted(vm, cell, array.dtype) for cell in values])
    return array


def _same_kind(source: str, target: str) -> bool:
    order = "buif"
    return order.index(numbers.kind(source)) <= order.index(numbers.kind(target))


def _bare(value: Value) -> Cell:
    return value.plain() if isinstance(value, numbers.Scalar) else value


BINARY = {
    "add": "+", "subtract": "-", "multiply": "*", "divide": "/", "true_divide": "/", "floor_divide": "//", "mod": "%",
    "remainder": "%", "power": "**", "left_shift": "<<", "right_shift": ">>", "bitwise_and": "&", "bitwise_or": "|",
    "bitwise_xor": "^", "equal": "==", "not_equal": "!=", "less": "<", "less_equal": "<=", "greater": ">",
    "greater_equal": ">=",
}  # fmt: skip


def _register_binary(name: str, op: str) -> None:
    @native(f"numpy.{name}")
    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if len(args) != 2 or kwargs:
            return vm.unknown(f"`numpy.{name}` with options")
        return binary(vm, op, *args)


for _name, _op in BINARY.items():
    _register_binary(_name, _op)


def _register_choice(name: str, choose: Callable[[Any, Any], Any]) -> None:
    @native(f"numpy.{name}")
    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if len(args) != 2 or kwargs:
            return vm.unknown(f"`numpy.{name}` with options")
        return chosen(vm, choose, args)


def chosen(vm: Vm, choose: Callable[[Any, Any], Any], args: Sequence[Value]) -> Value:
    """Return the greater or the less of two operands, element by element."""

    def one(vm: Vm, a: Cell, b: Cell) -> Cell:
        if all(isinstance(value, int | float) for value in (a, b)):
            return a if a != a else b if b != b else choose(a, b)
        return extreme(vm, choose, [a, b])

    return together(vm, args, one)


def extreme(vm: Vm, choose: Callable[..., Any], values: Sequence[Cell]) -> Cell:
    """Return the greatest or the least element, also of symbolic ones."""
    unknown = next((value for value in values if isinstance(value, Unknown)), None)
    if unknown is not None:
        return Unknown(unknown.reason, unknown.place)
    if all(isinstance(value, int | float) for value in values):
        return next((value for value in values if value != value), None) or choose(values)
    if any(isinstance(value, SymbolicBool) for value in values):
        return vm.unknown("the greatest or least of symbolic truths")
    return vm.call(find(f"builtins.{choose.__name__}"), list(values))


def together(vm: Vm, args: Sequence[Value], function: Callable[[Vm, Cell, Cell], Cell]) -> Value:
    """Promote and broadcast two operands, and map a function over them that keeps the dtype."""
    operands = [operand(vm, value) for value in args]
    known = [one for one in operands if not isinstance(one, Unknown)]
    if len(known) < len(operands):
        return next(one for one in operands if isinstance(one, Unknown))
    dtype = common(vm, known)
    if isinstance(dtype, Unknown):
        return dtype
    shape = arrays.broadcast(vm, *(one[1] for one in known))
    if arrays.count(shape) > arrays.MAX_ELEMENTS:
        return vm.unknown("an array of many elements")
    columns = [[arrays.converted(vm, cell, dtype) for cell in arrays.spread(one[0], one[1], shape)] for one in known]
    return arrays.result([function(vm, *row) for row in zip(*columns, strict=True)], shape, dtype)


for _name, _choose in {"maximum": max, "minimum": min}.items():
    _register_choice(_name, _choose)


def limited(vm: Vm, value: Value, low: Value, high: Value) -> Value:
    """`clip`: a limit that is None does not count."""
    for limit, choose in ((low, max), (high, min)):
        if limit is not None and not isinstance(value, Unknown):
            value = chosen(vm, choose, [value, limit])
    return value


@native("numpy.clip")
def _clip(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    low, high, *_ = (*args[1:3], None, None)
    low, high = kwargs.get("a_min", low), kwargs.get("a_max", high)
    if not 1 <= len(args) <= 3 or set(kwargs) - {"a_min", "a_max"} or (low is None and high is None):
        return vm.unknown("`numpy.clip` with options")
    return limited(vm, args[0], low, high)


@native("numpy.where")
def _where(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 3 or kwargs:
        return vm.unknown("`numpy.where` that gives indices")
    condition = operand(vm, args[0])
    either = [operand(vm, value) for value in args[1:]]
    known = [one for one in either if not isinstance(one, Unknown)]
    if isinstance(condition, Unknown) or len(known) < 2:
        return next(one for one in (condition, *either) if isinstance(one, Unknown))
    dtype = common(vm, known)
    if isinstance(dtype, Unknown):
        return dtype
    shape = arrays.broadcast(vm, condition[1], known[0][1], known[1][1])
    columns = [arrays.spread(one[0], one[1], shape) for one in (condition, *known)]
    made = [_selected(vm, *row, dtype=dtype) for row in zip(*columns, strict=True)]
    return arrays.make(made, shape, dtype)


def _selected(vm: Vm, condition: Cell, yes: Cell, no: Cell, *, dtype: str) -> Cell:
    if not isinstance(condition, int | float):
        return vm.unknown("an element chosen by what is not known")
    return arrays.converted(vm, yes if condition else no, dtype)
