"""Bounds hold for every value, and are met where the form is a sum or a product of one-symbol parts."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from convlint.symbolic import Dim, SymbolKind, all_of, at_least, symbol
from convlint.symbolic.bounds import _is_termwise, _shift, _sum, _termwise, atom_bounds, bounds
from convlint.symbolic.domain import Domain
from convlint.symbolic.factors import factored, normal, summands
from convlint.symbolic.ranges import range_of, times

from .expressions import Expression, expressions, name_of

H, W = symbol("H"), symbol("W")
A, B = symbol("a", SymbolKind.ARGUMENT), symbol("b", SymbolKind.ARGUMENT)
h, w, a, b = (name_of(dim) for dim in (H, W, A, B))
ENDS = st.tuples(st.none() | st.integers(-4, 4), st.none() | st.integers(-4, 4)).filter(
    lambda ends: None in ends or ends[0] <= ends[1]
)


def inside(interval: tuple, number: int) -> bool:
    low, high = interval
    return (low is None or low <= number) and (high is None or number <= high)


def domain_of(dim: Dim, low: int, high: int) -> Domain:
    return Domain.of(name_of(dim)).where(all_of(at_least(dim, low), at_least(high, dim)))


@settings(max_examples=400, derandomize=True, deadline=None)
@given(
    expressions([A, B], quotients=True), st.integers(-9, 9), st.integers(0, 6), st.integers(-9, 9), st.integers(0, 6)
)
def test_bounds_hold_on_a_box(expression: Expression, x: int, width: int, y: int, height: int) -> None:
    size, function = expression
    domains = {a: domain_of(A, x, x + width), b: domain_of(B, y, y + height)}
    rough = bounds(size, {a: (x, x + width), b: (y, y + height)})
    fine = range_of(size, domains)
    for p, q in itertools.product(range(x, x + width + 1), range(y, y + height + 1)):
        try:
            number = function({a: p, b: q})
        except ZeroDivisionError:
            continue
        assert inside(rough, number)
        assert inside(fine, number)


HALVES = st.sampled_from([None, *range(-2, 7)])


@settings(max_examples=500, derandomize=True, deadline=None)
@given(expressions([A, B, H]), HALVES, HALVES, HALVES, HALVES)
def test_bounds_term_by_term_are_those_of_shifted_atoms(
    expression: Expression, low: int | None, high: int | None, start: int | None, end: int | None
) -> None:
    """The short way is taken where it loses nothing."""
    size = expression[0]
    assume(isinstance(size, Dim) and (None in (low, high) or low <= high) and (None in (start, end) or start <= end))
    intervals = {atom: atom_bounds(atom, {a: (low, high), b: (start, end)}) for atom in size.atoms()}
    if _is_termwise(size, intervals):
        shifted = _shift(size, intervals)
        assert _termwise(size, intervals) == ((None, None) if shifted is None else _sum(*shifted))


@settings(max_examples=200, derandomize=True, deadline=None)
@given(expressions([A]), expressions([B]), st.integers(-9, 9), st.integers(0, 9))
def test_ranges_of_sums_and_products_are_exact_on_a_box(f: Expression, g: Expression, low: int, width: int) -> None:
    assume(not isinstance(f[0], int) and not isinstance(g[0], int))
    domains = {a: domain_of(A, low, low + width), b: domain_of(B, low, low + width)}
    xs = [f[1]({a: x}) for x in range(low, low + width + 1)]
    ys = [g[1]({b: x}) for x in range(low, low + width + 1)]
    sums = [x + y for x in xs for y in ys]
    products = [x * y for x in xs for y in ys]
    assert range_of(f[0] + g[0], domains) == (min(sums), max(sums))
    low_end, high_end = range_of(f[0] * g[0], domains)
    assert low_end <= min(products)
    assert high_end >= max(products)
    form = factored(f[0] * g[0])
    if form is not None and not form.offset:
        assert (low_end, high_end) == (min(products), max(products))


@settings(max_examples=400, derandomize=True, deadline=None)
@given(ENDS, ENDS)
def test_products_of_intervals_contain_all_products(x: tuple, y: tuple) -> None:
    interval = times(x, y)
    spans = [[t for t in range(-60, 61) if inside(ends, t)] for ends in (x, y)]
    products = [p * q for p in spans[0] for q in spans[1]]
    assert all(inside(interval, number) for number in products)
    if None not in (*x, *y):
        assert interval == (min(products), max(products))


@settings(max_examples=300, derandomize=True, deadline=None)
@given(expressions([A, B]))
def test_taking_apart_and_putting_together(expression: Expression) -> None:
    size = expression[0]
    assume(not isinstance(size, int))
    assert sum(summands(size)) == size
    form = normal(size)
    assert form.factor * form.base + form.offset == size
    assert form.base.constant == 0


@settings(max_examples=200, derandomize=True, deadline=None)
@given(expressions([A]), expressions([B]), st.integers(-5, 5))
def test_products_are_found_whatever_is_added(f: Expression, g: Expression, offset: int) -> None:
    assume(not isinstance(f[0], int) and not isinstance(g[0], int))
    size = f[0] * g[0] + offset
    form = factored(size)
    assert form is not None
    left, right = form.factors
    assert form.coefficient * left * right + form.offset == size


@pytest.mark.parametrize("size", [H + W, H * W + H + 2 * W * W, H, H * H])
def test_what_is_no_product(size: Dim) -> None:
    assert factored(size) is None
