"""`Flatten` and `Unflatten` against torch."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import RecordingContext, build, check_layer, check_symbolic


def tensor(rng: random.Random) -> torch.Tensor:
    return torch.rand([rng.randint(1, 4) for _ in range(rng.randint(0, 5))])


def test_flatten() -> None:
    rng = random.Random(1)
    for _ in range(150):
        check_layer("torch.nn.Flatten", (rng.randint(-5, 4), rng.randint(-5, 4)), {}, (tensor(rng),))
    check_layer("torch.nn.Flatten", (), {}, (torch.rand(2, 3, 4, 5),))
    check_layer("torch.nn.Flatten", (0,), {}, (torch.rand(()),))


def test_unflatten() -> None:
    rng = random.Random(2)
    for _ in range(150):
        x = tensor(rng)
        sizes = [rng.choice((-1, 1, 2, 2, 3)) for _ in range(rng.randint(1, 3))]
        if x.dim() and rng.random() < 0.5:
            sizes[0] = max(x.shape[-1] // 2, 1)
        check_layer("torch.nn.Unflatten", (rng.randint(-3, 3), tuple(sizes)), {}, (x,), partial=True)
    check_layer("torch.nn.Unflatten", (1, (2, 3)), {}, (torch.rand(4, 6, 2),))
    check_layer("torch.nn.Unflatten", (1, (4, 2)), {}, (torch.rand(4, 6, 2),))


@pytest.mark.parametrize("sizes", [6, None, (2.0, 3), ("a",), ((1, 2),), [2, 3], (2, -1)])
def test_sizes_of_unflatten(sizes: Any) -> None:
    check_layer("torch.nn.Unflatten", (1, sizes))


def test_symbolic() -> None:
    n, h = symbol("N"), symbol("H")
    names = (*n.symbols, *h.symbols)
    mappings = [dict(zip(names, (a, b), strict=True)) for a in (1, 2) for b in (1, 3)]

    def run(ctx: RecordingContext, put: Any) -> Any:
        flat = build(ctx, "torch.nn.Flatten", (), {})(Tensor((put(n), 4, put(h), put(h))))
        return build(ctx, "torch.nn.Unflatten", (1, (4, -1)), {})(flat)

    check_symbolic(run, mappings)
