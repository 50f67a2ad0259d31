"""`torch.linalg` on square matrices and batches of them: inv, det, solve, qr, svd, eigh and their kin."""

# ruff: noqa: N803 - the names are torch's own

from __future__ import annotations

from typing import Any, NamedTuple

from convlint.layers.core.context import Context
from convlint.layers.core.naming import both, tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Shape, Tensor
from convlint.layers.shared import dtypes
from convlint.layers.shared.axes import refusal, refuse, shown
from convlint.symbolic import Size, Verdict, at_least, equal, minimum

_L = "torch.linalg"


class Eigen(NamedTuple):
    eigenvalues: Tensor
    eigenvectors: Tensor


class Decomposed(NamedTuple):
    Q: Tensor
    R: Tensor


class SingularValues(NamedTuple):
    U: Tensor
    S: Tensor
    Vh: Tensor


class SignedLogarithm(NamedTuple):
    sign: Tensor
    logabsdet: Tensor


@tensor_operation(f"{_L}.inv", *both("inverse", "matrix_exp"), f"{_L}.cholesky")
def inverse(ctx: Context, A: Tensor) -> Tensor:
    return Tensor(_square(ctx, "inv", A), A.dtype)


@tensor_operation("torch.cholesky", "torch.Tensor.cholesky", harmless=("upper",))
def cholesky(ctx: Context, input: Tensor, upper: Any = False) -> Tensor:
    return Tensor(_square(ctx, "cholesky", input), input.dtype)


@tensor_operation(f"{_L}.det", "torch.det", "torch.Tensor.det", "torch.logdet", "torch.Tensor.logdet")
def det(ctx: Context, A: Tensor) -> Tensor:
    return Tensor(_square(ctx, "det", A)[:-2], A.dtype)


@tensor_operation(f"{_L}.slogdet", "torch.slogdet", "torch.Tensor.slogdet")
def slogdet(ctx: Context, A: Tensor) -> SignedLogarithm:
    batch = _square(ctx, "slogdet", A)[:-2]
    return SignedLogarithm(Tensor(batch, A.dtype), Tensor(batch, dtypes.real_part(A.dtype)))


@tensor_operation(f"{_L}.pinv", "torch.pinverse")
def pinv(ctx: Context, A: Tensor, *rest: Any, **named: Any) -> Tensor:
    """(…, m, n) → (…, n, m)."""
    _need_matrix("pinv", A)
    return Tensor((*A.shape[:-2], A.shape[-1], A.shape[-2]), A.dtype)


@tensor_operation(f"{_L}.eigh", harmless=("UPLO",))
def eigh(ctx: Context, A: Tensor, UPLO: Any = "L") -> Eigen:
    shape = _square(ctx, "eigh", A)
    return Eigen(Tensor(shape[:-1], dtypes.real_part(A.dtype)), Tensor(shape, A.dtype))


@tensor_operation(f"{_L}.qr")
def qr(ctx: Context, A: Tensor, mode: str = "reduced") -> Decomposed:
    """(…, m, n) → (…, m, k) and (…, k, n) with k = min(m, n)."""
    _need_matrix("qr", A)
    if mode != "reduced":
        raise Unmodelled("a complete QR decomposition")
    rank = _smaller(ctx, A.shape)
    batch = A.shape[:-2]
    return Decomposed(Tensor((*batch, A.shape[-2], rank), A.dtype), Tensor((*batch, rank, A.shape[-1]), A.dtype))


@tensor_operation(f"{_L}.svd", harmless=("driver",))
def svd(ctx: Context, A: Tensor, full_matrices: Any = True, *, driver: Any = None) -> SingularValues:
    """(…, m, n) → (…, m, m), (…, k), (…, n, n); with k = min(m, n) in their place unless `full_matrices`."""
    _need_matrix("svd", A)
    rank, batch = _smaller(ctx, A.shape), A.shape[:-2]
    rows, columns = (A.shape[-2], A.shape[-1]) if full_matrices else (rank, rank)
    return SingularValues(
        Tensor((*batch, A.shape[-2], rows), A.dtype),
        Tensor((*batch, rank), dtypes.real_part(A.dtype)),
        Tensor((*batch, columns, A.shape[-1]), A.dtype),
    )


@tensor_operation(f"{_L}.solve", harmless=())
def solve(ctx: Context, A: Tensor, B: Tensor, *, left: Any = True) -> Tensor:
    """(n, n) and (n, k) → (n, k); batches only where both have the same."""
    shape = _square(ctx, "solve", A)
    if not left or B.ndim != A.ndim or B.shape[:-2] != A.shape[:-2] or A.dtype != B.dtype:
        raise Unmodelled("`solve` with broadcast batches or vectors")
    text = f"`solve` of {shown(A.shape)} and {shown(B.shape)}: {shape[-1]} unknowns and {B.shape[-2]} rows"
    why = refusal(RefusalKind.SIZES, text, expected=shape[-1], got=B.shape[-2])
    ctx.require(equal(shape[-1], B.shape[-2]), why)
    return Tensor(B.shape, B.dtype)


@tensor_operation(f"{_L}.matrix_power", "torch.matrix_power", "torch.Tensor.matrix_power", harmless=("n",))
def matrix_power(ctx: Context, A: Tensor, n: Any) -> Tensor:
    return Tensor(_square(ctx, "matrix_power", A), A.dtype)


def _need_matrix(name: str, matrix: Tensor) -> None:
    if matrix.ndim < 2:
        text = f"`{name}` takes 2 or more dimensions and gets {shown(matrix.shape)}"
        refuse(RefusalKind.RANK, text, expected=2, got=matrix.ndim)
    if matrix.dtype not in ("float32", "float64", "complex64", "complex128"):
        raise Unmodelled(f"`{name}` of {matrix.dtype or 'an unknown dtype'}")


def _square(ctx: Context, name: str, matrix: Tensor) -> Shape:
    _need_matrix(name, matrix)
    rows, columns = matrix.shape[-2:]
    text = f"`{name}` takes square matrices and gets {shown(matrix.shape)}"
    ctx.require(equal(rows, columns), refusal(RefusalKind.SIZES, text, expected=rows, got=columns))
    return matrix.shape


def _smaller(ctx: Context, shape: Shape) -> Size:
    rows, columns = shape[-2:]
    if ctx.decide(at_least(rows, columns)) is Verdict.PROVED:
        return columns
    return rows if ctx.decide(at_least(columns, rows)) is Verdict.PROVED else minimum(rows, columns)
