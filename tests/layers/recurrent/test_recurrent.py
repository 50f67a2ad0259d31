"""Recurrent modules and cells against torch: every option, given states, unbatched input, and the work counted."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from convlint.layers.core.facts import Cost
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import symbol
from tests.layers.oracle import RecordingContext, build, check_layer, check_symbolic

IGNORED = ("_flat_weights", "_flat_weight_refs")


def options(rng: random.Random, name: str) -> dict[str, Any]:
    chosen: dict[str, Any] = {
        "num_layers": rng.randint(1, 3),
        "bias": rng.random() < 0.7,
        "batch_first": rng.random() < 0.5,
        "bidirectional": rng.random() < 0.5,
        "dropout": rng.choice((0, 0.5)),
    }
    if name == "LSTM" and rng.random() < 0.4:
        chosen["proj_size"] = rng.randint(1, 3)
    if name == "RNN" and rng.random() < 0.5:
        chosen["nonlinearity"] = "relu"
    return chosen


def spoilt(rng: random.Random, shape: list[int]) -> torch.Tensor:
    if rng.random() < 0.15 and shape:
        shape = list(shape)
        shape[rng.randrange(len(shape))] += 1
    if rng.random() < 0.05:
        shape = [1, *shape]
    return torch.zeros(shape)


def states(rng: random.Random, name: str, inputs: int, hidden: int, chosen: dict[str, Any], x: torch.Tensor) -> Any:
    rows = chosen["num_layers"] * (1 + chosen["bidirectional"])
    middle = [] if x.dim() == 2 else [x.shape[0 if chosen["batch_first"] else 1]]
    out = chosen.get("proj_size", 0) or hidden
    if name == "LSTM":
        return (spoilt(rng, [rows, *middle, out]), spoilt(rng, [rows, *middle, hidden]))
    return spoilt(rng, [rows, *middle, hidden])


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_layers(name: str) -> None:
    rng = random.Random(name)
    seen = {"returned": 0, "refused": 0}
    for _ in range(120):
        inputs, hidden, chosen = rng.randint(1, 4), rng.randint(4, 6), options(rng, name)
        rank = rng.choice((3, 3, 3, 2, 2, rng.randint(1, 4)))
        x = torch.zeros([*(rng.randint(1, 3) for _ in range(rank - 1)), inputs if rng.random() < 0.9 else 7])
        given = (states(rng, name, inputs, hidden, chosen, x),) if rng.random() < 0.6 and rank > 1 else ()
        outcome = check_layer(f"torch.nn.{name}", (inputs, hidden), chosen, (x, *given), ignore=IGNORED)
        seen[outcome.status] += 1
    assert min(seen.values()) > 15


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
@pytest.mark.parametrize(
    ("args", "kwargs"),
    [
        ((0, 4), {}),
        ((3, 0), {}),
        ((3.0, 4), {}),
        ((3, 4.0), {}),
        ((3, 4, 0), {}),
        ((3, 4), {"dropout": 2}),
        ((3, 4), {"dropout": True}),
        ((3, 4), {"bias": 1}),
        ((3, 4), {"batch_first": None}),
        ((3, 4), {"dtype": torch.float64}),
        ((3, 4, 2, True, True), {}),
    ],
)
def test_constructors(name: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
    if name == "RNN" and len(args) > 3:
        args = (*args[:3], "relu", *args[3:])
    check_layer(f"torch.nn.{name}", args, kwargs, ignore=IGNORED)


def test_projections_and_nonlinearities() -> None:
    for size in (-1, 0, 2, 4):
        check_layer("torch.nn.LSTM", (3, 4), {"proj_size": size}, ignore=IGNORED)
    check_layer("torch.nn.RNN", (3, 4, 1, "gelu"), {}, ignore=IGNORED)
    check_layer("torch.nn.GRU", (3, 4), {"proj_size": 2}, ignore=IGNORED)


def test_no_steps() -> None:
    check_layer("torch.nn.LSTM", (3, 4), {}, (torch.zeros(0, 2, 3),), ignore=IGNORED)


def counted(module: torch.nn.Module, x: torch.Tensor) -> int:
    counter = FlopCounterMode(display=False)
    with counter:
        module(x)
    return counter.get_total_flops() // 2


@pytest.mark.parametrize("name", ["RNN", "GRU", "LSTM"])
def test_costs_are_torchs(name: str) -> None:
    rng = random.Random(name)
    for _ in range(15):
        chosen = options(rng, name)
        if name == "LSTM":  # the counter sees an LSTM on CPU only if it has a projection
            chosen["proj_size"] = rng.randint(1, 3)
        x = torch.zeros(rng.randint(1, 3), rng.randint(1, 3), 2)
        outcome = check_layer(f"torch.nn.{name}", (2, 5), chosen, (x,), ignore=IGNORED)
        assert outcome.facts == (Cost(counted(getattr(torch.nn, name)(2, 5, **chosen), x)),)


def test_the_cost_of_an_lstm_is_its_definition() -> None:
    outcome = check_layer("torch.nn.LSTM", (3, 5), {}, (torch.zeros(7, 2, 3),), ignore=IGNORED)
    assert outcome.facts == (Cost(7 * 2 * 4 * 5 * (3 + 5)),)


@pytest.mark.parametrize("name", ["RNNCell", "LSTMCell", "GRUCell"])
def test_cells(name: str) -> None:
    rng = random.Random(name)
    for _ in range(100):
        inputs, hidden = rng.randint(1, 4), rng.randint(1, 4)
        batch = [rng.randint(1, 3)] if rng.random() < 0.6 else []
        x = spoilt(rng, [*batch, inputs])
        bias = rng.random() < 0.5
        given: tuple[Any, ...] = ()
        if rng.random() < 0.6:
            one = spoilt(rng, [*batch, hidden])
            given = ((one, spoilt(rng, [*batch, hidden])) if name == "LSTMCell" else one,)
        # input and state of different rank are left open
        outcome = check_layer(f"torch.nn.{name}", (inputs, hidden, bias), {}, (x, *given), partial=True)
        if outcome.status == "returned" and not given:
            module = getattr(torch.nn, name)(inputs, hidden, bias)
            assert outcome.facts == (Cost(counted(module, x)),)
    for sizes in ((0, 4), (3, 0), (-3, 4), (3.0, 4), (3, None)):
        check_layer(f"torch.nn.{name}", sizes)


def test_cell_nonlinearity_is_refused_at_the_call() -> None:
    check_layer("torch.nn.RNNCell", (3, 4), {"nonlinearity": "relu"}, (torch.zeros(2, 3),))
    check_layer("torch.nn.RNNCell", (3, 4), {"nonlinearity": "gelu"}, (torch.zeros(2, 3),))


def test_mismatch_says_the_numbers() -> None:
    outcome = check_layer("torch.nn.LSTM", (32, 8), {}, (torch.zeros(5, 2, 30),), ignore=IGNORED)
    assert outcome.refusal is not None
    assert outcome.refusal.kind is RefusalKind.FEATURES
    assert outcome.refusal.text == "`LSTM` was built for 32 input features and gets 30"


def test_unknown_states_and_packed_sequences() -> None:
    lstm = build(RecordingContext(), "torch.nn.LSTM", (3, 4), {})
    output, (hidden, cell) = lstm(Tensor((5, 2, 3)), (None, object()))
    assert (output.shape, hidden.shape, cell.shape) == ((5, 2, 4), (1, 2, 4), (1, 2, 4))
    with pytest.raises(Unmodelled):
        lstm(object())


def test_symbolic() -> None:
    n, t, f = symbol("N"), symbol("T"), symbol("F")
    names = (*n.symbols, *t.symbols, *f.symbols)
    mappings = [dict(zip(names, (a, b, c), strict=True)) for a in (1, 2) for b in (1, 4) for c in (2, 3)]

    def run(ctx: RecordingContext, put: Any) -> Any:
        lstm = build(ctx, "torch.nn.LSTM", (3, 5), {"bidirectional": True, "batch_first": True, "num_layers": 2})
        return lstm(Tensor((put(n), put(t), put(f))))

    check_symbolic(run, mappings)
