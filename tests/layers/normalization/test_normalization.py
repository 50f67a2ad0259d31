"""Normalisation against torch: modules and functions, training and eval, over random shapes."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from convlint.layers.core.refusal import RefusalKind
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import RecordingContext, build, check_layer, check_operation, check_symbolic

F = "torch.nn.functional"


def shape(rng: random.Random, channels: int, rank: int) -> list[int]:
    sizes = [rng.choice((1, 1, 2, 3)) for _ in range(rank)]
    if rank > 1:
        sizes[1] = channels if rng.random() < 0.75 else rng.randint(1, 4)
    return sizes


def batched_rank(rng: random.Random, axes: int) -> int:
    return axes + 2 if rng.random() < 0.8 else rng.randint(1, 6)


@pytest.mark.parametrize("training", [False, True])
def test_batch_norm_layers(training: bool) -> None:
    rng = random.Random(training)
    seen: dict[str, int] = {}
    for _ in range(150):
        axes, channels = rng.randint(1, 3), rng.randint(1, 4)
        options = {"affine": rng.random() < 0.7, "track_running_stats": rng.random() < 0.7}
        if rng.random() < 0.2:
            options["bias"] = False
        name = f"torch.nn.BatchNorm{axes}d" if rng.random() < 0.8 else "torch.nn.SyncBatchNorm"
        x = torch.zeros(shape(rng, channels, batched_rank(rng, axes)))
        outcome = check_layer(name, (channels,), options, (x,), training=training, ignore=("process_group",))
        seen[outcome.status] = seen.get(outcome.status, 0) + 1
    assert min(seen["returned"], seen["refused"]) > 20


@pytest.mark.parametrize("training", [False, True])
def test_instance_norm_layers(training: bool) -> None:
    rng = random.Random(10 + training)
    for _ in range(150):
        axes, channels = rng.randint(1, 3), rng.randint(1, 4)
        options = {"affine": rng.random() < 0.5, "track_running_stats": rng.random() < 0.5}
        x = torch.zeros(shape(rng, channels, batched_rank(rng, axes)))
        check_layer(f"torch.nn.InstanceNorm{axes}d", (channels,), options, (x,), training=training)


def test_lazy_norms() -> None:
    rng = random.Random(3)
    for _ in range(80):
        axes = rng.randint(1, 3)
        family = rng.choice(("Batch", "Instance"))
        options = {"affine": rng.random() < 0.7, "track_running_stats": rng.random() < 0.7}
        x = torch.zeros(shape(rng, 3, batched_rank(rng, axes)))
        check_layer(f"torch.nn.Lazy{family}Norm{axes}d", (), options, (x,), training=rng.random() < 0.5)


def test_batch_and_instance_functions() -> None:
    rng = random.Random(4)
    for _ in range(150):
        channels = rng.randint(1, 3)
        x = torch.zeros(shape(rng, channels, rng.randint(2, 4)))
        sizes = [channels if rng.random() < 0.9 else channels + 1 for _ in range(4)]
        values = [torch.zeros(size) for size in sizes]
        flag = rng.random() < 0.5
        if rng.random() < 0.5:
            values[2] = values[3] = None  # type: ignore[call-overload]
        check_operation(f"{F}.batch_norm", (x, *values, flag))
        check_operation(f"{F}.instance_norm", (x, *values, flag))
        weight, bias = values[2:]
        check_operation("torch.batch_norm", (x, weight, bias, *values[:2], flag, 0.1, 1e-5, True))
        check_operation("torch.instance_norm", (x, weight, bias, *values[:2], flag, 0.1, 1e-5, True))


def test_group_norm() -> None:
    rng = random.Random(5)
    for _ in range(150):
        groups, channels = rng.randint(1, 4), rng.randint(1, 8)
        x = torch.zeros(shape(rng, channels, rng.randint(1, 4)))
        check_layer("torch.nn.GroupNorm", (groups, channels), {"affine": rng.random() < 0.7}, (x,))
        weight = torch.zeros(channels) if rng.random() < 0.5 else None
        check_operation(f"{F}.group_norm", (x, groups, weight))
        check_operation("torch.group_norm", (x, groups, weight))
    for sizes in ((0, 4), (3, 4), (2, 4.0)):
        check_layer("torch.nn.GroupNorm", sizes, partial=True)
    check_operation(f"{F}.group_norm", (torch.zeros(2, 4), 0))
    check_operation(f"{F}.group_norm", (torch.zeros(2, 4), -1))


def test_layer_and_rms_norm() -> None:
    rng = random.Random(6)
    for _ in range(150):
        sizes = [rng.randint(1, 4) for _ in range(rng.randint(1, 4))]
        expected: Any = sizes[-rng.randint(1, len(sizes)) :]
        if rng.random() < 0.3:
            expected[rng.randrange(len(expected))] += 1
        if rng.random() < 0.1:
            expected = [2, *sizes]
        x = torch.zeros(sizes)
        affine = rng.random() < 0.7
        given = expected[0] if len(expected) == 1 and rng.random() < 0.5 else rng.choice((list, tuple))(expected)
        options = {"elementwise_affine": affine}
        check_layer("torch.nn.LayerNorm", (given,), {**options, "bias": rng.random() < 0.7}, (x,))
        check_layer("torch.nn.RMSNorm", (given,), options, (x,))
        weight = torch.zeros(expected if rng.random() < 0.8 else [*expected, 1]) if affine else None
        check_operation(f"{F}.layer_norm", (x, given, weight))
        check_operation(f"{F}.rms_norm", (x, given, weight))
    for given in (5.0, None, (5.0,), (-5,), ()):
        check_layer("torch.nn.LayerNorm", (given,), {}, (torch.zeros(2, 5),))


@pytest.mark.parametrize("given", [torch.zeros(2, 5), torch.tensor([5]), torch.tensor(5), "a", 5, None])
@pytest.mark.parametrize("name", ["layer_norm", "rms_norm"])
def test_what_is_no_sequence_of_sizes(name: str, given: object) -> None:
    outcome = check_operation(f"{F}.{name}", (torch.zeros(2, 5), given))
    assert outcome.refusal is not None
    assert outcome.refusal.error is TypeError


def test_response_norms() -> None:
    rng = random.Random(7)
    for _ in range(60):
        x = torch.zeros([rng.randint(1, 3) for _ in range(rng.randint(0, 5))])
        size = rng.choice((1, 2, 5))
        check_layer("torch.nn.LocalResponseNorm", (size,), {}, (x,))
        check_layer("torch.nn.CrossMapLRN2d", (size,), {}, (x,))
        check_operation(f"{F}.local_response_norm", (x, size))
    check_operation(f"{F}.local_response_norm", (torch.zeros(2, 3, 4), 0))


def test_normalize() -> None:
    rng = random.Random(8)
    for _ in range(80):
        x = torch.zeros([rng.randint(1, 3) for _ in range(rng.randint(0, 4))])
        dim = rng.choice((rng.randint(-5, 4), (0, 1), (1, -1), None))
        check_operation(f"{F}.normalize", (x,), {"dim": dim, "p": rng.choice((1.0, 2.0))})
    check_operation(f"{F}.normalize", (torch.zeros(2, 3),))


@pytest.mark.parametrize("features", [3.0, None, -3, 0, "a"])
def test_constructor_of_batch_norm(features: object) -> None:
    check_layer("torch.nn.BatchNorm2d", (features,))
    check_layer("torch.nn.InstanceNorm2d", (features,), {"affine": True})


def test_mismatch_says_the_numbers() -> None:
    outcome = check_layer("torch.nn.BatchNorm2d", (64,), {}, (torch.zeros(2, 32, 4, 4),))
    assert outcome.refusal is not None
    assert outcome.refusal.kind is RefusalKind.CHANNELS
    assert outcome.refusal.text == "`BatchNorm2d` was built for 64 channels and gets 32"
    assert (outcome.refusal.fact("expected"), outcome.refusal.fact("got")) == (64, 32)
    outcome = check_layer("torch.nn.BatchNorm1d", (4,), {}, (torch.zeros(1, 4),), training=True)
    assert outcome.refusal is not None
    assert (outcome.refusal.kind, outcome.refusal.error) == (RefusalKind.SIZES, ValueError)


def test_symbolic() -> None:
    n, c, h = symbol("N"), symbol("C"), symbol("H")
    names = (*n.symbols, *c.symbols, *h.symbols)
    mappings = [dict(zip(names, (a, b, d), strict=True)) for a in (1, 2) for b in (1, 2, 4, 6) for d in (1, 3)]
    for name, args, training in (
        ("torch.nn.BatchNorm2d", (4,), True),
        ("torch.nn.BatchNorm2d", (4,), False),
        ("torch.nn.InstanceNorm2d", (4,), False),
        ("torch.nn.GroupNorm", (2, 4), False),
        ("torch.nn.LayerNorm", ((4, 3, 3),), False),
    ):

        def run(ctx: RecordingContext, put: Any, name: str = name, args: Any = args, training: bool = training) -> Any:
            state = build(ctx, name, args, {})
            state.training = training
            return state(Tensor(tuple(put(size) for size in (n, c, h, h))))

        check_symbolic(run, mappings)
