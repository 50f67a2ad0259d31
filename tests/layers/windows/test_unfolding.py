"""Unfold and fold against torch."""

from __future__ import annotations

import random
from typing import Any

import torch
import torch.nn.functional as F

from convlint.layers.core.facts import Window, WindowAxis
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import check_layer, check_operation, check_symbolic, run_operation
from tests.layers.sampling import choose, input_for


def random_window(rng: random.Random) -> dict[str, Any]:
    kwargs: dict[str, Any] = {"kernel_size": choose(rng, [1, 2, 3] if rng.random() < 0.95 else [0, 2.0], 2)}
    for name, good, bad in (("dilation", [1, 1, 2], [0, 1]), ("padding", [0, 1, 2], [-1, 0]), ("stride", [1, 2], [0])):
        if rng.random() < 0.4:
            kwargs[name] = choose(rng, good if rng.random() < 0.95 else bad, 2)
    return kwargs


def test_unfold_agrees_with_torch() -> None:
    rng = random.Random(1)
    statuses = []
    for _ in range(300):
        kwargs, x = random_window(rng), input_for(rng, 2, 2)
        statuses.append(check_operation("torch.nn.functional.unfold", (x,), kwargs).status)
        statuses.append(check_layer("torch.nn.Unfold", (), kwargs, (x,)).status)
    assert statuses.count("returned") > 150
    assert statuses.count("refused") > 100


def test_fold_agrees_with_torch() -> None:
    rng = random.Random(2)
    statuses = []
    for _ in range(500):
        kwargs = random_window(rng)
        image = torch.zeros(rng.choice((1, 2)), 3, rng.randint(1, 8), rng.randint(1, 8))
        try:
            blocks = F.unfold(image, **kwargs)
        except (RuntimeError, TypeError):
            blocks = torch.zeros(1, 12, rng.randint(0, 9))
        if rng.random() < 0.1:
            blocks = blocks[0]
        if rng.random() < 0.1:
            blocks = torch.zeros([rng.randint(0, 8) for _ in range(rng.choice((1, 2, 3, 4)))])
        size: Any = tuple(image.shape[2:]) if rng.random() < 0.9 else rng.choice((0, -1, [4], 4, (4, 4, 4)))
        statuses.append(check_operation("torch.nn.functional.fold", (blocks, size), kwargs).status)
        statuses.append(check_layer("torch.nn.Fold", (size,), kwargs, (blocks,)).status)
    assert statuses.count("returned") > 150
    assert statuses.count("refused") > 150


def test_symbolic_run_agrees_with_concrete_runs() -> None:
    height, count = symbol("H"), symbol("L")
    mappings = [{next(iter(height.symbols)): h, next(iter(count.symbols)): 5 * max(h - 2, 1)} for h in range(1, 12)]

    def call(ctx: Any, put: Any) -> Any:
        blocks = run_operation(ctx, "torch.nn.functional.unfold", put(Tensor((1, 3, height, 7))), 3)
        folded = run_operation(ctx, "torch.nn.functional.fold", put(Tensor((1, 27, count))), put([height, 7]), 3)
        return blocks, folded

    check_symbolic(call, mappings)


def test_windows_of_an_unfolding() -> None:
    kwargs = {"kernel_size": (3, 2), "stride": 2, "padding": (1, 0)}
    outcome = check_operation("torch.nn.functional.unfold", (torch.zeros(1, 3, 8, 7),), kwargs)
    assert outcome.facts == (Window("unfold", (WindowAxis(8, 4, 3, 2, 1, 1), WindowAxis(7, 3, 2, 2, 0, 0))),)
