"""Sliding views and parts put back into a tensor: unfold, as_strided, slice_scatter and their kin."""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.naming import both, tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Shape, Sizes, Tensor
from convlint.layers.shapes.slicing import sliced_size, taken
from convlint.layers.shared.axes import axis, integer, non_negative, refusal, refuse, replaced, shown, size_of, sizes_of
from convlint.layers.shared.broadcasting import same_shapes
from convlint.symbolic import Size, at_least, equal


@tensor_operation("torch.Tensor.unfold")
def unfold(ctx: Context, input: Tensor, dimension: int, size: Size, step: int) -> Tensor:
    """The size n at `dimension` becomes (n − size) // step + 1 windows, whose entries are a new last dimension."""
    if not input.shape:
        raise Unmodelled("`unfold` of a scalar")
    index, width, stride = (
        axis(ctx, dimension, input.ndim, "dimension"),
        size_of(ctx, size),
        integer(ctx, step, "`step`"),
    )
    if stride <= 0:
        refuse(RefusalKind.LAYER, f"`unfold` takes a positive step, not {stride}", got=stride)
    non_negative(ctx, (width,), "unfold")
    extent = input.shape[index]
    text = f"`unfold` takes windows of {width} from the size {extent} at dimension {index}"
    ctx.require(at_least(extent, width), refusal(RefusalKind.SIZES, text, expected=extent, got=width, dim=index))
    windows = ctx.simplify((extent - width) // stride + 1)
    return Tensor((*replaced(input.shape, index, windows), width), input.dtype)


@tensor_operation(*both("as_strided"), harmless=("stride", "storage_offset"))
def as_strided(ctx: Context, input: Tensor, size: Sizes, stride: Any, storage_offset: Any = None) -> Tensor:
    """Whether the storage is large enough is not tracked."""
    shape = sizes_of(ctx, (size,))
    non_negative(ctx, shape, "as_strided")
    return Tensor(shape, input.dtype)


@tensor_operation(*both("select_scatter"))
def select_scatter(ctx: Context, input: Tensor, src: Tensor, dim: int, index: Size) -> Tensor:
    """The input's shape; the source has it without `dim`."""
    if not input.shape:
        raise Unmodelled("`select_scatter` of a scalar")
    place = axis(ctx, dim, input.ndim)
    taken(ctx, input.shape[place], size_of(ctx, index), place)
    _fits(ctx, "select_scatter", replaced(input.shape, place), src)
    return Tensor(input.shape, input.dtype)


@tensor_operation(*both("slice_scatter"))
def slice_scatter(
    ctx: Context, input: Tensor, src: Tensor, dim: int = 0, start: Any = None, end: Any = None, step: int = 1
) -> Tensor:
    """The input's shape; the source has that of the slice."""
    if not input.shape:
        raise Unmodelled("`slice_scatter` of a scalar")
    place, stride = axis(ctx, dim, input.ndim), integer(ctx, step, "`step`")
    if stride <= 0:
        refuse(RefusalKind.LAYER, f"`slice_scatter` takes a positive step, not {stride}", got=stride)
    first, last = (None if bound is None else size_of(ctx, bound) for bound in (start, end))
    size = sliced_size(ctx, input.shape[place], first, last, stride)
    _fits(ctx, "slice_scatter", replaced(input.shape, place, size), src)
    return Tensor(input.shape, input.dtype)


@tensor_operation("torch.multinomial", "torch.Tensor.multinomial", harmless=("replacement", "generator"))
def multinomial(
    ctx: Context, input: Tensor, num_samples: Size, replacement: Any = False, *, generator: Any = None
) -> Tensor:
    """(…, categories) → (…, num_samples) of int64; without replacement, values and counts are not checked."""
    if input.ndim not in (1, 2):
        text = f"`multinomial` takes 1 or 2 dimensions and gets {shown(input.shape)}"
        refuse(RefusalKind.RANK, text, expected=(1, 2), got=input.ndim)
    count = size_of(ctx, num_samples)
    ctx.require(
        at_least(count, 1), refusal(RefusalKind.LAYER, f"`multinomial` is asked for {count} samples", got=count)
    )
    if replacement is False:
        text = f"`multinomial` without replacement is asked for {count} samples of {input.shape[-1]} categories"
        why = refusal(RefusalKind.SIZES, text, expected=input.shape[-1], got=count)
        ctx.require(at_least(input.shape[-1], count), why)
    return Tensor((*input.shape[:-1], count), "int64")


@tensor_operation("torch.isin", harmless=("assume_unique", "invert"))
def isin(ctx: Context, elements: Any, test_elements: Any, *, assume_unique: Any = False, invert: Any = False) -> Tensor:
    return Tensor(elements.shape if isinstance(elements, Tensor) else (), "bool")


@tensor_operation("torch.trapz", "torch.trapezoid")
def trapezoid(ctx: Context, y: Tensor, x: Any = None, *, dx: Any = None, dim: int = -1) -> Tensor:
    if x is not None or not y.shape:
        raise Unmodelled("`trapezoid` with sample points")
    return Tensor(replaced(y.shape, axis(ctx, dim, y.ndim)), y.dtype)


def _fits(ctx: Context, name: str, wanted: Shape, src: Tensor) -> None:
    text = f"`{name}` takes a source of {shown(wanted)} and gets {shown(src.shape)}"
    if same_shapes(ctx, wanted, src.shape):
        return
    if len(wanted) != len(src.shape):
        refuse(RefusalKind.SIZES, text, expected=wanted, got=src.shape)
    for expected, size in zip(wanted, src.shape, strict=True):
        ctx.require(equal(expected, size), refusal(RefusalKind.SIZES, text, expected=expected, got=size))
