"""Sizes that are affine on residue classes: their line there, and the period from which on they have one."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convlint.symbolic import Dim, SymbolKind, maximum, symbol
from convlint.symbolic.affine import line, period
from convlint.symbolic.classes import ResidueClass, Split, _atom_pieces, _pairwise, _product, pieces
from convlint.symbolic.polynomials import add

from .expressions import Expression, expressions, name_of

A = symbol("a", SymbolKind.ARGUMENT)
a = name_of(A)


@settings(max_examples=400, derandomize=True, deadline=None)
@given(expressions([A], depth=4), st.integers(0, 60), st.integers(1, 3))
def test_a_line_is_the_size_on_its_class(expression: Expression, residue: int, times: int) -> None:
    size, function = expression
    modulus = period(size) if isinstance(size, Dim) else None
    if modulus is None:
        return
    offset, slope = line(size, residue, modulus * times)
    for t in range(-4, 5):
        assert offset + slope * t == function({a: residue + modulus * times * t})


@settings(max_examples=400, derandomize=True, deadline=None)
@given(expressions([A], depth=3))
def test_the_period_is_the_least(expression: Expression) -> None:
    """With a divisor of it as the modulus, some floor would not be affine."""
    size = expression[0]
    whole = period(size) if isinstance(size, Dim) else None
    if whole is None or whole > 5000:
        return
    for modulus in (m for m in range(1, whole) if whole % m == 0):
        with pytest.raises(Split):
            by_polynomials(size, ResidueClass(a, 1, modulus, ((None, None),)))


def by_polynomials(size: Dim, where: ResidueClass) -> list:
    """Return the pieces as they are found for sizes of any form."""
    total = [(interval, ()) for interval in where.span]
    for mono, coefficient in size.terms.items():
        term = [(interval, (coefficient,)) for interval in where.span]
        for atom, exponent in mono:
            for _ in range(exponent):
                term = _pairwise(term, _atom_pieces(atom, where), _product)
        total = _pairwise(total, term, add)
    return total


@settings(max_examples=400, derandomize=True, deadline=None)
@given(expressions([A], depth=3), st.integers(0, 11), st.integers(1, 6), st.integers(-5, 5))
def test_pieces_are_those_found_by_polynomials(expression: Expression, residue: int, times: int, low: int) -> None:
    size = expression[0]
    whole = period(size) if isinstance(size, Dim) else None
    if whole is not None:
        where = ResidueClass(a, residue, whole * times, ((None, low - 3), (low, low + 4), (low + 6, None)))
        assert pieces(size, where) == by_polynomials(size, where)
        coarse = ResidueClass(a, residue, 1, where.span)
        if whole > 1:
            with pytest.raises(Split) as split:
                pieces(size, coarse)
            assert split.value.factor == whole


@pytest.mark.parametrize("size", [A * A, maximum(A, 3), 7 // (A * A + 1), A * (A // 2)])
def test_other_forms_have_no_period(size: Dim) -> None:
    assert period(size) is None


def test_periods() -> None:
    assert period(A + 3) == 1
    assert period((A + 1) // 2) == 2
    assert period((A + 4 * ((A + 1) // 2)) // 6) == 2, "a step of 2 adds 6"
