"""Max-unpooling and fractional max-pooling against torch."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from tests.layers.oracle import Outcome, check_layer, check_operation
from tests.layers.sampling import input_for


def status_of(outcome: Outcome) -> str:
    assert outcome.status != "unmodelled" or "another number of kernel sizes than axes" in outcome.reason
    return outcome.status


def random_unpool(rng: random.Random, axes: int) -> tuple[tuple[Any, ...], dict[str, Any], dict[str, Any]]:
    x = input_for(rng, axes, 2, low=1, high=3)
    indices = torch.zeros(x.shape if rng.random() < 0.9 else (1, 2, *[3] * axes), dtype=torch.int64)
    if rng.random() < 0.05:
        indices = indices.float()
    kernel = rng.choice((1, 2, 3, (2,) * axes, [3] * axes))
    init: dict[str, Any] = {"kernel_size": kernel}
    if rng.random() < 0.5:
        init["stride"] = rng.choice((1, 2, 3, (2,) * axes, None))
    if rng.random() < 0.3:
        init["padding"] = rng.choice((0, 1, (1,) * axes))
    call: dict[str, Any] = {}
    if rng.random() < 0.5:
        lead = rng.choice((0, 0, 2, 1))
        call["output_size"] = [9] * lead + [rng.choice((2, 3, 4, 5, 6, 7)) for _ in range(axes)]
    return (x, indices), init, call


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_unpooling_agrees_with_torch(axes: int) -> None:
    rng = random.Random(axes)
    statuses = []
    for _ in range(200):
        inputs, init, call = random_unpool(rng, axes)
        outcome = check_operation(f"torch.nn.functional.max_unpool{axes}d", inputs, {**init, **call}, partial=True)
        statuses.append(status_of(outcome))
        outcome = check_layer(f"torch.nn.MaxUnpool{axes}d", (), init, inputs, call, partial=True)
        statuses.append(status_of(outcome))
    assert statuses.count("returned") > 80
    assert statuses.count("refused") > 80


@pytest.mark.parametrize("axes", [2, 3])
def test_fractional_pooling_agrees_with_torch(axes: int) -> None:
    rng = random.Random(10 + axes)
    statuses = []
    for _ in range(200):
        kwargs: dict[str, Any] = {"kernel_size": rng.choice((1, 2, 2, 3, (2,) * axes, (2,), 0))}
        if rng.random() < 0.6:
            kwargs["output_size"] = rng.choice((1, 2, 4, (3,) * axes, (3,), -1))
        if rng.random() < 0.5:
            kwargs["output_ratio"] = rng.choice((0.5, 0.7, (0.3,) * axes, 1.5, (0.5,) * (axes + 1)))
        if rng.random() < 0.3:
            kwargs["return_indices"] = True
        x = input_for(rng, axes, 2, low=2)
        statuses.append(check_operation(f"torch.nn.functional.fractional_max_pool{axes}d", (x,), kwargs).status)
        statuses.append(check_layer(f"torch.nn.FractionalMaxPool{axes}d", (), kwargs, (x,)).status)
    assert statuses.count("returned") > 40
    assert statuses.count("refused") > 80
