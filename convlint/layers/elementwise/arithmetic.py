"""Elementwise arithmetic, comparison and logic of two operands, as functions, methods and operators, also in place."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from msgspec import Struct

from convlint.layers.core.context import Context
from convlint.layers.core.naming import both, methods, tensor_operation
from convlint.layers.core.refusal import Unmodelled
from convlint.layers.core.tensor import Shape, Tensor
from convlint.layers.shared import constants, dtypes, enclosures
from convlint.layers.shared.broadcasting import broadcast, broadcast_to
from convlint.symbolic import Dim

Operand = Tensor | int | float | complex | Dim


class Kind(Struct, frozen=True):
    """What an elementwise function of two operands does to dtypes: "same" promotes, "float" turns integers into
    floats, "bool" compares, "bits" takes no floats, "minus" and "whole" no masks. `value` computes one element, where
    that is exact."""

    result: str
    value: Callable[[Any, Any], Any] | None = None
    bounded: Callable[[Any, Any], Any] | None = None
    """The same where it need not be exact: monotone in each operand, and an error where it is not."""


def operand(value: Any) -> Operand:
    """Return a tensor or number; anything else has no known meaning here."""
    if isinstance(value, (Tensor, int, float, complex, Dim)):
        return value
    raise Unmodelled("an operand that is neither a known tensor nor a number")


def elementwise(ctx: Context, name: str, kind: Kind, first: Any, second: Any, exact: bool = True) -> Tensor:
    """Broadcast two operands, at least one of them a tensor.

    `exact` is False when further arguments change the values. Refused: sizes that do not broadcast (RuntimeError).
    """
    left, right = operand(first), operand(second)
    shape = broadcast(ctx, [side.shape for side in (left, right) if isinstance(side, Tensor)], name)
    common = dtypes.result_type(left, right)
    dtype = _result_dtype(name, kind, common, (left, right))
    if exact and kind.bounded is not None and common == dtype:
        return _enclosed(kind, shape, dtype, left, right)
    return Tensor(shape, dtype, _values(kind, shape, dtype, common, left, right) if exact else None)


def in_place(ctx: Context, name: str, kind: Kind, input: Tensor, other: Any, exact: bool = True) -> Tensor:
    """Write the result into `input`, whose shape and dtype stay: it cannot grow, nor hold a higher kind of number."""
    right = operand(other)
    if isinstance(right, Tensor):
        broadcast_to(ctx, right.shape, input.shape, name)
    common = dtypes.result_type(input, right)
    dtype = _result_dtype(name, kind, common, (input, right))
    if not dtypes.castable(dtype, input.dtype):
        raise Unmodelled(f"`{name}` of {dtype} values written into a tensor of {input.dtype}")
    values = _values(kind, input.shape, dtype, common, input, right) if exact else None
    return constants.overwritten(input, None if values is None else constants.rounded(values, input.dtype))


def _result_dtype(name: str, kind: Kind, common: str, operands: tuple[Operand, Operand]) -> str:
    if kind.result == "bool":
        return "bool"
    if kind.result == "float":
        return dtypes.floating(common)
    if kind.result == "bits" and (dtypes.is_float(common) or dtypes.is_complex(common)):
        raise Unmodelled(f"`{name}` of floats")
    if kind.result == "whole" and common == "bool":
        raise Unmodelled(f"`{name}` of masks")
    if kind.result == "minus" and any(_is_mask(side) for side in operands):
        raise Unmodelled(f"`{name}` of a mask")
    return common


def _is_mask(side: Operand) -> bool:
    return isinstance(side, bool) or (isinstance(side, Tensor) and side.dtype == "bool")


def _values(kind: Kind, shape: Shape, dtype: str, common: str, left: Operand, right: Operand) -> Any:
    if kind.value is None or not any(isinstance(side, Tensor) and side.data is not None for side in (left, right)):
        return None
    compute_in = dtype if kind.result == "float" else common
    return constants.computed(shape, dtype, kind.value, (left, right), compute_in)


def _enclosed(kind: Kind, shape: Shape, dtype: str, left: Operand, right: Operand) -> Tensor:
    """The values where they are exact, or else what they lie between."""
    values = _values(kind, shape, dtype, dtype, left, right)
    known = any(isinstance(side, Tensor) and (side.bounds or side.data is not None) for side in (left, right))
    if values is not None or not known or kind.bounded is None:
        return Tensor(shape, dtype, values)
    bounds = enclosures.enclosed(shape, dtype, kind.bounded, (left, right), enclosures.SLACK, kind.value)
    return enclosures.result(shape, dtype, bounds)


def _power(base: Any, exponent: Any) -> Any:
    """Powers that torch computes by multiplication, exactly in integers, or to the given number itself."""
    if exponent in (0, 1, 2) or (isinstance(base, int) and isinstance(exponent, int) and 0 <= exponent <= 64):
        return base**exponent
    raise ValueError("not computed exactly")


def _positive_power(base: Any, exponent: Any) -> Any:
    if base <= 0:
        raise ValueError("not monotone")
    return base**exponent


def _positive_quotient(a: Any, b: Any) -> Any:
    if b <= 0:
        raise ValueError("not monotone")
    return a / b


def _whole(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """Only integers: torch computes floor division and remainders of floats in several roundings."""

    def compute(a: Any, b: Any) -> Any:
        if isinstance(a, float) or isinstance(b, float):
            raise ValueError("not computed exactly")
        return operation(a, b)

    return compute


_SAME, _BITS, _BOOL, _FLOAT = Kind("same"), Kind("bits"), Kind("bool"), Kind("float")
_ADD, _SUB = Kind("same", operator.add, operator.add), Kind("minus", operator.sub, operator.sub)
_MUL, _DIV = Kind("same", operator.mul, operator.mul), Kind("float", operator.truediv, _positive_quotient)
_POW, _FLOOR_DIV = Kind("whole", _power, _positive_power), Kind("whole", _whole(operator.floordiv))
_MOD = Kind("whole", _whole(operator.mod))
_LOGIC = {"and": lambda a, b: bool(a) and bool(b), "or": lambda a, b: bool(a) or bool(b)}

_FUNCTIONS: dict[str, Kind] = {
    "mul": _MUL, "multiply": _MUL, "pow": _POW, "floor_divide": _FLOOR_DIV, "remainder": _MOD, "fmod": Kind("whole"),
    "true_divide": _DIV, "maximum": Kind("same", max), "minimum": Kind("same", min), "fmax": _SAME, "fmin": _SAME,
    "bitwise_and": _BITS, "bitwise_or": _BITS, "bitwise_xor": _BITS, "bitwise_left_shift": _BITS,
    "bitwise_right_shift": _BITS, "gcd": _BITS, "lcm": _BITS, "copysign": _FLOAT, "atan2": _FLOAT, "arctan2": _FLOAT,
    "hypot": _SAME, "logaddexp": _FLOAT, "logaddexp2": _FLOAT, "nextafter": _SAME, "xlogy": _FLOAT, "ldexp": _FLOAT,
    "heaviside": _SAME,
    "logical_and": Kind("bool", _LOGIC["and"]), "logical_or": Kind("bool", _LOGIC["or"]), "logical_xor": _BOOL,
}  # fmt: skip
_COMPARISONS: dict[str, tuple[tuple[str, ...], Callable[[Any, Any], Any]]] = {
    "__eq__": (("eq",), operator.eq),
    "__ne__": (("ne", "not_equal"), operator.ne),
    "__lt__": (("lt", "less"), operator.lt),
    "__le__": (("le", "less_equal"), operator.le),
    "__gt__": (("gt", "greater"), operator.gt),
    "__ge__": (("ge", "greater_equal"), operator.ge),
}
_WITH_ALPHA = {"add": _ADD, "sub": _SUB, "subtract": _SUB}
_OPERATORS: dict[str, Kind] = {
    "add": _ADD, "sub": _SUB, "mul": _MUL, "truediv": _DIV, "floordiv": _FLOOR_DIV, "mod": _MOD, "pow": _POW,
    "and": _BITS, "or": _BITS, "xor": _BITS, "lshift": _BITS, "rshift": _BITS,
}  # fmt: skip
_NOT_IN_PLACE = frozenset({"maximum", "minimum", "fmax", "fmin", "logaddexp", "logaddexp2"})


def _register_function(name: str, kind: Kind) -> None:
    @tensor_operation(*both(name))
    def rule(ctx: Context, input: Any, other: Any) -> Tensor:
        return elementwise(ctx, name, kind, input, other)

    if name not in _NOT_IN_PLACE:

        @tensor_operation(f"torch.Tensor.{name}_")
        def rule_in_place(ctx: Context, input: Tensor, other: Any) -> Tensor:
            return in_place(ctx, f"{name}_", kind, input, other)


def _register_with_alpha(name: str, kind: Kind) -> None:
    @tensor_operation(*both(name), harmless=("alpha",))
    def rule(ctx: Context, input: Any, other: Any, *, alpha: Any = 1) -> Tensor:
        return elementwise(ctx, name, kind, input, other, alpha == 1)

    @tensor_operation(f"torch.Tensor.{name}_", harmless=("alpha",))
    def rule_in_place(ctx: Context, input: Tensor, other: Any, *, alpha: Any = 1) -> Tensor:
        return in_place(ctx, f"{name}_", kind, input, other, alpha == 1)


def _register_operator(name: str, kind: Kind) -> None:
    @tensor_operation(f"torch.Tensor.__{name}__")
    def plain(ctx: Context, input: Tensor, other: Any) -> Tensor:
        return elementwise(ctx, f"__{name}__", kind, input, other)

    @tensor_operation(f"torch.Tensor.__r{name}__")
    def reflected(ctx: Context, input: Tensor, other: Any) -> Tensor:
        if name == "truediv":  # torch multiplies by the reciprocal, which rounds twice
            return elementwise(ctx, "__rtruediv__", _MUL, elementwise(ctx, "__rtruediv__", _DIV, 1, input), other)
        return elementwise(ctx, f"__r{name}__", kind, other, input)

    @tensor_operation(f"torch.Tensor.__i{name}__")
    def augmented(ctx: Context, input: Tensor, other: Any) -> Tensor:
        return in_place(ctx, f"__i{name}__", kind, input, other)


def _register_comparison(operator_name: str, names: tuple[str, ...], compare: Callable[[Any, Any], Any]) -> None:
    kind = Kind("bool", compare)

    @tensor_operation(*both(*names), f"torch.Tensor.{operator_name}")
    def rule(ctx: Context, input: Any, other: Any) -> Tensor:
        return elementwise(ctx, names[0], kind, input, other)

    @tensor_operation(*methods(*(f"{name}_" for name in names)))
    def rule_in_place(ctx: Context, input: Tensor, other: Any) -> Tensor:
        return in_place(ctx, f"{names[0]}_", kind, input, other)


@tensor_operation(*both("div", "divide"))
def div(ctx: Context, input: Any, other: Any, *, rounding_mode: Any = None) -> Tensor:
    return elementwise(ctx, "div", _DIV if rounding_mode is None else _SAME, input, other)


@tensor_operation(*methods("div_", "divide_"))
def div_(ctx: Context, input: Tensor, other: Any, *, rounding_mode: Any = None) -> Tensor:
    return in_place(ctx, "div_", _DIV if rounding_mode is None else _SAME, input, other)


@tensor_operation("torch.rsub", harmless=("alpha",))
def rsub(ctx: Context, input: Any, other: Any, *, alpha: Any = 1) -> Tensor:
    return elementwise(ctx, "rsub", _SUB, other, input, alpha == 1)


@tensor_operation(*both("float_power"))
def float_power(ctx: Context, input: Any, exponent: Any) -> Tensor:
    result = elementwise(ctx, "float_power", _SAME, input, exponent)
    return Tensor(result.shape, "complex128" if dtypes.is_complex(result.dtype) else "float64" if result.dtype else "")


@tensor_operation(*both("isclose"), harmless=("rtol", "atol", "equal_nan"))
def isclose(
    ctx: Context, input: Tensor, other: Tensor, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False
) -> Tensor:
    return elementwise(ctx, "isclose", _BOOL, input, other)


@tensor_operation(*both("allclose", "equal"))
def allclose(ctx: Context, input: Tensor, other: Tensor, *rest: Any, **named: Any) -> bool:
    raise Unmodelled("whether the values of tensors are equal")


def _register_all() -> None:
    for name, kind in _FUNCTIONS.items():
        if name != "pow":
            _register_function(name, kind)
    for name, kind in _WITH_ALPHA.items():
        _register_with_alpha(name, kind)
    for name, kind in _OPERATORS.items():
        _register_operator(name, kind)
    for name, (names, compare) in _COMPARISONS.items():
        _register_comparison(name, names, compare)


@tensor_operation(*both("pow"))
def power(ctx: Context, input: Any, exponent: Any) -> Tensor:
    """A negative exponent of integers is refused by torch, whatever the shapes."""
    result = elementwise(ctx, "pow", _POW, input, exponent)
    _no_negative_powers(result.dtype, exponent)
    return result


@tensor_operation("torch.Tensor.pow_")
def power_(ctx: Context, input: Tensor, exponent: Any) -> Tensor:
    _no_negative_powers(input.dtype, exponent)
    return in_place(ctx, "pow_", _POW, input, exponent)


def _no_negative_powers(dtype: str, exponent: Any) -> None:
    if dtypes.is_integral(dtype) and isinstance(exponent, int) and exponent < 0:
        raise Unmodelled("a negative power of integers")


_register_all()
