"""Products of matrices and vectors: matmul, mm, bmm, addmm, outer, tensordot and their kin, with their cost."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.facts import Cost
from convlint.layers.core.naming import both, methods, tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Shape, Tensor
from convlint.layers.shared import constants, dtypes
from convlint.layers.shared.axes import axes, integer, need_rank, refusal, refuse, shown
from convlint.layers.shared.broadcasting import broadcast, broadcast_to
from convlint.symbolic import Size, equal, product


@tensor_operation(*both("matmul"), "torch.linalg.matmul", "torch.Tensor.__matmul__")
def matmul(ctx: Context, input: Tensor, other: Tensor) -> Tensor:
    """(…, n, k) @ (…, k, m) → (…, n, m) with the leading sizes broadcast; vectors count as one row or column."""
    _tensors("matmul", input, other)
    for tensor in (input, other):
        if not tensor.shape:
            refuse(RefusalKind.RANK, "`matmul` does not take scalars", got=0)
    left: Shape = input.shape if input.ndim > 1 else (1, *input.shape)
    right: Shape = other.shape if other.ndim > 1 else (*other.shape, 1)
    _contract(ctx, "matmul", input, other, left[-1], right[-2])
    batch = broadcast(ctx, [left[:-2], right[:-2]], "matmul")
    ctx.note(Cost(product((*batch, left[-2], left[-1], right[-1]))))
    rows = left[-2:-1] if input.ndim > 1 else ()
    columns = right[-1:] if other.ndim > 1 else ()
    return Tensor((*batch, *rows, *columns), dtypes.result_type(input, other))


@tensor_operation("torch.Tensor.__rmatmul__")
def rmatmul(ctx: Context, input: Tensor, other: Tensor) -> Tensor:
    return matmul(ctx, other, input)  # type: ignore[no-any-return]


@tensor_operation("torch.spmm", "torch.sparse.mm")
def spmm(ctx: Context, input: Tensor, mat2: Tensor) -> Tensor:
    """As `mm`; whether the first matrix is a sparse one is not told."""
    return _ranked_product(ctx, "spmm", input, mat2, 2, 2)


@tensor_operation(*both("mm"))
def mm(ctx: Context, input: Tensor, mat2: Tensor) -> Tensor:
    return _ranked_product(ctx, "mm", input, mat2, 2, 2)


@tensor_operation(*both("bmm"))
def bmm(ctx: Context, input: Tensor, mat2: Tensor) -> Tensor:
    return _ranked_product(ctx, "bmm", input, mat2, 3, 3)


@tensor_operation(*both("mv"))
def mv(ctx: Context, input: Tensor, vec: Tensor) -> Tensor:
    return _ranked_product(ctx, "mv", input, vec, 2, 1)


@tensor_operation(*both("dot", "vdot"))
def dot(ctx: Context, input: Tensor, tensor: Tensor) -> Tensor:
    return _ranked_product(ctx, "dot", input, tensor, 1, 1)


@tensor_operation(*both("inner"))
def inner(ctx: Context, input: Tensor, other: Tensor) -> Tensor:
    """(…, k) and (…, k) → the leading sizes of both; with a scalar, their product."""
    _tensors("inner", input, other)
    if not input.shape or not other.shape:
        return Tensor(input.shape + other.shape, dtypes.result_type(input, other))
    _contract(ctx, "inner", input, other, input.shape[-1], other.shape[-1])
    ctx.note(Cost(product((*input.shape, *other.shape[:-1]))))
    return Tensor((*input.shape[:-1], *other.shape[:-1]), dtypes.result_type(input, other))


@tensor_operation(*both("outer", "ger"))
def outer(ctx: Context, input: Tensor, vec2: Tensor) -> Tensor:
    for tensor in (input, vec2):
        need_rank("outer", tensor, (1,))
    return Tensor((*input.shape, *vec2.shape), dtypes.result_type(input, vec2))


@tensor_operation(*both("addmm"), harmless=("beta", "alpha"))
def addmm(ctx: Context, input: Tensor, mat1: Tensor, mat2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """`input`, broadcast to (n, m), plus (n, k) @ (k, m)."""
    return _added(ctx, "addmm", input, _ranked_product(ctx, "addmm", mat1, mat2, 2, 2))


@tensor_operation(*both("baddbmm"), harmless=("beta", "alpha"))
def baddbmm(ctx: Context, input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """`input`, broadcast to (b, n, m), plus (b, n, k) @ (b, k, m)."""
    return _added(ctx, "baddbmm", input, _ranked_product(ctx, "baddbmm", batch1, batch2, 3, 3))


@tensor_operation(*both("addmv"), harmless=("beta", "alpha"))
def addmv(ctx: Context, input: Tensor, mat: Tensor, vec: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    if not input.shape:
        raise Unmodelled("a product added to a scalar")
    return _added(ctx, "addmv", input, _ranked_product(ctx, "addmv", mat, vec, 2, 1))


@tensor_operation(*both("addbmm"), harmless=("beta", "alpha"))
def addbmm(ctx: Context, input: Tensor, batch1: Tensor, batch2: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """`input`, broadcast to (n, m), plus the sum over b of (b, n, k) @ (b, k, m)."""
    product_ = _ranked_product(ctx, "addbmm", batch1, batch2, 3, 3)
    return _added(ctx, "addbmm", input, Tensor(product_.shape[1:], product_.dtype))


@tensor_operation(*methods("addmm_", "baddbmm_", "addmv_"), harmless=("beta", "alpha"))
def addmm_(ctx: Context, input: Tensor, first: Tensor, second: Tensor, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    rank = input.ndim
    if rank not in (1, 2, 3):
        raise Unmodelled("a matrix product added to another rank")
    result = _ranked_product(ctx, "addmm_", first, second, max(rank, 2), rank)
    if result.ndim != rank:
        raise Unmodelled("a matrix product added to another rank")
    for wanted, size in zip(input.shape, result.shape, strict=False):
        why = refusal(RefusalKind.SIZES, f"`addmm_` adds {shown(result.shape)} to {shown(input.shape)}")
        ctx.require(equal(wanted, size), why)
    return constants.overwritten(input)


@tensor_operation("torch.tensordot", harmless=())
def tensordot(ctx: Context, a: Tensor, b: Tensor, dims: Any = 2, out: Any = None) -> Tensor:
    """Contract the last `dims` dimensions of `a` with the first of `b`, or those that two lists name."""
    if out is not None:
        raise Unmodelled("`out` of `tensordot`")
    if isinstance(dims, (tuple, list)) and len(dims) == 2:
        first, second = (tuple(part) if isinstance(part, (tuple, list)) else (part,) for part in dims)
    else:
        count = integer(ctx, dims, "`dims`")
        if count < 0 or count > min(a.ndim, b.ndim):
            raise Unmodelled("`tensordot` over more dimensions than there are")
        first, second = tuple(range(a.ndim - count, a.ndim)), tuple(range(count))
    if len(first) != len(second):
        refuse(RefusalKind.RANK, f"`tensordot` contracts {len(first)} dimensions with {len(second)}")
    _same_dtype("tensordot", a, b)
    left, right = axes(ctx, first, a.ndim), axes(ctx, second, b.ndim)
    for i, j in zip(left, right, strict=False):
        why = refusal(
            RefusalKind.SIZES,
            f"`tensordot` of {shown(a.shape)} and {shown(b.shape)}: {a.shape[i]} against {b.shape[j]}",
            expected=a.shape[i],
            got=b.shape[j],
        )
        ctx.require(equal(a.shape[i], b.shape[j]), why)
    rows, columns = _without(a.shape, left), _without(b.shape, right)
    ctx.note(Cost(product((*rows, *columns, *(a.shape[i] for i in left)))))
    return Tensor((*rows, *columns), a.dtype)


@tensor_operation(*both("kron"))
def kron(ctx: Context, input: Tensor, other: Tensor) -> Tensor:
    """Every size is the product of the two, aligned at the last dimension."""
    rank = max(input.ndim, other.ndim)
    left = (1,) * (rank - input.ndim) + input.shape
    right = (1,) * (rank - other.ndim) + other.shape
    return Tensor(tuple(a * b for a, b in zip(left, right, strict=False)), dtypes.result_type(input, other))


@tensor_operation("torch.chain_matmul", "torch.linalg.multi_dot")
def multi_dot(ctx: Context, *tensors: Any) -> Tensor:
    parts = tensors[0] if len(tensors) == 1 and isinstance(tensors[0], (tuple, list)) else tensors
    if len(parts) < 2 or any(not isinstance(part, Tensor) or part.ndim != 2 for part in parts):
        raise Unmodelled("a chain of other than matrices")
    for first, second in itertools.pairwise(parts):
        _contract(ctx, "multi_dot", first, second, first.shape[1], second.shape[0])
    return Tensor((parts[0].shape[0], parts[-1].shape[1]), parts[0].dtype)


def _ranked_product(ctx: Context, name: str, first: Tensor, second: Tensor, rank1: int, rank2: int) -> Tensor:
    """(b, n, k) with (b, k, m) → (b, n, m), or that with fewer dimensions."""
    _tensors(name, first, second)
    need_rank(name, first, (rank1,))
    need_rank(name, second, (rank2,))
    inner = second.shape[-2] if rank2 > 1 else second.shape[0]
    if rank1 == 3:
        text = f"`{name}` of {shown(first.shape)} and {shown(second.shape)}: batches of {first.shape[0]} and "
        why = refusal(
            RefusalKind.SIZES, f"{text}{second.shape[0]}", expected=first.shape[0], got=second.shape[0], dim=0
        )
        ctx.require(equal(first.shape[0], second.shape[0]), why)
    _contract(ctx, name, first, second, first.shape[-1], inner)
    columns = second.shape[-1:] if rank2 > 1 else ()
    ctx.note(Cost(product((*first.shape, *columns))))
    return Tensor((*first.shape[:-1], *columns), dtypes.result_type(first, second))


def _contract(ctx: Context, name: str, first: Tensor, second: Tensor, left: Size, right: Size) -> None:
    why = refusal(
        RefusalKind.SIZES,
        f"`{name}` of {shown(first.shape)} and {shown(second.shape)}: {left} columns against {right} rows",
        expected=left,
        got=right,
        left=first.shape,
        right=second.shape,
    )
    ctx.require(equal(left, right), why)
    _same_dtype(name, first, second)


def _added(ctx: Context, name: str, input: Tensor, result: Tensor) -> Tensor:
    _tensors(name, input, result)
    _same_dtype(name, input, result)
    broadcast_to(ctx, input.shape, result.shape, name)
    return result


def _tensors(name: str, *values: Any) -> None:
    if not all(isinstance(value, Tensor) for value in values):
        raise Unmodelled(f"`{name}` of values that are not known tensors")


def _same_dtype(name: str, first: Tensor, second: Tensor) -> None:
    if first.dtype and second.dtype and first.dtype != second.dtype:
        raise Unmodelled(f"`{name}` of {first.dtype} and {second.dtype}")


def _without(shape: Shape, gone: Sequence[int]) -> Shape:
    return tuple(size for dim, size in enumerate(shape) if dim not in gone)
