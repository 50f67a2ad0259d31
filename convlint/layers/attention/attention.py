"""Attention: `scaled_dot_product_attention`, `multi_head_attention_forward` and `MultiheadAttention`."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from convlint.layers.core.context import Context
from convlint.layers.core.facts import Cost
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.registry import State, layer, operation
from convlint.layers.core.tensor import Shape, Tensor
from convlint.layers.shared.axes import refuse, shown, written
from convlint.layers.shared.broadcasting import broadcast
from convlint.layers.shared.demands import (
    CONSTANTS,
    common_dtype,
    constructor_size,
    demand,
    demand_same_shape,
    demand_tensor,
    dtype_name,
)
from convlint.symbolic import Dim, Size, Verdict, all_of, at_least, divides, equal, product

_MASKS = frozenset({"attn_mask", "key_padding_mask"})


@operation("torch.nn.functional.scaled_dot_product_attention", harmless=("attn_mask", "dropout_p", "scale"))
def scaled_dot_product_attention(
    ctx: Context,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attn_mask: Tensor | None = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """(*, L, E), (*, S, E), (*, S, V) → (*, L, V), all * broadcast.

    https://pytorch.org/docs/stable/generated/torch.nn.functional.scaled_dot_product_attention.html
    """
    who = "`scaled_dot_product_attention`"
    for tensor in (query, key, value):
        if demand_tensor(tensor, f"an input of {who}").ndim < 2:
            refuse(
                RefusalKind.RANK, f"{who} takes at least 2-D tensors and gets {shown(tensor.shape)}", got=tensor.ndim
            )
    expected, got = query.shape[-1], key.shape[-1]
    text = f"{who} compares queries of {expected} features with keys of {got}"
    demand(ctx, equal(got, expected), RefusalKind.SIZES, text, expected=expected, got=got)
    if ctx.decide(equal(key.shape[-2], value.shape[-2])) is Verdict.VIOLATED:
        # torch's kernels do not agree: some raise, and the fused one on CPU does not look
        raise Unmodelled(f"{who} with {key.shape[-2]} keys and {value.shape[-2]} values")
    keys, values = (_repeat_heads(ctx, query, x, who) if enable_gqa else x.shape[:-2] for x in (key, value))
    batch = broadcast(ctx, (query.shape[:-2], keys, values), who)
    length, source = query.shape[-2], key.shape[-2]
    if attn_mask is not None and attn_mask.ndim >= 2:
        _check_score_mask(ctx, attn_mask, (*batch, length, source), who)
    ctx.note(Cost(product(batch) * length * source * (expected + value.shape[-1])))
    return Tensor((*batch, length, value.shape[-1]), common_dtype(query, key, value))


def _repeat_heads(ctx: Context, query: Tensor, other: Tensor, who: str) -> Shape:
    """Return the batch sizes of keys or values once their heads are repeated for the queries' heads."""
    if query.ndim < 3 or other.ndim < 3:
        raise Unmodelled(f"{who} with grouped heads of tensors without heads")
    heads, shared = query.shape[-3], other.shape[-3]
    text = f"{who} cannot share {shared} heads of keys and values among {heads} heads"
    demand(
        ctx, all_of(at_least(shared, 1), divides(shared, heads)), RefusalKind.SIZES, text, expected=heads, got=shared
    )
    return (*other.shape[:-3], heads)


def _check_score_mask(ctx: Context, mask: Tensor, scores: Shape, who: str) -> None:
    """Refuse a mask that does not broadcast to the scores, unless it would only enlarge their batch."""
    if mask.ndim > len(scores):
        raise Unmodelled(f"{who} with a mask of {mask.ndim} dimensions for scores of {len(scores)}")
    together = broadcast(ctx, (scores, mask.shape), who)
    for size, score in zip(together, scores, strict=True):
        if ctx.decide(equal(size, score)) is Verdict.VIOLATED:
            raise Unmodelled(f"{who} with a mask larger than its scores")


class Projections(Struct, frozen=True):
    """The weights of a multi-head attention, and what they were built for."""

    embed_dim: Size
    num_heads: Size
    packed: Tensor | None
    separate: tuple[Tensor, Tensor, Tensor] | None
    out_features: Size
    added_keys: int = 0
    """Keys that `bias_k` and `add_zero_attn` append."""


class Masks(Struct, frozen=True):
    """The masks of one call; None is no mask, or one that is not known."""

    attention: Tensor | None
    key_padding: Tensor | None


def attend(
    ctx: Context, inputs: tuple[Tensor, Tensor, Tensor], to: Projections, masks: Masks, who: str
) -> tuple[Tensor, Shape]:
    """Return the output for (L, N, E), (S, N, Ek), (S, N, Ev), and the shape (N, heads, L, S) of the weights.

    Without the batch: (L, E) and (heads, L, S). Work: the projections and both products with the weights.
    """
    query, key, value = inputs
    batched = _check_ranks(ctx, inputs, to, masks, who)
    length, source = query.shape[0], key.shape[0]
    batch = query.shape[1] if batched else 1
    _check_projections(ctx, inputs, to, who)
    if masks.attention is not None:
        _check_attention_mask(ctx, masks.attention, (length, source), batch * to.num_heads, who)
    if batched:
        text = f"{who} gets {batch} queries and {key.shape[1]} keys in a batch"
        demand(ctx, equal(key.shape[1], batch), RefusalKind.SIZES, text, expected=batch, got=key.shape[1])
    if masks.key_padding is not None:
        expected = (batch, source) if batched else (source,)
        text = f"{who} takes a key padding mask of shape {shown(expected)} and gets {shown(masks.key_padding.shape)}"
        demand_same_shape(ctx, expected, masks.key_padding.shape, text, AssertionError)
    width, keys = query.shape[-1], source + to.added_keys
    projected = length * width * width + source * width * (key.shape[-1] + value.shape[-1])
    ctx.note(Cost(batch * (projected + 2 * length * keys * width + length * width * to.out_features)))
    weights: Shape = (to.num_heads, length, keys)
    output = Tensor((*query.shape[:-1], to.out_features), common_dtype(query, key, value))
    return output, ((batch, *weights) if batched else weights)


def _check_ranks(ctx: Context, inputs: tuple[Tensor, Tensor, Tensor], to: Projections, masks: Masks, who: str) -> bool:
    query, key, value = inputs
    rank = query.ndim
    if rank not in (2, 3):
        text = f"{who} takes a 2-D or 3-D query and gets {rank}-D {shown(query.shape)}"
        refuse(RefusalKind.RANK, text, AssertionError, expected=(2, 3), got=rank)
    for tensor, wanted, what in (
        (key, (rank,), "key"),
        (value, (rank,), "value"),
        (masks.key_padding, (rank - 1,), "key padding mask"),
        (masks.attention, (2, 3), "attention mask"),
    ):
        if tensor is not None and tensor.ndim not in wanted:
            text = f"{who} gets a {rank}-D query and a {tensor.ndim}-D {what}"
            refuse(RefusalKind.RANK, text, AssertionError, expected=wanted, got=tensor.ndim)
    if rank == 2 and masks.attention is not None and masks.attention.ndim == 3:
        expected = (to.num_heads, query.shape[0], key.shape[0])
        text = f"{who} takes an attention mask {shown(expected)} and gets {shown(masks.attention.shape)}"
        demand_same_shape(ctx, expected, masks.attention.shape, text, AssertionError)
    return rank == 3


def _check_attention_mask(ctx: Context, mask: Tensor, scores: Shape, heads: Size, who: str) -> None:
    expected = scores if mask.ndim == 2 else (heads, *scores)
    text = f"{who} takes an attention mask of shape {shown(expected)} and gets {shown(mask.shape)}"
    demand_same_shape(ctx, expected, mask.shape, text, RuntimeError)


def _check_projections(ctx: Context, inputs: tuple[Tensor, Tensor, Tensor], to: Projections, who: str) -> None:
    query, key, value = inputs
    width, got = to.embed_dim, query.shape[-1]
    text = f"{who} was built for queries of {width} features and gets {got}"
    demand(ctx, equal(got, width), RefusalKind.FEATURES, text, AssertionError, expected=width, got=got)
    text = f"{who} cannot split {width} features into {to.num_heads} heads"
    demand(ctx, divides(to.num_heads, width), RefusalKind.LAYER, text, AssertionError, expected=width)
    text = f"{who} gets keys {shown(key.shape)} and values {shown(value.shape)}"
    if to.separate is None:
        demand_same_shape(ctx, key.shape, value.shape, text, AssertionError)
    else:
        demand_same_shape(ctx, key.shape[:-1], value.shape[:-1], text, AssertionError)
    error = RuntimeError if to.separate is None else AssertionError
    for index, (tensor, what) in enumerate(((key, "keys"), (value, "values")), start=1):
        weight = to.packed if to.separate is None else to.separate[index]
        if weight is None or weight.ndim != 2:
            raise Unmodelled(f"{who} without a weight for its {what}")
        expected, got = weight.shape[1], tensor.shape[-1]
        text = f"{who} was built for {what} of {expected} features and gets {got}"
        demand(ctx, equal(got, expected), RefusalKind.FEATURES, text, error, expected=expected, got=got)


@operation(
    "torch.nn.functional.multi_head_attention_forward",
    harmless=_MASKS | {"in_proj_bias", "dropout_p", "out_proj_bias", "training"},
)
def multi_head_attention_forward(
    ctx: Context,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    embed_dim_to_check: Size,
    num_heads: Size,
    in_proj_weight: Tensor | None,
    in_proj_bias: Tensor | None,
    bias_k: Tensor | None,
    bias_v: Tensor | None,
    add_zero_attn: bool,
    dropout_p: float,
    out_proj_weight: Tensor,
    out_proj_bias: Tensor | None,
    training: bool = True,
    key_padding_mask: Tensor | None = None,
    need_weights: bool = True,
    attn_mask: Tensor | None = None,
    use_separate_proj_weight: bool = False,
    q_proj_weight: Tensor | None = None,
    k_proj_weight: Tensor | None = None,
    v_proj_weight: Tensor | None = None,
    static_k: Tensor | None = None,
    static_v: Tensor | None = None,
    average_attn_weights: bool = True,
    is_causal: bool = False,
) -> tuple[Tensor, Tensor | None]:
    """Attention of (L, N, E) to (S, N, ·): the output (L, N, E) and the weights (N, L, S) or (N, heads, L, S).

    https://pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
    """
    who = "`multi_head_attention_forward`"
    if static_k is not None or static_v is not None or (bias_k is None) != (bias_v is None):
        raise Unmodelled(f"{who} with static keys, or a bias for one of keys and values")
    inputs = tuple(demand_tensor(tensor, f"an input of {who}") for tensor in (query, key, value))
    separate = None
    if use_separate_proj_weight:
        weights = (q_proj_weight, k_proj_weight, v_proj_weight)
        separate = tuple(demand_tensor(weight, f"a weight of {who}") for weight in weights)
    added = int(bias_k is not None) + int(bool(add_zero_attn))
    output = demand_tensor(out_proj_weight, f"a weight of {who}").shape[0]
    to = Projections(embed_dim_to_check, num_heads, in_proj_weight, separate, output, added)  # type: ignore[arg-type]
    result, shape = attend(ctx, inputs, to, _masks(attn_mask, key_padding_mask, is_causal, need_weights), who)  # type: ignore[arg-type]
    return result, _weights(result, shape, need_weights, average_attn_weights)


def _masks(attn_mask: Any, key_padding_mask: Any, is_causal: Any, need_weights: Any) -> Masks:
    """Return the masks that torch looks at: with `is_causal` alone it makes its own, whatever the mask's sizes."""
    padding = _mask(key_padding_mask, "key_padding_mask", AttributeError)
    attention = _mask(attn_mask, "attn_mask", RuntimeError)
    if is_causal and padding is None and not need_weights and (attention is None or attention.ndim in (2, 3)):
        attention = None
    return Masks(attention, padding)


def _mask(given: Any, name: str, error: type[Exception]) -> Tensor | None:
    if given is None or isinstance(given, Tensor):
        return given
    refuse(RefusalKind.LAYER, f"`{name}` of an attention takes a tensor, not {given!r:.40}", error)


def _weights(output: Tensor, shape: Shape, need_weights: bool, average: bool) -> Tensor | None:
    if not need_weights:
        return None
    return Tensor((*shape[:-3], *shape[-2:]) if average else shape, output.dtype)


@layer(
    "torch.nn.MultiheadAttention",
    "torch.nn.modules.activation.MultiheadAttention",
    harmless=CONSTANTS | _MASKS | {"dropout"},
    input_rank=3,
)
class MultiheadAttention:
    """Its child `out_proj` is never called: the function uses the child's weights, to `embed_dim` features.

    https://pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html
    """

    @staticmethod
    def init(
        ctx: Context,
        state: State,
        embed_dim: Size,
        num_heads: Size,
        dropout: float = 0.0,
        bias: bool = True,
        add_bias_kv: bool = False,
        add_zero_attn: bool = False,
        kdim: Size | None = None,
        vdim: Size | None = None,
        batch_first: bool = False,
        device: Any = None,
        dtype: str | None = None,
    ) -> None:
        _check_heads(ctx, embed_dim, num_heads)
        state.embed_dim = embed_dim
        state.kdim = embed_dim if kdim is None else kdim
        state.vdim = embed_dim if vdim is None else vdim
        same = [ctx.decide(equal(size, embed_dim)) for size in (state.kdim, state.vdim)]
        if Verdict.VIOLATED not in same and Verdict.OPEN in same:
            raise Unmodelled("whether `kdim` and `vdim` of `MultiheadAttention` are `embed_dim` is not known")
        state._qkv_same_embed_dim = Verdict.VIOLATED not in same
        state.num_heads = num_heads
        state.dropout = dropout
        state.batch_first = batch_first
        state.head_dim = embed_dim // num_heads
        _register_projections(ctx, state, bias, add_bias_kv, dtype_name(dtype))
        state.child(
            "out_proj",
            "torch.nn.modules.linear.NonDynamicallyQuantizableLinear",
            embed_dim,
            embed_dim,
            bias=bias,
            dtype=dtype,
        )
        state.add_zero_attn = add_zero_attn

    @staticmethod
    def forward(
        ctx: Context,
        state: State,
        query: Tensor,
        key: Tensor,
        value: Tensor,
        key_padding_mask: Tensor | None = None,
        need_weights: bool = True,
        attn_mask: Tensor | None = None,
        average_attn_weights: bool = True,
        is_causal: bool = False,
    ) -> tuple[Tensor, Tensor | None]:
        inputs = tuple(demand_tensor(tensor, "an input of `MultiheadAttention`") for tensor in (query, key, value))
        swapped = bool(state.batch_first) and query.ndim == 3
        if swapped:
            inputs = tuple(_swap(tensor) for tensor in inputs)
        separate = None
        if not state._qkv_same_embed_dim:
            separate = (state.q_proj_weight, state.k_proj_weight, state.v_proj_weight)
        added = int(state.bias_k is not None) + int(bool(state.add_zero_attn))
        heads, packed = state.num_heads, state.in_proj_weight
        to = Projections(state.embed_dim, heads, packed, separate, state.embed_dim, added)
        masks = _masks(attn_mask, key_padding_mask, is_causal, need_weights)
        output, shape = attend(ctx, inputs, to, masks, "`MultiheadAttention`")  # type: ignore[arg-type]
        weights = _weights(output, shape, need_weights, average_attn_weights)
        return (_swap(output) if swapped else output), weights


def _check_heads(ctx: Context, embed_dim: Any, num_heads: Any) -> None:
    if isinstance(embed_dim, (float, str, type(None))):
        text = f"`MultiheadAttention` takes an integer as `embed_dim` and gets {written(embed_dim)}"
        refuse(RefusalKind.LAYER, text, TypeError, got=embed_dim)
    if not isinstance(embed_dim, (int, Dim)) or not isinstance(num_heads, (int, Dim)):
        raise Unmodelled("`MultiheadAttention` with sizes that are not integers")
    for name, size in (("embed_dim", embed_dim), ("num_heads", num_heads)):
        text = f"`MultiheadAttention` cannot have `{name}` = {size}"
        demand(ctx, at_least(size, 1), RefusalKind.LAYER, text, ValueError, got=size)
    text = f"`MultiheadAttention` cannot split {embed_dim} features into {num_heads} heads"
    facts = {"expected": num_heads, "got": embed_dim}
    demand(ctx, divides(num_heads, embed_dim), RefusalKind.LAYER, text, AssertionError, **facts)


def _register_projections(ctx: Context, state: State, bias: bool, add_bias_kv: bool, dtype: str) -> None:
    width: Size = state.embed_dim
    sizes = {name: constructor_size(ctx, getattr(state, name), "MultiheadAttention", name) for name in ("kdim", "vdim")}
    if state._qkv_same_embed_dim:
        state.parameter("in_proj_weight", Tensor((3 * width, width), dtype))
        for name in ("q", "k", "v"):
            state.parameter(f"{name}_proj_weight", None)
    else:
        for name, columns in (("q", width), ("k", sizes["kdim"]), ("v", sizes["vdim"])):
            state.parameter(f"{name}_proj_weight", Tensor((width, columns), dtype))
        state.parameter("in_proj_weight", None)
    state.parameter("in_proj_bias", Tensor((3 * width,), dtype) if bias else None)
    for name in ("bias_k", "bias_v"):
        if add_bias_kv:
            state.parameter(name, Tensor((1, 1, width), dtype))
        else:
            setattr(state, name, None)


def _swap(tensor: Tensor) -> Tensor:
    """Exchange the first two dimensions."""
    if tensor.ndim < 2:
        refuse(RefusalKind.RANK, f"`MultiheadAttention` gets {tensor.ndim}-D input", IndexError, got=tensor.ndim)
    first, second, *rest = tensor.shape
    return Tensor((second, first, *rest), tensor.dtype)
