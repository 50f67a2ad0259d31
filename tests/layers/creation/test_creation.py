"""Making tensors against torch: sizes, dtypes and the values of constants."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from convlint.layers.core.refusal import Refused, Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import Known, RecordingContext, check_operation, check_symbolic, run_operation
from tests.layers.random_calls import Call, call, check_random, shape, tensor, typed
from tests.layers.shapes.test_reshaping import mappings

N, C, H, W = (symbol(name) for name in "NCHW")
DTYPES = (torch.float32, torch.float64, torch.int64, torch.bool, torch.float16)


def sized(rng: random.Random) -> Call:
    sizes = list(shape(rng))
    if rng.random() < 0.1:
        sizes.append(-1)
    options: dict[str, Any] = {"dtype": rng.choice(DTYPES[:2])} if rng.random() < 0.3 else {}
    if rng.random() < 0.2:
        options["device"] = torch.device("cpu")
    style = rng.random()
    if style < 0.4 and sizes:
        return call(*sizes, **options)
    return call(tuple(sizes), **options) if style < 0.8 else call(size=sizes, **options)


def like(rng: random.Random) -> Call:
    source = typed(rng, shape(rng), DTYPES[:2])
    return call(source, dtype=rng.choice(DTYPES[:2])) if rng.random() < 0.5 else call(source)


def new(rng: random.Random) -> Call:
    args, kwargs = sized(rng)
    return (typed(rng, (2,), DTYPES), *args), kwargs


def full(rng: random.Random) -> Call:
    options = {"dtype": rng.choice(DTYPES)} if rng.random() < 0.4 else {}
    return call(shape(rng), rng.choice((0, 1.5, True)), **options)


def new_full(rng: random.Random) -> Call:
    return call(typed(rng, (1,), DTYPES), shape(rng), rng.choice((0, 1)))


def integers(rng: random.Random) -> Call:
    return call(0, 9, shape(rng)) if rng.random() < 0.5 else call(9, shape(rng))


def ranged(rng: random.Random) -> Call:
    numbers: list[Any] = [rng.randint(-5, 9) for _ in range(rng.randint(1, 3))]
    if rng.random() < 0.3:
        numbers = [number + rng.choice((0.0, 0.5, 0.1)) for number in numbers]
    options = {"dtype": rng.choice((torch.float32, torch.int64))} if rng.random() < 0.3 else {}
    return call(*numbers, **options)


def spaced(rng: random.Random) -> Call:
    return call(rng.randint(-3, 3), rng.random() * 9, rng.randint(-1, 40))


def nested(rng: random.Random) -> Call:
    def make(sizes: tuple[int, ...]) -> Any:
        if not sizes:
            return rng.choice(leaves)
        inner = sizes[1:] if rng.random() > 0.03 else (*sizes[1:], 2)
        return [make(sizes[1:]) for _ in range(sizes[0] - 1)] + ([make(inner)] if sizes[0] else [])

    leaves = rng.choice(((1, 2), (1.5, 2), (True, False), (True, 3), (0.1,)))
    options = {"dtype": rng.choice((torch.float32, torch.float64, torch.int64))} if rng.random() < 0.3 else {}
    return call(make(shape(rng, (0, 1, 2, 3))), **options)


def grid(rng: random.Random) -> Call:
    vectors = [tensor(rng, (0, 1, 1, 1) if rng.random() < 0.9 else (2,)) for _ in range(rng.randint(1, 3))]
    vectors = [vector.long() if rng.random() < 0.1 else vector for vector in vectors]
    options = {"indexing": rng.choice(("ij", "xy"))} if rng.random() < 0.7 else {}
    return call(*vectors, **options) if rng.random() < 0.5 else call(vectors, **options)


def triangle(rng: random.Random) -> Call:
    return call(rng.randint(0, 5), rng.randint(0, 5), rng.randint(-6, 6))


MAKERS = {
    "torch.zeros": sized,
    "torch.ones": sized,
    "torch.empty": sized,
    "torch.randn": sized,
    "torch.rand": sized,
    "torch.zeros_like": like,
    "torch.randn_like": like,
    "torch.Tensor.new_zeros": new,
    "torch.Tensor.new_ones": new,
    "torch.full": full,
    "torch.Tensor.new_full": new_full,
    "torch.full_like": lambda rng: call(tensor(rng), 0.5),
    "torch.randint": integers,
    "torch.arange": ranged,
    "torch.linspace": spaced,
    "torch.logspace": spaced,
    "torch.tensor": nested,
    "torch.as_tensor": nested,
    "torch.meshgrid": grid,
    "torch.tril_indices": triangle,
    "torch.triu_indices": triangle,
    "torch.eye": lambda rng: call(*(rng.randint(-1 if rng.random() < 0.2 else 0, 5) for _ in range(rng.randint(1, 2)))),
    "torch.randperm": lambda rng: call(rng.randint(0, 5)),
    "torch.hann_window": lambda rng: call(rng.randint(0, 5), periodic=False),
    "torch.cartesian_prod": lambda rng: call(*(tensor(rng, (1,)) for _ in range(rng.randint(1, 3)))),
}


def test_agrees_with_torch() -> None:
    check_random(MAKERS, 40, unmodelled=0.05)


def test_typed_constructors() -> None:
    check_operation("torch.FloatTensor", ([1.0, 2.0],))
    check_operation("torch.Tensor", (2, 3))
    check_operation("torch.LongTensor", ([[1], [2]],))
    check_operation("torch.Tensor.new_tensor", (torch.ones(1, dtype=torch.float64), [1, 2]))
    check_operation("torch.normal", (0.0, 1.0, (2, 3)))
    check_operation("torch.bernoulli", (torch.zeros(2, 3),))


def test_linspace_has_the_values_of_torch() -> None:
    rng = random.Random(5)
    for _ in range(300):
        start, end, steps = (
            rng.choice((0, 0.0, rng.random())),
            rng.choice((0.1, 0.2, rng.random() * 9)),
            rng.randint(1, 60),
        )
        ours = run_operation(RecordingContext(), "torch.linspace", start, end, steps).data
        theirs = torch.linspace(start, end, steps).tolist()
        assert ours == pytest.approx(theirs, rel=1.2e-7, abs=1e-9)
        assert ours is not None
        fused = torch.backends.cpu.get_cpu_capability() in ("AVX2", "AVX512")
        assert not fused or list(ours) == theirs


def test_values_of_constants() -> None:
    for name, args in (("arange", (2, 11, 3)), ("eye", (3, 4)), ("tensor", ([[1.1, 2], [3, 4]],)), ("ones", (2, 2))):
        assert check_operation(f"torch.{name}", args).result.data is not None
    assert run_operation(RecordingContext(), "torch.zeros", 100, 100).data is None
    assert run_operation(RecordingContext(), "torch.randn", 2).data is None


def test_drop_path_rates() -> None:
    ctx = RecordingContext()
    rates = run_operation(ctx, "torch.linspace", 0, 0.1, 4)
    parts = run_operation(ctx, "torch.split", rates, [1, 3])
    expected = [part.tolist() for part in torch.linspace(0, 0.1, 4).split([1, 3])]
    assert [run_operation(ctx, "torch.Tensor.tolist", part) for part in parts] == expected
    assert run_operation(ctx, "torch.Tensor.item", run_operation(ctx, "torch.Tensor.__getitem__", rates, 1)) == (
        torch.linspace(0, 0.1, 4)[1].item()
    )


def test_symbolic_sizes() -> None:
    def run(ctx: Any, put: Any) -> Any:
        zeros = run_operation(ctx, "torch.zeros", put(N), put(C - 1), device="cpu")
        steps = run_operation(ctx, "torch.arange", put(H), put(H + W), 2)
        grids = run_operation(ctx, "torch.meshgrid", steps, steps)
        shapes = [made.shape for made in (zeros, steps, *grids)]
        return shapes, run_operation(ctx, "torch.tril_indices", put(H), put(H)).shape

    check_symbolic(run, mappings(N, C, H, W, values=(1, 2, 5)))


def test_values_with_symbols_are_not_known() -> None:
    made = run_operation(RecordingContext(), "torch.tensor", [H, 2])
    assert (made.shape, made.dtype, made.data) == ((2,), "int64", None)
    with pytest.raises(Unmodelled):
        run_operation(RecordingContext(), "torch.tensor", [object()])
    with pytest.raises(Refused):
        run_operation(RecordingContext(), "torch.zeros", 2, -3)
    assert check_operation("torch.tensor", (Known(torch.ones(2)),)).result.data == (1.0, 1.0)
    assert isinstance(run_operation(RecordingContext(), "torch.as_tensor", 3), Tensor)
