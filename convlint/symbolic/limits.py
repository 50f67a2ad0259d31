"""How large a size may grow: this bounds the time of everything that walks one."""

from __future__ import annotations

from typing import Protocol, TypeVar

from convlint.symbolic.terms import Ordered, TermsOf

MAX_TERMS = 256
MAX_PRODUCTS = 4 * MAX_TERMS
"""Products of terms in one multiplication."""
MAX_WEIGHT = 2048
"""Atoms in the whole expression, nested ones included."""
MAX_DEPTH = 24
MAX_EXPONENT = 64
MAX_BITS = 4096
"""Bits of a coefficient."""


class Weighed(Ordered, Protocol):
    """An atom that knows how many atoms it holds, and how deeply they are nested."""

    @property
    def weight(self) -> int: ...

    @property
    def depth(self) -> int: ...


A = TypeVar("A", bound=Weighed)


def exceeded(terms: TermsOf[A]) -> bool:
    """Tell whether a sum is too large to be kept."""
    if len(terms) > MAX_TERMS:
        return True
    weight = 0
    for mono, coefficient in terms.items():
        weight += 1
        if coefficient.bit_length() > MAX_BITS:
            return True
        for atom, exponent in mono:
            weight += atom.weight
            if exponent > MAX_EXPONENT or atom.depth > MAX_DEPTH:
                return True
    return weight > MAX_WEIGHT
