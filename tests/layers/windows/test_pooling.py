"""Pooling against torch: shapes, ceil mode, refusals, facts."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch
import torch.nn.functional as F

from convlint.layers.core.facts import Window, WindowAxis
from convlint.layers.core.refusal import RefusalKind, Refused
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import RecordingContext, check_layer, check_operation, check_symbolic, run_operation
from tests.layers.sampling import choose, input_for


def random_window(rng: random.Random, axes: int, *, max_pool: bool) -> dict[str, Any]:
    kwargs: dict[str, Any] = {
        "kernel_size": choose(rng, [1, 2, 2, 3, 4] if rng.random() < 0.95 else [0, -1, 2.0], axes)
    }
    if rng.random() < 0.6:
        kwargs["stride"] = choose(rng, [1, 2, 3, 4] if rng.random() < 0.95 else [0, -1, None], axes)
    if rng.random() < 0.6:
        kwargs["padding"] = choose(rng, [0, 0, 1] if rng.random() < 0.9 else [0, 2, -1], axes)
    if rng.random() < 0.6:
        kwargs["ceil_mode"] = rng.random() < 0.9
    if max_pool and rng.random() < 0.3:
        kwargs["dilation"] = choose(rng, [1, 2, 3] if rng.random() < 0.95 else [0], axes)
    if max_pool and rng.random() < 0.3:
        kwargs["return_indices"] = True
    if not max_pool and rng.random() < 0.3:
        kwargs["count_include_pad"] = rng.random() < 0.5
    if not max_pool and axes > 1 and rng.random() < 0.2:
        kwargs["divisor_override"] = rng.choice((1, 3, 0))
    return kwargs


@pytest.mark.parametrize("axes", [1, 2, 3])
@pytest.mark.parametrize("kind", ["max", "avg"])
def test_functions_and_layers_agree_with_torch(axes: int, kind: str) -> None:
    rng = random.Random(10 * axes + len(kind) + ord(kind[0]))
    statuses = []
    for _ in range(250):
        kwargs, x = random_window(rng, axes, max_pool=kind == "max"), input_for(rng, axes, 2)
        name = f"torch.nn.functional.{kind}_pool{axes}d"
        statuses.append(check_operation(name, (x,), kwargs).status)
        outcome = check_layer(f"torch.nn.{kind.capitalize()}Pool{axes}d", (), kwargs, (x,))
        statuses.append(outcome.status)
    assert statuses.count("returned") > 150
    assert statuses.count("refused") > 80


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_power_pooling_agrees_with_torch(axes: int) -> None:
    rng = random.Random(50 + axes)
    statuses = []
    for _ in range(150):
        window = random_window(rng, axes, max_pool=True)
        kwargs = {name: window[name] for name in ("kernel_size", "stride", "ceil_mode") if name in window}
        kwargs["norm_type"] = rng.choice((1, 2, 2.0, 3, float("inf"), 0))
        x = input_for(rng, axes, 2)
        statuses.append(check_operation(f"torch.nn.functional.lp_pool{axes}d", (x,), kwargs).status)
        statuses.append(check_layer(f"torch.nn.LPPool{axes}d", (), kwargs, (x,)).status)
    assert statuses.count("returned") > 60
    assert statuses.count("refused") > 60


@pytest.mark.parametrize("axes", [1, 2, 3])
def test_builtins_agree_with_torch(axes: int) -> None:
    rng = random.Random(60 + axes)
    for _ in range(60):
        kwargs, x = random_window(rng, axes, max_pool=True), input_for(rng, axes, 2)
        kwargs.pop("return_indices", None)
        check_operation(f"torch.max_pool{axes}d", (x,), kwargs)
        check_operation(f"torch.nn.functional.max_pool{axes}d_with_indices", (x,), kwargs)


def test_ceil_mode_agrees_with_torch_on_every_small_window() -> None:
    """Every kernel, stride, padding and dilation up to a bound, over inputs of 1 to 12 cells."""
    count = 0
    for kernel in range(1, 6):
        for stride in range(1, 7):
            for padding in range(kernel // 2 + 1):
                for dilation in (1, 2, 3):
                    for size in range(1, 13):
                        x = torch.zeros(1, 1, size)
                        args = (kernel, stride, padding, dilation, True)
                        try:
                            expected = tuple(F.max_pool1d(x, *args).shape)
                        except RuntimeError:
                            expected = None
                        assert _ours(size, args) == expected, (size, args)
                        count += 1
    assert count == 2376


def _ours(size: int, args: tuple[Any, ...]) -> Any:
    try:
        return run_operation(RecordingContext(), "torch.nn.functional.max_pool1d", Tensor((1, 1, size)), *args).shape
    except Refused:
        return None


def test_symbolic_run_agrees_with_concrete_runs() -> None:
    rng = random.Random(70)
    height = symbol("H")
    sizes = [{next(iter(height.symbols)): count} for count in range(1, 30)]
    for _ in range(80):
        kernel = rng.randint(1, 5)
        kwargs = {
            "kernel_size": kernel,
            "stride": rng.randint(1, 4),
            "padding": rng.randint(0, kernel // 2 + 1),
            "ceil_mode": rng.random() < 0.5,
        }

        def call(ctx: Any, put: Any, kwargs: Any = kwargs) -> Any:
            half = run_operation(ctx, "torch.nn.functional.avg_pool2d", put(Tensor((1, 3, height, 9))), 2)
            return run_operation(ctx, "torch.nn.functional.max_pool2d", half, **kwargs)

        check_symbolic(call, sizes)


def test_windows_of_a_pooling() -> None:
    kwargs = {"kernel_size": (3, 2), "stride": 2, "padding": (1, 0), "ceil_mode": True}
    outcome = check_layer("torch.nn.MaxPool2d", (), kwargs, (torch.zeros(1, 3, 8, 7),))
    axes = (WindowAxis(8, 5, 3, 2, 1, 1, 1, True), WindowAxis(7, 4, 2, 2, 0, 0, 1, True))
    assert outcome.facts == (Window("max_pool", axes),)


def test_what_refusals_tell() -> None:
    x = torch.zeros(1, 3, 8, 8)
    padding = check_layer("torch.nn.MaxPool2d", (2,), {"padding": 2}, (x,)).refusal
    assert padding is not None
    assert (padding.kind, padding.fact("padding"), padding.fact("kernel")) == (RefusalKind.PADDING, 2, 2)
    collapsed = check_operation("torch.nn.functional.avg_pool2d", (x, 9)).refusal
    assert collapsed is not None
    assert collapsed.kind is RefusalKind.COLLAPSED
    assert collapsed.text == "`avg_pool2d` slides a kernel of 9 over a height of 8: the output height would be 0"
