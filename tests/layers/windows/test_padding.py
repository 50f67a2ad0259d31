"""Padding against torch: every mode, every count of pads, negative ones too."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from convlint.layers.core.refusal import RefusalKind
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import Outcome, check_layer, check_operation, check_symbolic, run_operation
from tests.layers.sampling import input_for

MODES = ("constant", "reflect", "replicate", "circular")


def status_of(outcome: Outcome) -> str:
    """Only circular padding that pads one side and cuts the other may be unmodelled."""
    assert outcome.status != "unmodelled" or "pads one side and cuts the other" in outcome.reason
    return outcome.status


def random_input(rng: random.Random) -> torch.Tensor:
    shape = [rng.randint(1, 4) for _ in range(rng.choice((0, 1, 2, 3, 3, 4, 4, 4, 5, 5, 6)))]
    if shape and rng.random() < 0.1:
        shape[rng.randrange(len(shape))] = 0
    return torch.zeros(shape)


@pytest.mark.parametrize("mode", MODES)
def test_function_agrees_with_torch(mode: str) -> None:
    rng = random.Random(MODES.index(mode))
    statuses = []
    for _ in range(700):
        x = random_input(rng)
        count = 2 * max(x.ndim - rng.choice((1, 2)), 0) if rng.random() < 0.8 else rng.choice((0, 1, 2, 3, 4, 6, 8))
        low = -3 if rng.random() < 0.3 else 0
        pads = [rng.randint(low, 4 if mode == "constant" else 2) for _ in range(count)]
        kwargs: dict[str, Any] = {"pad": rng.choice((pads, tuple(pads)))}
        if mode != "constant" or rng.random() < 0.5:
            kwargs["mode"] = mode
        if rng.random() < 0.1:
            kwargs["value"] = rng.choice((0, 0.0, 1.5))
        statuses.append(status_of(check_operation("torch.nn.functional.pad", (x,), kwargs, partial=True)))
    assert statuses.count("returned") > 100
    assert statuses.count("refused") > 100
    assert statuses.count("unmodelled") < 70


def test_bad_arguments_agree_with_torch() -> None:
    x = torch.zeros(1, 2, 3, 4)
    for kwargs in (
        {"pad": (1, 1, 1, 1), "mode": "symmetric"},
        {"pad": 1},
        {"pad": (1.0, 1)},
        {"pad": (None, 1)},
        {"pad": (1, 1, 1, 1), "mode": "reflect", "value": 1.0},
        {"pad": (True, 1)},
    ):
        assert check_operation("torch.nn.functional.pad", (x,), kwargs).status == "refused"


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("family", ["Constant", "Zero", "Reflection", "Replication", "Circular"])
def test_layers_agree_with_torch(family: str, axes: int) -> None:
    rng = random.Random(100 * axes + len(family))
    statuses = []
    for _ in range(60):
        padding: Any = rng.randint(0, 3)
        if rng.random() < 0.5:
            padding = tuple(rng.randint(0, 3) for _ in range(2 * axes if rng.random() < 0.9 else 2))
        args = (padding, 1.5) if family == "Constant" else (padding,)
        x = input_for(rng, axes, 2, low=1, high=5)
        statuses.append(check_layer(f"torch.nn.{family}Pad{axes}d", args, {}, (x,)).status)
    assert statuses.count("returned") > 8


def test_symbolic_run_agrees_with_concrete_runs() -> None:
    rng = random.Random(7)
    height = symbol("H")
    sizes = [{next(iter(height.symbols)): count} for count in range(1, 12)]
    for mode in MODES:
        for _ in range(40):
            pads = tuple(rng.randint(-3, 7) for _ in range(4))
            if mode == "circular":
                pads = tuple(
                    abs(p) * sign for p, sign in zip(pads, (1, 1, *rng.choice(((1, 1), (-1, -1)))), strict=True)
                )

            def call(ctx: Any, put: Any, pads: Any = pads, mode: str = mode) -> Any:
                return run_operation(ctx, "torch.nn.functional.pad", put(Tensor((1, 2, height, 8))), pads, mode)

            check_symbolic(call, sizes)


def test_what_a_reflection_too_wide_tells() -> None:
    refusal = check_layer("torch.nn.ReflectionPad2d", (4,), {}, (torch.zeros(1, 3, 4, 9),)).refusal
    assert refusal is not None
    assert refusal.kind is RefusalKind.SIZES
    assert refusal.text == (
        "`ReflectionPad2d` in mode 'reflect' pads an axis of 4 by 4: a pad must be smaller than the axis"
    )
