"""Verdicts agree with enumeration: never contradicted by a value, and exact for one symbol."""

from __future__ import annotations

import contextlib
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convlint.symbolic import (
    Assumptions,
    Condition,
    SymbolKind,
    Verdict,
    all_of,
    any_of,
    at_least,
    divides,
    equal,
    evaluate,
    holds,
    maximum,
    minimum,
    negation,
    not_equal,
    symbol,
    symbols_of,
)

from .expressions import Claim, claims, expressions, name_of

H, W, N, C = symbol("H"), symbol("W"), symbol("N"), symbol("C")
A = symbol("a", SymbolKind.ARGUMENT)
U = symbol("u", SymbolKind.UNKNOWN, "an index")
h, w, a, u = (name_of(dim) for dim in (H, W, A, U))

PLANE = [{h: x, w: y} for x, y in itertools.product(range(1, 25), repeat=2)]
LINE = [{h: x} for x in range(1, 201)]
INTEGERS = [{a: x} for x in range(-100, 101)]
MIXED = [{h: x, a: y, u: z} for x in (1, 2, 3, 7, 8, 31) for y in range(-8, 9) for z in (0, 1, 2, 5, 9, 30)]


def check(verdict: Verdict, truths: list[bool]) -> None:
    """A verdict holds for every point that the assumptions leave."""
    if verdict is Verdict.PROVED:
        assert all(truths)
    elif verdict is Verdict.VIOLATED:
        assert not any(truths)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(claims([H], depth=3), st.data())
def test_one_symbol_without_assumptions(claim: Claim, data: st.DataObject) -> None:
    condition, truth = claim
    truths = [truth(point) for point in LINE]
    check(Assumptions().decide(condition), truths)
    assert [holds(condition, point) for point in LINE] == truths
    assert [holds(negation(condition), point) for point in LINE] == [not t for t in truths]


@settings(max_examples=250, derandomize=True, deadline=None)
@given(claims([H, A], depth=3, quotients=True))
def test_quotients_by_sizes(claim: Claim) -> None:
    """Where a divisor is zero there is no value, and verdicts say nothing."""
    condition, truth = claim
    truths = []
    for point in [{h: x, a: y} for x in (1, 2, 3, 4, 7, 20, 61) for y in (-9, -3, -2, -1, 0, 1, 2, 3, 8, 50)]:
        with contextlib.suppress(ZeroDivisionError):
            truths.append(truth(point))
    if truths:
        check(Assumptions().decide(condition), truths)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(claims([A], depth=3))
def test_one_argument(claim: Claim) -> None:
    check(Assumptions().decide(claim[0]), [claim[1](point) for point in INTEGERS])


def with_assumptions(assumed: list[Claim], points: list[dict]) -> tuple[Assumptions, list[dict]]:
    known = Assumptions()
    for condition, truth in assumed:
        left = [point for point in points if truth(point)]
        verdict = known.decide(condition)
        check(verdict, [truth(point) for point in points])
        if verdict is Verdict.OPEN and left:
            known.assume(condition)
            points = left
    return known, points


@settings(max_examples=250, derandomize=True, deadline=None)
@given(st.lists(claims([H]), max_size=4), claims([H]), expressions([H]))
def test_one_symbol_under_assumptions(assumed: list[Claim], claim: Claim, expression: tuple) -> None:
    known, points = with_assumptions(assumed, LINE)
    check(known.decide(claim[0]), [claim[1](point) for point in points])
    simple = known.simplify(expression[0])
    assert all(evaluate(simple, point) == expression[1](point) for point in points)


@settings(max_examples=250, derandomize=True, deadline=None)
@given(st.lists(claims([H, W]), max_size=4), claims([H, W]), expressions([H, W]))
def test_two_symbols_under_assumptions(assumed: list[Claim], claim: Claim, expression: tuple) -> None:
    known, points = with_assumptions(assumed, PLANE)
    check(known.decide(claim[0]), [claim[1](point) for point in points])
    simple = known.simplify(expression[0])
    assert all(evaluate(simple, point) == expression[1](point) for point in points)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(claims([H, A, U]), max_size=4), claims([H, A, U]), expressions([H, A, U]))
def test_kinds_of_symbols_under_assumptions(assumed: list[Claim], claim: Claim, expression: tuple) -> None:
    known, points = with_assumptions(assumed, MIXED)
    check(known.decide(claim[0]), [claim[1](point) for point in points])
    simple = known.simplify(expression[0])
    assert all(evaluate(simple, point) == expression[1](point) for point in points)


windows = st.tuples(st.integers(1, 7), st.sampled_from([1, 1, 2, 2, 3]), st.integers(0, 3))


def chain(size: object, layers: list[tuple[int, int, int]]) -> object:
    for kernel, stride, padding in layers:
        size = (size + 2 * padding - kernel) // stride + 1
    return size


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.lists(windows, max_size=2), st.lists(windows, max_size=2), st.integers(1, 3), st.integers(-3, 3))
def test_quasi_affine_equality_is_exact(left: list, right: list, scale: int, shift: int) -> None:
    """Slopes differ by 1/36 at least and offsets by less than 60: up to 3000 one sees all that there is."""
    truths = {scale * chain(x, left) == chain(x, right) + shift for x in range(1, 3000)}
    expected = Verdict.OPEN if len(truths) == 2 else Verdict.PROVED if True in truths else Verdict.VIOLATED
    assert Assumptions().decide(equal(scale * chain(H, left), chain(H, right) + shift)) is expected


HALF = (H - 3) // 2 + 1
HALF_W = (W - 3) // 2 + 1


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        (equal(2 * (H // 2), H), Verdict.OPEN),
        (equal(H, H - 2), Verdict.VIOLATED),
        (at_least((H - 1) // 2 + 1, 1), Verdict.PROVED),
        (at_least(HALF, 1), Verdict.OPEN),
        (at_least(HALF, 0), Verdict.PROVED),
        (equal(16 * HALF * HALF_W, 401), Verdict.VIOLATED),
        (equal(16 * HALF * HALF_W, 400), Verdict.OPEN),
        (equal(16 * HALF * HALF_W, 0), Verdict.OPEN),
        (equal(16 * (H // 2 * 2 + 1) * W, 16 * 8), Verdict.OPEN),
        (equal((2 * H + 4) * (2 * W + 4), 14), Verdict.VIOLATED),
        (equal((3 * (H // 2) + 2) * (3 * (W // 2) + 2), 6), Verdict.VIOLATED),
        (equal(H - H // 2, (H + 1) // 2), Verdict.PROVED),
        (equal(2 * H + 4 * W * W, 7), Verdict.VIOLATED),
        (equal(H * H, 49), Verdict.OPEN),
        (equal(H * H, 50), Verdict.VIOLATED),
        (at_least(H * H + 1, 2 * H), Verdict.PROVED),
        (at_least(512 // H, 0), Verdict.PROVED),
        (equal(512 // H, 3), Verdict.OPEN),
        (equal(512 // H, 200), Verdict.VIOLATED),
        (equal(maximum(H, W) + minimum(H, W), 1), Verdict.VIOLATED),
        (divides(2, H * (H + 1)), Verdict.PROVED),
        (divides(4, 2 * H), Verdict.OPEN),
        (divides(4, 2 * H + 1), Verdict.VIOLATED),
        (divides(3, 6 * H * W + 9), Verdict.PROVED),
        (divides(C, 16 * C), Verdict.PROVED),
        (divides(C, 16), Verdict.OPEN),
        (any_of(equal(H % 2, 0), equal(H % 2, 1)), Verdict.PROVED),
        (any_of(at_least(H, W), at_least(W, H)), Verdict.PROVED),
        (all_of(at_least(H, W), at_least(W, H + 1)), Verdict.VIOLATED),
        (all_of(equal(H, W), not_equal(2 * H, 2 * W)), Verdict.VIOLATED),
        (any_of(equal(H, 0), equal(W, 0)), Verdict.VIOLATED),
        (all_of(), Verdict.PROVED),
        (any_of(), Verdict.VIOLATED),
        (equal(3, 3), Verdict.PROVED),
        (equal(U, -1), Verdict.VIOLATED),
        (at_least(A, 0), Verdict.OPEN),
        (equal(A * A, -1), Verdict.VIOLATED),
        (at_least(N * C * H * W, 1), Verdict.PROVED),
        (at_least(H + W - H // 2, 2), Verdict.PROVED),
        (equal(H // 5000 * 5000, H), Verdict.OPEN),
    ],
)
def test_verdict(condition: Condition, verdict: Verdict) -> None:
    assert Assumptions().decide(condition) is verdict
    opposite = {Verdict.PROVED: Verdict.VIOLATED, Verdict.VIOLATED: Verdict.PROVED}.get(verdict, Verdict.OPEN)
    assert Assumptions().decide(negation(condition)) is opposite


@pytest.mark.parametrize(
    ("assumed", "condition", "verdict"),
    [
        ([equal(H, 2 * W + 1)], equal(H // 2, W), Verdict.PROVED),
        ([equal(H, 2 * W + 1)], at_least(H, 3), Verdict.PROVED),
        ([equal(H, W - 3)], at_least(W, 4), Verdict.PROVED),
        ([at_least(2 * W + 1, 2 * H)], at_least(W, H), Verdict.PROVED),
        ([equal(H, 2 * W - 5)], at_least(W, 3), Verdict.PROVED),
        ([at_least(2 * H, 2 * W + 1)], at_least(H, W + 1), Verdict.PROVED),
        ([equal(2 * H + 4, 20)], equal(H, 8), Verdict.PROVED),
        ([equal(H // 2, 5), divides(2, H)], equal(H, 10), Verdict.PROVED),
        ([at_least(H, 7)], at_least((H - 7) // 2, 0), Verdict.PROVED),
        ([at_least(H, 7)], equal(H, 6), Verdict.VIOLATED),
        ([at_least(H, 7)], at_least(H * W, 7), Verdict.PROVED),
        ([at_least(H, 7), at_least(9, H)], equal(H * W, 10 * N), Verdict.OPEN),
        ([divides(32, H)], equal(16 * (H // 16), H), Verdict.PROVED),
        ([divides(32, H)], at_least(H, 32), Verdict.PROVED),
        ([divides(2, H), divides(3, H)], divides(6, H), Verdict.PROVED),
        ([equal(H % 4, 1)], divides(2, H), Verdict.VIOLATED),
        ([at_least(H, W)], at_least(2 * H + 1, 2 * W), Verdict.PROVED),
        ([at_least(H, W)], equal(H, W - 1), Verdict.VIOLATED),
        ([not_equal(2 * H, 2 * W)], equal(H, W), Verdict.VIOLATED),
        ([equal(3 * H, 2 * W)], equal(6 * H, 4 * W), Verdict.PROVED),
        ([equal(3 * H, 2 * W)], equal(6 * H, 4 * W + 2), Verdict.VIOLATED),
        ([equal(H // 2, W // 2)], equal(H // 2 + 1, W // 2), Verdict.VIOLATED),
        ([divides(C, A)], divides(C, A), Verdict.PROVED),
        ([divides(C, A)], negation(divides(C, A)), Verdict.VIOLATED),
        ([any_of(equal(H, 1), equal(H, W))], any_of(equal(H, 1), equal(H, W)), Verdict.PROVED),
        ([any_of(equal(H, 1), equal(H, W)), at_least(H, 2)], at_least(W, 1), Verdict.PROVED),
        ([at_least(H, 2), any_of(equal(H, 1), equal(H, W))], equal(H, W), Verdict.PROVED),
        ([equal(U, 4), equal(A, U + 1)], equal(A, 5), Verdict.PROVED),
        ([at_least(maximum(H, W), 8)], at_least(maximum(H, W), 5), Verdict.PROVED),
    ],
)
def test_verdict_under_assumptions(assumed: list[Condition], condition: Condition, verdict: Verdict) -> None:
    known = Assumptions()
    for fact in assumed:
        assert known.decide(fact) is Verdict.OPEN
        known.assume(fact)
    assert known.decide(condition) is verdict
    assert known.conditions == tuple(assumed)


@pytest.mark.parametrize(
    ("assumed", "size", "simple"),
    [
        ([equal(H, 32)], H // 2 * W, 16 * W),
        ([equal(W, H)], H * W, H * H),
        ([equal(U, H)], U + 1, H + 1),
        ([equal(H, U)], U + 1, H + 1),
        ([divides(16, H)], 16 * (H // 16), H),
        ([divides(16, H)], 2 * W * ((H + 1) // 2), W * H),
        ([at_least(31, H)], H // 32 + W, W),
        ([at_least(H, 9)], maximum(H - 7, 1) + W, H - 7 + W),
        ([at_least(H, W)], maximum(H, W), H),
        ([at_least(H, W)], minimum(H, W), W),
    ],
)
def test_simplify(assumed: list[Condition], size: object, simple: object) -> None:
    known = Assumptions()
    for fact in assumed:
        known.assume(fact)
    assert known.simplify(size) == simple


def test_copy_is_independent() -> None:
    known = Assumptions()
    known.assume(at_least(H, 5))
    twin = known.copy()
    twin.assume(equal(H, 7))
    assert twin.simplify(H) == 7
    assert known.simplify(H) == H
    assert known.decide(equal(H, 7)) is Verdict.OPEN
    assert twin.decide(equal(H, 7)) is Verdict.PROVED
    assert known.conditions == (at_least(H, 5),)


def test_contradictions_prove_nothing() -> None:
    known = Assumptions()
    known.assume(equal(H, 7))
    known.assume(equal(H, 8))
    assert known.decide(equal(W, 1)) is Verdict.OPEN
    assert known.decide(equal(1, 1)) is Verdict.OPEN


def test_a_quotient_by_a_size_that_becomes_zero_is_left_open() -> None:
    known = Assumptions()
    known.assume(equal(A, 0))
    assert known.decide(equal(5 // A, 5)) is Verdict.OPEN
    assert known.simplify(5 // A) == 5 // A


@pytest.mark.parametrize(
    ("condition", "text"),
    [
        (equal(16 * H, 400), "16*H == 400"),
        (not_equal(H, 3), "H != 3"),
        (at_least(H - 2, 1), "H - 2 >= 1"),
        (divides(16, H), "H % 16 == 0"),
        (negation(divides(16, H + 1)), "(H + 1) % 16 != 0"),
        (all_of(equal(H, 1), any_of(equal(W, 1), equal(W, H))), "H == 1 and (W == 1 or W == H)"),
        (negation(at_least(H, 3)), "H < 3"),
        (at_least(3, H), "H <= 3"),
        (at_least(H, W + 1), "H > W"),
    ],
)
def test_text(condition: Condition, text: str) -> None:
    assert str(condition) == text


def test_long_chains_of_conditions_stay_quick() -> None:
    """A hundred layers' conditions on one path, each decided and then assumed."""
    known = Assumptions()
    size = H
    for depth in range(100):
        size = (size + 2 - 3) // (2 if depth % 20 == 0 else 1) + 1
        condition = at_least(size, 1 + depth % 3)
        if known.decide(condition) is Verdict.OPEN:
            known.assume(condition)
    assert symbols_of(size) == {h}
    assert len(known.conditions) <= 20
