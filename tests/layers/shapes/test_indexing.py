"""Subscripts against torch, and on symbolic sizes."""

from __future__ import annotations

import random
from typing import Any

import pytest
import torch

from convlint.layers.core.refusal import Refused, Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import SymbolKind, symbol
from tests.layers.oracle import Known, RecordingContext, check_operation, check_symbolic, run_operation
from tests.layers.random_calls import Call, broadcastable, call, check_random, shape, tensor
from tests.layers.shapes.test_reshaping import mappings

N, C, H, W = (symbol(name) for name in "NCHW")
GETITEM = "torch.Tensor.__getitem__"


def bound(rng: random.Random) -> int | None:
    return None if rng.random() < 0.3 else rng.randint(-6, 6)


def part(rng: random.Random, size: int, basic: bool) -> Any:
    """Return one item of a subscript for a dimension of that size, mostly a legal one."""
    style = rng.random() * (0.75 if basic else 1)
    if style < 0.25:
        return rng.randint(-size, size) if rng.random() < 0.2 or not size else rng.randint(-size, size - 1)
    if style < 0.6:
        return slice(bound(rng), bound(rng), rng.choice((None, None, 1, 2, 3, 0 if rng.random() < 0.1 else 1)))
    if style < 0.7:
        return None
    if style < 0.75:
        return Ellipsis
    if style < 0.85:
        sizes = rng.choice(((2,), (1,), (2, 1), (), (3,)))
        return Known(torch.zeros(sizes, dtype=rng.choice((torch.int64, torch.int64, torch.int32))))
    if style < 0.92:
        return [0] * rng.randint(0, 2)
    return Known(torch.tensor([rng.random() < 0.5 for _ in range(size + (rng.random() < 0.1))], dtype=torch.bool))


def key(rng: random.Random, sizes: tuple[int, ...], basic: bool = False) -> Any:
    items: list[Any] = []
    for size in sizes[: rng.randint(0, len(sizes))]:
        items.append(part(rng, size, basic))
    if rng.random() < 0.1:
        items.append(0)
    if sum(item is Ellipsis for item in items) > 1:
        return Ellipsis
    return items[0] if len(items) == 1 and rng.random() < 0.5 else tuple(items)


def got(rng: random.Random) -> Call:
    source = tensor(rng)
    return call(source, key(rng, tuple(source.shape)))


def masked(rng: random.Random) -> Call:
    source = tensor(rng, (1, 2, 3))
    count = rng.randint(1, source.ndim)
    mask = torch.zeros(source.shape[:count] if rng.random() < 0.8 else shape(rng, (count,)), dtype=torch.bool)
    return call(source, rng.choice((mask, (mask, 0), (Ellipsis, mask))))


def put(rng: random.Random) -> Call:
    source = tensor(rng, (1, 2, 3))
    index = key(rng, tuple(source.shape), basic=True)
    if rng.random() < 0.2:
        return call(source, index, 3.0)
    try:
        target = tuple(source[index].shape)
    except (IndexError, ValueError):
        target = ()
    return call(source, index, torch.zeros(broadcastable(rng, target)))


def test_reading_agrees_with_torch() -> None:
    check_random({GETITEM: got}, 1200)
    check_random({GETITEM: masked}, 200, seed=1)


def test_writing_agrees_with_torch() -> None:
    check_random({"torch.Tensor.__setitem__": put}, 500)


def test_values_are_read() -> None:
    rng = random.Random(7)
    known = 0
    for _ in range(200):
        source = torch.arange(60).reshape(3, 4, 5)
        result = check_operation(GETITEM, (Known(source), key(rng, (3, 4, 5), basic=True)), partial=True)
        known += result.status == "returned" and result.result.data is not None
    assert known > 100
    table = Known(torch.arange(9) * 2)
    assert check_operation(GETITEM, (table, Known(torch.tensor([[0, 1], [8, 8]])))).result.data == (0, 2, 16, 16)


@pytest.mark.parametrize(
    "index",
    [
        (slice(None), slice(None), slice(None, -1)),
        (slice(None), slice(None), slice(1, None), slice(None, None, 2)),
        (Ellipsis, slice(2, 5)),
        (Ellipsis, slice(-3, None)),
        (0, Ellipsis, 2),
        (slice(None), -1),
        (slice(None), None, slice(None, None, 3)),
    ],
)
def test_symbolic_subscripts(index: Any) -> None:
    def run(ctx: Any, put: Any) -> Any:
        return run_operation(ctx, GETITEM, put(Tensor((N, C, H, W))), index)

    check_symbolic(run, mappings(N, C, H, W, values=(1, 2, 3, 4, 7)))


def test_symbolic_bounds() -> None:
    def run(ctx: Any, put: Any) -> Any:
        return run_operation(ctx, GETITEM, put(Tensor((N, H))), (slice(None), slice(put(W), put(W + C))))

    check_symbolic(run, mappings(N, H, W, C, values=(1, 2, 3, 5)))


def test_cropping_to_a_size_needs_no_condition() -> None:
    ctx = RecordingContext()
    result = run_operation(ctx, GETITEM, Tensor((N, C, 2 * H + 1, W)), (Ellipsis, slice(None, 2 * H), slice(None, -1)))
    assert result.shape == (N, C, 2 * H, W - 1)
    assert ctx.conditions == []


def test_index_out_of_bounds_says_the_numbers() -> None:
    with pytest.raises(Refused) as caught:
        run_operation(RecordingContext(), GETITEM, Tensor((N, 3)), (slice(None), 3))
    assert caught.value.refusal.error is IndexError
    assert caught.value.refusal.text == "index 3 is out of bounds for dimension 1 with size 3"


def test_unknown_subscripts_are_not_guessed() -> None:
    for index in (object(), (slice(None), True), Tensor((3,), "")):
        with pytest.raises(Unmodelled):
            run_operation(RecordingContext(), GETITEM, Tensor((5, 5)), index)
    sign = symbol("k", SymbolKind.ARGUMENT)
    result = run_operation(RecordingContext(), GETITEM, Tensor((5, 5)), slice(None, sign))
    assert [s.kind for s in result.shape[0].symbols] == [SymbolKind.UNKNOWN]


SETITEM = "torch.Tensor.__setitem__"


def test_what_is_written_is_read() -> None:
    rng = random.Random(11)
    for dtype in (torch.float32, torch.int64, torch.bool):
        for _ in range(60):
            real = torch.arange(60).reshape(3, 4, 5).to(dtype)
            known = run_operation(RecordingContext(), "torch.tensor", real.tolist())
            index, value = key(rng, (3, 4, 5), basic=True), rng.choice((7, -2.5, 0.1, True))
            try:
                real[index] = value
            except (IndexError, ValueError, TypeError):
                continue
            run_operation(RecordingContext(), SETITEM, known, index, value)
            assert known.data is None or list(known.data) == real.flatten().tolist()


def test_writing_a_tensor_of_one_element_is_writing_its_value() -> None:
    source = run_operation(RecordingContext(), "torch.ones", 4)
    run_operation(RecordingContext(), SETITEM, source, slice(1, 3), Tensor((1,), "float32", (2.5,)))
    assert source.data == (1.0, 2.5, 2.5, 1.0)


def test_writing_what_is_not_known_forgets_the_values() -> None:
    for value in (object(), Tensor((), "float32"), Tensor((2,), "float32", (1.0, 2.0)), 10**400):
        source = run_operation(RecordingContext(), "torch.zeros", 2)
        run_operation(RecordingContext(), SETITEM, source, slice(None), value)
        assert source.data is None


def test_views_forget_what_is_written_elsewhere() -> None:
    source = run_operation(RecordingContext(), "torch.zeros", 4)
    part = run_operation(RecordingContext(), GETITEM, source, slice(0, 2))
    run_operation(RecordingContext(), SETITEM, source, 0, 5.0)
    assert source.data == (5.0, 0.0, 0.0, 0.0)
    assert part.data is None
