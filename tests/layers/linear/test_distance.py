"""Distances against torch over random shapes that broadcast or do not."""

from __future__ import annotations

import random
from typing import Any

import torch

from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import RecordingContext, check_layer, check_operation, check_symbolic, run_operation


def pair(rng: random.Random) -> tuple[torch.Tensor, torch.Tensor]:
    left = [rng.randint(1, 3) for _ in range(rng.randint(0, 4))]
    right = [size if rng.random() < 0.8 else rng.choice((1, 2)) for size in left][rng.choice((0, 0, 1)) :]
    return torch.rand(left), torch.rand(right)


def test_random_shapes() -> None:
    rng = random.Random(1)
    refused = 0
    for _ in range(150):
        inputs, dim, keepdim = pair(rng), rng.randint(-4, 4), rng.random() < 0.5
        refused += check_layer("torch.nn.CosineSimilarity", (dim,), {}, inputs).status == "refused"
        refused += check_layer("torch.nn.PairwiseDistance", (), {"keepdim": keepdim}, inputs).status == "refused"
        check_operation("torch.cosine_similarity", inputs, {"dim": dim})
        check_operation("torch.nn.functional.pairwise_distance", inputs, {"keepdim": keepdim})
    assert refused > 40


def test_defaults() -> None:
    inputs = (torch.rand(2, 3, 4), torch.rand(2, 3, 4))
    check_layer("torch.nn.CosineSimilarity", (), {}, inputs)
    check_layer("torch.nn.PairwiseDistance", (1.0, 1e-3), {}, inputs)
    check_operation("torch.pairwise_distance", inputs)


def test_pdist() -> None:
    for shape in ((4, 3), (1, 3), (0, 2), (3,), (2, 3, 4)):
        check_operation("torch.pdist", (torch.rand(shape),))


def test_symbolic() -> None:
    n, m = symbol("N"), symbol("M")
    names = (*n.symbols, *m.symbols)
    mappings = [dict(zip(names, (a, b), strict=True)) for a in (1, 2, 3) for b in (1, 2, 3)]

    def run(ctx: RecordingContext, put: Any) -> Any:
        left, right = Tensor((put(n), 4)), Tensor((put(m), 4))
        return run_operation(ctx, "torch.nn.functional.cosine_similarity", left, right)

    check_symbolic(run, mappings)
