"""Linear maps against torch: shapes, parameters, costs and refusals over random arguments."""

from __future__ import annotations

import random

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from convlint.layers.core.facts import Cost
from convlint.layers.core.refusal import RefusalKind
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import RecordingContext, build, check_layer, check_operation, check_symbolic, run_operation


def batch(rng: random.Random, most: int = 3) -> list[int]:
    return [rng.randint(1, 4) for _ in range(rng.randint(0, most))]


def counted(call: object) -> int:
    counter = FlopCounterMode(display=False)
    with counter:
        call()  # type: ignore[operator]
    return counter.get_total_flops() // 2


def test_linear_layers() -> None:
    rng = random.Random(1)
    refused = 0
    for _ in range(150):
        columns, rows = rng.randint(1, 6), rng.randint(0, 6)
        got = columns if rng.random() < 0.7 else rng.randint(1, 6)
        shape = [*batch(rng), got] if rng.random() < 0.95 else []
        bias = rng.random() < 0.5
        outcome = check_layer("torch.nn.Linear", (columns, rows, bias), {}, (torch.zeros(shape),))
        refused += outcome.status == "refused"
        if outcome.status == "returned":
            cost = outcome.facts[0]
            assert isinstance(cost, Cost)
            module, x = torch.nn.Linear(columns, rows, bias), torch.zeros(shape)
            assert cost.macs == counted(lambda module=module, x=x: module(x))
    assert 20 < refused < 120


def test_linear_function() -> None:
    rng = random.Random(2)
    for _ in range(100):
        columns, rows = rng.randint(1, 3), rng.randint(1, 3)
        weight = torch.zeros([rows, columns][rng.randint(0, 1) if rng.random() < 0.2 else 0 :])
        x = torch.zeros([*batch(rng), columns if rng.random() < 0.7 else 4])
        bias = torch.zeros(rng.choice([(rows,), (1,), (), (rows + 1,)])) if rng.random() < 0.6 else None
        check_operation("torch.nn.functional.linear", (x, weight, bias), partial=weight.dim() < 2)


REFUSED_SIZES = [(-1, 2), (2, -1), (2.0, 3), (2, 3.0), (None, 2), ("a", 2), ((2,), 3)]


@pytest.mark.parametrize("sizes", [*REFUSED_SIZES, (0, 2), (2, 0)])
def test_constructor(sizes: tuple[object, object]) -> None:
    check_layer("torch.nn.Linear", sizes)
    check_layer("torch.nn.modules.linear.NonDynamicallyQuantizableLinear", sizes)


def test_mismatch_says_the_numbers() -> None:
    outcome = check_layer("torch.nn.Linear", (512, 10), {}, (torch.zeros(2, 400),))
    assert outcome.refusal is not None
    assert outcome.refusal.kind is RefusalKind.FEATURES
    assert outcome.refusal.text == "`Linear` was built for 512 input features and gets 400"
    assert (outcome.refusal.fact("expected"), outcome.refusal.fact("got")) == (512, 400)


def test_unshared_parameters_are_those_of_every_position() -> None:
    outcome = check_layer("torch.nn.Linear", (3, 5), {}, (torch.zeros(2, 7, 3),))
    assert outcome.facts == (Cost(2 * 7 * 15, 7 * (15 + 5)),)
    assert check_layer("torch.nn.Linear", (3, 5), {}, (torch.zeros(2, 3),)).facts == (Cost(30, 20),)


def test_dtype_of_the_constructor() -> None:
    check_layer("torch.nn.Linear", (3, 5), {"dtype": torch.float64}, (torch.zeros(2, 3).double(),))


def test_lazy_linear() -> None:
    for bias in (True, False):
        outcome = check_layer("torch.nn.LazyLinear", (4, bias), {}, (torch.zeros(2, 3, 5),))
        assert outcome.state is not None
        assert outcome.state.weight.shape == (4, 5)
    check_layer("torch.nn.LazyLinear", (4,), {}, (torch.zeros(()),))
    ctx = RecordingContext()
    layer = build(ctx, "torch.nn.LazyLinear", (4,), {})
    layer(Tensor((2, 5)))
    with pytest.raises(Exception, match="built for 5 input features and gets 6"):
        layer(Tensor((2, 6)))


def test_bilinear() -> None:
    rng = random.Random(3)
    for _ in range(100):
        one, two, out = (rng.randint(1, 3) for _ in range(3))
        shape = batch(rng)
        left, right = [*shape, one], [*shape, two]
        if rng.random() < 0.4:
            wrong = rng.choice((left, right))
            wrong[rng.randrange(len(wrong))] += 1
        if rng.random() < 0.1:
            right = [1, *right]
        inputs = (torch.zeros(left), torch.zeros(right))
        check_layer("torch.nn.Bilinear", (one, two, out, rng.random() < 0.5), {}, inputs)
        check_operation("torch.bilinear", (*inputs, torch.zeros(out, one, two)))
    for sizes in ((0, 3, 4), (-1, 3, 4), (2, 0, 4), (2.0, 3, 4), (2, 3, None)):
        check_layer("torch.nn.Bilinear", sizes)


def test_bilinear_cost_is_its_definition() -> None:
    outcome = check_layer("torch.nn.Bilinear", (3, 4, 5), {}, (torch.zeros(7, 3), torch.zeros(7, 4)))
    assert outcome.facts == (Cost(7 * 5 * (3 * 4 + 3)),)


def test_identity_takes_anything_and_returns_it() -> None:
    check_layer("torch.nn.Identity", (54, "x"), {"unused": 1}, (torch.zeros(2, 3),))
    ctx = RecordingContext()
    tensor = Tensor((2,))
    assert build(ctx, "torch.nn.Identity", (), {})(tensor) is tensor


def test_symbolic() -> None:
    n, h = symbol("N"), symbol("H")
    names = (*n.symbols, *h.symbols)
    mappings = [dict(zip(names, (a, b), strict=True)) for a in (1, 3) for b in (1, 4, 6, 9)]

    def run(ctx: RecordingContext, put: object) -> Tensor:
        x = Tensor((put(n), put(h), put(2 * h)))  # type: ignore[operator]
        return run_operation(ctx, "torch.nn.functional.linear", x, Tensor((5, 12)))

    check_symbolic(run, mappings)
