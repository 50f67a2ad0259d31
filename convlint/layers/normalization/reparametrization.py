"""What weights are computed from: `norm_except_dim` and `_weight_norm`; and the stubs of quantization."""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.registry import State, layer, operation
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared.axes import refuse, shown
from convlint.layers.shared.broadcasting import broadcast


@operation("torch.norm_except_dim", harmless=("pow",))
def norm_except_dim(ctx: Context, v: Tensor, pow: Any = 2, dim: int = 0) -> Tensor:
    """One norm for each entry along `dim`, all other sizes 1; a scalar for -1, which means all of the tensor."""
    if dim == -1:
        return Tensor((), v.dtype)
    if not 0 <= dim < v.ndim:
        if dim >= v.ndim:
            refuse(
                RefusalKind.RANK, f"`norm_except_dim` of {shown(v.shape)} has no dimension {dim}", Exception, dim=dim
            )
        raise Unmodelled("`norm_except_dim` with a negative dimension")
    return Tensor(tuple(size if index == dim else 1 for index, size in enumerate(v.shape)), v.dtype)


@operation("torch._weight_norm", harmless=("dim",))
def weight_norm(ctx: Context, v: Tensor, g: Tensor, dim: Any = 0) -> Tensor:
    """v · g / ‖v‖: the shape of v."""
    if g.ndim > v.ndim:
        raise Unmodelled("a norm of more dimensions than the weight")
    return Tensor(broadcast(ctx, [v.shape, g.shape], "_weight_norm"), v.dtype)


class _Stub:
    """What quantization puts into a model; before that it hands its input on."""

    @staticmethod
    def init(ctx: Context, state: State, qconfig: Any = None) -> None:
        if qconfig is not None:
            state.qconfig = qconfig

    @staticmethod
    def forward(ctx: Context, state: State, x: Any) -> Any:
        return x


for _name in ("QuantStub", "DeQuantStub"):
    layer(
        f"torch.ao.quantization.{_name}",
        f"torch.quantization.{_name}",
        f"torch.ao.quantization.stubs.{_name}",
        f"torch.quantization.stubs.{_name}",
        harmless=("qconfig",),
    )(_Stub)
