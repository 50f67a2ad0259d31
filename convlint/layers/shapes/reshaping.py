"""Operations that give a tensor another shape with the same elements: view, reshape, flatten, squeeze and their kin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.naming import both, tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Shape, Sizes, Tensor
from convlint.layers.shared import constants, dtypes
from convlint.layers.shared.axes import (
    axes,
    axis,
    given,
    integer,
    non_negative,
    refusal,
    refuse,
    replaced,
    shown,
    sizes_of,
)
from convlint.symbolic import Size, Verdict, at_least, divides, equal, product


@tensor_operation("torch.Tensor.view")
def view(ctx: Context, input: Tensor, *shape: Sizes, size: Any = None, dtype: Any = None) -> Tensor:
    """`view(*shape)` or `view(dtype)`. Whether strides allow the view is not tracked, so that is never refused."""
    if dtype is not None or (len(shape) == 1 and isinstance(shape[0], str)):
        return _view_as_dtype(ctx, input, dtype if dtype is not None else shape[0])
    return _reshaped(ctx, input, sizes_of(ctx, given(shape, size)), "view")


@tensor_operation("torch.Tensor.reshape")
def reshape_method(ctx: Context, input: Tensor, *shape: Sizes, **named: Any) -> Tensor:
    if set(named) - {"shape"}:
        raise Unmodelled("unknown arguments of `reshape`")
    return _reshaped(ctx, input, sizes_of(ctx, given(shape, named.get("shape"))), "reshape")


@tensor_operation("torch.reshape")
def reshape(ctx: Context, input: Tensor, shape: Sizes) -> Tensor:
    return _reshaped(ctx, input, sizes_of(ctx, (shape,)), "reshape")


@tensor_operation("torch.Tensor.view_as", "torch.Tensor.reshape_as")
def view_as(ctx: Context, input: Tensor, other: Tensor) -> Tensor:
    return _reshaped(ctx, input, other.shape, "view_as")


@tensor_operation(*both("flatten"))
def flatten(ctx: Context, input: Tensor, start_dim: int = 0, end_dim: int = -1) -> Tensor:
    """(d₀, …, dₙ) → the sizes from `start_dim` to `end_dim` become their product; a scalar becomes (1,)."""
    start, end = axis(ctx, start_dim, input.ndim, "start_dim"), axis(ctx, end_dim, input.ndim, "end_dim")
    if start > end:
        refuse(
            RefusalKind.RANK,
            f"`flatten` starts at dimension {start}, after dimension {end} where it ends",
            start_dim=start,
            end_dim=end,
            rank=input.ndim,
        )
    merged = product(input.shape[start : end + 1])
    return constants.view(input, (*input.shape[:start], merged, *input.shape[end + 1 :]))


@tensor_operation(*both("ravel"))
def ravel(ctx: Context, input: Tensor) -> Tensor:
    return constants.view(input, (product(input.shape),))


@tensor_operation(*both("unflatten"))
def unflatten(ctx: Context, input: Tensor, dim: int, sizes: Sizes) -> Tensor:
    """The size at `dim` becomes `sizes`, of which one may be -1."""
    index = axis(ctx, dim, input.ndim)
    wanted = sizes_of(ctx, (sizes,))
    if not wanted:
        refuse(RefusalKind.RESHAPE, "`unflatten` is given no sizes")
    if not input.shape:
        raise Unmodelled("`unflatten` of a scalar")
    parts = inferred(ctx, (input.shape[index],), wanted, "unflatten")
    return constants.view(input, replaced(input.shape, index, *parts))


@tensor_operation(*both("squeeze"))
def squeeze(ctx: Context, input: Tensor, dim: Any = None) -> Tensor:
    """Drop the sizes that are 1, or those of them that `dim` names; a size that may be 1 is `Unmodelled`."""
    return constants.view(input, _squeezed(ctx, input, dim))


@tensor_operation("torch.Tensor.squeeze_")
def squeeze_(ctx: Context, input: Tensor, dim: Any = None) -> Tensor:
    input.shape = _squeezed(ctx, input, dim)
    return input


@tensor_operation(*both("unsqueeze"))
def unsqueeze(ctx: Context, input: Tensor, dim: int) -> Tensor:
    return constants.view(input, _unsqueezed(ctx, input, dim))


@tensor_operation("torch.Tensor.unsqueeze_")
def unsqueeze_(ctx: Context, input: Tensor, dim: int) -> Tensor:
    input.shape = _unsqueezed(ctx, input, dim)
    return input


@tensor_operation("torch.atleast_1d")
def atleast_1d(ctx: Context, *tensors: Any) -> Any:
    return _each(tensors, lambda tensor: constants.view(tensor, tensor.shape or (1,)))


@tensor_operation("torch.atleast_2d")
def atleast_2d(ctx: Context, *tensors: Any) -> Any:
    return _each(tensors, lambda tensor: constants.view(tensor, (1,) * (2 - tensor.ndim) + tensor.shape))


@tensor_operation("torch.atleast_3d")
def atleast_3d(ctx: Context, *tensors: Any) -> Any:
    return _each(tensors, lambda tensor: constants.view(tensor, padded_to_3d(tensor.shape)))


def padded_to_3d(shape: Shape) -> Shape:
    """Return what `atleast_3d` and `dstack` make of a shape: (n,) → (1, n, 1), (m, n) → (m, n, 1)."""
    return {0: (1, 1, 1), 1: (1, *shape, 1), 2: (*shape, 1)}.get(len(shape), shape)


@tensor_operation("torch.Tensor.resize_", harmless=("memory_format",))
def resize_(ctx: Context, input: Tensor, *sizes: Sizes, memory_format: Any = None) -> Tensor:
    """Change the shape in place, whatever the number of elements."""
    shape = sizes_of(ctx, sizes)
    non_negative(ctx, shape, "resize_")
    input.shape = shape
    return constants.overwritten(input)


@tensor_operation("torch.Tensor.resize_as_", harmless=("memory_format",))
def resize_as_(ctx: Context, input: Tensor, other: Tensor, memory_format: Any = None) -> Tensor:
    input.shape = other.shape
    return constants.overwritten(input)


def inferred(ctx: Context, shape: Shape, sizes: Shape, name: str) -> Shape:
    """Return `sizes` with its -1 replaced, for a tensor of the given shape.

    Refused (RuntimeError): two -1, a size below -1, and any other number of elements.
    """
    holes = [index for index, size in enumerate(sizes) if isinstance(size, int) and size == -1]
    text = f"`{name}` of {shown(shape)} to {shown(sizes)}"
    if len(holes) > 1:
        refuse(RefusalKind.RESHAPE, f"{text}: only one size can be inferred, and {len(holes)} are -1", shape=sizes)
    others = [size for index, size in enumerate(sizes) if index not in holes]
    for size in others:
        why = refusal(RefusalKind.RESHAPE, f"{text}: the size {size} is negative", shape=sizes, got=size)
        ctx.require(at_least(size, 0), why)
    have, want = _cancelled(ctx, list(shape), others)
    why = refusal(
        RefusalKind.RESHAPE,
        f"{text}: the tensor has {product(shape)} elements, and "
        + (f"{product(others)} does not divide that" if holes else f"that shape holds {product(others)}"),
        numel=product(shape),
        shape=sizes,
        input=shape,
        wanted=product(others),
    )
    if not holes:
        ctx.require(equal(have, want), why)
        return tuple(ctx.simplify(size) for size in sizes)
    ctx.require(at_least(want, 1), why)
    ctx.require(divides(want, have), why)
    rest = ctx.simplify(have) // ctx.simplify(want)
    return tuple(rest if index in holes else size for index, size in enumerate(sizes))


def _each(tensors: tuple[Any, ...], change: Callable[[Tensor], Tensor]) -> Any:
    if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)):
        tensors = tuple(tensors[0])
        return tuple(change(tensor) for tensor in tensors)
    changed = tuple(change(tensor) for tensor in tensors)
    return changed[0] if len(changed) == 1 else changed


def _reshaped(ctx: Context, input: Tensor, sizes: Shape, name: str) -> Tensor:
    return constants.view(input, inferred(ctx, input.shape, sizes, name))


def _cancelled(ctx: Context, have: list[Size], want: list[Size]) -> tuple[Size, Size]:
    """Return the products of two lists of sizes without the positive sizes that stand in both."""
    left, right = list(have), []
    for size in want:
        if size in left and ctx.decide(at_least(size, 1)) is Verdict.PROVED:
            left.remove(size)
        else:
            right.append(size)
    return product(left), product(right)


def _squeezed(ctx: Context, input: Tensor, dim: Any) -> Shape:
    if dim is None:
        chosen: Sequence[int] = range(input.ndim)
    elif isinstance(dim, (tuple, list)):
        chosen = axes(ctx, dim, input.ndim)
    else:
        chosen = (axis(ctx, dim, input.ndim),)
    return tuple(size for index, size in enumerate(input.shape) if index not in chosen or not _is_one(ctx, size))


def _is_one(ctx: Context, size: Size) -> bool:
    verdict = ctx.decide(equal(size, 1))
    if verdict is Verdict.OPEN:
        raise Unmodelled(f"`squeeze` of the size {size}, which may be 1")
    return verdict is Verdict.PROVED


def _unsqueezed(ctx: Context, input: Tensor, dim: int) -> Shape:
    index = axis(ctx, dim, input.ndim + 1)
    return (*input.shape[:index], 1, *input.shape[index:])


def _view_as_dtype(ctx: Context, input: Tensor, dtype: Any) -> Tensor:
    """`view(dtype)`: the last size scales by the ratio of element sizes."""
    target = dtypes.named(dtype)
    if not target or not input.dtype or input.dtype not in dtypes.ITEM_SIZES:
        raise Unmodelled("a view as another dtype")
    old, new = dtypes.ITEM_SIZES[input.dtype], dtypes.ITEM_SIZES[target]
    if old == new:
        return Tensor(input.shape, target)
    if not input.shape or integer(ctx, input.shape[-1], "the last size") * old % new:
        raise Unmodelled("a view as another dtype")
    return Tensor((*input.shape[:-1], input.shape[-1] * old // new), target)
