"""Forms of sizes: sums of parts and products of factors without common symbols, and the part that varies."""

from __future__ import annotations

from functools import lru_cache
from math import gcd
from typing import Any

from msgspec import Struct

from convlint.symbolic import splitting
from convlint.symbolic.dim import Dim, Size, make
from convlint.symbolic.terms import TermsOf

MOST_FORMS = 4096
"""Sizes of which a form is remembered."""


class Factored(Struct, frozen=True):
    """`coefficient * product(factors) + offset`; no two factors share a symbol, there are at least two, each is
    primitive (its coefficients have no common divisor)."""

    coefficient: int
    factors: tuple[Dim, ...]
    offset: int


class Normal(Struct, frozen=True):
    """`factor * base + offset`, where `base` has no constant term, no common divisor, and a first coefficient > 0."""

    base: Dim
    factor: int
    offset: int


@lru_cache(MOST_FORMS)
def normal(size: Dim) -> Normal:
    """Separate the constant and the common divisor of the other terms."""
    terms = {mono: c for mono, c in size.terms.items() if mono}
    factor = gcd(*terms.values())
    if next(iter(terms.values())) < 0:
        factor = -factor
    return Normal(_dim({mono: c // factor for mono, c in terms.items()}), factor, size.constant)


@lru_cache(MOST_FORMS)
def summands(size: Dim) -> tuple[Size, ...]:
    """Return sizes that add up to `size` and share no symbols: as many as there can be, and the constant."""
    return tuple(make(terms) for terms in splitting.parts(size.terms))


@lru_cache(MOST_FORMS)
def factored(size: Dim) -> Factored | None:
    """Write `size` as a product of factors without common symbols plus a constant; None if it is no such product."""
    if len(size.symbols) < 2:
        return None
    form = splitting.product(size.terms)
    if form is None:
        return None
    coefficient, factors, offset = form
    return Factored(coefficient, tuple(_dim(factor) for factor in factors), offset)


def _dim(terms: TermsOf[Any]) -> Dim:
    size = make(terms)
    assert isinstance(size, Dim)
    return size
