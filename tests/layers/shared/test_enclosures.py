"""Values that depend on how torch rounds: torch's own lie within the bounds, and are known again once rounded."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
import torch

from convlint.layers.core.tensor import Tensor
from tests.layers.oracle import RecordingContext, find_operation

UNARY = ("exp", "log", "log2", "log10", "sqrt", "atan", "expm1", "log1p", "round", "floor", "ceil", "trunc", "neg")
BINARY = ("add", "sub", "mul", "div", "pow")


def known(value: torch.Tensor) -> Tensor:
    return Tensor(tuple(value.shape), str(value.dtype).removeprefix("torch."), tuple(value.flatten().tolist()))


def run_operation(name: str, *args: Any, **kwargs: Any) -> Any:
    return find_operation(name).rule(RecordingContext(), *args, **kwargs)


def apply(name: str, *operands: Any) -> Any:
    return run_operation(f"torch.{name}", *operands)


def holds(said: Tensor, true: torch.Tensor) -> bool:
    """Whether what is said of a tensor is so; False counts as an error of the test."""
    assert said.shape == tuple(true.shape)
    assert said.dtype == str(true.dtype).removeprefix("torch.")
    values = true.flatten().tolist()
    if said.data is not None:
        assert list(said.data) == values
    if said.bounds is not None:
        assert all(low <= value <= high for (low, high), value in zip(said.bounds, values, strict=True))
    return said.data is not None or said.bounds is not None


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_chains_of_functions_stay_within_their_bounds(dtype: torch.dtype) -> None:
    rng = random.Random(3)
    told = 0
    for _ in range(150):
        true = torch.tensor([rng.uniform(0.1, 40) for _ in range(6)], dtype=dtype)
        said = known(true)
        for _ in range(4):
            if rng.random() < 0.5:
                name = rng.choice(UNARY)
                true, said = getattr(torch, name)(true), apply(name, said)
            else:
                name, number = rng.choice(BINARY), rng.choice((2, 0.3, 2.75, 8))
                swapped = name == "pow" and rng.random() < 0.5
                true = torch.pow(number, true) if swapped else getattr(torch, name)(true, number)
                said = apply(name, *((number, said) if swapped else (said, number)))
            told += holds(said, true)
    assert told > 300


def test_two_enclosed_operands_that_broadcast() -> None:
    left, right = torch.rand(3, 1) + 1, torch.rand(4) + 1
    said = apply("div", apply("log", known(left)), apply("exp", known(right)))
    assert holds(said, torch.log(left) / torch.exp(right))
    assert said.bounds is not None
    assert all(high - low < 1e-5 for low, high in said.bounds)


def test_values_are_known_again_once_both_bounds_round_alike() -> None:
    true = torch.arange(13) * 36.44 + 24
    said = apply("round", apply("div", apply("log", apply("div", known(true), 24)), math.log(2.49)))
    expected = torch.round(torch.log(true / 24) / math.log(2.49))
    assert said.data == tuple(expected.tolist())
    widths = apply("mul", apply("round", apply("div", apply("mul", apply("pow", 2.49, said), 24), 8)), 8)
    assert run_operation("torch.Tensor.int", widths).data == tuple(
        (torch.round(torch.pow(2.49, expected) * 24 / 8) * 8).int().tolist()
    )


def test_a_value_on_the_edge_stays_unknown() -> None:
    whole = apply("exp", apply("log", known(torch.tensor([3.0]))))
    assert whole.data is None
    assert whole.bounds is not None
    assert run_operation("torch.Tensor.int", whole).data is None
    assert apply("floor", whole).data is None
    assert run_operation("torch.Tensor.int", apply("round", whole)).data == (3,)


def test_what_is_not_a_number_is_not_bounded() -> None:
    assert apply("log", known(torch.tensor([0.0, 1.0]))).bounds is None
    assert apply("exp", known(torch.tensor([100.0]))).bounds is None


def test_writing_in_place_forgets_the_bounds() -> None:
    value = apply("log", known(torch.tensor([3.0])))
    run_operation("torch.Tensor.add_", value, 1)
    assert value.bounds is None
    assert value.data is None


def test_differences_of_known_values() -> None:
    true = torch.tensor([0, 1, 5, 17])
    assert run_operation("torch.diff", known(true)).data == tuple(torch.diff(true).tolist())


def test_tensor_split_names_its_sections() -> None:
    tensor = Tensor((2, 7, 3))
    expected = [tuple(part.shape) for part in torch.ones(2, 7, 3).tensor_split(indices=(1,), dim=1)]
    assert [part.shape for part in run_operation("torch.Tensor.tensor_split", tensor, indices=(1,), dim=1)] == expected
    parts = [tuple(part.shape) for part in torch.ones(2, 7, 3).tensor_split(sections=3, dim=1)]
    assert [part.shape for part in run_operation("torch.Tensor.tensor_split", tensor, sections=3, dim=1)] == parts


def test_powers_of_one_and_zero_are_exact() -> None:
    bases = torch.rand(4000, generator=torch.Generator().manual_seed(5)) * 30 + 0.01
    for exponent in (0.0, 1.0):
        powers = torch.full((4000,), exponent)
        assert apply("pow", known(bases), known(powers)).data == tuple(torch.pow(bases, powers).tolist())
    mixed = apply("pow", 2.25, known(torch.tensor([0.0, 1.0, 3.0])))
    assert mixed.bounds is not None
    assert [low == high for low, high in mixed.bounds] == [True, True, False]
    assert run_operation("torch.round", apply("div", apply("mul", mixed, 80), 8)).data == tuple(
        torch.round(torch.pow(2.25, torch.tensor([0.0, 1.0, 3.0])) * 80 / 8).tolist()
    )


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_logarithm_of_a_power_of_two_is_exact(dtype: torch.dtype) -> None:
    for count in (1, 3, 40):
        for first in range(-126, 87, 7):
            true = torch.tensor([2.0 ** min(first + index, 127) for index in range(count)], dtype=dtype)
            assert apply("log2", known(true)).data == tuple(torch.log2(true).tolist())
    near = apply("log2", known(torch.tensor([8.000001], dtype=dtype)))
    assert near.data is None
    assert near.bounds is not None
