"""Adaptive pooling against torch."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import RecordingContext, build, check_layer, check_operation
from tests.layers.sampling import input_for


def random_size(rng: random.Random, axes: int) -> Any:
    values = [1, 2, 3, 7] if rng.random() < 0.9 else [0, -1, 2, 2.0, None]
    style = rng.random()
    if style < 0.4:
        return rng.choice(values)
    count = axes if style < 0.95 else rng.choice((0, 1, axes + 1))
    many = [rng.choice([*values, None] if rng.random() < 0.5 else values) for _ in range(count)]
    return many if style > 0.8 else tuple(many)


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_functions_and_layers_agree_with_torch(axes: int) -> None:
    rng = random.Random(axes)
    statuses = []
    for _ in range(300):
        x, size = input_for(rng, axes, 2, high=5), random_size(rng, axes)
        kind = rng.choice(("avg", "max"))
        indices = {"return_indices": True} if kind == "max" and rng.random() < 0.4 else {}
        name = f"torch.nn.functional.adaptive_{kind}_pool{axes}d"
        statuses.append(check_operation(name, (x, size), indices).status)
        statuses.append(check_layer(f"torch.nn.Adaptive{kind.title()}Pool{axes}d", (size,), indices, (x,)).status)
    assert statuses.count("returned") > 200
    assert statuses.count("refused") > 80


def test_builtins_agree_with_torch() -> None:
    for name in ("torch.adaptive_avg_pool1d", "torch.adaptive_max_pool1d"):
        for size in (3, (2,), (2, 2)):
            check_operation(name, (torch.zeros(1, 2, 5), size))


def test_the_output_of_a_symbolic_input() -> None:
    ctx, height = RecordingContext(), symbol("H")
    layer = build(ctx, "torch.nn.AdaptiveAvgPool2d", ((None, 7),), {})
    assert layer(Tensor((2, 64, height, symbol("W")))).shape == (2, 64, height, 7)
    assert ctx.conditions == []
