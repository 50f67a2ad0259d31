"""Operations that pick or place elements by index or mask: gather, scatter, where, narrow and their kin."""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.naming import both, methods, tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.layers.elementwise.arithmetic import operand
from convlint.layers.shapes.slicing import taken
from convlint.layers.shared import constants, dtypes
from convlint.layers.shared.axes import axis, need_rank, refusal, refuse, replaced, shown, size_of
from convlint.layers.shared.broadcasting import broadcast, broadcast_to
from convlint.symbolic import Size, at_least, equal, product


@tensor_operation(*both("select"))
def select(ctx: Context, input: Tensor, dim: int, index: Size) -> Tensor:
    place = _axis_of_dimensions(ctx, input, dim, "select", IndexError)
    taken(ctx, input.shape[place], size_of(ctx, index), place)
    return Tensor(replaced(input.shape, place), input.dtype)


@tensor_operation(*both("narrow"))
def narrow(ctx: Context, input: Tensor, dim: int, start: Size, length: Size) -> Tensor:
    """`length` entries from `start`, which may count from the end; all must exist."""
    place = _axis_of_dimensions(ctx, input, dim, "narrow")
    first, count, size = size_of(ctx, start), size_of(ctx, length), input.shape[place]
    text = f"`narrow` takes {count} entries from {first} of the size {size} at dimension {place}"
    why = refusal(RefusalKind.SIZES, text, expected=size, got=count, dim=place)
    ctx.require(at_least(count, 0), why)
    if isinstance(first, int) and first < 0:
        ctx.require(at_least(size + first, 0), refusal(RefusalKind.SIZES, text, IndexError, expected=size, dim=place))
        ctx.require(at_least(-first, count), why)
    else:
        ctx.require(at_least(size, first + count), why)
    return Tensor(replaced(input.shape, place, count), input.dtype)


@tensor_operation(*both("index_select"))
def index_select(ctx: Context, input: Tensor, dim: int, index: Tensor) -> Tensor:
    place = axis(ctx, dim, input.ndim)
    _index_dtype(index, ("int32", "int64"))
    need_rank("index_select", index, (0, 1), IndexError)
    if not input.shape:
        raise Unmodelled("`index_select` of a scalar")
    return Tensor(replaced(input.shape, place, product(index.shape)), input.dtype)


@tensor_operation(*both("gather"), harmless=("sparse_grad",))
def gather(ctx: Context, input: Tensor, dim: int, index: Tensor, *, sparse_grad: Any = False) -> Tensor:
    """The shape of the index, which may not exceed the input in any dimension but `dim`."""
    place = axis(ctx, dim, input.ndim)
    _index_dtype(index, ("int64", "int32"))
    if product(index.shape) == 0:
        return Tensor(index.shape, input.dtype)
    _index_fits(ctx, index, input, place, "gather")
    return Tensor(index.shape, input.dtype)


@tensor_operation(*both("scatter", "scatter_add", "scatter_reduce"))
def scatter(
    ctx: Context, input: Tensor, dim: int, index: Tensor, src: Any = None, reduce: Any = None, **named: Any
) -> Tensor:
    """The shape of the input. The index may exceed neither the input, but along `dim`, nor the source."""
    _scattered(ctx, input, dim, index, src)
    return Tensor(input.shape, input.dtype)


@tensor_operation(*methods("scatter_", "scatter_add_", "scatter_reduce_"))
def scatter_(
    ctx: Context, input: Tensor, dim: int, index: Tensor, src: Any = None, reduce: Any = None, **named: Any
) -> Tensor:
    _scattered(ctx, input, dim, index, src)
    return constants.overwritten(input)


@tensor_operation(*both("index_add", "index_copy"), harmless=("alpha",))
def index_add(ctx: Context, input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: Any = 1) -> Tensor:
    """The shape of the input; the source has its sizes but along `dim`, where it has one entry for every index."""
    _placed_along(ctx, input, dim, index, source, "index_add")
    return Tensor(input.shape, input.dtype)


@tensor_operation(*methods("index_add_", "index_copy_"), harmless=("alpha",))
def index_add_(ctx: Context, input: Tensor, dim: int, index: Tensor, source: Tensor, *, alpha: Any = 1) -> Tensor:
    _placed_along(ctx, input, dim, index, source, "index_add_")
    return constants.overwritten(input)


@tensor_operation(*both("index_fill"), harmless=("value",))
def index_fill(ctx: Context, input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    axis(ctx, dim, input.ndim)
    return Tensor(input.shape, input.dtype)


@tensor_operation("torch.Tensor.index_fill_", harmless=("value",))
def index_fill_(ctx: Context, input: Tensor, dim: int, index: Tensor, value: Any) -> Tensor:
    axis(ctx, dim, input.ndim)
    return constants.overwritten(input)


@tensor_operation(*both("index_put", "put"))
def index_put(ctx: Context, input: Tensor, *rest: Any, **named: Any) -> Tensor:
    return Tensor(input.shape, input.dtype)


@tensor_operation(*methods("index_put_", "put_", "masked_scatter_"))
def index_put_(ctx: Context, input: Tensor, *rest: Any, **named: Any) -> Tensor:
    return constants.overwritten(input)


@tensor_operation(*both("take"))
def take(ctx: Context, input: Tensor, index: Tensor) -> Tensor:
    _index_dtype(index, ("int64",))
    return Tensor(index.shape, input.dtype)


@tensor_operation(*both("take_along_dim"))
def take_along_dim(ctx: Context, input: Tensor, indices: Tensor, dim: Any = None) -> Tensor:
    """The indices broadcast against the input in every dimension but `dim`; without `dim`, the index's elements."""
    _index_dtype(indices, ("int64",))
    if dim is None:
        return Tensor((product(indices.shape),), input.dtype)
    if indices.ndim != input.ndim:
        text = f"`take_along_dim` takes indices of the input's rank: {shown(indices.shape)} for {shown(input.shape)}"
        refuse(RefusalKind.RANK, text, expected=input.ndim, got=indices.ndim)
    place = axis(ctx, dim, input.ndim)
    if not input.shape:
        refuse(RefusalKind.RANK, "`take_along_dim` of a scalar along a dimension", IndexError, dim=dim, rank=0)
    around = broadcast(ctx, [replaced(input.shape, place, 1), replaced(indices.shape, place, 1)], "take_along_dim")
    return Tensor(replaced(around, place, indices.shape[place]), input.dtype)


@tensor_operation(*both("masked_fill"), harmless=("value",))
def masked_fill(ctx: Context, input: Tensor, mask: Tensor, value: Any) -> Tensor:
    _mask_dtype(mask)
    _scalar_value(value, "masked_fill")
    return Tensor(broadcast(ctx, [input.shape, mask.shape], "masked_fill"), input.dtype)


@tensor_operation("torch.Tensor.masked_fill_", harmless=("value",))
def masked_fill_(ctx: Context, input: Tensor, mask: Tensor, value: Any) -> Tensor:
    _mask_dtype(mask)
    _scalar_value(value, "masked_fill_")
    broadcast_to(ctx, mask.shape, input.shape, "masked_fill_")
    return constants.overwritten(input)


@tensor_operation(*both("masked_select"))
def masked_select(ctx: Context, input: Tensor, mask: Tensor) -> Tensor:
    _mask_dtype(mask)
    broadcast(ctx, [input.shape, mask.shape], "masked_select")
    return Tensor((ctx.unknown_size("the number of true values in a mask"),), input.dtype)


@tensor_operation("torch.where")
def where(ctx: Context, condition: Tensor, input: Any = None, other: Any = None) -> Any:
    """The broadcast of all three; with the condition alone, what `nonzero(as_tuple=True)` returns."""
    if input is None and other is None:
        return nonzero(ctx, condition, as_tuple=True)
    if condition.dtype not in ("bool", "uint8", ""):
        raise Unmodelled("`where` with a condition that is not a mask")
    values = [operand(input), operand(other)]
    shapes = [value.shape for value in (condition, *values) if isinstance(value, Tensor)]
    return Tensor(broadcast(ctx, shapes, "where"), dtypes.result_type(*values))


@tensor_operation("torch.Tensor.where")
def where_method(ctx: Context, input: Tensor, condition: Tensor, other: Any) -> Any:
    return where(ctx, condition, input, other)


@tensor_operation(*both("nonzero"))
def nonzero(ctx: Context, input: Tensor, *, as_tuple: bool = False) -> Any:
    """(count, rank) of int64, or one vector for every dimension."""
    count: Size = ctx.unknown_size("the number of elements that are not zero")
    if input.data is not None:
        count = sum(1 for value in input.data if value)
    if as_tuple:
        return tuple(Tensor((count,), "int64") for _ in range(max(input.ndim, 1)))
    return Tensor((count, input.ndim), "int64")


@tensor_operation(*both("argwhere"))
def argwhere(ctx: Context, input: Tensor) -> Any:
    return nonzero(ctx, input)


def _axis_of_dimensions(ctx: Context, input: Tensor, dim: int, name: str, error: type[Exception] = RuntimeError) -> int:
    if not input.shape:
        refuse(RefusalKind.RANK, f"`{name}` does not take scalars", error, got=0)
    return axis(ctx, dim, input.ndim)


def _scattered(ctx: Context, input: Tensor, dim: int, index: Tensor, src: Any) -> None:
    place = axis(ctx, dim, input.ndim)
    _index_dtype(index, ("int64", "int32"))
    if product(index.shape) == 0:
        return
    _index_fits(ctx, index, input, place, "scatter")
    if isinstance(src, Tensor):
        if src.dtype and input.dtype and src.dtype != input.dtype:
            raise Unmodelled("`scatter` from another dtype")
        _index_fits(ctx, index, src, -1, "scatter")


def _placed_along(ctx: Context, input: Tensor, dim: int, index: Tensor, source: Tensor, name: str) -> None:
    place = axis(ctx, dim, input.ndim)
    _index_dtype(index, ("int64", "int32"))
    if not input.shape or not source.shape or source.dtype != input.dtype:
        raise Unmodelled(f"`{name}` of scalars or other dtypes")
    need_rank(name, index, (0, 1), Exception)
    wanted = replaced(input.shape, place, product(index.shape))
    if source.ndim != input.ndim:
        text = f"`{name}` takes a source of the input's rank: {shown(source.shape)} for {shown(input.shape)}"
        refuse(RefusalKind.RANK, text, Exception, expected=input.ndim, got=source.ndim)
    for axis_, (size, expected) in enumerate(zip(source.shape, wanted, strict=False)):
        text = f"`{name}` takes a source of {shown(wanted)} and gets {shown(source.shape)}: {size} in dimension {axis_}"
        why = refusal(RefusalKind.SIZES, text, Exception, expected=expected, got=size, dim=axis_)
        ctx.require(equal(size, expected), why)


def _index_fits(ctx: Context, index: Tensor, input: Tensor, place: int, name: str) -> None:
    if max(index.ndim, 1) != max(input.ndim, 1):
        text = f"`{name}` takes an index of the input's rank: {shown(index.shape)} for {shown(input.shape)}"
        refuse(RefusalKind.RANK, text, expected=input.ndim, got=index.ndim)
    for dim, (size, limit) in enumerate(zip(index.shape, input.shape, strict=False)):
        if dim != place:
            text = f"`{name}` along dimension {place}: the index {shown(index.shape)} exceeds {shown(input.shape)}"
            why = refusal(RefusalKind.SIZES, f"{text} in dimension {dim}", expected=limit, got=size, dim=dim)
            ctx.require(at_least(limit, size), why)


def _index_dtype(index: Tensor, allowed: tuple[str, ...]) -> None:
    if not isinstance(index, Tensor) or (index.dtype and index.dtype not in allowed):
        raise Unmodelled("an index that is not a tensor of integers")


def _mask_dtype(mask: Tensor) -> None:
    if not isinstance(mask, Tensor) or mask.dtype not in ("bool", ""):
        raise Unmodelled("a mask that is not of bool")


def _scalar_value(value: Any, name: str) -> None:
    if isinstance(value, Tensor) and value.shape:
        text = f"`{name}` takes a number or a scalar tensor as `value` and gets {shown(value.shape)}"
        refuse(RefusalKind.RANK, text, expected=0, got=value.ndim)
