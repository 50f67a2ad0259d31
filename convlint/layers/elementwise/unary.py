"""Elementwise functions of one tensor: exp, sqrt, abs, neg, floor and their kin, also in place."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.naming import both, methods, tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared import constants, dtypes, enclosures
from convlint.layers.shared.axes import refuse

_FLOATING = (
    "exp", "exp2", "expm1", "log", "log1p", "log2", "log10", "sqrt", "rsqrt", "reciprocal", "sin", "cos", "tan", "asin",
    "acos", "atan", "sinh", "cosh", "asinh", "acosh", "atanh", "arcsin", "arccos", "arctan", "arcsinh", "arccosh",
    "arctanh", "erf", "erfc", "erfinv", "lgamma", "digamma", "sinc", "deg2rad", "rad2deg", "i0",
)  # fmt: skip
"""Integers become torch's default float."""
_KEEPING = ("neg", "negative", "sign", "sgn", "square", "floor", "ceil", "trunc", "fix", "conj_physical")
_MASKS = ("isnan", "isinf", "isfinite", "isposinf", "isneginf", "isreal", "signbit")
_VALUES: dict[str, Callable[[Any], Any]] = {
    "neg": operator.neg, "negative": operator.neg, "abs": abs, "square": lambda value: value * value,
}  # fmt: skip
_WHOLE: dict[str, Callable[[Any], Any]] = {
    "round": round, "floor": math.floor, "ceil": math.ceil, "trunc": math.trunc, "fix": math.trunc,
}  # fmt: skip
"""Rounding functions: exact, and monotone."""
_MONOTONE: dict[str, Callable[[Any], Any]] = {
    "exp": math.exp, "log": math.log, "log2": math.log2, "log10": math.log10, "sqrt": math.sqrt, "atan": math.atan,
    "tanh": math.tanh, "expm1": math.expm1, "log1p": math.log1p,
}  # fmt: skip


def _exponent(value: float) -> float:
    """The logarithm of a power of two, which torch computes without error; ValueError for other numbers."""
    fraction, exponent = math.frexp(value)
    if fraction != 0.5:
        raise ValueError("not a power of two")
    return exponent - 1


_EXACT: dict[str, Callable[[Any], Any]] = {"log2": _exponent}


def changed(ctx: Context, input: Tensor, dtype: str, function: Callable[[Any], Any] | None = None) -> Tensor:
    """Return a tensor of the same shape, with values where `function` computes them exactly."""
    data = None
    if function is not None and input.data is not None:
        data = constants.computed(input.shape, dtype, function, (input,), input.dtype)
    return Tensor(input.shape, dtype, data)


def _register_floating(name: str) -> None:
    @tensor_operation(*both(name))
    def floating(ctx: Context, input: Tensor) -> Tensor:
        dtype = dtypes.floating(input.dtype)
        function = _MONOTONE.get(name)
        if function is None or (input.data is None and input.bounds is None):
            return Tensor(input.shape, dtype)
        bounds = enclosures.enclosed(input.shape, dtype, function, (input,), enclosures.SLACK, _EXACT.get(name))
        return enclosures.result(input.shape, dtype, bounds)


@tensor_operation(*methods(*(f"{name}_" for name in _FLOATING)))
def floating_(ctx: Context, input: Tensor) -> Tensor:
    if dtypes.is_integral(input.dtype):
        raise Unmodelled(f"an operation in place writes floats into a tensor of {input.dtype}")
    return constants.overwritten(input)


def whole(input: Tensor, function: Callable[[Any], Any]) -> Tensor:
    """Round to whole numbers, which stay in the same dtype."""
    if dtypes.is_integral(input.dtype):
        return Tensor(input.shape, input.dtype, input.data)
    bounds = enclosures.enclosed(input.shape, input.dtype, function, (input,), 0)
    return enclosures.result(input.shape, input.dtype, bounds)


@tensor_operation(*both(*_MASKS))
def mask(ctx: Context, input: Tensor) -> Tensor:
    return Tensor(input.shape, "bool")


def _register_keeping(name: str) -> None:
    @tensor_operation(*both(name))
    def rule(ctx: Context, input: Tensor) -> Tensor:
        _no_negative_masks(name, input)
        if name in _WHOLE:
            return whole(input, _WHOLE[name])
        return changed(ctx, input, input.dtype, _VALUES.get(name))

    @tensor_operation(f"torch.Tensor.{name}_")
    def rule_in_place(ctx: Context, input: Tensor) -> Tensor:
        _no_negative_masks(name, input)
        return constants.overwritten(input)


@tensor_operation("torch.Tensor.__neg__")
def negative(ctx: Context, input: Tensor) -> Tensor:
    _no_negative_masks("neg", input)
    return changed(ctx, input, input.dtype, operator.neg)


@tensor_operation("torch.Tensor.__pos__", *both("positive"))
def positive(ctx: Context, input: Tensor) -> Tensor:
    if input.dtype == "bool":
        raise Unmodelled("`+` of a mask")
    return input


@tensor_operation(*both("abs", "absolute"), "torch.Tensor.__abs__")
def absolute(ctx: Context, input: Tensor) -> Tensor:
    if input.dtype == "bool":
        raise Unmodelled("the absolute value of a mask")
    return changed(ctx, input, dtypes.real_part(input.dtype), None if dtypes.is_complex(input.dtype) else abs)


@tensor_operation(*methods("abs_", "absolute_"))
def absolute_(ctx: Context, input: Tensor) -> Tensor:
    if input.dtype == "bool" or dtypes.is_complex(input.dtype):
        raise Unmodelled("the absolute value in place of masks or complex numbers")
    return constants.overwritten(input)


@tensor_operation(*both("angle"))
def angle(ctx: Context, input: Tensor) -> Tensor:
    return Tensor(input.shape, dtypes.floating(dtypes.real_part(input.dtype)))


@tensor_operation(*both("round"), harmless=("decimals",))
def round_(ctx: Context, input: Tensor, *, decimals: int = 0) -> Tensor:
    result = _rounded(input)
    return whole(input, round) if decimals == 0 and type(decimals) is int else result


@tensor_operation("torch.Tensor.round_", harmless=("decimals",))
def round_in_place(ctx: Context, input: Tensor, *, decimals: int = 0) -> Tensor:
    _rounded(input)
    return constants.overwritten(input)


@tensor_operation(*both("frac"))
def frac(ctx: Context, input: Tensor) -> Tensor:
    if not dtypes.is_float(input.dtype):
        raise Unmodelled("the fraction of numbers that are not floats")
    return Tensor(input.shape, input.dtype)


@tensor_operation("torch.Tensor.frac_")
def frac_(ctx: Context, input: Tensor) -> Tensor:
    frac(ctx, input)
    return constants.overwritten(input)


@tensor_operation(*both("logical_not"))
def logical_not(ctx: Context, input: Tensor) -> Tensor:
    return changed(ctx, input, "bool", operator.not_)


@tensor_operation("torch.Tensor.logical_not_")
def logical_not_(ctx: Context, input: Tensor) -> Tensor:
    return constants.overwritten(input)


@tensor_operation(*both("bitwise_not"), "torch.Tensor.__invert__")
def bitwise_not(ctx: Context, input: Tensor) -> Tensor:
    if input.dtype and not dtypes.is_integral(input.dtype):
        raise Unmodelled("`~` of floats")
    return changed(ctx, input, input.dtype, operator.not_ if input.dtype == "bool" else operator.invert)


@tensor_operation("torch.Tensor.bitwise_not_")
def bitwise_not_(ctx: Context, input: Tensor) -> Tensor:
    bitwise_not(ctx, input)
    return constants.overwritten(input)


@tensor_operation(*both("nan_to_num"), harmless=("nan", "posinf", "neginf"))
def nan_to_num(ctx: Context, input: Tensor, nan: Any = None, posinf: Any = None, neginf: Any = None) -> Tensor:
    return Tensor(input.shape, input.dtype)


@tensor_operation("torch.Tensor.nan_to_num_", harmless=("nan", "posinf", "neginf"))
def nan_to_num_(ctx: Context, input: Tensor, nan: Any = None, posinf: Any = None, neginf: Any = None) -> Tensor:
    return constants.overwritten(input)


@tensor_operation(*both("logit"), harmless=("eps",))
def logit(ctx: Context, input: Tensor, eps: Any = None) -> Tensor:
    return Tensor(input.shape, dtypes.floating(input.dtype))


@tensor_operation(*both("conj", "resolve_conj", "resolve_neg"))
def conj(ctx: Context, input: Tensor) -> Tensor:
    return constants.view(input, input.shape)


@tensor_operation("torch.real", "torch.Tensor.real")
def real(ctx: Context, input: Tensor) -> Tensor:
    return constants.view(input, input.shape) if not dtypes.is_complex(input.dtype) else _part(input)


@tensor_operation("torch.imag", "torch.Tensor.imag")
def imag(ctx: Context, input: Tensor) -> Tensor:
    if not dtypes.is_complex(input.dtype):
        raise Unmodelled("the imaginary part of numbers that may be real")
    return _part(input)


@tensor_operation("torch.view_as_real")
def view_as_real(ctx: Context, input: Tensor) -> Tensor:
    """(…) complex → (…, 2) real."""
    if not dtypes.is_complex(input.dtype):
        raise Unmodelled("`view_as_real` of numbers that may be real")
    return Tensor((*input.shape, 2), dtypes.real_part(input.dtype))


@tensor_operation("torch.view_as_complex")
def view_as_complex(ctx: Context, input: Tensor) -> Tensor:
    """(…, 2) real → (…) complex."""
    if not dtypes.is_float(input.dtype) or input.dtype == "bfloat16":
        raise Unmodelled("`view_as_complex` of numbers that are not floats")
    if not input.shape:
        refuse(RefusalKind.RANK, "`view_as_complex` does not take scalars", got=0)
    if input.shape[-1] != 2:
        if isinstance(input.shape[-1], int):
            text = f"`view_as_complex` takes a last size of 2, not {input.shape[-1]}"
            refuse(RefusalKind.SIZES, text, expected=2, got=input.shape[-1])
        raise Unmodelled("`view_as_complex` of a symbolic last size")
    return Tensor(input.shape[:-1], dtypes.complex_of(input.dtype))


def _part(input: Tensor) -> Tensor:
    return Tensor(input.shape, dtypes.real_part(input.dtype))


def _rounded(input: Tensor) -> Tensor:
    if input.dtype == "bool" or dtypes.is_complex(input.dtype):
        raise Unmodelled("rounding of masks or complex numbers")
    return Tensor(input.shape, input.dtype)


def _no_negative_masks(name: str, input: Tensor) -> None:
    """torch refuses some of these for bool or complex numbers: not said, and not computed."""
    if input.dtype == "bool" and name not in ("sign", "sgn", "conj_physical"):
        raise Unmodelled(f"`{name}` of a mask")
    if dtypes.is_complex(input.dtype) and name in ("sign", "floor", "ceil", "trunc", "fix"):
        raise Unmodelled(f"`{name}` of complex numbers")


for _name in _FLOATING:
    _register_floating(_name)
for _name in _KEEPING:
    _register_keeping(_name)
