"""Takes polynomials apart: into a sum of parts without common symbols, and into a product of such factors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import gcd

from convlint.symbolic.atoms import Atom, Monomial
from convlint.symbolic.dim import CONSTANT, Dim, Size, make
from convlint.symbolic.rewrite import symbols_of_atom
from convlint.symbolic.symbols import Symbol

MAX_CELLS = 4096


@dataclass(frozen=True, slots=True)
class Factored:
    """`coefficient * product(factors) + offset`; no two factors share a symbol, there are at least two, each is
    primitive (its coefficients have no common divisor)."""

    coefficient: int
    factors: tuple[Dim, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Normal:
    """`factor * base + offset`, where `base` has no constant term, no common divisor, and a first coefficient > 0."""

    base: Dim
    factor: int
    offset: int


def normal(size: Dim) -> Normal:
    """Separate the constant and the common divisor of the other terms."""
    terms = {mono: c for mono, c in size.terms.items() if mono}
    factor = gcd(*terms.values())
    first = min(terms, key=lambda mono: [(atom.key, exponent) for atom, exponent in mono])
    if terms[first] < 0:
        factor = -factor
    if factor != 1:
        terms = {mono: c // factor for mono, c in terms.items()}
    base = make(terms)
    assert isinstance(base, Dim)
    return Normal(base, factor, size.constant)


def summands(size: Dim) -> list[Size]:
    """Return sizes that add up to `size` and share no symbols: as many as there can be, and the constant."""
    linked = _Links()
    for mono in size.terms:
        linked.join(symbol for atom, _ in mono for symbol in symbols_of_atom(atom))
    parts: dict[Symbol | None, dict[Monomial, int]] = {}
    for mono, coefficient in size.terms.items():
        owner = linked.root(next(iter(symbols_of_atom(mono[0][0])))) if mono else None
        parts.setdefault(owner, {})[mono] = coefficient
    return [make(terms) for terms in parts.values()]


def factored(size: Dim) -> Factored | None:
    """Write `size` as a product of factors without common symbols plus a constant; None if it is no such product."""
    groups = _groups(size.atoms())
    if len(groups) < 2:
        return None
    for group in groups:
        split = _split(size, group)
        if split is None:
            continue
        coefficient, left, right, offset = split
        further = factored(right)
        if further is None or further.offset:
            return Factored(coefficient, (left, right), offset)
        return Factored(coefficient * further.coefficient, (left, *further.factors), offset)
    return None


class _Links:
    """Sets of symbols that occur together."""

    def __init__(self) -> None:
        self._parent: dict[Symbol, Symbol] = {}

    def root(self, symbol: Symbol) -> Symbol:
        while (parent := self._parent.setdefault(symbol, symbol)) != symbol:
            symbol = parent
        return symbol

    def join(self, symbols: Iterable[Symbol]) -> None:
        first: Symbol | None = None
        for symbol in symbols:
            if first is None:
                first = symbol
            else:
                self._parent[self.root(symbol)] = self.root(first)


def _groups(atoms: Iterable[Atom]) -> list[frozenset[Atom]]:
    """Return the atoms in groups that share no symbols, in an order that does not depend on hashes."""
    ordered = sorted(atoms, key=lambda atom: atom.key)
    linked = _Links()
    for atom in ordered:
        linked.join(symbols_of_atom(atom))
    groups: dict[Symbol, list[Atom]] = {}
    for atom in ordered:
        groups.setdefault(linked.root(next(iter(symbols_of_atom(atom)))), []).append(atom)
    return [frozenset(group) for group in groups.values()]


def _split(size: Dim, group: frozenset[Atom]) -> tuple[int, Dim, Dim, int] | None:
    """Write `size` as coefficient · left · right + offset, the atoms of `group` in `left` and the others in `right`.

    The coefficients, with one row for each monomial of the group and one column for each of the others, must be a
    matrix of rank 1, but for the constant: that is chosen so that they are.
    """
    table: dict[Monomial, dict[Monomial, int]] = {}
    for mono, coefficient in size.terms.items():
        row = tuple(item for item in mono if item[0] in group)
        column = tuple(item for item in mono if item[0] not in group)
        table.setdefault(row, {})[column] = coefficient
    columns = {column for cells in table.values() for column in cells} | {CONSTANT}
    if len(table) * len(columns) > MAX_CELLS:
        return None
    pivot = next(((r, c) for r, cells in table.items() if r for c in cells if c), None)
    if pivot is None:
        return None
    pivot_row, pivot_column = table[pivot[0]], pivot[1]
    corner = pivot_row[pivot_column]
    constant_row = table.get(CONSTANT, {})
    constant, rest = divmod(pivot_row.get(CONSTANT, 0) * constant_row.get(pivot_column, 0), corner)
    if rest:
        return None
    table[CONSTANT] = {**constant_row, CONSTANT: constant}
    for cells in table.values():
        share = cells.get(pivot_column, 0)
        if any(cells.get(column, 0) * corner != share * pivot_row.get(column, 0) for column in columns):
            return None
    left, left_content = _primitive({row: cells.get(pivot_column, 0) for row, cells in table.items()})
    right, right_content = _primitive(pivot_row)
    return left_content * right_content // corner, left, right, size.constant - constant


def _primitive(terms: Mapping[Monomial, int]) -> tuple[Dim, int]:
    """Return the polynomial divided by its content, and the content."""
    content = gcd(*terms.values())
    size = make({mono: c // content for mono, c in terms.items()})
    assert isinstance(size, Dim)
    return size, content
