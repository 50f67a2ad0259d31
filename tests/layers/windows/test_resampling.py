"""Interpolation, upsampling layers, grid sampling and affine grids against torch."""

from __future__ import annotations

import random
from typing import Any

import torch

from convlint.layers.core.tensor import Tensor
from convlint.layers.windows.resampling import RANKS
from convlint.symbolic import SymbolKind, symbol, symbols_of
from tests.layers.oracle import RecordingContext, check_layer, check_operation, check_symbolic, run_operation

MODES = (*RANKS, "cubic")


def random_target(rng: random.Random, axes: int) -> dict[str, Any]:
    kwargs: dict[str, Any] = {}
    if rng.random() < 0.5:
        size = rng.choice((1, 2, 5, 0 if rng.random() < 0.2 else 3))
        many = [rng.randint(1, 6) for _ in range(axes if rng.random() < 0.9 else axes + 1)]
        kwargs["size"] = size if rng.random() < 0.5 else rng.choice((many, tuple(many)))
    if not kwargs or rng.random() < 0.05:
        factor = rng.choice((2, 2.0, 0.5, 1 / 3, 1.7, 0.05, 3))
        many = [rng.choice((2, 0.5, 1.3, 2.0)) for _ in range(axes if rng.random() < 0.9 else 1)]
        kwargs["scale_factor"] = factor if rng.random() < 0.6 else tuple(many)
    return kwargs if rng.random() < 0.97 else {}


def random_input(rng: random.Random) -> torch.Tensor:
    shape = [rng.randint(1, 2), rng.randint(1, 3), *(rng.randint(1, 7) for _ in range(rng.choice((1, 2, 2, 2, 3))))]
    if rng.random() < 0.08:
        shape[rng.randrange(len(shape))] = 0
    if rng.random() < 0.05:
        shape = shape[: rng.choice((0, 1, 2))]
    return torch.zeros(shape)


def test_interpolate_agrees_with_torch() -> None:
    rng = random.Random(1)
    statuses = []
    for _ in range(900):
        x = random_input(rng)
        fitting = [mode for mode, ranks in RANKS.items() if x.ndim in ranks] or ["nearest"]
        kwargs = random_target(rng, max(x.ndim - 2, 0))
        kwargs["mode"] = rng.choice(fitting) if rng.random() < 0.8 else rng.choice(MODES)
        if rng.random() < 0.3:
            kwargs["align_corners"] = rng.choice((True, False, None))
        if rng.random() < 0.2:
            kwargs["recompute_scale_factor"] = rng.choice((True, False, None))
        if rng.random() < 0.15 or kwargs["mode"] == "lanczos":
            kwargs["antialias"] = rng.random() < 0.9
        statuses.append(check_operation("torch.nn.functional.interpolate", (x,), kwargs).status)
    assert statuses.count("returned") > 250
    assert statuses.count("refused") > 250


def test_bad_arguments_agree_with_torch() -> None:
    x = torch.zeros(1, 2, 4, 4)
    for kwargs in ({"size": 2.0}, {"size": (2.0, 2)}, {"scale_factor": "2"}, {"size": True}, {"scale_factor": -1.0}):
        assert check_operation("torch.nn.functional.interpolate", (x,), kwargs).status == "refused"


def test_deprecated_functions_agree_with_torch() -> None:
    rng = random.Random(2)
    for _ in range(60):
        x = random_input(rng)
        kwargs = random_target(rng, max(x.ndim - 2, 0))
        for name in ("upsample", "upsample_nearest", "upsample_bilinear"):
            check_operation(f"torch.nn.functional.{name}", (x,), kwargs)


def test_layers_agree_with_torch() -> None:
    rng = random.Random(3)
    statuses = []
    for _ in range(300):
        x = random_input(rng)
        kwargs = random_target(rng, max(x.ndim - 2, 0))
        name = rng.choice(("Upsample", "Upsample", "UpsamplingNearest2d", "UpsamplingBilinear2d"))
        if name == "Upsample":
            kwargs["mode"] = rng.choice(MODES)
        statuses.append(check_layer(f"torch.nn.{name}", (), kwargs, (x,)).status)
    assert check_layer("torch.nn.Upsample", (), {"scale_factor": [2, 2]}).status == "refused"
    assert statuses.count("returned") > 60


def test_symbolic_sizes_scale_exactly() -> None:
    height = symbol("H")
    sizes = [{next(iter(height.symbols)): count} for count in range(1, 40)]
    for factor in (2, 2.0, 0.5, 1.5, 0.25, (3.0, 0.375)):

        def call(ctx: Any, put: Any, factor: Any = factor) -> Any:
            x = put(Tensor((1, 3, height, 16)))
            return run_operation(ctx, "torch.nn.functional.interpolate", x, scale_factor=factor, mode="bilinear")

        check_symbolic(call, sizes)


def test_a_symbolic_size_times_a_rounded_factor_is_unknown() -> None:
    x = Tensor((1, 3, symbol("H"), 10))
    out = run_operation(RecordingContext(), "torch.nn.functional.interpolate", x, scale_factor=0.7)
    assert [s.kind for s in symbols_of(out.shape[2])] == [SymbolKind.UNKNOWN]
    assert out.shape[3] == 7


def test_a_size_taken_from_another_tensor_keeps_its_symbol() -> None:
    height, width = symbol("H"), symbol("W")
    x = Tensor((1, 3, 4, 4))
    out = run_operation(RecordingContext(), "torch.nn.functional.interpolate", x, size=(height, width))
    assert out.shape == (1, 3, height, width)


def test_grid_sample_agrees_with_torch() -> None:
    rng = random.Random(4)
    statuses = []
    for _ in range(300):
        axes = rng.choice((1, 2, 2, 2, 3))
        batch = rng.choice((1, 2, 0))
        x = torch.zeros(batch, 3, *(rng.choice((1, 2, 3, 0) if rng.random() < 0.2 else (2, 3)) for _ in range(axes)))
        other = batch if rng.random() < 0.9 else 1
        last = axes if rng.random() < 0.9 else 3
        grid = torch.zeros(other, *(rng.randint(0, 3) for _ in range(axes if rng.random() < 0.9 else 1)), last)
        kwargs = {
            "mode": rng.choice(("bilinear", "nearest", "bicubic", "linear" if rng.random() < 0.2 else "bilinear")),
            "padding_mode": rng.choice(("zeros", "border", "reflection", "edge" if rng.random() < 0.2 else "zeros")),
            "align_corners": rng.choice((True, False, None)),
        }
        statuses.append(check_operation("torch.nn.functional.grid_sample", (x, grid), kwargs).status)
    assert statuses.count("returned") > 80
    assert statuses.count("refused") > 60


def test_affine_grid_agrees_with_torch() -> None:
    rng = random.Random(5)
    statuses = []
    for _ in range(300):
        axes = rng.choice((2, 2, 3))
        batch = rng.choice((1, 2))
        theta = torch.zeros(batch, axes if rng.random() < 0.9 else 2, axes + 1)
        if rng.random() < 0.1:
            theta = rng.choice((theta[0], theta.long()))
        size = [batch if rng.random() < 0.9 else 3, 3, *(rng.randint(1, 4) for _ in range(axes))]
        if rng.random() < 0.15:
            size[rng.randrange(2, len(size))] = rng.choice((0, -1))
        size = size[: rng.choice((axes + 2, axes + 2, axes + 2, axes + 1))]
        kwargs = {"align_corners": rng.choice((True, False, None))}
        statuses.append(check_operation("torch.nn.functional.affine_grid", (theta, tuple(size)), kwargs).status)
    assert statuses.count("returned") > 80
    assert statuses.count("refused") > 60
