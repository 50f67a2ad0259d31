"""Operations that join tensors: cat, stack and their kin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.naming import tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Shape, Tensor
from convlint.layers.shapes.reshaping import padded_to_3d
from convlint.layers.shared import constants, dtypes
from convlint.layers.shared.axes import axis, refusal, refuse, replaced, shown, written
from convlint.layers.shared.broadcasting import agreed
from convlint.symbolic import Size, equal


@tensor_operation("torch.cat", "torch.concat", "torch.concatenate")
def cat(ctx: Context, tensors: Any, dim: int = 0) -> Tensor:
    """The size along `dim` is the sum, all others must be equal. A tensor of shape (0,) counts for nothing."""
    parts = _tensors(tensors, "cat")
    kept = [tensor for tensor in parts if tensor.shape != (0,)] or parts[:1]
    shape = _joined(ctx, [tensor.shape for tensor in kept], dim, "cat")
    leading = axis(ctx, dim, len(shape)) == 0
    return Tensor(shape, _common_dtype(parts), _joined_data(shape, kept) if leading else None)


@tensor_operation("torch.stack")
def stack(ctx: Context, tensors: Any, dim: int = 0) -> Tensor:
    """Equal shapes get a new dimension of as many as there are tensors."""
    parts = _tensors(tensors, "stack")
    index = axis(ctx, dim, parts[0].ndim + 1)
    shape = parts[0].shape
    for position, tensor in enumerate(parts[1:], 1):
        shape = _equal_shapes(ctx, shape, tensor.shape, f"`stack` takes equal shapes, and tensor {position}")
    result = (*shape[:index], len(parts), *shape[index:])
    return Tensor(result, _common_dtype(parts), _joined_data(result, parts) if index == 0 else None)


@tensor_operation("torch.hstack")
def hstack(ctx: Context, tensors: Any) -> Tensor:
    parts = _reshaped(_tensors(tensors, "hstack"), lambda shape: shape or (1,))
    return cat(ctx, parts, 0 if parts[0].ndim == 1 else 1)  # type: ignore[no-any-return]


@tensor_operation("torch.vstack", "torch.row_stack")
def vstack(ctx: Context, tensors: Any) -> Tensor:
    parts = _reshaped(_tensors(tensors, "vstack"), lambda shape: (1,) * (2 - len(shape)) + shape)
    return cat(ctx, parts, 0)  # type: ignore[no-any-return]


@tensor_operation("torch.dstack")
def dstack(ctx: Context, tensors: Any) -> Tensor:
    return cat(ctx, _reshaped(_tensors(tensors, "dstack"), padded_to_3d), 2)  # type: ignore[no-any-return]


@tensor_operation("torch.column_stack")
def column_stack(ctx: Context, tensors: Any) -> Tensor:
    parts = _reshaped(
        _tensors(tensors, "column_stack"), lambda shape: {0: (1, 1), 1: (*shape, 1)}.get(len(shape), shape)
    )
    return cat(ctx, parts, 1)  # type: ignore[no-any-return]


@tensor_operation("torch.block_diag")
def block_diag(ctx: Context, *tensors: Any) -> Tensor:
    rows: Size = 0
    columns: Size = 0
    for tensor in _tensors(list(tensors), "block_diag"):
        if tensor.ndim > 2:
            refuse(RefusalKind.RANK, f"`block_diag` takes matrices and gets {shown(tensor.shape)}", got=tensor.ndim)
        height, width = (1,) * (2 - tensor.ndim) + tensor.shape
        rows, columns = rows + height, columns + width
    return Tensor((rows, columns), _common_dtype(list(tensors)))


def _tensors(tensors: Any, name: str) -> list[Tensor]:
    if isinstance(tensors, (Tensor, int, float, complex, str)):
        text = f"`{name}` takes a tuple or a list of tensors and gets {written(tensors)}"
        refuse(RefusalKind.LAYER, text, TypeError, got=tensors)
    if not isinstance(tensors, (tuple, list)) or not all(isinstance(tensor, Tensor) for tensor in tensors):
        raise Unmodelled(f"`{name}` of values that are not all known tensors")
    if not tensors:
        refuse(RefusalKind.LAYER, f"`{name}` is given no tensors", (RuntimeError if name != "cat" else ValueError))
    return list(tensors)


def _joined(ctx: Context, shapes: list[Shape], dim: int, name: str) -> Shape:
    first = shapes[0]
    for position, shape in enumerate(shapes):
        if not shape:
            refuse(RefusalKind.RANK, f"`{name}` does not take scalars, and tensor {position} is one", got=0)
    index = axis(ctx, dim, len(first))
    result, total = first, first[index]
    for position, shape in enumerate(shapes[1:], 1):
        if len(shape) != len(first):
            refuse(
                RefusalKind.RANK,
                f"`{name}` takes tensors of one rank: tensor 0 is {shown(first)}, tensor {position} is {shown(shape)}",
                expected=len(first),
                got=len(shape),
            )
        sizes = _equal_shapes(
            ctx,
            result,
            shape,
            f"`{name}` along dimension {index} needs all other sizes equal, and tensor {position}",
            index,
        )
        result, total = sizes, total + shape[index]
    return replaced(result, index, total)


def _equal_shapes(ctx: Context, expected: Shape, shape: Shape, text: str, free: int = -1) -> Shape:
    """Require equal shapes but for dimension `free`, and return the plainer of the two."""
    if len(shape) != len(expected):
        refuse(RefusalKind.SIZES, f"{text} is {shown(shape)}, not {shown(expected)}", expected=expected, got=shape)
    result: list[Size] = []
    for dim, (wanted, size) in enumerate(zip(expected, shape, strict=False)):
        if dim == free:
            result.append(wanted)
            continue
        why = refusal(
            RefusalKind.SIZES,
            f"{text} has {size} instead of {wanted} in dimension {dim}: {shown(shape)} against {shown(expected)}",
            expected=wanted,
            got=size,
            dim=dim,
        )
        ctx.require(equal(wanted, size), why)
        result.append(agreed(ctx, wanted, size))
    return tuple(result)


def _reshaped(tensors: list[Tensor], change: Callable[[Shape], Shape]) -> list[Tensor]:
    return [Tensor(change(tensor.shape), tensor.dtype, tensor.data) for tensor in tensors]


def _common_dtype(tensors: Sequence[Any]) -> str:
    return dtypes.result_type(*tensors)


def _joined_data(shape: Shape, tensors: list[Tensor]) -> tuple[Any, ...] | None:
    """Return the values of tensors put one after the other; only along the first dimension is that their join."""
    total = constants.element_count(shape)
    pieces = [tensor.data for tensor in tensors if tensor.data is not None]
    if total is None or total > constants.LIMIT or len(pieces) != len(tensors):
        return None
    if any(tensor.dtype != tensors[0].dtype for tensor in tensors):
        return None
    return tuple(value for piece in pieces for value in piece)
