"""The numbers that are chosen for symbols meet the conditions, and differ where they can."""

from __future__ import annotations

import random

from convlint.confirm.choices import told, valuations
from convlint.symbolic import (
    Condition,
    Symbol,
    SymbolKind,
    all_of,
    any_of,
    at_least,
    divides,
    equal,
    holds,
    not_equal,
    symbol,
    symbols_of,
)

H, W, N = (symbol(name) for name in "HWN")
(H_,), (W_,), (N_,) = (tuple(symbols_of(size)) for size in (H, W, N))


def test_without_symbols_there_is_one_choice():
    assert valuations((equal(H, 3),), ()) == [{}]


def test_free_sizes():
    found = valuations((), (H_, N_))
    assert len(found) == 3
    assert all(set(numbers) == {H_, N_} for numbers in found)
    assert len({numbers[H_] for numbers in found}) == 3


def test_conditions_are_met():
    conditions = (divides(32, H), equal(W, 2 * H), at_least(H, 100), not_equal(N, 12))
    for numbers in valuations(conditions, (H_, W_, N_), 5):
        assert all(holds(condition, numbers) for condition in conditions)
    assert len(valuations(conditions, (H_, W_, N_), 5)) == 5


def test_symbols_of_conditions_are_chosen_along():
    (numbers,) = valuations((equal(H, W + 5), equal(W, 3)), (H_,), 1)
    assert numbers == {H_: 8, W_: 3}


def test_products_are_solved():
    for numbers in valuations((equal((H // 4) * (W // 4), 16),), (H_, W_)):
        assert (numbers[H_] // 4) * (numbers[W_] // 4) == 16


def test_no_choice_where_nothing_fits():
    assert valuations((at_least(H, 9), at_least(4, H)), (H_,)) == []


def test_kinds_keep_their_ranges():
    (argument,) = symbols_of(symbol("a", SymbolKind.ARGUMENT))
    (unknown,) = symbols_of(symbol("?", SymbolKind.UNKNOWN, "a mask"))
    for numbers in valuations((), (argument, unknown), 8):
        assert numbers[argument] >= 1
        assert numbers[unknown] >= 0


def test_random_conditions():
    dice = random.Random(5)
    solved = 0
    for _ in range(60):
        conditions = [_condition(dice) for _ in range(dice.randint(1, 3))]
        symbols: tuple[Symbol, ...] = (H_, W_)
        for numbers in valuations(conditions, symbols):
            solved += 1
            assert all(holds(condition, numbers) for condition in conditions), (conditions, numbers)
    assert solved > 60


def _condition(dice: random.Random) -> Condition:
    size = dice.choice((H, W, H + W, H // 2, (W - 3) // 2 + 1))
    kind = dice.randrange(4)
    if kind == 0:
        return at_least(size, dice.randint(1, 40))
    if kind == 1:
        return divides(dice.randint(2, 6), size)
    if kind == 2:
        return any_of(equal(size, dice.randint(1, 20)), at_least(W, 30))
    return all_of(not_equal(size, dice.randint(1, 20)), at_least(H, 2))


def test_text():
    assert told({W_: 3, H_: 8}) == "H = 8, W = 3"
