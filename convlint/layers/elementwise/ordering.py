"""Operations that order or count elements, or keep a part of a matrix: sort, topk, unique, tril, diag and their kin."""

from __future__ import annotations

from typing import Any, NamedTuple

from convlint.layers.core.context import Context
from convlint.layers.core.naming import both, methods, tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared import constants
from convlint.layers.shared.axes import axis, integer, refusal, refuse, replaced, shown, size_of
from convlint.symbolic import Size, Verdict, all_of, at_least, maximum, minimum


class ValuesIndices(NamedTuple):
    """What `sort`, `topk`, `max` along a dimension and their kin return."""

    values: Tensor
    indices: Tensor


@tensor_operation(*both("sort"), harmless=("descending", "stable"))
def sort(
    ctx: Context, input: Tensor, dim: int = -1, descending: bool = False, *, stable: bool = False
) -> ValuesIndices:
    axis(ctx, dim, input.ndim)
    return ValuesIndices(Tensor(input.shape, input.dtype), Tensor(input.shape, "int64"))


@tensor_operation(*both("argsort"), harmless=("descending", "stable"))
def argsort(ctx: Context, input: Tensor, dim: int = -1, descending: bool = False, *, stable: bool = False) -> Tensor:
    axis(ctx, dim, input.ndim)
    return Tensor(input.shape, "int64")


@tensor_operation(*both("msort"))
def msort(ctx: Context, input: Tensor) -> Tensor:
    return Tensor(input.shape, input.dtype)


@tensor_operation(*both("topk"), harmless=("largest", "sorted"))
def topk(
    ctx: Context, input: Tensor, k: Size, dim: int = -1, largest: bool = True, sorted: bool = True
) -> ValuesIndices:
    """The size along `dim` becomes k, which may not exceed it."""
    place, count = axis(ctx, dim, input.ndim), size_of(ctx, k)
    size = input.shape[place] if input.shape else 1
    text = f"`topk` takes {count} of the size {size} at dimension {place}"
    ctx.require(
        all_of(at_least(count, 0), at_least(size, count)),
        refusal(RefusalKind.SIZES, text, expected=size, got=count, dim=place),
    )
    shape = replaced(input.shape, place, count) if input.shape else ()
    return ValuesIndices(Tensor(shape, input.dtype), Tensor(shape, "int64"))


@tensor_operation(*both("unique"), harmless=("sorted",))
def unique(
    ctx: Context,
    input: Tensor,
    sorted: bool = True,
    return_inverse: bool = False,
    return_counts: bool = False,
    dim: Any = None,
) -> Any:
    """As many values as differ; along `dim`, as many slices. Inverse and counts follow where they are asked for."""
    distinct = None if dim is not None else _distinct(input)
    count = ctx.unknown_size("the number of distinct values") if distinct is None else len(distinct)
    place = None if dim is None else axis(ctx, dim, input.ndim)
    if place is not None and not input.shape:
        raise Unmodelled("`unique` of a scalar along a dimension")
    values = Tensor((count,) if place is None else replaced(input.shape, place, count), input.dtype, distinct)
    inverse = Tensor(input.shape if place is None else (input.shape[place],), "int64")
    repeats = None if distinct is None or input.data is None else tuple([input.data.count(item) for item in distinct])
    extra = [inverse] * bool(return_inverse) + [Tensor((count,), "int64", repeats)] * bool(return_counts)
    return (values, *extra) if extra else values


@tensor_operation(*both("unique_consecutive"))
def unique_consecutive(
    ctx: Context, input: Tensor, return_inverse: bool = False, return_counts: bool = False, dim: Any = None
) -> Any:
    return unique(ctx, Tensor(input.shape, input.dtype), True, return_inverse, return_counts, dim)


def _distinct(input: Tensor) -> tuple[Any, ...] | None:
    """The distinct values in order, where all are known; each NaN is one of its own, which is not modelled."""
    if input.data is None or any(value != value for value in input.data):
        return None
    return tuple(sorted(set(input.data)))


@tensor_operation(*both("bincount", "histc"))
def bincount(ctx: Context, input: Tensor, *rest: Any, **named: Any) -> Tensor:
    return Tensor((ctx.unknown_size("the number of bins"),), "")


@tensor_operation("torch.searchsorted", harmless=("right", "side"))
def searchsorted(
    ctx: Context, sorted_sequence: Tensor, input: Any, *, out_int32: bool = False, right: Any = False, side: Any = None
) -> Tensor:
    return _bucketed(input, out_int32)


@tensor_operation("torch.bucketize", harmless=("right",))
def bucketize(ctx: Context, input: Any, boundaries: Tensor, *, out_int32: bool = False, right: Any = False) -> Tensor:
    return _bucketed(input, out_int32)


@tensor_operation(*both("tril", "triu"), harmless=("diagonal",))
def tril(ctx: Context, input: Tensor, diagonal: int = 0) -> Tensor:
    _need_matrix(input, "tril")
    return Tensor(input.shape, input.dtype)


@tensor_operation(*methods("tril_", "triu_"), harmless=("diagonal",))
def tril_(ctx: Context, input: Tensor, diagonal: int = 0) -> Tensor:
    _need_matrix(input, "tril_")
    return constants.overwritten(input)


@tensor_operation(*both("diag"))
def diag(ctx: Context, input: Tensor, diagonal: int = 0) -> Tensor:
    """A vector becomes a square matrix with it on a diagonal; of a matrix the diagonal is returned."""
    if input.ndim not in (1, 2):
        refuse(RefusalKind.RANK, f"`diag` takes 1 or 2 dimensions and gets {shown(input.shape)}", got=input.ndim)
    offset = integer(ctx, diagonal, "`diagonal`")
    if input.ndim == 1:
        side = input.shape[0] + abs(offset)
        return Tensor((side, side), input.dtype)
    return Tensor((_diagonal_size(ctx, input.shape[0], input.shape[1], offset),), input.dtype)


@tensor_operation(*both("diagonal"))
def diagonal(ctx: Context, input: Tensor, offset: int = 0, dim1: int = 0, dim2: int = 1) -> Tensor:
    """Two dimensions give way to one at the end: the diagonal."""
    first, second = axis(ctx, dim1, input.ndim, "dim1"), axis(ctx, dim2, input.ndim, "dim2")
    if first == second:
        refuse(RefusalKind.RANK, f"`diagonal` is given the same dimension twice: {first}", dim=first)
    rest = tuple(size for dim, size in enumerate(input.shape) if dim not in (first, second))
    size = _diagonal_size(ctx, input.shape[first], input.shape[second], integer(ctx, offset, "`offset`"))
    return Tensor((*rest, size), input.dtype)


@tensor_operation(*both("diag_embed"))
def diag_embed(ctx: Context, input: Tensor, offset: int = 0, dim1: int = -2, dim2: int = -1) -> Tensor:
    """The last dimension becomes the diagonal of matrices in dimensions `dim1` and `dim2`."""
    if not input.shape:
        raise Unmodelled("`diag_embed` of a scalar")
    rank = input.ndim + 1
    first, second = axis(ctx, dim1, rank, "dim1"), axis(ctx, dim2, rank, "dim2")
    if first == second:
        refuse(RefusalKind.RANK, f"`diag_embed` is given the same dimension twice: {first}", dim=first)
    side = input.shape[-1] + abs(integer(ctx, offset, "`offset`"))
    rest = iter(input.shape[:-1])
    return Tensor(tuple(side if dim in (first, second) else next(rest) for dim in range(rank)), input.dtype)


def _bucketed(input: Any, out_int32: bool) -> Tensor:
    return Tensor(input.shape if isinstance(input, Tensor) else (), "int32" if out_int32 else "int64")


def _need_matrix(input: Tensor, name: str) -> None:
    if input.ndim < 2:
        text = f"`{name}` takes 2 or more dimensions and gets {shown(input.shape)}"
        refuse(RefusalKind.RANK, text, expected=2, got=input.ndim)


def _diagonal_size(ctx: Context, rows: Size, columns: Size, offset: int) -> Size:
    height, width = (rows, columns - offset) if offset >= 0 else (rows + offset, columns)
    if isinstance(height, int) and isinstance(width, int):
        return max(min(height, width), 0)
    if ctx.decide(at_least(height, width)) is Verdict.PROVED:
        height = width
    elif ctx.decide(at_least(width, height)) is not Verdict.PROVED:
        height = minimum(height, width)
    return height if ctx.decide(at_least(height, 0)) is Verdict.PROVED else maximum(height, 0)
