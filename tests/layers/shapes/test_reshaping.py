"""Reshaping against torch, and on symbolic sizes."""

from __future__ import annotations

import math
import random
from typing import Any

import pytest
import torch

from convlint.layers.core.refusal import RefusalKind, Refused, Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import RecordingContext, check_operation, check_symbolic, run_operation
from tests.layers.random_calls import Call, call, check_random, dimension, tensor

N, C, H, W = (symbol(name) for name in "NCHW")


def sizes_for(rng: random.Random, count: int) -> list[int]:
    """Return sizes that mostly hold `count` elements, often with one -1."""
    sizes: list[int] = []
    rest = count
    for _ in range(rng.randint(0, 3)):
        divisors = [size for size in range(1, rest + 1) if rest % size == 0] or [rest]
        sizes.append(rng.choice(divisors))
        rest //= max(sizes[-1], 1)
    sizes.append(rest)
    rng.shuffle(sizes)
    style = rng.random()
    if style < 0.5:
        sizes[rng.randrange(len(sizes))] = -1
    elif style < 0.6:
        sizes[rng.randrange(len(sizes))] += rng.choice((1, -3))
    elif style < 0.65:
        sizes.append(-1)
    return sizes


def variadic(rng: random.Random) -> Call:
    source = tensor(rng)
    sizes = sizes_for(rng, source.numel())
    return call(source, *sizes) if rng.random() < 0.5 else call(source, rng.choice((tuple, list))(sizes))


def sequence(rng: random.Random) -> Call:
    source = tensor(rng)
    return call(source, tuple(sizes_for(rng, source.numel())))


def flattened(rng: random.Random) -> Call:
    source = tensor(rng)
    named = {name: dimension(rng, source.ndim) for name in ("start_dim", "end_dim") if rng.random() < 0.7}
    return call(source, **named)


def unflattened(rng: random.Random) -> Call:
    source = tensor(rng, (1, 2, 3))
    dim = dimension(rng, source.ndim)
    size = source.shape[dim] if -source.ndim <= dim < source.ndim else 1
    return call(source, dim, tuple(sizes_for(rng, size)))


def squeezed(rng: random.Random) -> Call:
    source = tensor(rng, largest=2)
    style = rng.random()
    if style < 0.3:
        return call(source)
    if style < 0.7:
        return call(source, dimension(rng, source.ndim))
    return call(source, dim=tuple(dimension(rng, source.ndim) for _ in range(rng.randint(0, 2))))


def unsqueezed(rng: random.Random) -> Call:
    source = tensor(rng)
    return call(source, rng.randint(-source.ndim - 2, source.ndim + 1))


def alike(rng: random.Random) -> Call:
    source = tensor(rng, (1, 2, 3))
    other = torch.zeros(rng.choice([(source.numel(),), tuple(source.shape), (1, source.numel()), (2, 3)]))
    return call(source, other)


MAKERS = {
    "torch.Tensor.view": variadic,
    "torch.Tensor.reshape": variadic,
    "torch.reshape": sequence,
    "torch.flatten": flattened,
    "torch.Tensor.flatten": flattened,
    "torch.unflatten": unflattened,
    "torch.Tensor.unflatten": unflattened,
    "torch.squeeze": squeezed,
    "torch.Tensor.squeeze_": squeezed,
    "torch.unsqueeze": unsqueezed,
    "torch.Tensor.unsqueeze_": unsqueezed,
    "torch.Tensor.view_as": alike,
    "torch.Tensor.reshape_as": alike,
    "torch.ravel": lambda rng: call(tensor(rng)),
    "torch.atleast_1d": lambda rng: call(tensor(rng)),
    "torch.atleast_2d": lambda rng: call(tensor(rng)),
    "torch.atleast_3d": lambda rng: call([tensor(rng), tensor(rng)]),
}


def test_agrees_with_torch() -> None:
    check_random(MAKERS, 60)


def test_view_as_another_dtype() -> None:
    check_operation("torch.Tensor.view", (torch.zeros(2, 4), torch.int32))
    check_operation("torch.Tensor.view", (torch.zeros(2, 4), torch.float16))
    check_operation("torch.Tensor.view", (torch.zeros(2, 4, dtype=torch.float16), torch.float32))


@pytest.mark.parametrize(
    ("shape", "sizes", "expected"),
    [
        ((N, C, H, W), (N, -1, H * W), (N, C, H * W)),
        ((N, C, H, W), (N, C * H * W), (N, C * H * W)),
        ((N, 2 * C, H, W), (N, 2, C, H, W), (N, 2, C, H, W)),
        ((N, 16, 5, 5), (-1, 400), (N, 400)),
        ((N, 16, 5, 5), (-1, 200), (2 * N, 200)),
        ((N, C, H, W), (N, -1), (N, C * H * W)),
        ((N, C, H, W), (N, C, 1, -1, 1), (N, C, 1, H * W, 1)),
    ],
)
def test_symbolic_view_without_conditions(shape: Any, sizes: Any, expected: Any) -> None:
    ctx = RecordingContext()
    assert run_operation(ctx, "torch.Tensor.view", Tensor(shape), *sizes).shape == expected
    assert ctx.conditions == []


def test_symbolic_view_holds_where_it_divides() -> None:
    def run(ctx: Any, put: Any) -> Any:
        return run_operation(ctx, "torch.Tensor.view", put(Tensor((N, 16, H, W))), -1, 400)

    check_symbolic(run, mappings(N, H, W, values=(1, 2, 5, 10)))


def test_symbolic_view_without_a_hole_needs_equal_counts() -> None:
    def run(ctx: Any, put: Any) -> Any:
        return run_operation(ctx, "torch.Tensor.view", put(Tensor((N, 16, H, W))), put(N), 400)

    check_symbolic(run, mappings(N, H, W, values=(1, 5, 25)))


def test_symbolic_flatten_and_unflatten() -> None:
    def run(ctx: Any, put: Any) -> Any:
        flat = run_operation(ctx, "torch.flatten", put(Tensor((N, C, H, W))), 1)
        return run_operation(ctx, "torch.unflatten", flat, 1, (4, -1))

    check_symbolic(run, mappings(N, C, H, W, values=(1, 2, 4)))


def mappings(*symbols: Any, values: tuple[int, ...]) -> list[dict[Any, int]]:
    """Return every assignment of the values to the symbols."""
    result: list[dict[Any, int]] = [{}]
    for dim in symbols:
        (name,) = dim.symbols
        result = [{**mapping, name: value} for mapping in result for value in values]
    assert len(result) == math.prod([len(values)] * len(symbols))
    return result


def test_mismatch_says_the_numbers() -> None:
    with pytest.raises(Refused) as caught:
        run_operation(RecordingContext(), "torch.Tensor.view", Tensor((2, 16, 6, 6)), -1, 400)
    refusal = caught.value.refusal
    assert refusal.kind is RefusalKind.RESHAPE
    assert refusal.fact("numel") == 1152
    assert refusal.text == (
        "`view` of (2, 16, 6, 6) to (-1, 400): the tensor has 1152 elements, and 400 does not divide that"
    )


def test_size_that_may_be_one_is_not_squeezed() -> None:
    with pytest.raises(Unmodelled):
        run_operation(RecordingContext(), "torch.squeeze", Tensor((N, C, 1, 1)))
    result = run_operation(RecordingContext(), "torch.squeeze", Tensor((N, C, 1, 1)), (2, 3))
    assert result.shape == (N, C)
