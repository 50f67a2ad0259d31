"""Cutting against torch, and on symbolic sizes."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from convlint.layers.core.refusal import Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import Known, RecordingContext, check_operation, check_symbolic, run_operation
from tests.layers.random_calls import Call, call, check_random, dimension, tensor
from tests.layers.shapes.test_reshaping import mappings

N, C, H = (symbol(name) for name in "NCH")


def chunked(rng: random.Random) -> Call:
    source = tensor(rng, largest=9)
    return call(source, rng.randint(0, 5), dimension(rng, source.ndim))


def split(rng: random.Random) -> Call:
    source = tensor(rng, (1, 2, 3), largest=9)
    dim = dimension(rng, source.ndim)
    size = source.shape[dim] if -source.ndim <= dim < source.ndim else 1
    if rng.random() < 0.5:
        return call(source, rng.randint(0, 6), dim)
    cut = rng.randint(0, size)
    return call(source, [cut, size - cut + (rng.random() < 0.1)], dim=dim)


def sections(rng: random.Random) -> Call:
    source = tensor(rng, largest=9)
    return call(source, *_sections(rng), dimension(rng, source.ndim))


def _sections(rng: random.Random) -> tuple[Any]:
    if rng.random() < 0.5:
        return (rng.randint(0, 5),)
    return (tuple(rng.randint(-9, 9) for _ in range(rng.randint(0, 3))),)


def numpy_sections(rng: random.Random) -> Call:
    return call(tensor(rng, largest=9), rng.choice((1, 2, 3, (1, 2), (3,))))


def unbound(rng: random.Random) -> Call:
    source = tensor(rng)
    return call(source, dimension(rng, source.ndim))


MAKERS = {
    "torch.chunk": chunked,
    "torch.Tensor.chunk": chunked,
    "torch.split": split,
    "torch.Tensor.split": split,
    "torch.tensor_split": sections,
    "torch.Tensor.hsplit": numpy_sections,
    "torch.vsplit": numpy_sections,
    "torch.dsplit": numpy_sections,
    "torch.unbind": unbound,
}


def test_agrees_with_torch() -> None:
    check_random(MAKERS, 100)


def test_values_are_cut() -> None:
    source = Known(torch.arange(12).reshape(2, 6))
    for name, args in (("chunk", (3, 1)), ("split", (4, 1)), ("unbind", (0,)), ("split", ([1, 5], 1))):
        assert all(part.data is not None for part in check_operation(f"torch.Tensor.{name}", (source, *args)).result)


@pytest.mark.parametrize(
    ("name", "args", "count"),
    [
        ("torch.chunk", (2, 1), 2),
        ("torch.tensor_split", (3, 2), 3),
        ("torch.split", (C, 1), 3),
        ("torch.split", ([C, 2 * C], 1), 2),
        ("torch.split", (6, 3), 2),
    ],
)
def test_symbolic_parts(name: str, args: tuple[Any, ...], count: int) -> None:
    def run(ctx: Any, put: Any) -> Any:
        parts = [put(arg) if not isinstance(arg, list) else [put(item) for item in arg] for arg in args]
        return run_operation(ctx, name, put(Tensor((N, 3 * C if name != "torch.chunk" else 4 * C, H, 9))), *parts)

    assert len(run(RecordingContext(), lambda value: value)) == count
    check_symbolic(run, mappings(N, C, H, values=(1, 2, 5)))


def test_symbolic_split_by_sizes_needs_their_sum() -> None:
    def run(ctx: Any, put: Any) -> Any:
        return run_operation(ctx, "torch.split", put(Tensor((N, C))), [2, 3], 1)

    check_symbolic(run, mappings(N, C, values=(1, 5, 6)))


def test_unknown_number_of_parts_is_not_guessed() -> None:
    for name in ("torch.chunk", "torch.split"):
        with pytest.raises(Unmodelled):
            run_operation(RecordingContext(), name, Tensor((N, C)), 2, 1)
    with pytest.raises(Unmodelled):
        run_operation(RecordingContext(), "torch.unbind", Tensor((N, C)), 1)
