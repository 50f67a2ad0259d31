"""Random arguments and inputs for the tests of windowed layers."""

from __future__ import annotations

import random
from typing import Any

import torch


def choose(rng: random.Random, values: list[Any], axes: int) -> Any:
    """Pick one number, or a tuple or list of one for each axis, rarely of another length."""
    style = rng.random()
    if style < 0.55:
        return rng.choice(values)
    count = axes if style < 0.95 else rng.choice((1, axes + 1))
    many = [rng.choice(values) for _ in range(count)]
    return many if style > 0.8 else tuple(many)


def input_for(rng: random.Random, axes: int, channels: int, low: int = 1, high: int = 9) -> torch.Tensor:
    """Return a small input: mostly batched, sometimes unbatched, empty or of a wrong rank."""
    style = rng.random()
    spatial = [rng.randint(low, high) for _ in range(axes)]
    if style < 0.7:
        return torch.zeros(rng.choice((1, 2)), channels, *spatial)
    if style < 0.85:
        return torch.zeros(channels, *spatial)
    if style < 0.9:
        return torch.zeros(0, channels, *spatial)
    if style < 0.93:
        spatial[rng.randrange(axes)] = 0
        return torch.zeros(rng.choice((0, 1)), channels, *spatial)
    return torch.zeros([rng.randint(1, 3) for _ in range(rng.choice((0, 1, axes, axes + 3)))])
