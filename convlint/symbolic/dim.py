"""`Dim`, a symbolic integer: a polynomial with integer coefficients over atoms, in canonical form.

Every operation returns a plain `int` when its result is constant, so a `Dim` is never equal to an `int`. A result that
grows beyond bounds becomes a new symbol of which nothing is known: sound, and never slow.
"""

from __future__ import annotations

from collections.abc import Mapping

from convlint.symbolic.atoms import Atom, Monomial
from convlint.symbolic.symbols import Symbol, SymbolKind, fresh_uid

MAX_TERMS = 256
MAX_WEIGHT = 2048
"""Atoms in the whole expression, nested ones included: bounds the time of everything that walks it."""
MAX_DEPTH = 24
MAX_EXPONENT = 64
MAX_BITS = 4096
"""Bits of a coefficient."""

CONSTANT: Monomial = ()


class Dim:
    """A symbolic integer. Immutable; equality and hash are those of the canonical form."""

    __slots__ = ("_hash", "_key", "depth", "terms", "weight")

    terms: Mapping[Monomial, int]

    def __init__(self, terms: Mapping[Monomial, int], weight: int, depth: int) -> None:
        """Not for use outside of this module: `make` and `symbol` keep the canonical form."""
        self.terms = terms
        self.weight = weight
        self.depth = depth
        self._hash = 0
        self._key = ""

    @property
    def constant(self) -> int:
        """The constant term."""
        return self.terms.get(CONSTANT, 0)

    @property
    def key(self) -> str:
        """A text that differs for different dims, whatever their symbols' names."""
        if not self._key:
            parts = sorted(("*".join(f"{a.key}^{e}" for a, e in mono), c) for mono, c in self.terms.items())
            self._key = "+".join(f"{c}{mono}" for mono, c in parts)
        return self._key

    @property
    def symbols(self) -> frozenset[Symbol]:
        """Every symbol in it, those inside floors included."""
        from convlint.symbolic.rewrite import symbols_of  # it rebuilds dims, so it is built on this module

        return symbols_of(self)

    def atoms(self) -> set[Atom]:
        """Return the atoms of its monomials, those inside other atoms not included."""
        return {atom for mono in self.terms for atom, _ in mono}

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if not isinstance(other, Dim):
            return NotImplemented
        return self.terms == other.terms

    def __hash__(self) -> int:
        if not self._hash:
            self._hash = hash(frozenset(self.terms.items()))
        return self._hash

    def __str__(self) -> str:
        from convlint.symbolic.printing import text_of

        return text_of(self)

    def __repr__(self) -> str:
        return f"<Dim {self}>"

    def __add__(self, other: Size) -> Size:
        if isinstance(other, int):
            if other == 0:
                return self
            terms = dict(self.terms)
            terms[CONSTANT] = terms.get(CONSTANT, 0) + other
            return make(terms)
        if not isinstance(other, Dim):
            return NotImplemented
        terms = dict(self.terms)
        for mono, coefficient in other.terms.items():
            terms[mono] = terms.get(mono, 0) + coefficient
        return make(terms)

    __radd__ = __add__

    def __neg__(self) -> Dim:
        return Dim({mono: -c for mono, c in self.terms.items()}, self.weight, self.depth)

    def __pos__(self) -> Dim:
        return self

    def __sub__(self, other: Size) -> Size:
        if not isinstance(other, (int, Dim)):
            return NotImplemented
        return self + -other

    def __rsub__(self, other: int) -> Size:
        return -self + other

    def __mul__(self, other: Size) -> Size:
        if isinstance(other, int):
            if other == 1:
                return self
            return make({mono: c * other for mono, c in self.terms.items()}) if other else 0
        if not isinstance(other, Dim):
            return NotImplemented
        if len(self.terms) * len(other.terms) > MAX_TERMS * 4:
            return too_complex()
        terms: dict[Monomial, int] = {}
        for mono, c in self.terms.items():
            for other_mono, other_c in other.terms.items():
                merged = multiply_monomials(mono, other_mono)
                terms[merged] = terms.get(merged, 0) + c * other_c
        return make(terms)

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> Size:
        if not isinstance(exponent, int):
            return NotImplemented
        if exponent < 0:
            raise ValueError("a size has no negative power")
        if exponent > MAX_EXPONENT:
            return too_complex()
        result: Size = 1
        for _ in range(exponent):
            result = result * self
        return result

    def __floordiv__(self, other: Size) -> Size:
        from convlint.symbolic.division import floor_divide

        return floor_divide(self, other) if isinstance(other, (int, Dim)) else NotImplemented

    def __rfloordiv__(self, other: int) -> Size:
        from convlint.symbolic.division import floor_divide

        return floor_divide(other, self) if isinstance(other, int) else NotImplemented

    def __mod__(self, other: Size) -> Size:
        return self - other * (self // other) if isinstance(other, (int, Dim)) else NotImplemented

    def __rmod__(self, other: int) -> Size:
        return other - self * (other // self) if isinstance(other, int) else NotImplemented


Size = int | Dim


def make(terms: Mapping[Monomial, int]) -> Size:
    """Return the size with these terms, which may have coefficients of zero."""
    if 0 in terms.values():
        terms = {mono: c for mono, c in terms.items() if c}
    if not terms:
        return 0
    if len(terms) == 1 and CONSTANT in terms:
        return terms[CONSTANT]
    if len(terms) > MAX_TERMS:
        return too_complex()
    weight = depth = 0
    for mono, coefficient in terms.items():
        weight += 1
        if coefficient.bit_length() > MAX_BITS:
            return too_complex()
        for atom, exponent in mono:
            weight += atom.weight
            depth = max(depth, atom.depth)
            if exponent > MAX_EXPONENT:
                return too_complex()
    if weight > MAX_WEIGHT or depth > MAX_DEPTH:
        return too_complex()
    return Dim(terms, weight, depth)


def of_atom(atom: Atom) -> Size:
    """Return the size that is this atom."""
    if atom.depth > MAX_DEPTH or atom.weight > MAX_WEIGHT:
        return too_complex()
    return Dim({((atom, 1),): 1}, atom.weight + 1, atom.depth)


def symbol(name: str, kind: SymbolKind = SymbolKind.INPUT, reason: str = "") -> Dim:
    """Return a size that is one symbol; each call for an unknown size makes another symbol."""
    uid = fresh_uid() if kind is SymbolKind.UNKNOWN else 0
    return Dim({((Symbol(name, kind, reason, uid), 1),): 1}, 2, 0)


def too_complex() -> Dim:
    """Return a new symbol for a result that is too large to be kept: any integer."""
    unknown = Symbol("?", SymbolKind.ARGUMENT, "an expression too large to follow", fresh_uid())
    return Dim({((unknown, 1),): 1}, 2, 0)


def multiply_monomials(a: Monomial, b: Monomial) -> Monomial:
    """Return the product of two monomials."""
    if not a:
        return b
    if not b:
        return a
    exponents = dict(a)
    for atom, exponent in b:
        exponents[atom] = exponents.get(atom, 0) + exponent
    return tuple(sorted(exponents.items(), key=lambda item: item[0].key))
