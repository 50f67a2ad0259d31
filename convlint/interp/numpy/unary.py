"""Elementwise operations of NumPy on one operand: signs, roundings, and functions of real numbers."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from convlint.interp.language import absent
from convlint.interp.natives.registry import find, native
from convlint.interp.numpy import arrays, numbers
from convlint.interp.numpy.arrays import Cell
from convlint.interp.numpy.elementwise import operand
from convlint.interp.numpy.numbers import NotSupported
from convlint.interp.values.numbers import NotKnown, Ratio, SymbolicBool
from convlint.interp.values.unknown import Unknown, Value
from convlint.symbolic import Dim

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def mapped(vm: Vm, value: Value, function: Callable[[Vm, Cell], Cell], dtype: Callable[[str], str]) -> Value:
    """Map a function over the elements; `dtype` gives that of the result for that of the operand, "" if not known."""
    one = operand(vm, value)
    if isinstance(one, Unknown):
        return one
    values, shape, own, _ = one
    try:
        made = dtype(own)
    except NotSupported:
        made = ""  # an exception of a kind that hangs on the version of NumPy
    if not made:
        return vm.unknown(f"the dtype of a function of `numpy.{own}`")
    try:
        return arrays.result([_guarded(vm, function, cell, made) for cell in values], shape, made)
    except NotSupported as error:
        absent.refused(vm, str(error))


def _guarded(vm: Vm, function: Callable[[Vm, Cell], Cell], cell: Cell, dtype: str) -> Cell:
    if isinstance(cell, Unknown):
        return Unknown(cell.reason, cell.place)
    try:
        return arrays.converted(vm, function(vm, cell), dtype)
    except NotKnown as unknown:
        return vm.unknown(str(unknown))


def _register_unary(name: str, function: Callable[[Vm, Cell], Cell], dtype: Callable[[str], str], *also: str) -> None:
    @native(f"numpy.{name}", *(f"numpy.{other}" for other in also))
    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if len(args) != 1 or kwargs:
            return vm.unknown(f"`numpy.{name}` with options")
        return mapped(vm, args[0], function, dtype)


def _in_doubles(dtype: str) -> str:
    """Functions of real numbers compute integers of 32 bits and more in doubles; in less their values are not known."""
    return "float64" if dtype in ("float64", "int64", "int32", "uint32", "uint64") else ""


def _numeric(function: Callable[[Any], Any]) -> Callable[[Vm, Cell], Cell]:
    """A function of plain numbers; outside of its domain it is not known."""

    def call(vm: Vm, cell: Cell) -> Cell:
        if not isinstance(cell, int | float):
            return vm.unknown("a function of a symbolic size")
        try:
            return function(cell)
        except (ValueError, OverflowError, ZeroDivisionError):
            raise NotKnown("a function outside of its domain") from None

    return call


for _label, _real in {
    "sqrt": math.sqrt, "exp": math.exp, "log": math.log, "log2": math.log2, "log10": math.log10, "log1p": math.log1p,
    "expm1": math.expm1, "sin": math.sin, "cos": math.cos, "tan": math.tan, "tanh": math.tanh, "arctan": math.atan,
    "sinh": math.sinh, "cosh": math.cosh, "arcsin": math.asin, "arccos": math.acos,
}.items():  # fmt: skip
    _register_unary(_label, _numeric(_real), _in_doubles)
for _label, _tested in {"isnan": math.isnan, "isinf": math.isinf, "isfinite": math.isfinite}.items():
    _register_unary(_label, _numeric(_tested), lambda dtype: "bool")


def _same(dtype: str) -> str:
    return dtype


def _absolute(vm: Vm, cell: Cell) -> Cell:
    return abs(cell) if isinstance(cell, int | float) else vm.call(find("builtins.abs"), [cell])


def _sign(value: float) -> float:
    return value if value != value else (value > 0) - (value < 0)


def _no_bool(name: str) -> Callable[[str], str]:
    def dtype(own: str) -> str:
        if own == "bool":
            raise NotSupported(f"numpy boolean {name} is not supported")
        return own

    return dtype


def numbered(name: str) -> Callable[[str], str]:
    """The dtype of functions that NumPy does not have for truths."""
    return lambda own: "" if own == "bool" else own


def negated(vm: Vm, value: Value) -> Value:
    def one(vm: Vm, cell: Cell) -> Cell:
        return -cell if isinstance(cell, int | float) else vm.unary("-", cell)

    return mapped(vm, value, one, _no_bool("negative"))


def same(vm: Vm, value: Value) -> Value:
    """`+array`."""
    return mapped(vm, value, lambda vm, cell: cell, _no_bool("positive"))


def inverted(vm: Vm, value: Value) -> Value:
    """`~array`: truths are negated, integers too, bit by bit."""

    def one(vm: Vm, cell: Cell) -> Cell:
        if isinstance(cell, bool):
            return not cell
        if isinstance(cell, SymbolicBool):
            return vm.unary("not", cell)
        return ~cell if isinstance(cell, int) else vm.unary("~", cell)

    def dtype(own: str) -> str:
        if numbers.kind(own) == "f":
            raise NotSupported("ufunc 'invert' not supported for the input types")
        return "" if numbers.kind(own) == "u" else own

    return mapped(vm, value, one, dtype)


_register_unary("abs", _absolute, _same, "absolute")
_register_unary("sign", _numeric(_sign), numbered("sign"))
_register_unary(
    "square", lambda vm, cell: vm.binary("*", cell, cell), lambda own: own if own in numbers.EXACT[1:] else ""
)


@native("numpy.negative")
def _negative(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return negated(vm, args[0]) if len(args) == 1 and not kwargs else vm.unknown("`numpy.negative` with options")


@native("numpy.logical_not")
def _logical_not(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 1 or kwargs:
        return vm.unknown("`numpy.logical_not` with options")
    truths = mapped(vm, args[0], truth_of, lambda own: "bool")
    return truths if isinstance(truths, Unknown) else inverted(vm, truths)


def truth_of(vm: Vm, cell: Cell) -> Cell:
    """Return the truth of an element, symbolic where it hangs on sizes."""
    return vm.compare("!=", cell, 0) if not isinstance(cell, SymbolicBool) else cell


# --- rounding -------------------------------------------------------------------------------------------


def whole(vm: Vm, value: Value, function: Callable[[float], int], symbolic: Callable[[Vm, Cell], Cell]) -> Value:
    """Round to whole numbers, which stay floats. NumPy 2.1 and later leave integers what they are."""

    def one(vm: Vm, cell: Cell) -> Cell:
        if isinstance(cell, int | float):
            return math.copysign(function(cell), cell) if math.isfinite(cell) else cell
        return symbolic(vm, cell)

    given = operand(vm, value)
    if isinstance(given, Unknown):
        return given
    if numbers.kind(given[2]) == "f":
        return mapped(vm, value, one, _same)
    if given[1] or not isinstance(given[0][0], int):
        return vm.unknown("NumPy's versions differ on the dtype of rounded integers")
    return numbers.Either(given[0][0])


def _floor(vm: Vm, cell: Cell) -> Cell:
    return arrays.symbolic_quotient(cell.numerator // cell.denominator, 1)


def _ceil(vm: Vm, cell: Cell) -> Cell:
    return arrays.symbolic_quotient(-(-cell.numerator // cell.denominator), 1)


def _nearest(vm: Vm, cell: Cell) -> Cell:
    made = vm.call(find("builtins.round"), [cell])
    return Ratio(made, 1) if isinstance(made, Dim) else made


def _register_whole(name: str, function: Callable[[float], int], symbolic: Callable[[Vm, Cell], Cell]) -> None:
    @native(f"numpy.{name}")
    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if len(args) != 1 or kwargs:
            return vm.unknown(f"`numpy.{name}` with options")
        return whole(vm, args[0], function, symbolic)


_register_whole("floor", math.floor, _floor)
_register_whole("ceil", math.ceil, _ceil)
_register_whole("trunc", math.trunc, lambda vm, cell: arrays.converted(vm, vm.call(int, [cell]), "float64"))


@native("numpy.rint")
def _rint(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Integers become floats, in every version."""
    if len(args) != 1 or kwargs:
        return vm.unknown("`numpy.rint` with options")
    return rounded(vm, args[0], 0, lambda dtype: dtype if numbers.kind(dtype) == "f" else _in_doubles(dtype))


def rounded(vm: Vm, value: Value, decimals: int, dtype: Callable[[str], str]) -> Value:
    """Round to the nearest, halves to even; with decimals as NumPy does, by a power of ten and back."""
    scale = 10.0**decimals

    def one(vm: Vm, cell: Cell) -> Cell:
        if isinstance(cell, int):
            return cell
        if isinstance(cell, float):
            scaled = cell * scale if decimals else cell
            made = math.copysign(round(scaled), scaled) if math.isfinite(scaled) else scaled
            return made / scale if decimals else made
        return vm.unknown("a symbolic size rounded to decimals") if decimals else _nearest(vm, cell)

    return mapped(vm, value, one, dtype)


@native("numpy.round", "numpy.around")
def _round(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    decimals = args[1] if len(args) > 1 else kwargs.get("decimals", 0)
    if not 1 <= len(args) <= 2 or set(kwargs) - {"decimals"} or not isinstance(decimals, int) or not 0 <= decimals < 20:
        return vm.unknown("`numpy.round` with options")
    return rounded(vm, args[0], decimals, lambda own: own if own in numbers.EXACT[1:] else "")
