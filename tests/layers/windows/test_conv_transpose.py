"""Transposed convolutions against torch: shapes, parameters, refusals, facts."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch.utils.flop_counter import FlopCounterMode

from convlint.layers.core.facts import Cost, Window, WindowAxis
from convlint.layers.core.refusal import RefusalKind
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import Outcome, build, check_layer, check_operation, check_symbolic
from tests.layers.sampling import choose, input_for


def status_of(outcome: Outcome) -> str:
    """Only an empty output may be unmodelled: at 0 it depends on torch's backend whether it raises."""
    assert outcome.status != "unmodelled" or "empty output" in outcome.reason
    return outcome.status


def random_arguments(rng: random.Random, axes: int) -> tuple[tuple[Any, ...], dict[str, Any]]:
    groups = rng.choice((1, 1, 1, 1, 2, 3, 0))
    unit = max(groups, 1)
    channels = rng.choice((unit, 2 * unit, 3)), rng.choice((unit, 2 * unit, 3, 4))
    kernel = choose(rng, [1, 2, 3, 3, 4] if rng.random() < 0.95 else [-1, 2.0], axes)
    kwargs: dict[str, Any] = {"groups": groups, "bias": rng.random() < 0.6}
    if rng.random() < 0.6:
        kwargs["stride"] = choose(rng, [1, 2, 3] if rng.random() < 0.95 else [0, 1, -1], axes)
    if rng.random() < 0.6:
        kwargs["padding"] = choose(rng, [0, 1, 2, 3] if rng.random() < 0.95 else [0, -1], axes)
    if rng.random() < 0.4:
        kwargs["output_padding"] = choose(rng, [0, 0, 1, 2] if rng.random() < 0.95 else [-1], axes)
    if rng.random() < 0.4:
        kwargs["dilation"] = choose(rng, [1, 2, 3] if rng.random() < 0.95 else [1, -1], axes)
    return (*channels, kernel), kwargs


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_layer_agrees_with_torch(axes: int) -> None:
    rng = random.Random(axes)
    statuses = []
    for _ in range(300):
        args, kwargs = random_arguments(rng, axes)
        if rng.random() < 0.1:
            kwargs["padding_mode"] = rng.choice(("zeros", "reflect", "other"))
        lazy = rng.random() < 0.3
        given = args[0] if rng.random() < 0.9 else rng.randint(1, 5)
        name = f"torch.nn.{'Lazy' if lazy else ''}ConvTranspose{axes}d"
        x = input_for(rng, axes, given, high=5)
        statuses.append(status_of(check_layer(name, args[1:] if lazy else args, kwargs, (x,), partial=True)))
    assert statuses.count("returned") > 60
    assert statuses.count("refused") > 60


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_function_agrees_with_torch(axes: int) -> None:
    rng = random.Random(10 + axes)
    statuses = []
    for _ in range(200):
        (inner, outer, _), kwargs = random_arguments(rng, axes)
        weight = torch.zeros(inner, outer, *(rng.randint(1, 4) for _ in range(axes)))
        out = outer * kwargs["groups"]
        bias = torch.zeros(out if rng.random() < 0.9 else out + 1) if kwargs.pop("bias") else None
        name = rng.choice((f"torch.nn.functional.conv_transpose{axes}d", f"torch.conv_transpose{axes}d"))
        arguments = (input_for(rng, axes, inner, high=5), weight, bias)
        statuses.append(status_of(check_operation(name, arguments, kwargs, partial=True)))
    assert statuses.count("returned") > 40
    assert statuses.count("refused") > 40


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_output_size_agrees_with_torch(axes: int) -> None:
    rng = random.Random(20 + axes)
    statuses = []
    for _ in range(150):
        args, kwargs = (3, 4, rng.randint(1, 4)), {"stride": rng.randint(1, 4), "padding": rng.randint(0, 1)}
        x = input_for(rng, axes, 3, low=2, high=5)
        least = [(size - 1) * kwargs["stride"] - 2 * kwargs["padding"] + args[2] for size in x.shape[-axes:]]
        wanted = [size + rng.choice((0, 0, 0, 1, 1, 2, -1)) for size in least]
        wanted = [*([7] * rng.choice((0, 0, 1, 2))), *wanted]
        name = f"torch.nn.ConvTranspose{axes}d"
        inputs = (x, rng.choice((wanted, tuple(wanted), None)))
        statuses.append(status_of(check_layer(name, args, kwargs, inputs, partial=True)))
    assert statuses.count("returned") > 20
    assert statuses.count("refused") > 20


def test_symbolic_run_agrees_with_concrete_runs() -> None:
    rng = random.Random(30)
    height = symbol("H")
    sizes = [{next(iter(height.symbols)): count} for count in range(1, 20)]
    for _ in range(60):
        args = (3, 4, rng.randint(1, 4))
        kwargs = {"stride": rng.randint(1, 3), "padding": rng.randint(0, 4), "output_padding": rng.randint(0, 2)}

        def call(ctx: Any, put: Any, args: Any = args, kwargs: Any = kwargs) -> Any:
            layer = build(ctx, "torch.nn.ConvTranspose2d", args, kwargs)
            return layer(put(Tensor((1, 3, height, 20))))

        check_symbolic(call, sizes)


def test_windows_of_a_transposed_convolution() -> None:
    kwargs = {"stride": 2, "padding": 1, "output_padding": 1}
    outcome = check_layer("torch.nn.ConvTranspose2d", (3, 8, 3), kwargs, (torch.zeros(2, 3, 5, 5),))
    axis = WindowAxis(5, 10, 3, 2, 1, 0)
    assert outcome.facts == (Window("conv_transpose", (axis, axis)), Cost(2 * 25 * 3 * 8 * 9))


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_macs_are_half_of_the_counted_flops(axes: int) -> None:
    rng = random.Random(40 + axes)
    for _ in range(20):
        groups, stride = rng.choice((1, 2)), rng.randint(1, 3)
        x = torch.zeros(rng.randint(1, 3), 2 * groups, *(rng.randint(2, 5) for _ in range(axes)))
        weight = torch.zeros(2 * groups, 3, *(rng.randint(1, 3) for _ in range(axes)))
        kwargs = {"stride": stride, "groups": groups}
        outcome = check_operation(f"torch.nn.functional.conv_transpose{axes}d", (x, weight), kwargs)
        with FlopCounterMode(display=False) as counter:
            getattr(F, f"conv_transpose{axes}d")(x, weight, **kwargs)
        costs = [fact for fact in outcome.facts if isinstance(fact, Cost)]
        assert [cost.macs * 2 for cost in costs] == [counter.get_total_flops()]


def test_a_collapsed_output_shows_its_formula() -> None:
    outcome = check_layer("torch.nn.ConvTranspose2d", (3, 8, 2), {"padding": 2}, (torch.zeros(1, 3, 1, 9),))
    assert outcome.refusal is not None
    assert outcome.refusal.kind is RefusalKind.COLLAPSED
    assert outcome.refusal.text.endswith("an output height of (1 - 1)·1 - 2·2 + 1·(2 - 1) + 0 + 1 = -2")
