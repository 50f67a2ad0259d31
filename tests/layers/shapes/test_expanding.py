"""Repetition along dimensions against torch, and on symbolic sizes."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from convlint.layers.core.refusal import Refused
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import Known, RecordingContext, check_operation, check_symbolic, run_operation
from tests.layers.random_calls import Call, broadcastable, call, check_random, dimension, shape, tensor
from tests.layers.shapes.test_reshaping import mappings

N, C, H, W = (symbol(name) for name in "NCHW")


def larger(rng: random.Random) -> tuple[torch.Tensor, list[int]]:
    """Return a tensor and sizes that it mostly expands to."""
    sizes = list(shape(rng))
    source = torch.zeros([size if rng.random() < 0.5 else 1 for size in sizes])
    sizes = [-1 if rng.random() < 0.2 else size for size in sizes]
    if rng.random() < 0.3:
        sizes.insert(0, rng.choice((2, 3, -1)))
    if rng.random() < 0.05 and sizes:
        sizes.pop()
    return source, sizes


def expanded(rng: random.Random) -> Call:
    source, sizes = larger(rng)
    return call(source, *sizes) if sizes and rng.random() < 0.5 else call(source, sizes)


def expanded_by_function(rng: random.Random) -> Call:
    source, sizes = larger(rng)
    return call(source, tuple(sizes))


def expanded_as(rng: random.Random) -> Call:
    source, sizes = larger(rng)
    return call(source, torch.zeros([abs(size) for size in sizes]))


def repeated(rng: random.Random) -> Call:
    source = tensor(rng)
    counts = [rng.randint(0 if rng.random() < 0.2 else 1, 3) for _ in range(source.ndim + rng.randint(0, 2))]
    if rng.random() < 0.1:
        counts = counts[1:]
    if rng.random() < 0.05:
        counts.append(-1)
    return call(source, *counts) if counts and rng.random() < 0.5 else call(source, tuple(counts))


def tiled(rng: random.Random) -> Call:
    source = tensor(rng)
    return call(source, tuple(rng.randint(1, 3) for _ in range(rng.randint(0, 4))))


def interleaved(rng: random.Random) -> Call:
    source = torch.zeros([rng.randint(1, 3) for _ in range(rng.randint(1, 3))])
    dim = dimension(rng, source.ndim)
    style = rng.random()
    if style < 0.5:
        return call(source, rng.randint(-1 if style < 0.05 else 0, 3), dim) if style < 0.4 else call(source, 2)
    size = source.shape[dim] if -source.ndim <= dim < source.ndim else 1
    counts = torch.tensor([rng.randint(0, 2) for _ in range(size + (rng.random() < 0.1))])
    return call(source, Known(counts), dim=dim)


def together(rng: random.Random) -> Call:
    first = shape(rng)
    return call(torch.zeros(first), *(torch.zeros(broadcastable(rng, first)) for _ in range(rng.randint(0, 2))))


def shapes(rng: random.Random) -> Call:
    first = shape(rng)
    return call(first, broadcastable(rng, first))


MAKERS = {
    "torch.Tensor.expand": expanded,
    "torch.broadcast_to": expanded_by_function,
    "torch.Tensor.expand_as": expanded_as,
    "torch.Tensor.repeat": repeated,
    "torch.tile": tiled,
    "torch.Tensor.tile": tiled,
    "torch.repeat_interleave": interleaved,
    "torch.Tensor.repeat_interleave": interleaved,
    "torch.broadcast_tensors": together,
    "torch.broadcast_shapes": shapes,
}


def test_agrees_with_torch() -> None:
    check_random(MAKERS, 80)


def test_values_expand() -> None:
    assert check_operation("torch.Tensor.expand", (Known(torch.arange(3)), 2, 3)).result.data == (0, 1, 2, 0, 1, 2)


def test_symbolic_expansion() -> None:
    def run(ctx: Any, put: Any) -> Any:
        wide = run_operation(ctx, "torch.Tensor.expand", put(Tensor((N, 1, H))), put(N), put(C), -1)
        return run_operation(ctx, "torch.Tensor.repeat", wide, 2, 1, 1, put(W))

    check_symbolic(run, mappings(N, C, H, W, values=(1, 2, 3)))


def test_symbolic_expansion_of_an_open_size() -> None:
    def run(ctx: Any, put: Any) -> Any:
        return run_operation(ctx, "torch.Tensor.expand", put(Tensor((H, W))), put(N), put(C))

    check_symbolic(run, mappings(N, C, H, W, values=(1, 2, 3)))


def test_mismatch_says_the_numbers() -> None:
    with pytest.raises(Refused) as caught:
        run_operation(RecordingContext(), "torch.Tensor.expand", Tensor((2, 3)), 4, 3)
    assert caught.value.refusal.text == "`expand` of (2, 3) to (4, 3): 2 is neither 1 nor 4 in dimension 0"
