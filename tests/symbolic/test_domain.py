"""Sets of values: restricting, joining classes, extents, and the limits of what is tried."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convlint.symbolic import SymbolKind, Verdict, any_of, at_least, divides, equal, evaluate, holds, not_equal, symbol
from convlint.symbolic.classes import TooHard
from convlint.symbolic.domain import Domain

from .expressions import Claim, Expression, claims, expressions, name_of

H = symbol("H")
A = symbol("a", SymbolKind.ARGUMENT)
h, a = name_of(H), name_of(A)


def members(domain: Domain, low: int, high: int) -> set[int]:
    found = set()
    for where in domain.classes:
        for start, end in where.span:
            first = low if start is None else where.residue + where.modulus * start
            last = high if end is None else where.residue + where.modulus * end
            found |= {
                x
                for x in range(max(low, first), min(high, last) + 1)
                if (x - where.residue) % (where.modulus or 1) == 0
            }
    return found


@settings(max_examples=250, derandomize=True, deadline=None)
@given(st.lists(claims([A]), min_size=1, max_size=4))
def test_restrictions_are_intersections(given_claims: list[Claim]) -> None:
    domain, expected = Domain.of(a), set(range(-90, 91))
    for condition, truth in given_claims:
        domain = domain.where(condition)
        expected = {x for x in expected if truth({a: x})}
        assert members(domain, -90, 90) == expected


@settings(max_examples=200, derandomize=True, deadline=None)
@given(expressions([H]), claims([H]))
def test_extents_hold_and_are_met_on_finite_sets(expression: Expression, claim: Claim) -> None:
    finite = Domain.of(h).where(at_least(40, H))
    values = [expression[1]({h: x}) for x in range(1, 41)]
    assert finite.extent(expression[0]) == (min(values), max(values))
    low, high = Domain.of(h).extent(expression[0])
    assert low is None or low <= min(values)
    assert high is None or high >= max(values)


def test_classes_are_joined() -> None:
    """What holds from somewhere on is one interval, however fine the classes were that it was found on."""
    domain = Domain.of(h).where(at_least((H + 31) // 32 + (H + 2) // 3, 20))
    assert len(domain.classes) == 1
    assert domain.classes[0].modulus == 1
    assert len(Domain.of(h).where(equal(H // 32 * 32, H)).classes) == 1


def test_classes_that_overlap_in_name_are_kept_both() -> None:
    """An exception in a coarse class and a finer one beside it: nothing is lost when they are joined again."""
    domain = Domain.of(h)
    steps = (any_of(divides(2, H), at_least(H, 50)), not_equal(H % 4, 1), any_of(divides(3, H), at_least(30, H)))
    for condition in (*steps, not_equal(H % 6, 3), any_of(at_least(20, H), divides(4, H))):
        before = members(domain, 1, 300)
        domain = domain.where(condition)
        assert members(domain, 1, 300) == {x for x in before if holds(condition, {h: x})}


def test_periods_beyond_the_bound_are_refused() -> None:
    with pytest.raises(TooHard):
        Domain.of(h).where(equal(H // 61 + H // 67 + H // 71, 4 * (H // 83)))
    small = Domain.of(h).where(at_least(1000, H))
    assert members(small.where(equal(H // 61 + H // 67 + H // 71, 4 * (H // 83) + 1)), 1, 1000) == {
        x for x in range(1, 1001) if x // 61 + x // 67 + x // 71 == 4 * (x // 83) + 1
    }


def test_a_divisor_that_can_be_zero_is_refused() -> None:
    with pytest.raises(TooHard):
        Domain.of(a).where(equal(12 // A, 3))
    assert Domain.of(a).where(at_least(A, 1)).decide(equal(12 // A, 3)) is Verdict.OPEN


@pytest.mark.parametrize("numerator", [100, -100, 7 - 100 * H, 100 - 3 * H, H * H - 50])
def test_quotients_by_the_symbol(numerator: object) -> None:
    domain = Domain.of(h).where(at_least(60, H))
    values = [
        (numerator if isinstance(numerator, int) else evaluate(numerator, {h: x})) // (x + 2) for x in range(1, 61)
    ]
    assert domain.extent(numerator // (H + 2)) == (min(values), max(values))


def test_quotients_settle_at_infinity() -> None:
    assert Domain.of(h).extent(100 // H) == (0, 100)
    assert Domain.of(h).extent(-100 // H) == (-100, -1)
    assert Domain.of(h).decide(equal(-100 // H, 0)) is Verdict.VIOLATED
