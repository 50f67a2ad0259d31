"""Operations that reduce dimensions: sum, mean, max, argmax, std, norm, any and their kin."""

# ruff: noqa: N803 - the names are torch's own

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from convlint.layers.core.context import Context
from convlint.layers.core.naming import both, tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Shape, Tensor
from convlint.layers.elementwise.arithmetic import Kind, elementwise
from convlint.layers.elementwise.ordering import ValuesIndices
from convlint.layers.shared import constants, dtypes
from convlint.layers.shared.axes import axes, axis, refusal, refuse
from convlint.symbolic import at_least, product

Dims = int | Sequence[int] | None


class MinMax(NamedTuple):
    """What `aminmax` returns."""

    min: Tensor
    max: Tensor


def reduced(ctx: Context, shape: Shape, dim: Any, keepdim: Any, *, empty_is_all: bool = True) -> Shape:
    """Return the shape without the dimensions in `dim` (all for None), or with 1 in their place with `keepdim`.

    Refused: a dimension out of range (IndexError) or named twice (RuntimeError).
    """
    if not isinstance(keepdim, (bool, int, type(None))):
        raise Unmodelled("`keepdim` is not known")
    if dim is None or (isinstance(dim, (tuple, list)) and not dim and empty_is_all):
        gone: Sequence[int] = range(len(shape))
    elif isinstance(dim, (tuple, list)):
        gone = axes(ctx, dim, len(shape))
    else:
        gone = (axis(ctx, dim, len(shape)),)
    if keepdim:
        return tuple(1 if index in gone else size for index, size in enumerate(shape))
    return tuple(size for index, size in enumerate(shape) if index not in gone)


@tensor_operation(*both("sum", "nansum"), harmless=())
def sum_(ctx: Context, input: Tensor, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """Integers and masks are summed as int64."""
    return _added_up(ctx, input, dim, keepdim, dtype, sum)


@tensor_operation(*both("prod"), harmless=())
def prod(ctx: Context, input: Tensor, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    return _added_up(ctx, input, dim, keepdim, dtype, math.prod)


def _added_up(
    ctx: Context, input: Tensor, dim: Dims, keepdim: bool, dtype: Any, function: Callable[..., Any]
) -> Tensor:
    """A sum or product; of known integers it is exact."""
    kept = _target(dtype) if dtype is not None else "int64" if dtypes.is_integral(input.dtype) else input.dtype
    shape = reduced(ctx, input.shape, dim, keepdim)
    exact = kept == "int64" and dtypes.is_integral(input.dtype)
    return Tensor(shape, kept, _of_all(input, shape, function, kept) if exact else None)


def _of_all(
    input: Tensor, shape: Shape, function: Callable[..., Any], dtype: str
) -> tuple[constants.Number, ...] | None:
    """The value of a function of all elements of a tensor, where they are known and numbers, and nothing is left."""
    if input.data is None or any(size != 1 for size in shape) or any(math.isnan(item) for item in input.data):
        return None
    return constants.rounded([function(input.data)], dtype)


@tensor_operation(*both("mean", "nanmean"))
def mean(ctx: Context, input: Tensor, dim: Dims = None, keepdim: bool = False, *, dtype: Any = None) -> Tensor:
    """torch takes the mean of floats only."""
    kept = _target(dtype) if dtype is not None else input.dtype
    if dtypes.is_integral(kept):
        raise Unmodelled("the mean of integers")
    return Tensor(reduced(ctx, input.shape, dim, keepdim), kept)


@tensor_operation(*both("max"))
def max_(ctx: Context, input: Tensor, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    return _extreme(ctx, "max", input, dim, keepdim, other, max)


@tensor_operation(*both("min"))
def min_(ctx: Context, input: Tensor, dim: Any = None, keepdim: bool = False, *, other: Any = None) -> Any:
    return _extreme(ctx, "min", input, dim, keepdim, other, min)


@tensor_operation(*both("amax"))
def amax(ctx: Context, input: Tensor, dim: Any = (), keepdim: bool = False) -> Tensor:
    return _chosen(ctx, input, dim, keepdim, "amax", max)


@tensor_operation(*both("amin"))
def amin(ctx: Context, input: Tensor, dim: Any = (), keepdim: bool = False) -> Tensor:
    return _chosen(ctx, input, dim, keepdim, "amin", min)


def _chosen(ctx: Context, input: Tensor, dim: Any, keepdim: bool, name: str, function: Callable[..., Any]) -> Tensor:
    _need_entries(ctx, input, dim if dim != () else None, name)
    shape = reduced(ctx, input.shape, dim, keepdim)
    known = dtypes.is_integral(input.dtype) or dtypes.is_float(input.dtype)
    return Tensor(shape, input.dtype, _of_all(input, shape, function, input.dtype) if known else None)


@tensor_operation(*both("aminmax"))
def aminmax(ctx: Context, input: Tensor, *, dim: Any = None, keepdim: bool = False) -> MinMax:
    _need_entries(ctx, input, dim, "aminmax", RuntimeError)
    shape = reduced(ctx, input.shape, dim, keepdim)
    return MinMax(Tensor(shape, input.dtype), Tensor(shape, input.dtype))


@tensor_operation(*both("argmax", "argmin"))
def argmax(ctx: Context, input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    _need_entries(ctx, input, dim, "argmax")
    return Tensor(reduced(ctx, input.shape, dim, keepdim), "int64")


@tensor_operation(*both("median", "nanmedian"))
def median(ctx: Context, input: Tensor, dim: Any = None, keepdim: bool = False) -> Any:
    if dim is None:
        return Tensor((), input.dtype)
    _need_entries(ctx, input, dim, "median")
    shape = reduced(ctx, input.shape, dim, keepdim)
    return ValuesIndices(Tensor(shape, input.dtype), Tensor(shape, "int64"))


@tensor_operation(*both("mode"))
def mode(ctx: Context, input: Tensor, dim: Any = -1, keepdim: bool = False) -> ValuesIndices:
    _need_entries(ctx, input, dim, "mode")
    shape = reduced(ctx, input.shape, dim, keepdim)
    return ValuesIndices(Tensor(shape, input.dtype), Tensor(shape, "int64"))


@tensor_operation(*both("kthvalue"))
def kthvalue(ctx: Context, input: Tensor, k: int, dim: Any = -1, keepdim: bool = False) -> ValuesIndices:
    index = axis(ctx, dim, input.ndim)
    size = input.shape[index] if input.shape else 1
    if not isinstance(k, int) or k < 1:
        raise Unmodelled("`kthvalue` of an unknown rank of values")
    text = f"`kthvalue` asks for value {k} of {size} along dimension {index}"
    ctx.require(at_least(size, k), refusal(RefusalKind.SIZES, text, Exception, expected=size, got=k))
    shape = reduced(ctx, input.shape, dim, keepdim)
    return ValuesIndices(Tensor(shape, input.dtype), Tensor(shape, "int64"))


@tensor_operation(*both("any", "all"))
def any_(ctx: Context, input: Tensor, dim: Any = None, keepdim: bool = False) -> Tensor:
    if isinstance(dim, (tuple, list)) and not dim:
        raise Unmodelled("`any` over no dimensions")
    return Tensor(reduced(ctx, input.shape, dim, keepdim), "uint8" if input.dtype == "uint8" else "bool")


@tensor_operation(*both("std", "var"), harmless=("correction",))
def std(
    ctx: Context,
    input: Tensor,
    dim: Any = None,
    unbiased: Any = None,
    keepdim: bool = False,
    *,
    correction: Any = None,
) -> Tensor:
    """`std(dim, unbiased, keepdim)` or `std(unbiased)`: a lone truth value is `unbiased`."""
    return Tensor(_spread(ctx, input, dim, keepdim), dtypes.real_part(input.dtype))


@tensor_operation("torch.std_mean", "torch.var_mean", harmless=("correction",))
def std_mean(
    ctx: Context,
    input: Tensor,
    dim: Any = None,
    unbiased: Any = None,
    keepdim: bool = False,
    *,
    correction: Any = None,
) -> tuple[Tensor, Tensor]:
    shape = _spread(ctx, input, dim, keepdim)
    return Tensor(shape, dtypes.real_part(input.dtype)), Tensor(shape, input.dtype)


@tensor_operation(*both("logsumexp"))
def logsumexp(ctx: Context, input: Tensor, dim: Any, keepdim: bool = False) -> Tensor:
    return Tensor(reduced(ctx, input.shape, dim, keepdim), dtypes.floating(input.dtype))


@tensor_operation(*both("norm"), harmless=("p",))
def norm(
    ctx: Context, input: Tensor, p: Any = "fro", dim: Any = None, keepdim: bool = False, dtype: Any = None
) -> Tensor:
    return _norm(ctx, input, dim, keepdim, dtype)


@tensor_operation("torch.linalg.vector_norm", harmless=("ord",))
def vector_norm(
    ctx: Context, x: Tensor, ord: Any = 2, dim: Any = None, keepdim: bool = False, *, dtype: Any = None
) -> Tensor:
    return _norm(ctx, x, dim, keepdim, dtype)


@tensor_operation("torch.linalg.norm")
def linalg_norm(
    ctx: Context,
    A: Tensor,
    ord: Any = None,
    dim: Any = None,
    keepdim: bool = False,
    *,
    dtype: Any = None,
) -> Tensor:
    """A norm of vectors along one dimension or all, of matrices along two; `ord` without `dim` needs rank 1 or 2."""
    if ord is not None and dim is None and A.ndim not in (1, 2):
        text = f"`linalg.norm` with `ord` and no `dim` takes 1 or 2 dimensions and gets {A.ndim}"
        refuse(RefusalKind.RANK, text, expected=(1, 2), got=A.ndim)
    if isinstance(dim, (tuple, list)) and len(dim) != 1:
        raise Unmodelled("a matrix norm")
    return _norm(ctx, A, dim, keepdim, dtype)


@tensor_operation("torch.linalg.matrix_norm", harmless=("ord",))
def matrix_norm(
    ctx: Context,
    A: Tensor,
    ord: Any = "fro",
    dim: Any = (-2, -1),
    keepdim: bool = False,
    *,
    dtype: Any = None,
) -> Tensor:
    if A.ndim < 2 or not isinstance(dim, (tuple, list)) or len(dim) != 2:
        raise Unmodelled("a matrix norm of no matrix")
    return _norm(ctx, A, dim, keepdim, dtype)


@tensor_operation(*both("count_nonzero"))
def count_nonzero(ctx: Context, input: Tensor, dim: Dims = None) -> Tensor:
    return Tensor(reduced(ctx, input.shape, dim, False), "int64")


@tensor_operation(*both("quantile", "nanquantile"), harmless=("interpolation",))
def quantile(
    ctx: Context, input: Tensor, q: Any, dim: Any = None, keepdim: bool = False, *, interpolation: Any = "linear"
) -> Tensor:
    """A vector of quantiles adds its size in front."""
    if not isinstance(q, (int, float, Tensor)) or (isinstance(q, Tensor) and q.ndim > 1):
        raise Unmodelled("quantiles that are not known")
    if dtypes.is_integral(input.dtype):
        raise Unmodelled("quantiles of integers")
    _need_entries(ctx, input, None, "quantile")
    leading = q.shape if isinstance(q, Tensor) else ()
    return Tensor((*leading, *reduced(ctx, input.shape, dim, keepdim)), input.dtype)


@tensor_operation(*both("trace"))
def trace(ctx: Context, input: Tensor) -> Tensor:
    if input.ndim != 2:
        refuse(RefusalKind.RANK, f"`trace` takes a matrix and gets {input.ndim} dimensions", expected=2, got=input.ndim)
    return Tensor((), "int64" if dtypes.is_integral(input.dtype) else input.dtype)


def _extreme(
    ctx: Context, name: str, input: Tensor, dim: Any, keepdim: Any, other: Any, value: Callable[..., Any]
) -> Any:
    """`max(input)`, `max(input, dim, keepdim)` or `max(input, other)`."""
    if isinstance(dim, Tensor) or other is not None:
        return elementwise(ctx, name, Kind("same", value), input, dim if isinstance(dim, Tensor) else other)
    _need_entries(ctx, input, dim, name)
    if dim is None:
        known = input.data is not None and input.data and not any(math.isnan(item) for item in input.data)
        result = Tensor((), input.dtype)
        if known and input.data is not None:
            result.data = (value((*input.data,)),)
        return result
    if isinstance(dim, (tuple, list)):
        raise Unmodelled(f"`{name}` over several dimensions")
    shape = reduced(ctx, input.shape, dim, keepdim)
    return ValuesIndices(Tensor(shape, input.dtype), Tensor(shape, "int64"))


def _need_entries(ctx: Context, input: Tensor, dim: Any, name: str, error: type[Exception] = Exception) -> None:
    """Require that there is something to choose from: a reduced dimension that is not empty."""
    if dim is None:
        sizes: Shape = (product(input.shape),)
    else:
        dims = axes(ctx, dim if isinstance(dim, (tuple, list)) else (dim,), input.ndim)
        sizes = tuple(input.shape[index] for index in dims) if input.shape else ()
    for size in sizes:
        why = refusal(RefusalKind.SIZES, f"`{name}` reduces a dimension of size {size}", error, got=size)
        ctx.require(at_least(size, 1), why)


def _spread(ctx: Context, input: Tensor, dim: Any, keepdim: Any) -> Shape:
    if dtypes.is_integral(input.dtype):
        raise Unmodelled("the spread of integers")
    return reduced(ctx, input.shape, None if isinstance(dim, bool) else dim, keepdim)


def _norm(ctx: Context, input: Tensor, dim: Any, keepdim: Any, dtype: Any) -> Tensor:
    if dtypes.is_integral(input.dtype):
        raise Unmodelled("the norm of integers")
    shape = reduced(ctx, input.shape, dim, keepdim)
    return Tensor(shape, dtypes.real_part(_target(dtype) if dtype is not None else input.dtype))


def _target(dtype: Any) -> str:
    name = dtypes.named(dtype)
    if not name and dtype is not dtypes.UNSAID:
        raise Unmodelled("a dtype that is not known")
    return name
