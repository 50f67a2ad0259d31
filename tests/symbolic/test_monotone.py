"""Sizes with a slope: what is found without residue classes agrees with enumeration, and with the classes."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convlint.symbolic import (
    Assumptions,
    Dim,
    Size,
    SymbolKind,
    Verdict,
    at_least,
    divides,
    equal,
    evaluate,
    holds,
    not_equal,
    symbol,
)
from convlint.symbolic.classes import ResidueClass, _where_sign, truth
from convlint.symbolic.domain import Domain
from convlint.symbolic.intervals import Intervals, every, joined, outside
from convlint.symbolic.monotone import slope, solutions

from .expressions import expressions, name_of

H, A = symbol("H"), symbol("a", SymbolKind.ARGUMENT)
h, a = name_of(H), name_of(A)
RANGE = range(-120, 121)
SIGNS = {"==": (0,), "!=": (-1, 1), ">=": (0, 1)}


@st.composite
def slopes(draw: st.DrawFn, name: Dim = A) -> Size:
    """Draw a sum of chains of windows on one symbol, all of which grow, times a number."""
    total: Size = draw(st.integers(-30, 30))
    for _ in range(draw(st.integers(1, 3))):
        size: Size = name
        for _ in range(draw(st.integers(0, 3))):
            kernel, stride, padding = draw(st.integers(1, 7)), draw(st.integers(1, 4)), draw(st.integers(0, 3))
            size = (size + 2 * padding - kernel) // stride + 1
        total = total + draw(st.integers(1, 9)) * size
    return total * draw(st.sampled_from([1, 1, -1, 3, -2]))


relations = st.sampled_from([equal, not_equal, at_least])


def inside(intervals: Intervals, number: int) -> bool:
    return any((low is None or low <= number) and (high is None or number <= high) for low, high in intervals)


@settings(max_examples=400, derandomize=True, deadline=None)
@given(slopes(), relations, st.integers(-60, 60))
def test_solutions(size: Size, relation: object, value: int) -> None:
    condition = relation(size, value)
    found = solutions(condition)
    assert found is not None, "all of these have a slope"
    assert found[0] is a
    assert [inside(found[1], x) for x in RANGE] == [holds(condition, {a: x}) for x in RANGE]
    ends = [end for interval in found[1] for end in interval if end is not None]
    for end in ends:
        assert holds(condition, {a: end})
        assert not all(holds(condition, {a: end + step}) for step in (-1, 1))


@settings(max_examples=400, derandomize=True, deadline=None)
@given(expressions([A], quotients=True))
def test_a_slope_is_one(expression: tuple) -> None:
    size = expression[0]
    direction = slope(size) if isinstance(size, Dim) else 0
    if direction:
        values = [evaluate(size, {a: x}) for x in RANGE]
        assert all((y - x) * direction >= 0 for x, y in itertools.pairwise(values))
        far = evaluate(size, {a: 10**9}), evaluate(size, {a: -(10**9)})
        assert min(far) < min(values) <= max(values) < max(far)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(slopes(), relations, st.integers(-40, 40), st.integers(0, 11), st.integers(1, 12), st.integers(-9, 9))
def test_on_a_class_as_by_polynomials(
    size: Size, relation: object, value: int, residue: int, modulus: int, low: int
) -> None:
    """The slow way, where it needs no finer classes, finds the same."""
    condition = relation(size, value)
    span = ((low, low + 7), (low + 11, None))
    fine = modulus * 6**4  # the product of all strides that are drawn divides a power of this
    where = ResidueClass(a, residue, fine * 64, span)
    difference = condition.left - condition.right
    assert truth(condition, where) == _where_sign(difference, where, SIGNS[condition.comparison.value])


@settings(max_examples=300, derandomize=True, deadline=None)
@given(slopes(H), relations, st.integers(-40, 40), st.integers(1, 5), st.integers(0, 40), st.integers(0, 80))
def test_on_domains(size: Size, relation: object, value: int, step: int, low: int, length: int) -> None:
    condition = relation(size, value)
    domain = Domain.of(h).where(divides(step, H + 1)).where(at_least(H, low)).where(at_least(low + length, H))
    members = [x for x in range(1, 130) if (x + 1) % step == 0 and low <= x <= low + length]
    truths = [holds(condition, {h: x}) for x in members]
    if not members:
        assert domain.is_empty
        return
    expected = Verdict.OPEN if len(set(truths)) == 2 else Verdict.PROVED if truths[0] else Verdict.VIOLATED
    assert domain.decide(condition) is expected
    kept = domain.where(condition)
    assert [x for x in members if _has(kept, x)] == [x for x, true in zip(members, truths, strict=True) if true]
    values = [evaluate(size, {h: x}) for x in members]
    assert domain.extent(size) == (min(values), max(values))


def _has(domain: Domain, number: int) -> bool:
    return any(
        (number - where.residue) % where.modulus == 0 and inside(where.span, (number - where.residue) // where.modulus)
        if where.modulus
        else number == where.residue
        for where in domain.classes
    )


@settings(max_examples=300, derandomize=True, deadline=None)
@given(st.lists(st.tuples(st.integers(-30, 30), st.integers(0, 9)), max_size=3), st.integers(-9, 9), st.integers(0, 7))
def test_every(ends: list[tuple[int, int]], offset: int, step: int) -> None:
    intervals = joined((low, low + length) for low, length in ends)
    found = every(intervals, offset, step)
    for t in range(-80, 81) if step else (0,):
        assert inside(found, t) is inside(intervals, offset + step * t)
    assert [inside(outside(intervals), x) for x in RANGE] == [not inside(intervals, x) for x in RANGE]
    assert outside(outside(intervals)) == intervals


@pytest.mark.parametrize(
    ("condition", "verdict"),
    [
        (at_least(H // 5000 * 3, 0), Verdict.PROVED),
        (at_least((H + 5000) // 5001, 1), Verdict.PROVED),
        (equal(7 * ((H + 99_991) // 99_991), 8), Verdict.VIOLATED),
        (equal(H // 99_991 + H // 99_989, -1), Verdict.VIOLATED),
    ],
)
def test_large_strides_are_decided(condition: object, verdict: Verdict) -> None:
    """There are too many classes of residues for the slow way."""
    assert Assumptions().decide(condition) is verdict
