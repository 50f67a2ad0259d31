"""Reordering against torch, with the values of small constants."""

from __future__ import annotations

import random

import torch

from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import Known, RecordingContext, check_operation, run_operation
from tests.layers.random_calls import Call, call, check_random, dimension, tensor

N, C, H, W = (symbol(name) for name in "NCHW")


def order(rng: random.Random, rank: int) -> list[int]:
    dims = [dim - rank if rng.random() < 0.3 else dim for dim in rng.sample(range(rank), rank)]
    if dims and rng.random() < 0.15:
        dims[rng.randrange(rank)] = dimension(rng, rank)
    return dims if rng.random() < 0.9 else [*dims, 0]


def permuted(rng: random.Random) -> Call:
    source = tensor(rng)
    dims = order(rng, source.ndim)
    style = rng.random()
    return (
        call(source, *dims)
        if style < 0.5 and dims
        else call(source, dims)
        if style < 0.8
        else call(source, dims=tuple(dims))
    )


def permuted_by_function(rng: random.Random) -> Call:
    source = tensor(rng)
    return call(source, tuple(order(rng, source.ndim)))


def exchanged(rng: random.Random) -> Call:
    source = tensor(rng)
    return call(source, dimension(rng, source.ndim), dimension(rng, source.ndim))


def alone(rng: random.Random) -> Call:
    return call(tensor(rng))


def moved(rng: random.Random) -> Call:
    source = tensor(rng)
    if rng.random() < 0.5:
        return call(source, dimension(rng, source.ndim), dimension(rng, source.ndim))
    count = rng.randint(0, 2)
    places = [dimension(rng, source.ndim) for _ in range(count if rng.random() < 0.9 else count + 1)]
    return call(source, tuple(dimension(rng, source.ndim) for _ in range(count)), tuple(places))


def flipped(rng: random.Random) -> Call:
    source = tensor(rng)
    dims = [dimension(rng, source.ndim) for _ in range(rng.randint(1, 2))]
    return call(source, dims) if rng.random() < 0.6 else call(source, *dims)


def flipped_by_function(rng: random.Random) -> Call:
    source = tensor(rng)
    return call(source, tuple(dimension(rng, source.ndim) for _ in range(rng.randint(0, 2))))


def rolled(rng: random.Random) -> Call:
    source = tensor(rng)
    if rng.random() < 0.4:
        return call(source, rng.randint(-3, 3))
    if rng.random() < 0.5:
        return call(source, rng.randint(-3, 3), dimension(rng, source.ndim))
    count = rng.randint(1, 2)
    shifts = tuple(rng.randint(-3, 3) for _ in range(count if rng.random() < 0.9 else 3 - count))
    return call(source, shifts, dims=tuple(dimension(rng, source.ndim) for _ in range(count)))


def turned(rng: random.Random) -> Call:
    source = tensor(rng)
    return call(source, rng.randint(-3, 5), [dimension(rng, source.ndim), dimension(rng, source.ndim)])


MAKERS = {
    "torch.Tensor.permute": permuted,
    "torch.permute": permuted_by_function,
    "torch.transpose": exchanged,
    "torch.Tensor.transpose": exchanged,
    "torch.Tensor.transpose_": exchanged,
    "torch.swapaxes": exchanged,
    "torch.Tensor.swapdims": exchanged,
    "torch.t": alone,
    "torch.Tensor.t_": alone,
    "torch.movedim": moved,
    "torch.Tensor.moveaxis": moved,
    "torch.flip": flipped_by_function,
    "torch.Tensor.flip": flipped,
    "torch.fliplr": alone,
    "torch.flipud": alone,
    "torch.roll": rolled,
    "torch.rot90": turned,
    "torch.Tensor.contiguous": alone,
    "torch.clone": alone,
    "torch.Tensor.detach": alone,
}


def test_agrees_with_torch() -> None:
    check_random(MAKERS, 50)


def test_properties() -> None:
    source = torch.zeros(2, 3)
    for name, expected in (("T", source.T), ("mT", source.mT), ("H", source.H), ("mH", source.mH)):
        result = run_operation(RecordingContext(), f"torch.Tensor.{name}", Tensor((2, 3)))
        assert result.shape == tuple(expected.shape)


def test_values_are_reordered() -> None:
    source = Known(torch.arange(24).reshape(2, 3, 4))
    for name, args in (
        ("torch.Tensor.permute", (2, 0, 1)),
        ("torch.Tensor.transpose", (0, 2)),
        ("torch.Tensor.movedim", (0, -1)),
        ("torch.Tensor.flip", (0, 2)),
    ):
        assert check_operation(name, (source, *args)).result.data is not None


def test_symbolic_permute() -> None:
    result = run_operation(RecordingContext(), "torch.Tensor.permute", Tensor((N, C, H, W)), 0, 2, 3, 1)
    assert result.shape == (N, H, W, C)


def test_writing_to_a_view_forgets_the_values() -> None:
    base = run_operation(RecordingContext(), "torch.zeros", 2, 3)
    row = run_operation(RecordingContext(), "torch.Tensor.__getitem__", base, 0)
    turned = run_operation(RecordingContext(), "torch.Tensor.t", base)
    run_operation(RecordingContext(), "torch.Tensor.fill_", row, 7)
    assert row.data == (7.0, 7.0, 7.0)
    assert base.data is None
    assert turned.data is None
