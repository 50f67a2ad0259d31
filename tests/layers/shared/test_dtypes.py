"""Promotion of dtypes against torch, for every pair."""

from __future__ import annotations

import itertools

import torch

from convlint.layers.core.tensor import Tensor
from convlint.layers.shared import dtypes
from convlint.layers.shared.constants import rounded

NAMES = (*dtypes.INTEGERS, *dtypes.FLOATS, *dtypes.COMPLEXES, "bool")


def test_every_pair_promotes_as_in_torch() -> None:
    for first, second in itertools.product(NAMES, repeat=2):
        expected = torch.promote_types(getattr(torch, first), getattr(torch, second))
        assert f"torch.{dtypes.promote(first, second)}" == str(expected), (first, second)


def test_result_types_of_every_mixture() -> None:
    for first, second in itertools.product(NAMES, repeat=2):
        for left, right in itertools.product(((2,), ()), repeat=2):
            operands = torch.zeros(left, dtype=getattr(torch, first)), torch.zeros(right, dtype=getattr(torch, second))
            ours = dtypes.result_type(Tensor(left, first), Tensor(right, second))
            assert f"torch.{ours}" == str(torch.result_type(*operands)), (first, left, second, right)
        for number in (1, 1.5, True, 1j):
            ours = dtypes.result_type(Tensor((2,), first), number)
            assert f"torch.{ours}" == str(torch.result_type(torch.zeros(2, dtype=getattr(torch, first)), number))


def test_casts_in_place() -> None:
    for first, second in itertools.product(NAMES, repeat=2):
        allowed = torch.can_cast(getattr(torch, first), getattr(torch, second))
        assert dtypes.castable(first, second) == allowed, (first, second)


def test_unknown_dtypes_stay_unknown() -> None:
    assert dtypes.result_type(Tensor((2,), ""), Tensor((2,), "float32")) == ""
    assert dtypes.promote("float8_e5m2", "float32") == ""


def test_names() -> None:
    assert [
        dtypes.named(name) for name in ("float", "torch.long", "torch.cuda.HalfTensor", "cuda", "cpu:0", None, 3)
    ] == [
        "float32",
        "int64",
        "float16",
        "",
        "",
        "",
        "",
    ]


def test_rounding_is_that_of_the_dtype() -> None:
    for values in ((0.1, 1e39, -1e-50, 3.0), (16777217, 2**40 + 1)):
        assert rounded(values, "float32") == tuple(torch.tensor(values, dtype=torch.float64).float().tolist())
    assert rounded((300,), "uint8") is None
    assert rounded((1.5,), "float16") is None
