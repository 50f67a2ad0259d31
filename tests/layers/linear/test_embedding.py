"""Tables of vectors against torch."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import (
    Known,
    RecordingContext,
    build,
    check_layer,
    check_operation,
    check_symbolic,
    run_operation,
)

F = "torch.nn.functional"


def indices(rng: random.Random, most: int = 4) -> torch.Tensor:
    dtype = rng.choice((torch.int64, torch.int64, torch.int64, torch.int32, torch.float32))
    return torch.zeros([rng.randint(1, 3) for _ in range(rng.randint(0, most))], dtype=dtype)


def test_embedding() -> None:
    rng = random.Random(1)
    refused = 0
    for _ in range(200):
        rows, features = rng.randint(1, 5), rng.randint(0, 3)
        padding = rng.choice((None, None, rng.randint(-6, 6)))
        x = indices(rng)
        options = {"sparse": rng.random() < 0.3}
        refused += check_layer("torch.nn.Embedding", (rows, features, padding), options, (x,)).status == "refused"
        check_operation(f"{F}.embedding", (x, torch.zeros(rows, features), padding))
    assert 20 < refused < 150


@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        ((-5, 3), {}),
        ((5.0, 3), {}),
        ((5, None), {}),
        ((5, 3), {"_weight": torch.zeros(5, 3)}),
        ((5, 3), {"_weight": torch.zeros(4, 3)}),
        ((5, 3), {"_weight": torch.zeros(5, 3), "_freeze": True}),
        ((5, 3), {"dtype": torch.float16}),
        ((5, 3), {"max_norm": 1.0, "norm_type": 1.0, "scale_grad_by_freq": True}),
    ],
)
def test_constructors(args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    check_layer("torch.nn.Embedding", args, kwargs)
    if "_freeze" not in kwargs:
        check_layer("torch.nn.EmbeddingBag", args, kwargs)


def test_a_frozen_table_needs_no_gradient() -> None:
    state = build(RecordingContext(), "torch.nn.Embedding", (5, 3), {"_freeze": True})
    assert not state.weight.requires_grad
    assert state.weight.is_parameter


def test_weights_that_are_no_tables() -> None:
    for shape in ((5,), (5, 3, 2), ()):
        check_operation(f"{F}.embedding", (torch.zeros(2).long(), torch.zeros(shape)))
    check_operation("torch.embedding", (torch.zeros(5, 3), torch.zeros(2).long()))


def test_embedding_bag() -> None:
    rng = random.Random(2)
    for _ in range(200):
        rank = rng.choice((1, 1, 2, 2, 0, 3))
        x = torch.zeros([rng.randint(1, 3) for _ in range(rank)]).long()
        last, mode = rng.random() < 0.3, rng.choice(("sum", "mean", "max"))
        offsets = None
        if rng.random() < (0.8 if rank == 1 else 0.2):
            # values out of range crash torch
            offsets = torch.tensor([0, x.numel()] if last else [0, 0, 0][: rng.randint(1, 3)])
            offsets = offsets.unsqueeze(0) if rng.random() < 0.1 else offsets
        weights = torch.ones(x.shape if rng.random() < 0.8 else [4]) if rng.random() < 0.3 else None
        table = torch.zeros(5, 4)
        options = {"mode": mode, "include_last_offset": last}
        check_layer("torch.nn.EmbeddingBag", (5, 4), options, (x, offsets, weights))
        check_operation(f"{F}.embedding_bag", (x, table, offsets), {**options, "per_sample_weights": weights})
    check_layer("torch.nn.EmbeddingBag", (5, 4), {"mode": "x"}, (torch.zeros(2, 3).long(),))
    check_operation(f"{F}.embedding_bag", (torch.zeros(2, 3), torch.zeros(5, 4)))
    check_operation(f"{F}.embedding_bag", (torch.zeros(2, 3).long(), torch.zeros(5)))


def test_one_hot() -> None:
    rng = random.Random(3)
    for _ in range(40):
        x = indices(rng)
        check_operation(f"{F}.one_hot", (x, rng.randint(1, 4)))
        check_operation(f"{F}.one_hot", (x,), partial=True)
    check_operation(f"{F}.one_hot", (Known(torch.tensor([[0, 2], [1, 1]])),))
    check_operation(f"{F}.one_hot", (torch.zeros(2).long(), 0), partial=True)
    result = run_operation(RecordingContext(), f"{F}.one_hot", Tensor((2,), "int64"))
    assert result.ndim == 2


def test_symbolic() -> None:
    n = symbol("N")
    mappings = [{next(iter(n.symbols)): value} for value in (1, 2, 5)]

    def run(ctx: RecordingContext, put: Any) -> Any:
        bags = build(ctx, "torch.nn.EmbeddingBag", (10, 3), {"include_last_offset": True})
        flat = bags(Tensor((put(n * 4),), "int64"), Tensor((put(n),), "int64"))
        return build(ctx, "torch.nn.Embedding", (10, 3), {})(Tensor((put(n), 7), "int64")), flat

    check_symbolic(run, mappings)
