"""Operations that reorder or copy elements: permute, transpose, flip, roll, contiguous, clone and their kin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.naming import both, methods, tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared import constants
from convlint.layers.shared.axes import axes, axis, given, integer, need_rank, refuse, shown


@tensor_operation("torch.Tensor.permute")
def permute_method(ctx: Context, input: Tensor, *shape: Any, dims: Any = None) -> Tensor:
    return _permuted(ctx, input, _several(given(shape, dims)))


@tensor_operation("torch.permute")
def permute(ctx: Context, input: Tensor, dims: Any) -> Tensor:
    """Sizes in the order of `dims`, which name every dimension once."""
    return _permuted(ctx, input, _several((dims,)))


@tensor_operation(*both("transpose", "swapdims"))
def transpose(ctx: Context, input: Tensor, dim0: int, dim1: int) -> Tensor:
    return reordered(input, _exchange(ctx, input, dim0, dim1))


@tensor_operation(*both("swapaxes"))
def swapaxes(ctx: Context, input: Tensor, axis0: int, axis1: int) -> Tensor:
    return reordered(input, _exchange(ctx, input, axis0, axis1))


@tensor_operation(*methods("transpose_", "swapdims_", "swapaxes_"))
def transpose_(ctx: Context, input: Tensor, dim0: int, dim1: int) -> Tensor:
    return _moved_in_place(input, _exchange(ctx, input, dim0, dim1))


@tensor_operation(*both("t"))
def t(ctx: Context, input: Tensor) -> Tensor:
    need_rank("t", input, (0, 1, 2))
    return reordered(input, tuple(range(input.ndim))[::-1])


@tensor_operation("torch.Tensor.t_")
def t_(ctx: Context, input: Tensor) -> Tensor:
    need_rank("t_", input, (0, 1, 2))
    return _moved_in_place(input, tuple(range(input.ndim))[::-1])


@tensor_operation("torch.Tensor.T")
def transposed(ctx: Context, input: Tensor) -> Tensor:
    return reordered(input, tuple(range(input.ndim))[::-1])


@tensor_operation("torch.Tensor.mT", "torch.Tensor.mH", *both("adjoint"))
def matrix_transposed(ctx: Context, input: Tensor) -> Tensor:
    """(…, m, n) → (…, n, m)."""
    if input.ndim < 2:
        raise Unmodelled("a matrix transpose of a tensor without two dimensions")
    return reordered(input, (*range(input.ndim - 2), input.ndim - 1, input.ndim - 2))


@tensor_operation("torch.Tensor.H")
def hermitian(ctx: Context, input: Tensor) -> Tensor:
    need_rank("H", input, (0, 2))
    return reordered(input, tuple(range(input.ndim))[::-1])


@tensor_operation(*both("movedim", "moveaxis"))
def movedim(ctx: Context, input: Tensor, source: Any, destination: Any) -> Tensor:
    """Move dimensions to new places; the others keep their order."""
    sources, places = _several((source,)), _several((destination,))
    if len(sources) != len(places):
        refuse(RefusalKind.RANK, f"`movedim` moves {len(sources)} dimensions to {len(places)} places")
    placed = dict(zip(axes(ctx, places, input.ndim), axes(ctx, sources, input.ndim), strict=False))
    if not input.ndim:
        return reordered(input, ())
    others = iter([dim for dim in range(input.ndim) if dim not in placed.values()])
    return reordered(input, tuple(placed[dim] if dim in placed else next(others) for dim in range(input.ndim)))


@tensor_operation(*both("flip"))
def flip(ctx: Context, input: Tensor, *dims: Any, **named: Any) -> Tensor:
    if set(named) - {"dims"}:
        raise Unmodelled("unknown arguments of `flip`")
    return _flipped(ctx, input, axes(ctx, _several(given(dims, named.get("dims"))), input.ndim))


@tensor_operation(*both("fliplr"))
def fliplr(ctx: Context, input: Tensor) -> Tensor:
    if input.ndim < 2:
        refuse(RefusalKind.RANK, f"`fliplr` takes 2 or more dimensions and gets {shown(input.shape)}", got=input.ndim)
    return _flipped(ctx, input, (1,))


@tensor_operation(*both("flipud"))
def flipud(ctx: Context, input: Tensor) -> Tensor:
    if input.ndim < 1:
        refuse(RefusalKind.RANK, "`flipud` takes 1 or more dimensions and gets a scalar", got=0)
    return _flipped(ctx, input, (0,))


@tensor_operation(*both("rot90"), harmless=())
def rot90(ctx: Context, input: Tensor, k: int = 1, dims: Any = (0, 1)) -> Tensor:
    turns = integer(ctx, k, "`k`")
    if len(dims) != 2 or input.ndim < 2:
        refuse(
            RefusalKind.RANK, f"`rot90` turns in a plane of 2 dimensions; dims is {dims}, input {shown(input.shape)}"
        )
    first, second = (integer(ctx, dim, "`dims`") for dim in dims)
    if first == second or abs(first - second) == input.ndim:
        refuse(RefusalKind.RANK, f"`rot90` is given the same dimension twice: {dims}")
    first, second = axis(ctx, first, input.ndim), axis(ctx, second, input.ndim)
    shape = list(input.shape)
    if turns % 2:
        shape[first], shape[second] = shape[second], shape[first]
    return Tensor(tuple(shape), input.dtype)


@tensor_operation(*both("roll"), harmless=("shifts",))
def roll(ctx: Context, input: Tensor, shifts: Any, dims: Any = ()) -> Tensor:
    """Rotate along dimensions: the shape stays. One shift for each dimension."""
    places = tuple(dims) if isinstance(dims, (tuple, list)) else (dims,)
    for dim in places:
        axis(ctx, dim, input.ndim)
        if not input.shape:
            refuse(RefusalKind.RANK, "`roll` of a scalar along a dimension", IndexError, dim=dim, rank=0)
    count = len(shifts) if isinstance(shifts, (tuple, list)) else 1
    if shifts is not None and not count:
        refuse(RefusalKind.LAYER, "`roll` is given no shifts")
    if shifts is not None and count != len(places) and (places or count != 1):
        refuse(RefusalKind.LAYER, f"`roll` is given {count} shifts for {len(places)} dimensions")
    return Tensor(input.shape, input.dtype)


@tensor_operation("torch.Tensor.contiguous", harmless=("memory_format",))
def contiguous(ctx: Context, input: Tensor, memory_format: Any = None) -> Tensor:
    """The tensor itself, as torch gives for one that is contiguous already."""
    return input


@tensor_operation(*both("clone"), harmless=("memory_format",))
def clone(ctx: Context, input: Tensor, *, memory_format: Any = None) -> Tensor:
    return Tensor(input.shape, input.dtype, input.data)


@tensor_operation("torch.Tensor.__deepcopy__", harmless=("memo",))
def deepcopy(ctx: Context, input: Tensor, memo: Any = None) -> Tensor:
    return Tensor(input.shape, input.dtype, input.data, input.is_parameter, input.requires_grad)


@tensor_operation(*both("detach"), "torch.Tensor.data")
def detach(ctx: Context, input: Tensor) -> Tensor:
    return constants.view(input, input.shape)


@tensor_operation("torch.Tensor.detach_")
def detach_(ctx: Context, input: Tensor) -> Tensor:
    return input


def reordered(input: Tensor, order: Sequence[int]) -> Tensor:
    """Return the view whose dimension i is dimension order[i] of the input."""
    shape = tuple(input.shape[dim] for dim in order)

    def positions() -> list[int]:
        strides = constants.strides_of([size for size in input.shape if isinstance(size, int)])
        return constants.strided(shape, [strides[dim] for dim in order])

    return constants.view(input, shape, positions)


def _permuted(ctx: Context, input: Tensor, dims: Sequence[Any]) -> Tensor:
    if len(dims) != input.ndim:
        refuse(
            RefusalKind.RANK,
            f"`permute` names {len(dims)} dimensions of a {input.ndim}-dimensional tensor {shown(input.shape)}",
            expected=input.ndim,
            got=len(dims),
        )
    return reordered(input, axes(ctx, dims, input.ndim))


def _exchange(ctx: Context, input: Tensor, dim0: int, dim1: int) -> tuple[int, ...]:
    first, second = axis(ctx, dim0, input.ndim, "dim0"), axis(ctx, dim1, input.ndim, "dim1")
    order = list(range(input.ndim))
    if order:
        order[first], order[second] = second, first
    return tuple(order)


def _moved_in_place(input: Tensor, order: Sequence[int]) -> Tensor:
    moved = reordered(input, order)
    input.shape, input.data = moved.shape, moved.data
    return input


def _flipped(ctx: Context, input: Tensor, dims: Sequence[int]) -> Tensor:
    def positions() -> list[int]:
        sizes = [size for size in input.shape if isinstance(size, int)]
        strides = constants.strides_of(sizes)
        offset = sum((sizes[dim] - 1) * strides[dim] for dim in dims)
        return constants.strided(sizes, [-s if dim in dims else s for dim, s in enumerate(strides)], offset)

    result = constants.view(input, input.shape, positions if input.ndim else None)
    return Tensor(result.shape, result.dtype, result.data)


def _several(dims: Sequence[Any]) -> Sequence[Any]:
    """Return the dimensions of `f(0, 1)` and of `f((0, 1))`."""
    if len(dims) == 1 and isinstance(dims[0], (tuple, list)):
        return dims[0]
    return dims
