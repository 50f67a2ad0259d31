"""Subscripts of tensors: `x[...]` and `x[...] = value`, with integers, slices, `None`, `...`, tensors and lists."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from convlint.layers.core.context import Context
from convlint.layers.core.naming import methods, tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Shape, Tensor
from convlint.layers.creation.creation import from_nested
from convlint.layers.shapes.slicing import Walk, apply_integer, apply_slice, expanded_key, initial_strides, taken
from convlint.layers.shared import constants, dtypes
from convlint.layers.shared.axes import refusal, refuse, shown, size_of
from convlint.layers.shared.broadcasting import broadcast, broadcast_to
from convlint.symbolic import Dim, Size, equal


class _Gathered(Struct, frozen=True):
    """A tensor in a subscript: the shape that it gives, and how many dimensions it takes."""

    shape: Shape
    consumes: int
    index: Tensor
    mask: bool


class _Somewhere:
    """An index of unknown value: it drops its dimension, and its bounds cannot be checked."""


_SOMEWHERE = _Somewhere()


@tensor_operation(*methods("__getitem__"))
def getitem(ctx: Context, input: Tensor, index: Any) -> Tensor:
    """Ints drop a dimension, slices shorten, `None` inserts 1, tensors together replace theirs by their broadcast."""
    walk, gathered = _walked(ctx, input, index)
    if not gathered:
        return _basic(input, walk)
    return Tensor(_advanced(ctx, walk, gathered), input.dtype, _looked_up(input, gathered))


@tensor_operation(*methods("__setitem__"))
def setitem(ctx: Context, input: Tensor, index: Any, value: Any) -> None:
    """The value must broadcast to what the subscript selects; leading sizes of 1 beyond its rank count for nothing."""
    walk, gathered = _walked(ctx, input, index)
    target = _advanced(ctx, walk, gathered) if gathered else tuple(walk.sizes)
    if isinstance(value, Tensor):
        shape = value.shape
        while len(shape) > len(target) and isinstance(shape[0], int) and shape[0] == 1:
            shape = shape[1:]
        if not any(item.mask for _, item in gathered):
            broadcast_to(ctx, shape, target, "assignment to a subscript")
    constants.overwritten(input, None if gathered else _written(input, walk, value))


def _written(input: Tensor, walk: Walk, value: Any) -> tuple[constants.Number, ...] | None:
    """Return all values of a tensor after one value was written to a part of it; None if they are not known."""
    if isinstance(value, Tensor):
        if value.data is None or len(value.data) != 1:
            return None
        (value,) = value.data
    count = constants.element_count(tuple(walk.sizes))
    one = constants.rounded((value,), input.dtype) if isinstance(value, (int, float)) else None
    if input.data is None or walk.strides is None or count is None or one is None:
        return None
    data = list(input.data)
    for place in constants.strided(walk.sizes, walk.strides, walk.offset) if count else ():
        data[place] = one[0]
    return tuple(data)


def _walked(ctx: Context, input: Tensor, index: Any) -> tuple[Walk, list[tuple[int, _Gathered]]]:
    """Apply a subscript's basic parts; tensors are returned with the place of theirs among the sizes that remain."""
    key = tuple(_item(ctx, item) for item in (index if isinstance(index, tuple) else (index,)))
    key = expanded_key(key, sum(_consumed(item) for item in key), input)
    strides = initial_strides(input)
    walk = Walk(offset=0)
    if input.data is None:
        walk.strides = None
    gathered: list[tuple[int, _Gathered]] = []
    dim = 0
    for item in key:
        if item is None:
            walk.keep(1, 0)
        elif isinstance(item, slice):
            apply_slice(ctx, walk, item, input.shape[dim], strides[dim])
        elif isinstance(item, _Gathered):
            _check_gathered(ctx, item, input, dim)
            gathered.append((len(walk.sizes), item))
            walk.keep(0, None)
        elif isinstance(item, _Somewhere):
            walk.strides = None
        else:
            apply_integer(ctx, walk, item, input.shape[dim], strides[dim], dim)
        dim += _consumed(item)
    return walk, gathered


def _item(ctx: Context, item: Any) -> Any:
    """Return one part of a subscript as None, `...`, a slice, a size or `_Gathered`."""
    if item is None or item is Ellipsis or isinstance(item, slice):
        return item
    if isinstance(item, bool):
        raise Unmodelled("a truth value as a subscript")
    if isinstance(item, (int, Dim)):
        return size_of(ctx, item)
    if isinstance(item, (list, tuple, range)):
        item = from_nested(ctx, list(item))
        if not item.shape:
            raise Unmodelled("a list as a subscript")
        return _gathered(ctx, item if item.shape != (0,) else Tensor((0,), "int64"))
    if isinstance(item, float):
        refuse(RefusalKind.LAYER, f"a tensor is indexed with the float {item}", IndexError, got=item)
    if not isinstance(item, Tensor):
        raise Unmodelled("a subscript that is not known")
    if not item.shape and dtypes.is_integral(item.dtype) and item.dtype not in ("bool", "uint8"):
        return item.data[0] if item.data is not None and type(item.data[0]) is int else _SOMEWHERE
    return _gathered(ctx, item)


def _gathered(ctx: Context, index: Tensor) -> _Gathered:
    if not index.dtype:
        raise Unmodelled("a tensor of unknown dtype as a subscript")
    if index.dtype in ("bool", "uint8"):
        if not index.shape:
            raise Unmodelled("a scalar mask as a subscript")
        return _Gathered((_true_count(ctx, index),), index.ndim, index, True)
    if not dtypes.is_integral(index.dtype):
        text = f"a tensor of {index.dtype} is used as a subscript; torch takes integers and masks"
        refuse(RefusalKind.LAYER, text, IndexError, got=index.dtype)
    return _Gathered(index.shape, 1, index, False)


def _true_count(ctx: Context, mask: Tensor) -> Size:
    if mask.data is not None:
        return sum(1 for value in mask.data if value)
    return ctx.unknown_size("the number of true values in a mask")


def _consumed(item: Any) -> int:
    if item is None or item is Ellipsis:
        return 0
    return item.consumes if isinstance(item, _Gathered) else 1


def _check_gathered(ctx: Context, item: _Gathered, input: Tensor, dim: int) -> None:
    """A mask must have the sizes of the dimensions that it takes; known indices must lie within theirs."""
    if item.mask:
        for offset, size in enumerate(item.index.shape):
            wanted = input.shape[dim + offset]
            text = f"a mask of shape {shown(item.index.shape)} for {shown(input.shape)}"
            why = refusal(
                RefusalKind.SIZES, f"{text}: {size} against {wanted} in dimension {dim + offset}", IndexError,
                expected=wanted, got=size, dim=dim + offset,
            )  # fmt: skip
            ctx.require(equal(wanted, size), why)
    elif item.index.data:
        for value in {min(item.index.data), max(item.index.data)}:
            taken(ctx, input.shape[dim], int(value), dim)


def _basic(input: Tensor, walk: Walk) -> Tensor:
    shape = tuple(walk.sizes)
    strides, offset = walk.strides, walk.offset
    if strides is None:
        input.classes = None  # as for every view
        return Tensor(shape, input.dtype)
    return constants.view(input, shape, lambda: constants.strided(shape, strides, offset))


def _advanced(ctx: Context, walk: Walk, gathered: Sequence[tuple[int, _Gathered]]) -> Shape:
    """Return the shape: the broadcast of all index tensors stands where they stand together, else in front."""
    together = broadcast(ctx, [item.shape for _, item in gathered], "indexing", IndexError)
    places = [place for place, _ in gathered]
    rest = [size for place, size in enumerate(walk.sizes) if place not in places]
    first = places[0] if places == list(range(places[0], places[0] + len(places))) else 0
    return (*rest[:first], *together, *rest[first:])


def _looked_up(input: Tensor, gathered: Sequence[tuple[int, _Gathered]]) -> tuple[Any, ...] | None:
    """Return the values of a vector indexed by one tensor of integers."""
    index = gathered[0][1]
    if input.ndim != 1 or len(gathered) != 1 or index.mask or input.data is None or index.index.data is None:
        return None
    if len(index.index.data) > constants.LIMIT:
        return None
    return tuple(input.data[int(value)] for value in index.index.data)
