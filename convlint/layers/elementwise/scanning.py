"""Operations that run along a dimension and keep it: cumsum, cumprod, cummax, diff and their kin."""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.naming import both, methods, tensor_operation
from convlint.layers.core.refusal import Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.layers.elementwise.ordering import ValuesIndices
from convlint.layers.shared import constants, dtypes
from convlint.layers.shared.axes import axis, integer, replaced
from convlint.symbolic import Verdict, at_least, maximum


@tensor_operation(*both("cumsum"))
def cumsum(ctx: Context, input: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    return _accumulated(ctx, input, dim, dtype, operator.add)


@tensor_operation(*both("cumprod"))
def cumprod(ctx: Context, input: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    return _accumulated(ctx, input, dim, dtype, operator.mul)


@tensor_operation(*methods("cumsum_", "cumprod_"))
def cumsum_(ctx: Context, input: Tensor, dim: int, *, dtype: Any = None) -> Tensor:
    axis(ctx, dim, input.ndim)
    return constants.overwritten(input)


@tensor_operation(*both("logcumsumexp"))
def logcumsumexp(ctx: Context, input: Tensor, dim: int) -> Tensor:
    axis(ctx, dim, input.ndim)
    if dtypes.is_integral(input.dtype):
        raise Unmodelled("`logcumsumexp` of integers")
    return Tensor(input.shape, input.dtype)


@tensor_operation(*both("cummax", "cummin"))
def cummax(ctx: Context, input: Tensor, dim: int) -> ValuesIndices:
    axis(ctx, dim, input.ndim)
    return ValuesIndices(Tensor(input.shape, input.dtype), Tensor(input.shape, "int64"))


@tensor_operation(*both("diff"))
def diff(ctx: Context, input: Tensor, n: int = 1, dim: int = -1, prepend: Any = None, append: Any = None) -> Tensor:
    """The size along `dim` becomes `n` less, not below 0."""
    if prepend is not None or append is not None or not input.shape:
        raise Unmodelled("`diff` of joined tensors or scalars")
    order = integer(ctx, n, "`n`")
    if order == 0:
        return Tensor(input.shape, input.dtype)
    index = axis(ctx, dim, input.ndim)
    if order < 0:
        raise Unmodelled("`diff` of a negative order")
    size = input.shape[index] - order
    fits = ctx.decide(at_least(size, 0)) is Verdict.PROVED
    data = None
    if input.data is not None and input.ndim == 1 and order == 1 and input.dtype != "bool":
        data = constants.rounded((after - before for before, after in itertools.pairwise(input.data)), input.dtype)
    return Tensor(replaced(input.shape, index, size if fits else maximum(size, 0)), input.dtype, data)


def _accumulated(ctx: Context, input: Tensor, dim: int, dtype: Any, step: Callable[[Any, Any], Any]) -> Tensor:
    """Integers and masks accumulate as int64. Values are kept for vectors of integers, which are exact."""
    axis(ctx, dim, input.ndim)
    target = dtypes.named(dtype) if dtype is not None else ""
    if dtype is not None and not target:
        raise Unmodelled("a dtype that is not known")
    kept = target or ("int64" if dtypes.is_integral(input.dtype) else input.dtype)
    data = None
    if input.data is not None and input.ndim == 1 and kept == "int64" and dtypes.is_integral(input.dtype):
        data = constants.rounded(itertools.accumulate(input.data, step), kept)
    return Tensor(input.shape, kept, data)
