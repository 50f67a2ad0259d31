"""Pixel and channel shuffles against torch."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import check_layer, check_operation, check_symbolic, run_operation

LAYERS = {"pixel_shuffle": "PixelShuffle", "pixel_unshuffle": "PixelUnshuffle", "channel_shuffle": "ChannelShuffle"}


@pytest.mark.parametrize("name", list(LAYERS))
def test_functions_and_layers_agree_with_torch(name: str) -> None:
    rng = random.Random(len(name))
    statuses = []
    for _ in range(300):
        sizes = (1, 2, 4, 6, 8) if name != "pixel_shuffle" else (4, 8, 9, 18, 3)
        shape = [rng.choice(sizes) for _ in range(rng.choice((0, 1, 2, 3, 4, 4, 4, 5)))]
        if shape and rng.random() < 0.1:
            shape[rng.randrange(len(shape))] = 0
        factor = rng.choice((1, 2, 2, 3)) if rng.random() < 0.9 else rng.choice((0, -1, 2.0, None))
        place = rng.choice(("torch.nn.functional", "torch"))
        statuses.append(check_operation(f"{place}.{name}", (torch.zeros(shape), factor)).status)
        statuses.append(check_layer(f"torch.nn.{LAYERS[name]}", (factor,), {}, (torch.zeros(shape),)).status)
    assert statuses.count("returned") > 100
    assert statuses.count("refused") > 100


def test_symbolic_run_agrees_with_concrete_runs() -> None:
    height = symbol("H")
    for factor in (1, 2, 3, 4):

        def call(ctx: Any, put: Any, factor: int = factor) -> Any:
            x = put(Tensor((1, 3, height, 12)))
            small = run_operation(ctx, "torch.nn.functional.pixel_unshuffle", x, factor)
            return run_operation(ctx, "torch.nn.functional.pixel_shuffle", small, factor)

        check_symbolic(call, [{next(iter(height.symbols)): count} for count in range(1, 25)])
