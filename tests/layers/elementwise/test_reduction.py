"""Reductions and scans against torch, and on symbolic sizes."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
import torch

from convlint.layers.core.refusal import Refused
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import Known, RecordingContext, check_operation, check_symbolic, run_operation
from tests.layers.random_calls import Call, broadcastable, call, check_random, dimension, shape, tensor, typed
from tests.layers.shapes.test_reshaping import mappings

N, C, H, W = (symbol(name) for name in "NCHW")
FLOATS = (torch.float32, torch.float64)
ALL = (*FLOATS, torch.int64, torch.bool, torch.uint8, torch.int32)


def over_dims(dtypes: tuple[torch.dtype, ...] = FLOATS) -> Callable[[random.Random], Call]:
    """Return a maker of calls with any form of `dim`."""

    def make(rng: random.Random) -> Call:
        source = typed(rng, shape(rng), dtypes)
        style = rng.random()
        if style < 0.15:
            return call(source)
        keep = {rng.choice(("keepdim", "keepdim", "keepdims")): rng.random() < 0.5} if rng.random() < 0.5 else {}
        several = tuple(dimension(rng, source.ndim) for _ in range(rng.randint(1, 3)))
        dim = dimension(rng, source.ndim) if style < 0.6 else several
        return (
            call(source, dim, **keep)
            if rng.random() < 0.5
            else call(source, **{rng.choice(("dim", "axis")): dim}, **keep)
        )

    return make


def over_one(dtypes: tuple[torch.dtype, ...] = FLOATS, required: bool = False) -> Callable[[random.Random], Call]:
    """Return a maker of calls with one dimension."""

    def make(rng: random.Random) -> Call:
        source = typed(rng, shape(rng), dtypes)
        if not required and rng.random() < 0.2:
            return call(source)
        dim = dimension(rng, source.ndim)
        if required or rng.random() < 0.4:
            return call(source, dim)
        return call(source, dim, rng.random() < 0.5) if rng.random() < 0.5 else call(source, dim=dim, keepdim=True)

    return make


def extreme(rng: random.Random) -> Call:
    if rng.random() < 0.3:
        sizes = shape(rng)
        return call(torch.ones(sizes), torch.ones(broadcastable(rng, sizes)))
    return over_one(ALL)(rng)


def spread(rng: random.Random) -> Call:
    source = tensor(rng)
    style = rng.random()
    if style < 0.2:
        return call(source, rng.random() < 0.5)
    if style < 0.5:
        return call(source, dimension(rng, source.ndim), keepdim=rng.random() < 0.5)
    if style < 0.7:
        return call(source, dim=dimension(rng, source.ndim), unbiased=False)
    if style < 0.85:
        return call(source, dim=(dimension(rng, source.ndim), dimension(rng, source.ndim)), correction=0)
    return call(source, dimension(rng, source.ndim), False, True)


def normed(rng: random.Random) -> Call:
    source = tensor(rng)
    style = rng.random()
    if style < 0.3:
        return call(source, rng.choice((1, 2, "fro"))) if style < 0.2 else call(source)
    dim = dimension(rng, source.ndim)
    return call(source, 2, dim, keepdim=rng.random() < 0.5) if style < 0.7 else call(source, p=2, dim=(dim,))


def vector_normed(rng: random.Random) -> Call:
    source = tensor(rng)
    dim = rng.choice((None, dimension(rng, source.ndim), (dimension(rng, source.ndim), dimension(rng, source.ndim))))
    return call(source, 2, dim=dim, keepdim=rng.random() < 0.5)


def linalg_normed(rng: random.Random) -> Call:
    source = tensor(rng)
    return call(source, rng.choice((None, 2)), dim=rng.choice((None, dimension(rng, source.ndim))))


def kth(rng: random.Random) -> Call:
    source = tensor(rng)
    return call(source, rng.randint(1, 5), dimension(rng, source.ndim), rng.random() < 0.5)


MAKERS: dict[str, Callable[[random.Random], Call]] = {
    "torch.sum": over_dims(ALL),
    "torch.Tensor.sum": over_dims(ALL),
    "torch.mean": over_dims(),
    "torch.nansum": over_dims(),
    "torch.prod": over_one(ALL),
    "torch.amax": over_dims(),
    "torch.Tensor.amin": over_dims(),
    "torch.max": extreme,
    "torch.Tensor.min": extreme,
    "torch.argmax": over_one(),
    "torch.Tensor.argmin": over_one(),
    "torch.median": over_one(),
    "torch.mode": over_one(),
    "torch.kthvalue": kth,
    "torch.any": over_dims(ALL),
    "torch.all": over_dims(ALL),
    "torch.std": spread,
    "torch.Tensor.var": spread,
    "torch.var_mean": spread,
    "torch.logsumexp": over_one(FLOATS, required=True),
    "torch.norm": normed,
    "torch.Tensor.norm": normed,
    "torch.linalg.vector_norm": vector_normed,
    "torch.linalg.norm": linalg_normed,
    "torch.cumsum": over_one(ALL, required=True),
    "torch.cumprod": over_one(ALL, required=True),
    "torch.cummax": over_one(FLOATS, required=True),
    "torch.logcumsumexp": over_one(FLOATS, required=True),
}


def test_agrees_with_torch() -> None:
    check_random(MAKERS, 50)


def differences(rng: random.Random) -> Call:
    source = tensor(rng, (1, 2, 3))
    return call(source, rng.randint(0, 5), dimension(rng, source.ndim))


def test_further_functions_agree_with_torch() -> None:
    makers: dict[str, Callable[[random.Random], Call]] = {
        "torch.diff": differences,
        "torch.count_nonzero": lambda rng: call(*over_dims()(rng)[0][:2]),
        "torch.trace": lambda rng: call(tensor(rng)),
        "torch.aminmax": lambda rng: call(tensor(rng)),
        "torch.Tensor.quantile": lambda rng: call(tensor(rng, (1, 2)), 0.5, 0),
    }
    check_random(makers, 40)


def test_pairs_have_fields() -> None:
    result = run_operation(RecordingContext(), "torch.max", Tensor((2, 3)), dim=1)
    assert result.values.shape == (2,)
    assert result.indices.dtype == "int64"


def test_dtype_of_the_sum() -> None:
    check_operation("torch.sum", (torch.ones(2, dtype=torch.int64),), {"dtype": torch.float64})
    check_operation("torch.mean", (torch.ones(2, dtype=torch.int64),), {"dtype": torch.float32})


def test_values_accumulate() -> None:
    assert check_operation("torch.cumsum", (Known(torch.arange(5)), 0)).result.data == (0, 1, 3, 6, 10)
    assert check_operation("torch.Tensor.max", (Known(torch.arange(5)),)).result.data == (4,)


def test_symbolic_reductions() -> None:
    def run(ctx: Any, put: Any) -> Any:
        source = put(Tensor((N, C, H, W)))
        mean = run_operation(ctx, "torch.mean", source, (2, 3), keepdim=True)
        values, _ = run_operation(ctx, "torch.max", source, -1)
        return mean, values, run_operation(ctx, "torch.diff", source, 2)

    check_symbolic(run, mappings(N, C, H, W, values=(1, 2, 3)))


def test_dimension_out_of_range_says_the_range() -> None:
    with pytest.raises(Refused) as caught:
        run_operation(RecordingContext(), "torch.sum", Tensor((N, C)), dim=2)
    assert caught.value.refusal.error is IndexError
    assert caught.value.refusal.text == "`dim` is 2, and a 2-dimensional tensor takes only -2 to 1"


@pytest.mark.parametrize("name", ["amax", "amin", "sum", "prod", "max", "min"])
def test_of_all_known_elements(name: str) -> None:
    """The value is known where nothing but one element is left; `check_operation` compares it with torch's."""
    told = 0
    for values in ([3, 1, 2], [[2, 5], [7, 4]], [True, False], [1.5, -2.0], [4], [2**62, 2**62, 2**62]):
        given = torch.tensor(values)
        for kwargs in ({}, {"dim": 0}, {"dim": 0, "keepdim": True}):
            outcome = check_operation(f"torch.{name}", (Known(given),), kwargs, partial=True)
            result = outcome.result[0] if isinstance(outcome.result, tuple) else outcome.result
            told += result is not None and result.data is not None
    assert told >= 5
