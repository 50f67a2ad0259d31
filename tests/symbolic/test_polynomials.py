"""Signs and extents of integer polynomials agree with their values, at both ends to infinity."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from convlint.symbolic import polynomials as poly

POLYNOMIALS = st.lists(st.integers(-40, 40), max_size=5).map(poly.trim)
ENDS = st.none() | st.integers(-60, 60)
FAR = 400
"""Beyond every root of these polynomials but those of a tiny leading coefficient: enough to see a trend."""


@settings(max_examples=400, derandomize=True, deadline=None)
@given(POLYNOMIALS, ENDS, ENDS)
def test_signs(a: poly.Polynomial, low: int | None, high: int | None) -> None:
    if low is not None and high is not None and low > high:
        low, high = high, low
    pieces = poly.signs(a, low, high)
    assert pieces[0][0] == low
    assert pieces[-1][1] == high
    for before, after in itertools.pairwise(pieces):
        assert before[1] is not None
        assert after[0] == before[1] + 1
        assert before[2] != after[2]
    for start, end, sign in pieces:
        for t in range(-FAR if start is None else start, (FAR if end is None else end) + 1):
            number = poly.value(a, t)
            assert (number > 0) - (number < 0) == sign


@settings(max_examples=400, derandomize=True, deadline=None)
@given(POLYNOMIALS, st.integers(-30, 30), st.integers(0, 40))
def test_extent_of_a_finite_interval(a: poly.Polynomial, low: int, length: int) -> None:
    values = [poly.value(a, t) for t in range(low, low + length + 1)]
    assert poly.extent(a, low, low + length) == (min(values), max(values))


@settings(max_examples=300, derandomize=True, deadline=None)
@given(POLYNOMIALS, st.integers(-30, 30), st.booleans())
def test_extent_of_an_infinite_interval(a: poly.Polynomial, end: int, upwards: bool) -> None:
    interval = (end, None) if upwards else (None, end)
    values = [poly.value(a, end + (t if upwards else -t)) for t in range(FAR)]
    least, most = poly.extent(a, *interval)
    rising = poly.value(a, end + (10**6 if upwards else -(10**6))) - values[0] if len(a) > 1 else 0
    assert least == (None if rising < 0 else min(values))
    assert most == (None if rising > 0 else max(values))


@settings(max_examples=200, derandomize=True, deadline=None)
@given(POLYNOMIALS, POLYNOMIALS, st.integers(-9, 9), st.integers(-9, 9))
def test_arithmetic(a: poly.Polynomial, b: poly.Polynomial, t: int, factor: int) -> None:
    x, y = poly.value(a, t), poly.value(b, t)
    assert poly.value(poly.add(a, b), t) == x + y
    assert poly.value(poly.multiply(a, b), t) == x * y
    assert poly.value(poly.scaled(a, factor), t) == factor * x
    assert poly.value(poly.difference(a), t) == poly.value(a, t + 1) - x
    for result in (poly.add(a, b), poly.multiply(a, b), poly.scaled(a, factor), poly.difference(a)):
        assert not result or result[-1]
