"""Joining against torch, and on symbolic sizes."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from convlint.layers.core.refusal import Refused
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import Known, RecordingContext, check_operation, check_symbolic, run_operation
from tests.layers.random_calls import Call, call, check_random, dimension, shape
from tests.layers.shapes.test_reshaping import mappings

N, C, D, H = (symbol(name) for name in "NCDH")
DTYPES = (torch.float32, torch.float64, torch.int64, torch.bool, torch.float16, torch.uint8)


def similar(rng: random.Random, free: int | None) -> list[torch.Tensor]:
    """Return tensors of one shape, but for dimension `free`, and rarely another one."""
    sizes = shape(rng)
    result = []
    for _ in range(rng.randint(1, 3)):
        own = list(sizes)
        if free is not None and -len(own) <= free < len(own):
            own[free] = rng.randint(0, 4)
        if own and rng.random() < 0.1:
            own[rng.randrange(len(own))] += 1
        if rng.random() < 0.05:
            own = [0] if rng.random() < 0.5 else own[1:]
        result.append(torch.ones(own, dtype=rng.choice(DTYPES[:2] if rng.random() < 0.8 else DTYPES)))
    return result if rng.random() < 0.98 else []


def joined(rng: random.Random) -> Call:
    dim = rng.randint(-3, 3)
    tensors = similar(rng, dim)
    rank = tensors[0].ndim if tensors else 1
    dim = dim if -rank <= dim < rank else dimension(rng, rank)
    return call(tensors, dim) if rng.random() < 0.8 else call(tuple(tensors), axis=dim)


def stacked(rng: random.Random) -> Call:
    tensors = similar(rng, None)
    rank = tensors[0].ndim if tensors else 1
    return call(tensors, dim=dimension(rng, rank + 1))


def ranked(free: dict[int, int]) -> Any:
    def make(rng: random.Random) -> Call:
        return call(tuple(similar(rng, free[rng.choice(list(free))])))

    return make


MAKERS = {
    "torch.cat": joined,
    "torch.concat": joined,
    "torch.stack": stacked,
    "torch.hstack": ranked({1: 0, 2: 1}),
    "torch.vstack": ranked({2: 0, 3: 0}),
    "torch.dstack": ranked({3: 2, 2: 0}),
    "torch.column_stack": ranked({1: 0, 2: 1}),
}


def test_agrees_with_torch() -> None:
    check_random(MAKERS, 100)


@pytest.mark.parametrize("name", ["cat", "concat", "stack", "hstack", "vstack", "dstack", "column_stack"])
@pytest.mark.parametrize("given", [torch.ones(2, 3), torch.ones(3), torch.tensor(1.0), 2, 1.0, "a"])
def test_a_tensor_is_no_list_of_tensors(name: str, given: object) -> None:
    outcome = check_operation(f"torch.{name}", (given,))
    assert outcome.refusal is not None
    assert outcome.refusal.error is TypeError


def test_a_second_tensor_is_no_dimension() -> None:
    assert check_operation("torch.cat", (torch.ones(2, 3), torch.ones(2, 3))).refusal is not None
    assert check_operation("torch.cat", (torch.ones(2, 3), 1)).refusal is not None


def test_block_diagonal() -> None:
    check_operation("torch.block_diag", (torch.ones(2, 3), torch.ones(4), torch.tensor(1.0)))
    check_operation("torch.block_diag", (torch.ones(2, 3), torch.ones(4, 1, 1)))


def test_values_are_joined() -> None:
    first, second = Known(torch.arange(4)), Known(torch.arange(3))
    assert check_operation("torch.cat", ([first, second],)).result.data == (0, 1, 2, 3, 0, 1, 2)
    assert check_operation("torch.stack", ([first, first],)).result.data == (0, 1, 2, 3, 0, 1, 2, 3)
    matrix = Known(torch.arange(4).reshape(2, 2))
    assert check_operation("torch.cat", ([matrix, matrix],)).result.data is not None
    check_operation("torch.cat", ([matrix, matrix], 1))
    check_operation("torch.stack", ([matrix, matrix], 1))


def test_symbolic_cat() -> None:
    def run(ctx: Any, put: Any) -> Any:
        parts = [put(Tensor((N, C, H, 7))), put(Tensor((N, D, 4, 7)))]
        return run_operation(ctx, "torch.cat", parts, 1)

    check_symbolic(run, mappings(N, C, D, H, values=(1, 4, 5)))


def test_mismatch_says_the_numbers() -> None:
    with pytest.raises(Refused) as caught:
        run_operation(RecordingContext(), "torch.cat", [Tensor((N, 3, 8, 8)), Tensor((N, 5, 8, 7))], dim=1)
    assert caught.value.refusal.text == (
        "`cat` along dimension 1 needs all other sizes equal, and tensor 1 has 7 instead of 8 in dimension 3: "
        "(N, 5, 8, 7) against (N, 3, 8, 8)"
    )
    assert caught.value.refusal.facts == (("expected", 8), ("got", 7), ("dim", 3))
