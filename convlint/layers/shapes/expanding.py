"""Operations that repeat a tensor along dimensions: expand, repeat, tile, broadcast_to and their kin."""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.naming import both, tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Shape, Sizes, Tensor
from convlint.layers.shared import constants
from convlint.layers.shared.axes import axis, given, non_negative, refusal, refuse, replaced, shown, size_of, sizes_of
from convlint.layers.shared.broadcasting import broadcast
from convlint.symbolic import Size, any_of, equal, product


@tensor_operation("torch.Tensor.expand", harmless=("implicit",))
def expand(ctx: Context, input: Tensor, *sizes: Sizes, size: Any = None, implicit: Any = False) -> Tensor:
    """New leading dimensions, and sizes of 1 that grow; -1 keeps a size."""
    return _expanded(ctx, input, sizes_of(ctx, given(sizes, size)), "expand")


@tensor_operation("torch.Tensor.expand_as")
def expand_as(ctx: Context, input: Tensor, other: Tensor) -> Tensor:
    return _expanded(ctx, input, other.shape, "expand_as")


@tensor_operation(*both("broadcast_to"))
def broadcast_to(ctx: Context, input: Tensor, size: Sizes) -> Tensor:
    return _expanded(ctx, input, sizes_of(ctx, (size,)), "broadcast_to")


@tensor_operation("torch.broadcast_tensors")
def broadcast_tensors(ctx: Context, *tensors: Any) -> tuple[Tensor, ...]:
    parts = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors
    if not all(isinstance(part, Tensor) for part in parts):
        raise Unmodelled("`broadcast_tensors` of values that are not known tensors")
    shape = broadcast(ctx, [part.shape for part in parts], "broadcast_tensors")
    return tuple(Tensor(shape, part.dtype) for part in parts)


@tensor_operation("torch.broadcast_shapes")
def broadcast_shapes(ctx: Context, *shapes: Any) -> Shape:
    return broadcast(ctx, [sizes_of(ctx, (shape,)) for shape in shapes], "broadcast_shapes")


@tensor_operation("torch.Tensor.repeat")
def repeat(ctx: Context, input: Tensor, *repeats: Sizes, **named: Any) -> Tensor:
    """Every size times its repeat; more repeats than dimensions add leading ones."""
    if set(named) - {"repeats"}:
        raise Unmodelled("unknown arguments of `repeat`")
    counts = sizes_of(ctx, given(repeats, named.get("repeats")))
    if len(counts) < input.ndim:
        text = f"`repeat` is given {len(counts)} repeats for the {input.ndim} dimensions of {shown(input.shape)}"
        refuse(RefusalKind.RANK, text, expected=input.ndim, got=len(counts))
    return _repeated(ctx, input, counts, "repeat")


@tensor_operation("torch.Tensor.tile")
def tile_method(ctx: Context, input: Tensor, *dims: Sizes, **named: Any) -> Tensor:
    if set(named) - {"dims"}:
        raise Unmodelled("unknown arguments of `tile`")
    return _tiled(ctx, input, sizes_of(ctx, given(dims, named.get("dims"))))


@tensor_operation("torch.tile")
def tile(ctx: Context, input: Tensor, dims: Sizes) -> Tensor:
    return _tiled(ctx, input, sizes_of(ctx, (dims,)))


@tensor_operation(*both("repeat_interleave"))
def repeat_interleave(
    ctx: Context, input: Tensor, repeats: Any = None, dim: Any = None, *, output_size: Any = None
) -> Tensor:
    """Every entry along `dim` so many times; without `dim`, of the flattened tensor."""
    if repeats is None:
        return Tensor((ctx.unknown_size("the sum of the repeats"),), "int64")
    shape = (product(input.shape),) if dim is None else input.shape
    index = 0 if dim is None else axis(ctx, dim, input.ndim)
    if not shape:
        raise Unmodelled("`repeat_interleave` of a scalar along a dimension")
    return Tensor(replaced(shape, index, _interleaved(ctx, shape[index], repeats, output_size)), input.dtype)


def _interleaved(ctx: Context, size: Size, repeats: Any, output_size: Any) -> Size:
    if isinstance(repeats, (tuple, list)):
        raise Unmodelled("`repeat_interleave` by a list")
    if not isinstance(repeats, Tensor):
        count = size_of(ctx, repeats)
        non_negative(ctx, (count,), "repeat_interleave")
        return size * count
    length = product(repeats.shape)
    if repeats.ndim > 1 or repeats.dtype not in ("int32", "int64", ""):
        raise Unmodelled("`repeat_interleave` by a tensor that is no vector of integers")
    text = f"`repeat_interleave` is given {length} repeats for the size {size}"
    why = refusal(RefusalKind.SIZES, text, expected=size, got=length)
    ctx.require(any_of(equal(length, 1), equal(length, size)), why)
    if output_size is not None:
        return size_of(ctx, output_size)
    if repeats.data is not None and len(repeats.data) == size:
        return int(sum(repeats.data))
    if repeats.data is not None and len(repeats.data) == 1:
        return size * int(repeats.data[0])
    return ctx.unknown_size("the sum of the repeats")


def _expanded(ctx: Context, input: Tensor, sizes: Shape, name: str) -> Tensor:
    added = len(sizes) - input.ndim
    if added < 0:
        text = f"`{name}` to {shown(sizes)}: the tensor {shown(input.shape)} has more dimensions"
        refuse(RefusalKind.SIZES, text, expected=sizes, got=input.shape)
    result: list[Size] = []
    for dim, size in enumerate(sizes):
        text = f"`{name}` of {shown(input.shape)} to {shown(sizes)}: "
        if dim < added:
            if isinstance(size, int) and size == -1:
                refuse(RefusalKind.SIZES, f"{text}-1 does not say how large a new dimension is", got=-1, dim=dim)
            non_negative(ctx, (size,), name)
            result.append(size)
            continue
        own = input.shape[dim - added]
        if isinstance(size, int) and size == -1:
            result.append(own)
            continue
        why = refusal(
            RefusalKind.SIZES,
            f"{text}{own} is neither 1 nor {size} in dimension {dim}",
            expected=size,
            got=own,
            dim=dim,
        )
        if not isinstance(own, int):
            ctx.require(any_of(equal(own, size), equal(own, 1)), why)
        elif own != 1:
            ctx.require(equal(own, size), why)
        non_negative(ctx, (size,), name)
        result.append(ctx.simplify(size))
    return _spread(input, tuple(result))


def _spread(input: Tensor, shape: Shape) -> Tensor:
    """Return the view in which sizes of 1 are repeated without a copy."""

    def positions() -> list[int]:
        sizes = [size for size in input.shape if isinstance(size, int)]
        strides = [0 if size == 1 else stride for size, stride in zip(sizes, constants.strides_of(sizes), strict=False)]
        return constants.strided(shape, [0] * (len(shape) - len(strides)) + strides)

    count = constants.element_count(shape)
    if count is None or count > constants.LIMIT:
        return Tensor(shape, input.dtype)
    return constants.view(input, shape, positions)


def _repeated(ctx: Context, input: Tensor, counts: Shape, name: str) -> Tensor:
    non_negative(ctx, counts, name)
    padded = (1,) * (len(counts) - input.ndim) + input.shape
    return Tensor(tuple(size * count for size, count in zip(padded, counts, strict=False)), input.dtype)


def _tiled(ctx: Context, input: Tensor, dims: Shape) -> Tensor:
    return _repeated(ctx, input, (1,) * (input.ndim - len(dims)) + dims, "tile")
