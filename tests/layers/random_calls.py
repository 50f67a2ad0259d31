"""Random calls of tensor operations, each checked against torch."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import torch

from tests.layers.oracle import check_operation

Call = tuple[tuple[Any, ...], dict[str, Any]]
Maker = Callable[[random.Random], Call]


def call(*args: Any, **kwargs: Any) -> Call:
    return args, kwargs


def check_random(
    makers: Mapping[str, Maker], rounds: int, *, seed: int = 0, unmodelled: float = 0.1, refusals: bool = True
) -> Counter[str]:
    """Check every operation `rounds` times with arguments of its maker.

    At most that share of all calls may be unmodelled, and both successes and (unless told) refusals must occur.
    """
    outcomes: Counter[str] = Counter()
    gaps: Counter[str] = Counter()
    for name, maker in makers.items():
        rng = random.Random(f"{seed} {name}")
        for _ in range(rounds):
            args, kwargs = maker(rng)
            status = check_operation(name, args, kwargs, partial=True).status
            outcomes[status] += 1
            gaps[name] += status == "unmodelled"
    total = rounds * len(makers)
    assert outcomes["unmodelled"] <= unmodelled * total, (outcomes, gaps.most_common(5))
    assert outcomes["returned"] >= total // 4, outcomes
    assert not refusals or outcomes["refused"] >= total // 50, outcomes
    return outcomes


def shape(rng: random.Random, ranks: tuple[int, ...] = (0, 1, 2, 3, 4), largest: int = 4) -> tuple[int, ...]:
    """Return sizes from 1, rarely 0."""
    return tuple(0 if rng.random() < 0.04 else rng.randint(1, largest) for _ in range(rng.choice(ranks)))


def tensor(rng: random.Random, ranks: tuple[int, ...] = (0, 1, 2, 3, 4), largest: int = 4) -> torch.Tensor:
    return torch.randn(shape(rng, ranks, largest))


def typed(rng: random.Random, sizes: tuple[int, ...], dtypes: tuple[torch.dtype, ...]) -> torch.Tensor:
    return torch.ones(sizes, dtype=rng.choice(dtypes))


def dimension(rng: random.Random, rank: int) -> int:
    """Return a dimension index, sometimes out of range by one."""
    return rng.randint(-rank - 1, rank) if rng.random() < 0.2 else rng.randint(-max(rank, 1), max(rank, 1) - 1)


def broadcastable(rng: random.Random, sizes: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape that mostly broadcasts with `sizes`."""
    result = [size if rng.random() < 0.6 else 1 for size in sizes]
    if result and rng.random() < 0.15:
        result[rng.randrange(len(result))] += 1
    if rng.random() < 0.3:
        return tuple(result[rng.randint(0, len(result)) :])
    return (rng.randint(1, 3), *result) if rng.random() < 0.2 else tuple(result)
