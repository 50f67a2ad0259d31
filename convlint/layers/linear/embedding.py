"""Look-ups in a table of vectors: `Embedding`, `EmbeddingBag`, `one_hot` and their functions."""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.registry import State, layer, operation
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared.axes import refuse, shown, written
from convlint.layers.shared.demands import (
    CONSTANTS,
    constructor_size,
    demand,
    demand_same_shape,
    demand_tensor,
    dtype_name,
)
from convlint.layers.shared.dtypes import FLOATS
from convlint.symbolic import Dim, Size, at_least

_F = "torch.nn.functional"
_SPARSE = "torch.nn.modules.sparse"
_OPTIONS = frozenset({"max_norm", "norm_type", "scale_grad_by_freq", "sparse", "padding_idx"})


def _demand_indices(input: Any, who: str) -> Tensor:
    """Refuse floats as indices; of other dtypes only int32 and int64 are sure to work."""
    indices = demand_tensor(input, f"the input of {who}")
    if indices.dtype in FLOATS:
        text = f"{who} takes integer indices and gets {indices.dtype}"
        refuse(RefusalKind.LAYER, text, RuntimeError, got=indices.dtype)
    if indices.dtype not in ("", "int32", "int64"):
        raise Unmodelled(f"{who} with indices of {indices.dtype}")
    return indices


def _check_padding(ctx: Context, padding_idx: Any, rows: Size, who: str) -> None:
    if isinstance(padding_idx, int):
        text = f"{who} has {rows} rows, and none at `padding_idx` = {padding_idx}"
        least = padding_idx + 1 if padding_idx > 0 else -padding_idx
        demand(ctx, at_least(rows, least), RefusalKind.LAYER, text, AssertionError, expected=rows, got=padding_idx)


@operation(f"{_F}.embedding", harmless=_OPTIONS)
def embedding(
    ctx: Context,
    input: Tensor,
    weight: Tensor,
    padding_idx: int | None = None,
    max_norm: float | None = None,
    norm_type: float = 2.0,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """(*) with a table (rows, features) → (*, features).

    https://pytorch.org/docs/stable/generated/torch.nn.functional.embedding.html
    """
    weight = demand_tensor(weight, "the weight of `embedding`")
    if weight.ndim > 0:
        _check_padding(ctx, padding_idx, weight.shape[0], "`embedding`")
    return _look_up(input, weight, "`embedding`")


@operation("torch.embedding", harmless=_OPTIONS)
def torch_embedding(
    ctx: Context,
    weight: Tensor,
    indices: Tensor,
    padding_idx: int = -1,
    scale_grad_by_freq: bool = False,
    sparse: bool = False,
) -> Tensor:
    """`torch.nn.functional.embedding` with its arguments in another order."""
    return _look_up(indices, demand_tensor(weight, "the weight of `embedding`"), "`embedding`")


def _look_up(input: Any, weight: Tensor, who: str) -> Tensor:
    if weight.ndim != 2:
        text = f"{who} takes a 2-D weight and gets {weight.ndim}-D {shown(weight.shape)}"
        refuse(RefusalKind.RANK, text, expected=2, got=weight.ndim)
    indices = _demand_indices(input, who)
    return Tensor((*indices.shape, weight.shape[1]), weight.dtype)


def _wrap_padding(ctx: Context, padding_idx: Any, rows: Size, name: str) -> Any:
    """Return `padding_idx` counted from the first row, as the module stores it."""
    _check_padding(ctx, padding_idx, rows, f"`{name}`")
    return padding_idx + rows if isinstance(padding_idx, int) and padding_idx < 0 else padding_idx


def _register_table(ctx: Context, state: State, name: str, given: Tensor | None, dtype: str | None) -> Tensor:
    """Register the weight (num_embeddings, embedding_dim): a new one, or the one that was given."""
    rows, features = state.num_embeddings, state.embedding_dim
    if given is None:
        rows = constructor_size(ctx, rows, name, "num_embeddings")
        features = constructor_size(ctx, features, name, "embedding_dim")
        table = Tensor((rows, features), dtype_name(dtype))
    else:
        text = f"`{name}` of {rows} × {features} gets a weight of shape {shown(given.shape)}"
        demand_same_shape(ctx, (rows, features), given.shape, text, AssertionError)
        table = Tensor(given.shape, given.dtype)
    state.parameter("weight", table)
    return table


@layer("torch.nn.Embedding", f"{_SPARSE}.Embedding", harmless=CONSTANTS | _OPTIONS)
class Embedding:
    """https://pytorch.org/docs/stable/generated/torch.nn.Embedding.html"""

    @staticmethod
    def init(
        ctx: Context,
        state: State,
        num_embeddings: Size,
        embedding_dim: Size,
        padding_idx: int | None = None,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        sparse: bool = False,
        _weight: Tensor | None = None,
        _freeze: bool = False,
        device: Any = None,
        dtype: str | None = None,
    ) -> None:
        state.num_embeddings = num_embeddings
        state.embedding_dim = embedding_dim
        if isinstance(num_embeddings, (int, Dim)):
            padding_idx = _wrap_padding(ctx, padding_idx, num_embeddings, "Embedding")
        state.padding_idx = padding_idx
        state.max_norm = max_norm
        state.norm_type = norm_type
        state.scale_grad_by_freq = scale_grad_by_freq
        table = _register_table(ctx, state, "Embedding", _weight, dtype)
        table.requires_grad = not _freeze
        state.sparse = sparse

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        return _look_up(input, demand_tensor(state.weight, "the weight of `Embedding`"), "`Embedding`")


@operation(f"{_F}.one_hot")
def one_hot(ctx: Context, tensor: Tensor, num_classes: Size = -1) -> Tensor:
    """(*) → (*, num_classes); for -1 as many classes as the largest value needs.

    https://pytorch.org/docs/stable/generated/torch.nn.functional.one_hot.html
    """
    tensor = demand_tensor(tensor, "the input of `one_hot`")
    if tensor.dtype not in ("", "int64"):
        text = f"`one_hot` takes int64 indices and gets {tensor.dtype}"
        refuse(RefusalKind.LAYER, text, RuntimeError, got=tensor.dtype)
    if not isinstance(num_classes, (int, Dim)):
        raise Unmodelled(f"`one_hot` with {written(num_classes)} classes")
    if isinstance(num_classes, int) and num_classes <= 0:
        if num_classes != -1:
            raise Unmodelled(f"`one_hot` with {num_classes} classes")
        if tensor.data:
            return Tensor((*tensor.shape, int(max(tensor.data)) + 1), "int64")
        num_classes = ctx.unknown_size("one more than the largest value given to `one_hot`")
    return Tensor((*tensor.shape, num_classes), "int64")


@operation(f"{_F}.embedding_bag", harmless=_OPTIONS | {"per_sample_weights"})
def embedding_bag(
    ctx: Context,
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None = None,
    max_norm: float | None = None,
    norm_type: float = 2,
    scale_grad_by_freq: bool = False,
    mode: str = "mean",
    sparse: bool = False,
    per_sample_weights: Tensor | None = None,
    include_last_offset: bool = False,
    padding_idx: int | None = None,
) -> Tensor:
    """Bags of indices (B, n), or (total,) with offsets (B,), and a table (rows, features) → (B, features).

    https://pytorch.org/docs/stable/generated/torch.nn.functional.embedding_bag.html
    """
    return _sum_bags(ctx, input, weight, offsets, mode, per_sample_weights, include_last_offset, "`embedding_bag`")


def _sum_bags(
    ctx: Context,
    input: Tensor,
    weight: Tensor,
    offsets: Tensor | None,
    mode: str,
    per_sample_weights: Tensor | None,
    include_last_offset: bool,
    who: str,
) -> Tensor:
    for tensor in (input, weight):
        demand_tensor(tensor, f"an argument of {who}")
    if per_sample_weights is not None:
        text = f"{who} weighs {shown(input.shape)} samples by {shown(per_sample_weights.shape)} weights"
        demand_same_shape(ctx, input.shape, per_sample_weights.shape, text, ValueError)
    if weight.ndim != 2:
        text = f"{who} takes a 2-D weight and gets {weight.ndim}-D {shown(weight.shape)}"
        refuse(RefusalKind.RANK, text, ValueError, expected=2, got=weight.ndim)
    bags = _count_bags(ctx, input, offsets, include_last_offset, who)
    if mode not in ("sum", "mean", "max"):
        text = f"{who} takes 'sum', 'mean' or 'max' as `mode` and gets {written(mode)}"
        refuse(RefusalKind.LAYER, text, ValueError, got=mode)
    if per_sample_weights is not None and mode != "sum":
        text = f"{who} takes `per_sample_weights` in mode 'sum' only, not {written(mode)}"
        refuse(RefusalKind.LAYER, text, NotImplementedError, got=mode)
    _demand_indices(input, who)
    return Tensor((bags, weight.shape[1]), weight.dtype)


def _count_bags(ctx: Context, input: Tensor, offsets: Tensor | None, include_last_offset: bool, who: str) -> Size:
    if input.ndim == 2:
        if offsets is not None:
            refuse(RefusalKind.RANK, f"{who} takes no offsets with 2-D input", ValueError, got=2)
        return input.shape[0]
    if input.ndim != 1:
        text = f"{who} takes 1-D or 2-D input and gets {input.ndim}-D {shown(input.shape)}"
        refuse(RefusalKind.RANK, text, ValueError, expected=(1, 2), got=input.ndim)
    if offsets is None or offsets.ndim != 1:
        refuse(RefusalKind.RANK, f"{who} takes 1-D offsets with 1-D input", ValueError)
    bags = offsets.shape[0]
    if not include_last_offset:
        return bags
    text = f"{who} with `include_last_offset` needs at least one offset"
    demand(ctx, at_least(bags, 1), RefusalKind.SIZES, text, got=bags)
    return bags - 1


@layer("torch.nn.EmbeddingBag", f"{_SPARSE}.EmbeddingBag", harmless=CONSTANTS | _OPTIONS | {"per_sample_weights"})
class EmbeddingBag:
    """https://pytorch.org/docs/stable/generated/torch.nn.EmbeddingBag.html"""

    @staticmethod
    def init(
        ctx: Context,
        state: State,
        num_embeddings: Size,
        embedding_dim: Size,
        max_norm: float | None = None,
        norm_type: float = 2.0,
        scale_grad_by_freq: bool = False,
        mode: str = "mean",
        sparse: bool = False,
        _weight: Tensor | None = None,
        include_last_offset: bool = False,
        padding_idx: int | None = None,
        device: Any = None,
        dtype: str | None = None,
    ) -> None:
        state.num_embeddings = num_embeddings
        state.embedding_dim = embedding_dim
        state.max_norm = max_norm
        state.norm_type = norm_type
        state.scale_grad_by_freq = scale_grad_by_freq
        if isinstance(num_embeddings, (int, Dim)):
            padding_idx = _wrap_padding(ctx, padding_idx, num_embeddings, "EmbeddingBag")
        state.padding_idx = padding_idx
        _register_table(ctx, state, "EmbeddingBag", _weight, dtype)
        state.mode = mode
        state.sparse = sparse
        state.include_last_offset = include_last_offset

    @staticmethod
    def forward(
        ctx: Context,
        state: State,
        input: Tensor,
        offsets: Tensor | None = None,
        per_sample_weights: Tensor | None = None,
    ) -> Tensor:
        last = state.include_last_offset
        return _sum_bags(ctx, input, state.weight, offsets, state.mode, per_sample_weights, last, "`EmbeddingBag`")
