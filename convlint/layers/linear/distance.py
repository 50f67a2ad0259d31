"""Distances between vectors: `CosineSimilarity`, `PairwiseDistance` and their functions."""

from __future__ import annotations

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import RefusalKind
from convlint.layers.core.registry import State, layer, operation
from convlint.layers.core.tensor import Shape, Tensor
from convlint.layers.shared.axes import axis, refuse, replaced, shown
from convlint.layers.shared.broadcasting import broadcast
from convlint.layers.shared.demands import common_dtype, demand_tensor
from convlint.layers.shared.dtypes import floating

_DISTANCE = "torch.nn.modules.distance"


@operation("torch.nn.functional.cosine_similarity", "torch.cosine_similarity", harmless=("eps",))
def cosine_similarity(ctx: Context, x1: Tensor, x2: Tensor, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """Broadcast, then drop `dim`.

    https://pytorch.org/docs/stable/generated/torch.nn.functional.cosine_similarity.html
    """
    shape = _together(ctx, x1, x2, "cosine_similarity")
    return Tensor(replaced(shape, axis(ctx, dim, len(shape))), common_dtype(x1, x2))


@operation("torch.nn.functional.pairwise_distance", "torch.pairwise_distance", harmless=("p", "eps"))
def pairwise_distance(
    ctx: Context, x1: Tensor, x2: Tensor, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False
) -> Tensor:
    """Broadcast, then drop the last dimension, or keep it as 1.

    https://pytorch.org/docs/stable/generated/torch.nn.functional.pairwise_distance.html
    """
    shape = _together(ctx, x1, x2, "pairwise_distance")
    last = (1,) if keepdim and shape else ()
    return Tensor(shape[:-1] + last, floating(common_dtype(x1, x2)))


def _together(ctx: Context, x1: Tensor, x2: Tensor, who: str) -> Shape:
    for tensor in (x1, x2):
        demand_tensor(tensor, f"an input of `{who}`")
    return broadcast(ctx, (x1.shape, x2.shape), who)


@operation("torch.nn.functional.pdist", "torch.pdist", harmless=("p",))
def pdist(ctx: Context, input: Tensor, p: float = 2.0) -> Tensor:
    """(N, M) → (N(N − 1)/2,). https://pytorch.org/docs/stable/generated/torch.nn.functional.pdist.html"""
    demand_tensor(input, "the input of `pdist`")
    if input.ndim != 2:
        text = f"`pdist` takes 2-D input and gets {input.ndim}-D {shown(input.shape)}"
        refuse(RefusalKind.RANK, text, expected=2, got=input.ndim)
    rows = input.shape[0]
    return Tensor((rows * (rows - 1) // 2,), input.dtype)


@layer("torch.nn.CosineSimilarity", f"{_DISTANCE}.CosineSimilarity", harmless=("eps",))
class CosineSimilarity:
    """https://pytorch.org/docs/stable/generated/torch.nn.CosineSimilarity.html"""

    @staticmethod
    def init(ctx: Context, state: State, dim: int = 1, eps: float = 1e-8) -> None:
        state.dim = dim
        state.eps = eps

    @staticmethod
    def forward(ctx: Context, state: State, x1: Tensor, x2: Tensor) -> Tensor:
        result: Tensor = cosine_similarity(ctx, x1, x2, state.dim, state.eps)
        return result


@layer("torch.nn.PairwiseDistance", f"{_DISTANCE}.PairwiseDistance", harmless=("p", "eps"))
class PairwiseDistance:
    """https://pytorch.org/docs/stable/generated/torch.nn.PairwiseDistance.html"""

    @staticmethod
    def init(ctx: Context, state: State, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> None:
        state.norm = p
        state.eps = eps
        state.keepdim = keepdim

    @staticmethod
    def forward(ctx: Context, state: State, x1: Tensor, x2: Tensor) -> Tensor:
        result: Tensor = pairwise_distance(ctx, x1, x2, state.norm, state.eps, state.keepdim)
        return result
