"""Basic subscripts: integers, slices, `None` and `...`, and the sizes that they leave."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared import constants
from convlint.layers.shared.axes import refusal, refuse, shown, size_of
from convlint.symbolic import Size, Verdict, all_of, at_least, ceil_div, maximum, minimum


class Walk(Struct):
    """A tensor's dimensions from left to right while a subscript is applied to them.

    `strides` and `offset` follow the elements while every bound is a known integer; None once one is not.
    """

    sizes: list[Size] = []
    strides: list[int] | None = []
    offset: int = 0

    def keep(self, size: Size, stride: int | None) -> None:
        self.sizes.append(size)
        if self.strides is not None:
            if stride is None:
                self.strides = None
            else:
                self.strides.append(stride)


def taken(ctx: Context, size: Size, index: Size, dim: int) -> int | None:
    """Require that an index lies within a dimension; return it counted from the front where it is known.

    torch raises IndexError unless −size ≤ index < size.
    """
    why = refusal(
        RefusalKind.SIZES,
        f"index {index} is out of bounds for dimension {dim} with size {size}",
        IndexError,
        got=index,
        expected=size,
        dim=dim,
    )
    if isinstance(index, int):
        ctx.require(at_least(size, index + 1 if index >= 0 else -index), why)
        if index >= 0:
            return index
        return size + index if isinstance(size, int) else None
    ctx.require(all_of(at_least(size, index + 1), at_least(index + size, 0)), why)
    return None


def sliced_size(ctx: Context, size: Size, start: Size | None, stop: Size | None, step: int) -> Size:
    """Return how many entries `start:stop:step` takes of `size`: ceil((stop − start) / step) of clamped bounds."""
    if stop is None and (start is None or start == 0):
        return ctx.simplify(ceil_div(size, step))
    low = 0 if start is None else _clamped(ctx, start, size)
    high = size if stop is None else _clamped(ctx, stop, size)
    if low is None or high is None:
        return ctx.unknown_size("a slice with bounds of unknown sign")
    span = high - low
    if isinstance(span, int):
        return -(-max(span, 0) // step)
    if ctx.decide(at_least(span, 0)) is not Verdict.PROVED:
        span = 0 if ctx.decide(at_least(0, span)) is Verdict.PROVED else maximum(span, 0)
    return ctx.simplify(ceil_div(span, step))


def slice_bounds(ctx: Context, key: slice) -> tuple[Size | None, Size | None, int]:
    """Return a slice's bounds and step; torch raises ValueError unless the step is positive."""
    step = 1 if key.step is None else size_of(ctx, key.step)
    if not isinstance(step, int):
        raise Unmodelled("a slice with a symbolic step")
    if step <= 0:
        refuse(RefusalKind.LAYER, f"a tensor is sliced with the step {step}; it must be positive", ValueError, got=step)
    start = None if key.start is None else size_of(ctx, key.start)
    stop = None if key.stop is None else size_of(ctx, key.stop)
    return start, stop, step


def apply_slice(ctx: Context, walk: Walk, key: slice, size: Size, stride: int | None) -> None:
    """Keep of a dimension what a slice takes."""
    start, stop, step = slice_bounds(ctx, key)
    walk.keep(sliced_size(ctx, size, start, stop, step), None if stride is None else stride * step)
    first = 0 if start is None else _clamped(ctx, start, size)
    if isinstance(first, int) and stride is not None:
        walk.offset += first * stride
    elif stride is not None:
        walk.strides = None


def apply_integer(ctx: Context, walk: Walk, key: Size, size: Size, stride: int | None, dim: int) -> None:
    """Drop a dimension by an index into it."""
    place = taken(ctx, size, key, dim)
    if place is None or stride is None:
        walk.strides = None
    else:
        walk.offset += place * stride


def expanded_key(key: tuple[Any, ...], consumed: int, tensor: Tensor) -> tuple[Any, ...]:
    """Return the key with `...` (or what is missing at the end) written out as full slices.

    `consumed` is the number of dimensions that the key's items take; more than there are is an IndexError in torch.
    """
    if consumed > tensor.ndim:
        refuse(
            RefusalKind.RANK,
            f"{consumed} indices for a {tensor.ndim}-dimensional tensor {shown(tensor.shape)}",
            IndexError,
            expected=tensor.ndim,
            got=consumed,
        )
    fill = (slice(None),) * (tensor.ndim - consumed)
    for position, item in enumerate(key):
        if item is Ellipsis:
            if any(other is Ellipsis for other in key[position + 1 :]):
                raise Unmodelled("two ellipses in one subscript")
            return (*key[:position], *fill, *key[position + 1 :])
    return (*key, *fill)


def initial_strides(tensor: Tensor) -> list[int | None]:
    """Return the strides by which values are found, None where values are not known."""
    sizes = [size for size in tensor.shape if isinstance(size, int)]
    if tensor.data is None or len(sizes) != tensor.ndim:
        return [None] * tensor.ndim
    return list(constants.strides_of(sizes))


def _clamped(ctx: Context, bound: Size, size: Size) -> Size | None:
    """Return a slice bound counted from the front and clamped to 0 … size; None when its sign is not known."""
    if ctx.decide(at_least(bound, 0)) is Verdict.PROVED:
        verdict = ctx.decide(at_least(size, bound))
        return bound if verdict is Verdict.PROVED else size if verdict is Verdict.VIOLATED else minimum(bound, size)
    if ctx.decide(at_least(-1, bound)) is Verdict.PROVED:
        place = size + bound
        verdict = ctx.decide(at_least(place, 0))
        return place if verdict is Verdict.PROVED else 0 if verdict is Verdict.VIOLATED else maximum(place, 0)
    return None
