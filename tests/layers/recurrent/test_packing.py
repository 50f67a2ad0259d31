"""Padded and packed sequences against torch, through recurrent layers too."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch
from torch.nn.utils import rnn

from convlint.layers.core.refusal import Refused
from convlint.layers.core.tensor import Tensor
from convlint.layers.recurrent.packing import PackedSequence
from convlint.symbolic import SymbolKind, symbol, symbols_of
from tests.layers.oracle import Known, RecordingContext, build, check_operation, compare, run_operation
from tests.layers.random_calls import Call, call, check_random

PREFIX = "torch.nn.utils.rnn"
N, T = symbol("N"), symbol("T")


def padded(rng: random.Random) -> Call:
    steps, batch, batch_first = rng.randint(1, 5), rng.randint(1, 4), rng.random() < 0.5
    lengths = [rng.randint(1, steps) for _ in range(batch)]
    enforce = rng.random() < 0.5
    if enforce and rng.random() < 0.8:
        lengths.sort(reverse=True)
    if rng.random() < 0.2:
        lengths[rng.randrange(batch)] = rng.choice((0, -1, 1))
    if rng.random() < 0.15:
        lengths.append(1)
    shape = [batch, steps] if batch_first else [steps, batch]
    shape += [rng.randint(1, 3) for _ in range(rng.randint(0, 2))]
    given: Any = lengths if rng.random() < 0.5 else Known(torch.tensor(lengths))
    return call(torch.ones(shape), given, batch_first, enforce_sorted=enforce)


def listed(rng: random.Random) -> list[torch.Tensor]:
    rest = [rng.randint(1, 3) for _ in range(rng.randint(0, 2))]
    parts = [torch.ones([rng.randint(1, 4), *rest]) for _ in range(rng.randint(1, 4))]
    if rng.random() < 0.2:
        parts.append(torch.ones([rng.randint(1, 3) for _ in parts[0].shape]))
    return parts


def joined(rng: random.Random) -> Call:
    side = rng.choice(("left", "right", "right", "up"))
    return call(listed(rng), rng.random() < 0.5, padding_side=side)


def packed(rng: random.Random) -> Call:
    parts = listed(rng)
    if rng.random() < 0.5:
        parts.sort(key=len, reverse=True)
    return call(parts, enforce_sorted=rng.random() < 0.6)


def taken_apart(rng: random.Random) -> Call:
    steps, batch = rng.randint(1, 5), rng.randint(1, 4)
    batch_first = rng.random() < 0.5
    shape = [batch, steps, 2] if batch_first else [steps, batch, 2]
    lengths = torch.tensor([rng.randint(1, steps + 1) for _ in range(batch)])
    return call(torch.ones(shape), Known(lengths), batch_first)


MAKERS = {"pack_padded_sequence": padded, "pack_sequence": packed, "pad_sequence": joined}


@pytest.mark.parametrize("name", MAKERS)
def test_random_calls(name: str) -> None:
    check_random({f"{PREFIX}.{name}": MAKERS[name]}, 150, unmodelled=0.2)


def test_sequences_are_taken_apart() -> None:
    check_random({f"{PREFIX}.unpad_sequence": taken_apart}, 60, refusals=False)


@pytest.mark.parametrize("total", [None, 3, 5, 6])
@pytest.mark.parametrize("batch_first", [False, True])
def test_packed_and_padded_again(total: int | None, batch_first: bool) -> None:
    ctx = RecordingContext()
    ours = run_operation(ctx, f"{PREFIX}.pack_padded_sequence", Tensor((6, 3, 2)), [2, 5, 1], False, False)
    theirs = rnn.pack_padded_sequence(torch.ones(6, 3, 2), [2, 5, 1], False, False)
    name = f"{PREFIX}.pad_packed_sequence"
    if total == 3:
        with pytest.raises(ValueError, match="total_length"):
            rnn.pad_packed_sequence(theirs, total_length=total)
        with pytest.raises(Refused) as refused:
            run_operation(ctx, name, ours, batch_first, total_length=total)
        assert refused.value.refusal.error is ValueError
        return
    told = run_operation(ctx, name, ours, batch_first, total_length=total)
    compare(name, told, rnn.pad_packed_sequence(theirs, batch_first, total_length=total))


@pytest.mark.parametrize("kind", ["RNN", "GRU", "LSTM"])
@pytest.mark.parametrize("bidirectional", [False, True])
def test_recurrent_layers_run_on_packed_sequences(kind: str, bidirectional: bool) -> None:
    ctx = RecordingContext()
    options = {"num_layers": 2, "bidirectional": bidirectional, "batch_first": True}
    layer = build(ctx, f"torch.nn.{kind}", (4, 5), options)
    ours = run_operation(ctx, f"{PREFIX}.pack_padded_sequence", Tensor((6, 3, 4)), [6, 3, 2])
    theirs = rnn.pack_padded_sequence(torch.ones(6, 3, 4), [6, 3, 2])
    compare(kind, layer(ours), getattr(torch.nn, kind)(4, 5, **options)(theirs))
    wrong = run_operation(ctx, f"{PREFIX}.pack_padded_sequence", Tensor((6, 3, 7)), [6, 3, 2])
    with pytest.raises(Refused, match="input features"):
        layer(wrong)


def test_a_state_of_another_batch_is_refused() -> None:
    ctx = RecordingContext()
    layer = build(ctx, "torch.nn.GRU", (4, 5), {})
    ours = run_operation(ctx, f"{PREFIX}.pack_padded_sequence", Tensor((6, 3, 4)), [6, 3, 2])
    theirs = rnn.pack_padded_sequence(torch.ones(6, 3, 4), [6, 3, 2])
    for batch in (2, 3):
        refused = batch != 3
        try:
            torch.nn.GRU(4, 5)(theirs, torch.zeros(1, batch, 5))
            assert not refused
        except RuntimeError:
            assert refused
        try:
            layer(ours, Tensor((1, batch, 5)))
            assert not refused
        except Refused:
            assert refused


def test_lengths_that_are_not_known() -> None:
    ctx = RecordingContext()
    lengths = Tensor((N,), "int64")
    ours = run_operation(ctx, f"{PREFIX}.pack_padded_sequence", Tensor((N, T, 4)), lengths, True, False)
    assert isinstance(ours, PackedSequence)
    assert [one.kind for one in symbols_of(ours.data.shape[0])] == [SymbolKind.UNKNOWN]
    out, (hidden, _) = build(ctx, "torch.nn.LSTM", (4, 5), {})(ours)
    assert hidden.shape == (1, N, 5)
    y, _ = run_operation(ctx, f"{PREFIX}.pad_packed_sequence", out, True, total_length=T)
    assert y.shape == (N, T, 5)


def test_lengths_beyond_the_padding_are_not_modelled() -> None:
    arguments = (torch.ones(5, 3, 2), [7, 3, 1])
    assert check_operation(f"{PREFIX}.pack_padded_sequence", arguments, partial=True).status == "unmodelled"
