"""What autograd saves of attention on the CPU: of the fused kernel, of the plain product of matrices, and of
`nn.MultiheadAttention`, which uses the one or the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from convlint.layers.core.tensor import Tensor
from convlint.memory.saving import Call, Kept, Made, volume
from convlint.symbolic import Size, product


def attention(call: Call) -> Kept | None:
    """`scaled_dot_product_attention`: fused where there is no dropout and there are four axes."""
    dropped = call.option("dropout_p", 0.0)
    if not isinstance(dropped, (int, float)) or call.option("enable_gqa", False) is not False:
        return None
    if len(call.event.inputs) not in (3, 4) or call.first.ndim not in (3, 4):
        return None
    query, key, value, *mask = call.event.inputs
    if any(call.needs_grad(one) for one in mask):
        return None
    if call.first.ndim == 4 and not dropped:
        kept, made = _mask(mask)
        return Kept((query, key, value, call.out, *kept), (*made, (product(query.shape[:3]), "statistics")))
    lies = value.ndim < 4 or call.storages.matrices_in_order(value)
    weights = product(query.shape[:-1]) * key.shape[-2] * (3 if dropped else 1)
    scaled = volume(query) + volume(key) + weights + (0 if lies else volume(value))
    return Kept((value,) if lies else (), ((scaled, ""),))


def _mask(masks: Sequence[Tensor]) -> tuple[tuple[Tensor, ...], tuple[Made, ...]]:
    """What the fused kernel keeps of masks: those of truth values as numbers."""
    kept = tuple(one for one in masks if one.dtype != "bool")
    return kept, tuple((volume(one), "") for one in masks if one.dtype == "bool")


class _Heads(Struct, frozen=True):
    """What a `MultiheadAttention` was built with and is given."""

    query: Tensor
    key: Tensor
    value: Tensor
    pads: object
    """Which keys are padding, or None."""
    mask: object
    """Which pairs are left out, or None."""
    causal: bool
    weights: bool
    heads: int
    batch_first: bool
    dropped: bool

    @property
    def rows(self) -> Size:
        """How many queries all heads have together."""
        return product(self.query.shape[:2]) * self.heads

    @property
    def keys(self) -> Size:
        return self.key.shape[1 if self.batch_first else 0]


def multihead_attention(call: Call) -> Kept | None:
    """The inputs in order, what they are projected to, the weights or a sum for each row, and what goes into the last
    layer; with weights or dropout a scaled query, too, and with dropout alone a scaled key."""
    given = _heads(call)
    if given is None:
        return None
    itself = given.query is given.key is given.value
    query, key = volume(given.query), product(given.key.shape[:2]) * given.query.shape[2]
    kept, made = _inputs(call, given)
    made.append(query)  # for the last layer
    # Of one tensor with itself, query, key and value are one memory, which is kept whole.
    made.append(2 * key + (query if itself or not (given.weights or given.dropped) else 0))
    if not given.weights and not given.dropped:
        masks = _kept_masks(given)
        if masks is None:
            return None
        kept += masks[0]
        made += [given.rows, *masks[1]]
    else:
        weights = given.rows * given.keys
        made += [query, weights * (3 if given.dropped else 1), *([] if given.weights else [key])]
    return Kept(kept, tuple((size, "") for size in made))


def _inputs(call: Call, given: _Heads) -> tuple[tuple[Tensor, ...], list[Size]]:
    """Each input once: as it is if steps come first and it lies in order, else as a copy."""
    different = list({id(one): one for one in (given.query, given.key, given.value)}.values())
    kept = tuple(one for one in different if not given.batch_first and call.storages.in_order(one))
    return kept, [volume(one) for one in different if not any(one is other for other in kept)]


def _kept_masks(given: _Heads) -> tuple[tuple[Tensor, ...], list[Size]] | None:
    """What the fused kernel keeps of the masks; None for both together."""
    if given.pads is None and (given.mask is None or given.causal):
        return (), []
    if given.pads is None and isinstance(given.mask, Tensor) and given.mask.ndim == 2:
        return ((), [volume(given.mask)]) if given.mask.dtype == "bool" else ((given.mask,), [])
    if given.mask is None and isinstance(given.pads, Tensor) and given.pads.ndim == 2:
        return (), [volume(given.pads) * given.heads]
    return None


_NAMES = ("query", "key", "value", "key_padding_mask", "need_weights", "attn_mask", "average_attn_weights", "is_causal")


def _heads(call: Call) -> _Heads | None:
    event, module = call.event, call.event.module
    if module is None or event.given is None or not event.inputs_known:
        return None
    told: Mapping[str, object] = {**dict(zip(_NAMES, event.given.positional, strict=False)), **event.given.named}
    names = [name for name in told if isinstance(told[name], Tensor)]
    if len(names) != len(event.inputs):
        return None
    told = {**told, **dict(zip(names, event.inputs, strict=True))}
    query, key, value = (told.get(name) for name in _NAMES[:3])
    if not (isinstance(query, Tensor) and isinstance(key, Tensor) and isinstance(value, Tensor)):
        return None
    heads, first = module.attributes.get("num_heads"), module.attributes.get("batch_first")
    dropout, training = module.attributes.get("dropout", 0.0), module.attributes.get("training", True)
    weights, causal = told.get("need_weights", True), told.get("is_causal", False)
    known = isinstance(heads, int) and isinstance(dropout, (int, float)) and isinstance(first, bool)
    extras = any(module.attributes.get(name) is not None for name in ("bias_k", "bias_v"))
    plain = query.ndim == key.ndim == 3 and not extras and not module.attributes.get("add_zero_attn", False)
    if not (known and plain and isinstance(weights, bool) and isinstance(causal, bool) and isinstance(training, bool)):
        return None
    pads, mask = told.get("key_padding_mask"), told.get("attn_mask")
    if any(isinstance(one, Tensor) and call.needs_grad(one) for one in (pads, mask)):
        return None
    drops = bool(dropout) and training
    assert isinstance(heads, int)
    return _Heads(query, key, value, pads, mask, causal, weights, heads, bool(first), drops)
