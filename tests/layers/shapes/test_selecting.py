"""Picking and placing elements against torch, and ordering them."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from convlint.layers.core.refusal import Refused
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import RecordingContext, check_operation, check_symbolic, run_operation
from tests.layers.random_calls import Call, broadcastable, call, check_random, dimension, shape, tensor
from tests.layers.shapes.test_reshaping import mappings

N, C, H, W = (symbol(name) for name in "NCHW")


def indices(sizes: tuple[int, ...]) -> torch.Tensor:
    return torch.zeros(sizes, dtype=torch.int64)


def filled(rng: random.Random, ranks: tuple[int, ...] = (0, 1, 2, 3)) -> torch.Tensor:
    """Return a tensor without empty dimensions, which zeros can index."""
    return torch.zeros([rng.randint(1, 4) for _ in range(rng.choice(ranks))])


def near(rng: random.Random, sizes: tuple[int, ...], chance: float = 0.3) -> tuple[int, ...]:
    """Return sizes near the given ones, rarely of another rank."""
    result = [rng.randint(1, 5) if rng.random() < chance else size for size in sizes]
    return tuple(result if rng.random() < 0.95 else [*result, 1])


def selected(rng: random.Random) -> Call:
    source = tensor(rng)
    return call(source, dimension(rng, source.ndim), rng.randint(-3, 2))


def narrowed(rng: random.Random) -> Call:
    source = tensor(rng)
    return call(
        source, dimension(rng, source.ndim), rng.randint(-3, 3), rng.randint(0 if rng.random() < 0.9 else -1, 3)
    )


def index_selected(rng: random.Random) -> Call:
    source = filled(rng, (1, 2, 3))
    return call(source, dimension(rng, source.ndim), indices(shape(rng, (0, 1, 1, 1, 2))))


def gathered(rng: random.Random) -> Call:
    source = filled(rng)
    return call(source, dimension(rng, source.ndim), indices(near(rng, tuple(source.shape))))


def scattered(rng: random.Random) -> Call:
    source = filled(rng)
    index = indices(near(rng, tuple(source.shape), 0.15))
    return call(source, dimension(rng, source.ndim), index, torch.zeros(near(rng, tuple(index.shape), 0.15)))


def added(rng: random.Random) -> Call:
    source = filled(rng, (1, 2, 3))
    dim = dimension(rng, source.ndim)
    count = rng.randint(1, 4)
    sizes = list(source.shape)
    if -source.ndim <= dim < source.ndim:
        sizes[dim] = count
    return call(source, dim, indices((count,)), torch.zeros(near(rng, tuple(sizes), 0.1)))


def taken_along(rng: random.Random) -> Call:
    source = filled(rng)
    index = indices(broadcastable(rng, tuple(source.shape)))
    return call(source, index) if rng.random() < 0.2 else call(source, index, dimension(rng, source.ndim))


def masked(*rest: Any) -> Any:
    def make(rng: random.Random) -> Call:
        source = tensor(rng)
        return call(source, torch.ones(broadcastable(rng, tuple(source.shape)), dtype=torch.bool), *rest)

    return make


def chosen(rng: random.Random) -> Call:
    first, second = tensor(rng), rng.choice((2, 3.5, True))
    condition = torch.ones(broadcastable(rng, tuple(first.shape)), dtype=torch.bool)
    if rng.random() < 0.7:
        second = torch.zeros(broadcastable(rng, tuple(first.shape)), dtype=rng.choice((torch.float32, torch.int64)))
    return call(condition, first, second)


def along(rng: random.Random) -> Call:
    source = tensor(rng)
    return call(source) if rng.random() < 0.2 else call(source, dim=dimension(rng, source.ndim))


def topped(rng: random.Random) -> Call:
    source = tensor(rng)
    return call(source, rng.randint(0, 4), dim=dimension(rng, source.ndim))


def diagonals(rng: random.Random) -> Call:
    source = tensor(rng, (1, 2, 3, 4))
    return call(source, rng.randint(-3, 3), dimension(rng, source.ndim), dimension(rng, source.ndim))


def alone(rng: random.Random) -> Call:
    return call(tensor(rng))


def windows(rng: random.Random) -> Call:
    source = tensor(rng, (1, 2, 3), largest=7)
    return call(source, dimension(rng, source.ndim), rng.randint(-1 if rng.random() < 0.1 else 0, 5), rng.randint(0, 3))


def put_back(rng: random.Random) -> Call:
    source = filled(rng, (1, 2, 3))
    dim = dimension(rng, source.ndim)
    sizes = list(source.shape)
    if -source.ndim <= dim < source.ndim:
        sizes.pop(dim)
    return call(source, torch.zeros(near(rng, tuple(sizes), 0.1)), dim, rng.randint(-3, 2))


def put_slice_back(rng: random.Random) -> Call:
    source = filled(rng, (1, 2, 3))
    start, end, step = rng.randint(-4, 4), rng.choice((None, rng.randint(-4, 5))), rng.randint(1, 2)
    part = source[start:end:step] if rng.random() < 0.9 else source
    return call(source, part, 0, start, end, step)


MAKERS = {
    "torch.Tensor.unfold": windows,
    "torch.select_scatter": put_back,
    "torch.slice_scatter": put_slice_back,
    "torch.multinomial": lambda rng: call(torch.ones(shape(rng, (0, 1, 1, 2, 2))), rng.randint(0, 4)),
    "torch.select": selected,
    "torch.Tensor.narrow": narrowed,
    "torch.index_select": index_selected,
    "torch.gather": gathered,
    "torch.Tensor.gather": gathered,
    "torch.scatter_add": scattered,
    "torch.Tensor.scatter_add_": scattered,
    "torch.scatter": scattered,
    "torch.index_add": added,
    "torch.Tensor.index_copy_": added,
    "torch.take_along_dim": taken_along,
    "torch.masked_fill": masked(0.0),
    "torch.Tensor.masked_fill_": masked(float("-inf")),
    "torch.masked_select": masked(),
    "torch.where": chosen,
    "torch.sort": along,
    "torch.argsort": along,
    "torch.topk": topped,
    "torch.Tensor.topk": topped,
    "torch.tril": alone,
    "torch.Tensor.triu": alone,
    "torch.diag": lambda rng: call(tensor(rng, (0, 1, 2, 3)), rng.randint(-2, 2)),
    "torch.diagonal": diagonals,
    "torch.diag_embed": diagonals,
    "torch.nonzero": alone,
    "torch.Tensor.argwhere": alone,
    "torch.unique": alone,
    "torch.take": lambda rng: call(filled(rng), indices(shape(rng))),
}


def test_agrees_with_torch() -> None:
    check_random(MAKERS, 40)


def test_masks_and_counts() -> None:
    source = torch.tensor([1.0, 0.0, 2.0])
    check_operation("torch.nonzero", (source,), {"as_tuple": True}, partial=True)
    check_operation("torch.where", (source > 0,), partial=True)
    check_operation("torch.unique", (source,), {"return_inverse": True, "return_counts": True}, partial=True)
    check_operation("torch.bincount", (torch.tensor([1, 3]),), partial=True)
    check_operation("torch.masked_fill", (source, source > 0, torch.zeros(2)))


def test_symbolic_gather_and_topk() -> None:
    def run(ctx: Any, put: Any) -> Any:
        index = put(Tensor((N, 3, W), "int64"))
        picked = run_operation(ctx, "torch.gather", put(Tensor((N, H, 4))), 1, index)
        return run_operation(ctx, "torch.topk", picked, put(C), -1)

    check_symbolic(run, mappings(N, C, H, W, values=(1, 3, 4, 5)))


def test_symbolic_diagonal() -> None:
    def run(ctx: Any, put: Any) -> Any:
        return run_operation(ctx, "torch.diagonal", put(Tensor((H, W))), 2)

    check_symbolic(run, mappings(H, W, values=(1, 2, 3, 5)))


def test_topk_says_the_numbers() -> None:
    with pytest.raises(Refused, match="`topk` takes 5 of the size 3 at dimension 1"):
        run_operation(RecordingContext(), "torch.topk", Tensor((2, 3)), 5)
