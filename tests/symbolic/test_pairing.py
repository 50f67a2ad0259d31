"""Equalities of products, taken apart into their factors, against every pair of small sizes."""

from __future__ import annotations

import itertools
import random

import pytest

from convlint.symbolic import Assumptions, Verdict, ceil_div, equal, evaluate, holds, symbol
from convlint.symbolic.conditions import condition_symbols
from convlint.symbolic.pairing import pairs
from convlint.symbolic.solve import solve
from tests.symbolic.test_solve import accepts

N, H, W = (symbol(name) for name in "NHW")
(n,), (h,), (w,) = (frozenset(condition_symbols(equal(size, 1))) for size in (N, H, W))
POINTS = [{n: 2, h: x, w: y} for x, y in itertools.product(range(1, 25), repeat=2)]


def decided(condition):
    return Assumptions().decide(condition)


def test_padded_to_windows_and_as_large_as_before():
    condition = equal(49 * N * ceil_div(H, 7) * ceil_div(W, 7), N * H * W)
    assert set(map(str, pairs(condition, decided))) == {
        f"{7 * ceil_div(H, 7)} == H",
        f"{7 * ceil_div(W, 7)} == W",
    }
    found = solve([condition])
    assert not found.undecided
    assert {str(found.of(h)), str(found.of(w))} == {"multiples of 7"}


@pytest.mark.parametrize(
    "condition",
    [
        equal(H * W, 2 * (H // 2) * W),
        equal(H * W, 36),
        equal(2 * H * W, 49 * (H // 7) * (W // 5)),
        equal((H - 3) * W, (H - 3) * (W // 2) * 2),
        equal(H + W, H * W),
    ],
)
def test_taken_apart_only_where_that_says_the_same(condition):
    parts = pairs(condition, decided)
    for point in POINTS:
        if parts is not None:
            assert all(holds(part, point) for part in parts) == holds(condition, point)
        assert accepts(solve([condition]), point) == holds(condition, point)


@pytest.mark.parametrize("seed", range(24))
def test_products_of_floors(seed):
    chance = random.Random(seed)

    def factor(size):
        k, a = chance.randint(1, 6), chance.randint(0, 7)
        return chance.choice([size, size + a, (size + a) // k, k * ((size + a) // k), ceil_div(size, k) * k])

    left, right = factor(H) * factor(W), factor(H) * factor(W)
    condition = equal(left * chance.choice((1, 1, N)), right * chance.choice((1, 2, N)))
    known = Assumptions()
    known.assume(condition)
    solution = solve([condition])
    quotient = (left * N) // right if chance.random() < 0.5 else (left * N) // 6
    simple = known.simplify(quotient)
    for point in POINTS[:: chance.randint(1, 3)]:
        truth = holds(condition, point)
        assert accepts(solution, point) == truth
        if not truth:
            continue
        assert not known.contradictory
        for claim in (equal(left, right), equal(H % 2, 0), equal(ceil_div(H, 4) * 4, H)):
            verdict = known.decide(claim)
            assert verdict is Verdict.OPEN or holds(claim, point) is (verdict is Verdict.PROVED)
        if evaluate(right, point):
            assert evaluate(simple, point) == evaluate(quotient, point)
