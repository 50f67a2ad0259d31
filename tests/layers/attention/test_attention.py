"""Attention against torch: shapes, masks, separate key sizes, unbatched input, refusals, and the work counted."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from convlint.layers.core.facts import Cost
from convlint.layers.core.refusal import RefusalKind
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import RecordingContext, build, check_layer, check_operation, check_symbolic

attend = torch.nn.functional.scaled_dot_product_attention
SDPA = "torch.nn.functional.scaled_dot_product_attention"


def spoilt(rng: random.Random, shape: list[int], chance: float = 0.1) -> torch.Tensor:
    if rng.random() < chance:
        shape = list(shape)
        shape[rng.randrange(len(shape))] += 1
    if rng.random() < chance / 3:
        shape = [*shape, 1]
    return torch.zeros(shape)


def sizes(steps: int, batch: tuple[int, int] | None, features: int) -> list[int]:
    """Return (steps, features) with the batch, if any, inserted at its place."""
    shape = [steps, features]
    if batch is not None:
        shape.insert(batch[1], batch[0])
    return shape


def build_options(rng: random.Random, embed_dim: int) -> dict[str, Any]:
    return {
        "bias": rng.random() < 0.7,
        "add_bias_kv": rng.random() < 0.3,
        "add_zero_attn": rng.random() < 0.3,
        "kdim": rng.choice((None, None, embed_dim, 3)),
        "vdim": rng.choice((None, None, embed_dim, 5)),
        "batch_first": rng.random() < 0.5,
    }


def test_multihead_attention() -> None:
    rng = random.Random(1)
    seen = {"returned": 0, "refused": 0}
    for _ in range(250):
        heads = rng.randint(1, 3)
        embed_dim = heads * rng.randint(1, 3)
        built = build_options(rng, embed_dim)
        batch, length = rng.randint(1, 3), rng.randint(1, 4)
        source = length if rng.random() < 0.5 else rng.randint(1, 4)
        batched = rng.random() < 0.75

        sides = (batch, 0 if built["batch_first"] else 1) if batched else None
        query = spoilt(rng, sizes(length, sides, embed_dim))
        key = spoilt(rng, sizes(source, sides, built["kdim"] or embed_dim))
        value = spoilt(rng, [*key.shape[:-1], built["vdim"] or embed_dim], 0.05)
        call: dict[str, Any] = {"need_weights": rng.random() < 0.7, "average_attn_weights": rng.random() < 0.6}
        if rng.random() < 0.3:
            call["attn_mask"] = spoilt(rng, rng.choice(([length, source], [batch * heads, length, source])))
        if rng.random() < 0.3:
            call["key_padding_mask"] = spoilt(rng, [batch, source] if batched else [source]) > 0
        outcome = check_layer("torch.nn.MultiheadAttention", (embed_dim, heads), built, (query, key, value), call)
        seen[outcome.status] += 1
    assert min(seen.values()) > 60


@pytest.mark.parametrize("args", [(7, 2), (0, 2), (8, 0), (-8, 2), (8.0, 2), (8, 2), (8, 3, 0.1), (8, 2, 0.5, False)])
def test_constructors(args: tuple[Any, ...]) -> None:
    check_layer("torch.nn.MultiheadAttention", args)


def test_causal_hint() -> None:
    x, mask = torch.zeros(5, 2, 8), torch.zeros(5, 5)
    for need_weights in (True, False):
        options = {"is_causal": True, "attn_mask": mask, "need_weights": need_weights}
        check_layer("torch.nn.MultiheadAttention", (8, 2), {}, (x, x, x), options)
    # torch does not look at the sizes of a mask that it replaces by its own
    options = {"is_causal": True, "attn_mask": torch.zeros(3, 3), "need_weights": False}
    check_layer("torch.nn.MultiheadAttention", (8, 2), {}, (x, x, x), options)


def test_an_unknown_mask_is_never_refused() -> None:
    ctx = RecordingContext()
    attention = build(ctx, "torch.nn.MultiheadAttention", (8, 2), {})
    x = Tensor((5, 2, 8))
    output, weights = attention(x, x, x, attn_mask=None, is_causal=True)
    assert (output.shape, weights.shape) == ((5, 2, 8), (2, 5, 5))


def test_function() -> None:
    rng = random.Random(2)
    for _ in range(60):
        heads, width = 2, 4
        query = spoilt(rng, [3, 2, width])
        key = spoilt(rng, [5, 2, width])
        parameters = (torch.zeros(12, 4), torch.zeros(12), None, None, rng.random() < 0.3, 0.0)
        out = (torch.zeros(4, 4), torch.zeros(4))
        args = (query, key, key, width, heads, *parameters, *out)
        check_operation("torch.nn.functional.multi_head_attention_forward", args, {"need_weights": rng.random() < 0.5})


def test_mismatch_says_the_numbers() -> None:
    x = torch.zeros(5, 2, 7)
    outcome = check_layer("torch.nn.MultiheadAttention", (8, 2), {}, (x, x, x))
    assert outcome.refusal is not None
    assert outcome.refusal.kind is RefusalKind.FEATURES
    assert outcome.refusal.text == "`MultiheadAttention` was built for queries of 8 features and gets 7"


def counted(call: Any) -> int:
    counter = FlopCounterMode(display=False)
    with counter:
        call()
    return counter.get_total_flops() // 2


def test_costs_are_torchs() -> None:
    rng = random.Random(3)
    for _ in range(30):
        built = build_options(rng, 6)
        inputs = [torch.zeros(3, 3, size) for size in (6, built["kdim"] or 6, built["vdim"] or 6)]
        module = torch.nn.MultiheadAttention(6, 2, **built)
        # the counter does not see the products of torch's fused kernel on CPU, only those behind the weights
        outcome = check_layer("torch.nn.MultiheadAttention", (6, 2), built, inputs)
        assert outcome.facts[-1] == Cost(counted(lambda module=module, inputs=inputs: module(*inputs)))


def test_scaled_dot_product() -> None:
    rng = random.Random(4)
    seen = 0
    for _ in range(250):
        batch = [rng.randint(1, 3) for _ in range(rng.randint(0, 2))]
        length, source, width, out = (rng.randint(1, 4) for _ in range(4))
        query = spoilt(rng, [*batch, length, width])
        key = spoilt(rng, [*(size if rng.random() < 0.8 else 1 for size in batch), source, width])
        value = torch.zeros([*(key.shape[:-1] if rng.random() < 0.9 else [*batch, source]), out])
        mask = None
        if rng.random() < 0.4:
            mask = spoilt(rng, [length if rng.random() < 0.7 else 1, source if rng.random() < 0.7 else 1])
        options = {"is_causal": mask is None and rng.random() < 0.3}
        outcome = check_operation(SDPA, (query, key, value, mask), options, partial=True)
        if outcome.status == "returned":
            args = (query, key, value, mask)
            cost = outcome.facts[-1]
            assert isinstance(cost, Cost)
            same = query.shape[:-2] == key.shape[:-2] == value.shape[:-2] and mask is None
            if same and batch:
                # the counter does not see torch's fused kernel on CPU
                macs = counted(lambda args=args, options=options: attend(*args, **options))
                assert macs in (0, cost.macs)
                seen += macs > 0
    assert seen > 30


def test_the_refusals_of_scaled_dot_product_are_modelled() -> None:
    zeros = torch.zeros
    for shapes in (
        ((2, 3, 4, 8), (2, 3, 5, 7), (2, 3, 5, 7)),
        ((2, 3, 4, 8), (2, 2, 5, 8), (2, 2, 5, 8)),
        ((8,), (8,), (8,)),
    ):
        outcome = check_operation(SDPA, tuple(zeros(shape) for shape in shapes))
        assert outcome.status == "refused"
    inputs = (zeros(2, 3, 4, 8), zeros(2, 3, 5, 8), zeros(2, 3, 5, 8))
    assert check_operation(SDPA, (*inputs, zeros(4, 6))).status == "refused"


def test_grouped_heads() -> None:
    for heads, shared in ((4, 2), (4, 4), (4, 1), (3, 2), (2, 4)):
        query, key = torch.zeros(2, heads, 4, 8), torch.zeros(2, shared, 5, 8)
        check_operation(SDPA, (query, key, key), {"enable_gqa": True})


def test_symbolic() -> None:
    n, t, s = symbol("N"), symbol("T"), symbol("S")
    names = (*n.symbols, *t.symbols, *s.symbols)
    mappings = [dict(zip(names, (a, b, c), strict=True)) for a in (1, 2) for b in (1, 4) for c in (3, 4)]

    def run(ctx: RecordingContext, put: Any) -> Any:
        attention = build(ctx, "torch.nn.MultiheadAttention", (8, 2), {"batch_first": True, "add_zero_attn": True})
        query, key = Tensor((put(n), put(t), 8)), Tensor((put(n), put(s), 8))
        return attention(query, key, key, attn_mask=Tensor((put(t), 4)), average_attn_weights=False)

    check_symbolic(run, mappings)
