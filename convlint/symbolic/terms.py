"""The algebra of terms: monomials over atoms that have an order, with integer coefficients. Knows no kind of atom.

A monomial is a tuple of atoms with their exponents (≥ 1), ordered by the atoms' keys; the empty one is the constant.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import gcd
from typing import Protocol, TypeVar


class Ordered(Protocol):
    """An atom, as far as this algebra is concerned."""

    @property
    def key(self) -> str:
        """A text that orders atoms and differs for different ones."""


A = TypeVar("A", bound=Ordered)
MonomialOf = tuple[tuple[A, int], ...]
TermsOf = Mapping[MonomialOf[A], int]

CONSTANT: tuple[()] = ()
MAX_DIVISION_STEPS = 1024


def key_of(terms: TermsOf[A]) -> str:
    """Return a text that differs for different sums."""
    parts = sorted(("*".join(f"{a.key}^{e}" for a, e in mono), c) for mono, c in terms.items())
    return "+".join(f"{c}{mono}" for mono, c in parts)


def in_order(terms: TermsOf[A]) -> Iterable[tuple[MonomialOf[A], int]]:
    """Return the terms in the order of their monomials' keys, the constant first."""
    if len(terms) < 2:
        return terms.items()
    return sorted(terms.items(), key=lambda term: [(atom.key, exponent) for atom, exponent in term[0]])


def add(a: TermsOf[A], b: TermsOf[A]) -> dict[MonomialOf[A], int]:
    """Return a + b, with the coefficients that became zero."""
    total = dict(a)
    for mono, coefficient in b.items():
        total[mono] = total.get(mono, 0) + coefficient
    return total


def multiply(a: TermsOf[A], b: TermsOf[A]) -> dict[MonomialOf[A], int]:
    """Return a · b, with the coefficients that became zero."""
    total: dict[MonomialOf[A], int] = {}
    for mono, c in a.items():
        for other, d in b.items():
            merged = multiply_monomials(mono, other)
            total[merged] = total.get(merged, 0) + c * d
    return total


def multiply_monomials(a: MonomialOf[A], b: MonomialOf[A]) -> MonomialOf[A]:
    """Return the product of two monomials."""
    if not a:
        return b
    if not b:
        return a
    exponents = dict(a)
    for atom, exponent in b:
        exponents[atom] = exponents.get(atom, 0) + exponent
    return _monomial(exponents)


def _monomial(exponents: Mapping[A, int]) -> MonomialOf[A]:
    return tuple(sorted(exponents.items(), key=lambda item: item[0].key))


def without_common_factor(a: TermsOf[A], b: TermsOf[A]) -> tuple[TermsOf[A], TermsOf[A]]:
    """Divide both by their common integer and monomial, and make the leading coefficient of `b` positive.

    Neither has zero coefficients, and `b` has terms.
    """
    if not a:
        return a, b
    common = gcd(*a.values(), *b.values())
    if b[_leading(b, _ranks(b))] < 0:
        common = -common
    shared: dict[A, int] | None = None
    for mono in (*a, *b):
        exponents = dict(mono)
        if shared is None:
            shared = exponents
        shared = {atom: min(e, exponents[atom]) for atom, e in shared.items() if atom in exponents}
        if not shared:
            break
    if common == 1 and not shared:
        return a, b
    monomial = _monomial(shared or {})
    return _scaled_down(a, common, monomial), _scaled_down(b, common, monomial)


def _scaled_down(terms: TermsOf[A], coefficient: int, monomial: MonomialOf[A]) -> TermsOf[A]:
    return {_over(mono, monomial) or CONSTANT: c // coefficient for mono, c in terms.items()}


def _over(a: MonomialOf[A], b: MonomialOf[A]) -> MonomialOf[A] | None:
    """Return the monomial a / b, or None if b does not divide a."""
    if not b:
        return a
    exponents = dict(a)
    for atom, exponent in b:
        left = exponents.get(atom, 0) - exponent
        if left < 0:
            return None
        if left:
            exponents[atom] = left
        else:
            del exponents[atom]
    return tuple(exponents.items())


def _ranks(*sums: Iterable[MonomialOf[A]]) -> dict[A, int]:
    atoms = {atom for terms in sums for mono in terms for atom, _ in mono}
    return {atom: rank for rank, atom in enumerate(sorted(atoms, key=lambda atom: atom.key))}


def _vector(mono: MonomialOf[A], ranks: Mapping[A, int]) -> tuple[int, ...]:
    """Return the exponents by rank: comparing these is the lexicographic monomial order."""
    vector = [0] * len(ranks)
    for atom, exponent in mono:
        vector[ranks[atom]] = exponent
    return tuple(vector)


def _leading(terms: Iterable[MonomialOf[A]], ranks: Mapping[A, int]) -> MonomialOf[A]:
    return max(terms, key=lambda mono: _vector(mono, ranks))


def divide(a: TermsOf[A], b: TermsOf[A]) -> tuple[TermsOf[A], TermsOf[A]]:
    """Return polynomials q and r with a = q·b + r, r = 0 when b divides a; q = 0 when it takes too long."""
    ranks = _ranks(a, b)
    lead = _leading(b, ranks)
    lead_coefficient = b[lead]
    pending = dict(a)
    quotient: dict[MonomialOf[A], int] = {}
    rest: dict[MonomialOf[A], int] = {}
    steps = 0
    while pending:
        top = _leading(pending, ranks)
        ratio = _over(top, lead)
        factor = 0 if ratio is None else pending[top] // lead_coefficient
        if ratio is not None and factor:
            quotient[ratio] = quotient.get(ratio, 0) + factor
            for mono, c in b.items():
                product = multiply_monomials(ratio, mono)
                pending[product] = pending.get(product, 0) - factor * c
                steps += 1
            if steps > MAX_DIVISION_STEPS:
                return {}, a
        left = pending.pop(top)
        if left:
            rest[top] = left
        pending = {mono: c for mono, c in pending.items() if c}
    return quotient, rest
