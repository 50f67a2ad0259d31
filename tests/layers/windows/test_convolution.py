"""Convolutions against torch: shapes, parameters, refusals, facts."""

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
from tests.layers.oracle import build, check_layer, check_operation, check_symbolic, run_operation
from tests.layers.sampling import choose, input_for


def random_arguments(rng: random.Random, axes: int) -> tuple[tuple[Any, ...], dict[str, Any]]:
    groups = rng.choice((1, 1, 1, 1, 2, 3, 4, 0, -1))
    unit = max(groups, 1)
    channels = rng.choice((unit, 2 * unit, 3)), rng.choice((unit, 2 * unit, 3, 4))
    kernel = choose(rng, [1, 2, 3, 3, 4, 5] if rng.random() < 0.95 else [-1, 2.0, None], axes)
    kwargs: dict[str, Any] = {"groups": groups, "bias": rng.random() < 0.6}
    if rng.random() < 0.5:
        kwargs["stride"] = choose(rng, [1, 2, 3] if rng.random() < 0.95 else [0, 1, -1, 1.5], axes)
    if rng.random() < 0.7:
        kwargs["padding"] = rng.choice(
            [choose(rng, [0, 1, 2, 3], axes), "same", "valid", choose(rng, [0, 1, -1], axes), "SAME"]
        )
    if rng.random() < 0.4:
        kwargs["dilation"] = choose(rng, [1, 2, 3] if rng.random() < 0.95 else [1, -1], axes)
    if rng.random() < 0.4:
        kwargs["padding_mode"] = rng.choice(("zeros", "reflect", "replicate", "circular", "constant"))
    return (*channels, kernel), kwargs


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_layer_agrees_with_torch(axes: int) -> None:
    rng = random.Random(axes)
    statuses = []
    for _ in range(350):
        args, kwargs = random_arguments(rng, axes)
        given = args[0] if rng.random() < 0.9 else rng.randint(1, 5)
        statuses.append(check_layer(f"torch.nn.Conv{axes}d", args, kwargs, (input_for(rng, axes, given),)).status)
    assert statuses.count("returned") > 40
    assert statuses.count("refused") > 100


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_lazy_layer_agrees_with_torch(axes: int) -> None:
    rng = random.Random(10 + axes)
    statuses = []
    for _ in range(150):
        args, kwargs = random_arguments(rng, axes)
        name = f"torch.nn.LazyConv{axes}d"
        statuses.append(check_layer(name, args[1:], kwargs, (input_for(rng, axes, args[0]),)).status)
    assert statuses.count("returned") > 20


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_function_agrees_with_torch(axes: int) -> None:
    rng = random.Random(20 + axes)
    statuses = []
    for _ in range(300):
        (inner, outer, kernel), kwargs = random_arguments(rng, axes)
        kwargs.pop("padding_mode", None)
        sizes = list(kernel) if isinstance(kernel, (tuple, list)) else [kernel] * axes
        sizes = [size if isinstance(size, int) and size >= 0 else 1 for size in sizes]
        weight = torch.zeros(outer, inner // max(kwargs["groups"], 1), *sizes)
        bias = torch.zeros(outer if rng.random() < 0.9 else outer + 1) if kwargs.pop("bias") else None
        name = rng.choice((f"torch.nn.functional.conv{axes}d", f"torch.conv{axes}d"))
        statuses.append(check_operation(name, (input_for(rng, axes, inner), weight, bias), kwargs).status)
    assert statuses.count("returned") > 40
    assert statuses.count("refused") > 80


def test_symbolic_run_agrees_with_concrete_runs() -> None:
    rng = random.Random(30)
    height, width = symbol("H"), symbol("W")
    sizes = [
        {next(iter(height.symbols)): rng.randint(1, 40), next(iter(width.symbols)): rng.randint(1, 40)}
        for _ in range(25)
    ]
    for _ in range(40):
        kernel, stride = rng.randint(1, 5), rng.randint(1, 3)
        kwargs = {
            "padding": rng.choice((0, 1, 2, (2, 1), "valid")),
            "dilation": rng.choice((1, 1, 2)),
            "stride": stride,
            "padding_mode": rng.choice(("zeros", "zeros", "reflect", "circular", "replicate")),
        }

        def call(ctx: Any, put: Any, kernel: int = kernel, kwargs: dict[str, Any] = kwargs) -> Any:
            first = build(ctx, "torch.nn.Conv2d", (3, 4, kernel), kwargs)
            second = build(ctx, "torch.nn.Conv2d", (4, 2, 3), {"stride": 2})
            return second(first(put(Tensor((1, 3, height, width)))))

        check_symbolic(call, sizes)


def test_windows_and_cost_of_a_convolution() -> None:
    outcome = check_layer("torch.nn.Conv2d", (3, 20, 8, 2, 1), {}, (torch.zeros(1, 3, 32, 32),))
    axis = WindowAxis(32, 14, 8, 2, 1, 1)
    assert outcome.facts == (Window("conv", (axis, axis)), Cost(14 * 14 * 20 * 192, 756_560))


@pytest.mark.parametrize("mode", ["zeros", "reflect", "circular"])
def test_same_padding_is_reported_as_it_is(mode: str) -> None:
    kwargs = {"padding": "same", "dilation": (1, 3), "padding_mode": mode}
    outcome = check_layer("torch.nn.Conv2d", (3, 4, (4, 2)), kwargs, (torch.zeros(2, 3, 9, 7),))
    assert outcome.facts[0] == Window("conv", (WindowAxis(9, 9, 4, 1, 1, 2), WindowAxis(7, 7, 2, 1, 1, 2, 3)))


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_macs_are_half_of_the_counted_flops(axes: int) -> None:
    rng = random.Random(40 + axes)
    for _ in range(20):
        groups, stride, padding = rng.choice((1, 2)), rng.randint(1, 2), rng.randint(0, 2)
        x = torch.zeros(rng.randint(1, 3), 2 * groups, *(rng.randint(5, 9) for _ in range(axes)))
        weight = torch.zeros(4, 2, *(rng.randint(1, 3) for _ in range(axes)))
        kwargs = {"stride": stride, "padding": padding, "groups": groups}
        outcome = check_operation(f"torch.nn.functional.conv{axes}d", (x, weight), kwargs)
        with FlopCounterMode(display=False) as counter:
            getattr(F, f"conv{axes}d")(x, weight, **kwargs)
        costs = [fact for fact in outcome.facts if isinstance(fact, Cost)]
        assert [cost.macs * 2 for cost in costs] == [counter.get_total_flops()]


def test_attributes_changed_after_construction_count() -> None:
    outcome = check_layer("torch.nn.Conv2d", (3, 4, 3), {}, (torch.zeros(1, 3, 9, 9),), change={"stride": (2, 2)})
    assert outcome.result.shape == (1, 4, 4, 4)


def test_what_refusals_tell() -> None:
    name = "torch.nn.Conv2d"
    channels = check_layer(name, (3, 4, 3), {}, (torch.zeros(1, 5, 9, 9),)).refusal
    assert channels is not None
    assert (channels.kind, channels.fact("expected"), channels.fact("got")) == (RefusalKind.CHANNELS, 3, 5)
    assert channels.text == "`Conv2d` was built for 3 input channels and gets 5"
    collapsed = check_layer(name, (3, 4, 5), {"padding": 1, "dilation": 2}, (torch.zeros(1, 3, 9, 4),)).refusal
    assert collapsed is not None
    assert collapsed.kind is RefusalKind.COLLAPSED
    told = [collapsed.fact(key) for key in ("axis", "size_in", "kernel", "padding", "size_out")]
    assert told == ["width", 4, 5, 1, -2]
    assert "over a width of 4, 6 with padding" in collapsed.text
    rank = check_layer(name, (3, 4, 5), {}, (torch.zeros(3, 9),)).refusal
    assert rank is not None
    assert (rank.kind, rank.fact("got")) == (RefusalKind.RANK, 2)
    layer = check_layer(name, (3, 4, 3), {"groups": 2}).refusal
    assert layer is not None
    assert (layer.kind, layer.error) == (RefusalKind.LAYER, ValueError)


def test_an_empty_kernel_is_refused_when_it_runs() -> None:
    outcome = check_layer("torch.nn.Conv2d", (3, 4, (3, 0)), {}, (torch.zeros(1, 3, 9, 9),))
    assert outcome.status == "refused"


def test_a_lazy_layer_has_parameters_before_its_first_call() -> None:
    state = check_layer("torch.nn.LazyConv2d", (4, 3)).state
    assert state is not None
    assert [str(size) for size in state.weight.shape[2:]] == ["3", "3"]
    assert state.bias.shape == (4,)


def test_symbolic_channels_must_agree() -> None:
    channels = symbol("C")

    def call(ctx: Any, put: Any) -> Any:
        x, weight = put(Tensor((1, channels, 8, 8))), put(Tensor((8, 2, 3, 3)))
        return run_operation(ctx, "torch.nn.functional.conv2d", x, weight, None, groups=2)

    check_symbolic(call, [{next(iter(channels.symbols)): count} for count in range(1, 9)])
