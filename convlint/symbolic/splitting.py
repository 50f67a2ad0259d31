"""Takes sums of terms apart at their symbols: into parts, and into factors, that have no symbols in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import gcd
from typing import Protocol, TypeVar

from convlint.symbolic.symbols import Symbol
from convlint.symbolic.terms import CONSTANT, MonomialOf, Ordered, TermsOf

MAX_CELLS = 4096


class WithSymbols(Ordered, Protocol):
    """An atom of which the symbols in it are known."""

    @property
    def symbols(self) -> frozenset[Symbol]:
        """Every symbol in it."""


A = TypeVar("A", bound=WithSymbols)


def parts(terms: TermsOf[A]) -> list[TermsOf[A]]:
    """Return sums that add up to `terms` and share no symbols: as many as there can be, and the constant."""
    linked = _Links()
    for mono in terms:
        linked.join(symbol for atom, _ in mono for symbol in atom.symbols)
    found: dict[Symbol | None, dict[MonomialOf[A], int]] = {}
    for mono, coefficient in terms.items():
        owner = linked.root(next(iter(mono[0][0].symbols))) if mono else None
        found.setdefault(owner, {})[mono] = coefficient
    return list(found.values())


def product(terms: TermsOf[A]) -> tuple[int, list[TermsOf[A]], int] | None:
    """Write a sum as coefficient · product of factors + constant, or return None if it is no such product.

    There are at least two factors, no two of them share a symbol, and each is primitive: its coefficients have no
    common divisor.
    """
    groups = _groups({atom for mono in terms for atom, _ in mono})
    if len(groups) < 2:
        return None
    for group in groups:
        split = _split(terms, group)
        if split is None:
            continue
        coefficient, left, right, offset = split
        further = product(right)
        if further is None or further[2]:
            return coefficient, [left, right], offset
        return coefficient * further[0], [left, *further[1]], offset
    return None


class _Links:
    """Sets of symbols that occur together."""

    def __init__(self) -> None:
        self._parent: dict[Symbol, Symbol] = {}

    def root(self, symbol: Symbol) -> Symbol:
        while (parent := self._parent.setdefault(symbol, symbol)) is not symbol:
            symbol = parent
        return symbol

    def join(self, symbols: Iterable[Symbol]) -> None:
        first: Symbol | None = None
        for symbol in symbols:
            if first is None:
                first = symbol
            else:
                self._parent[self.root(symbol)] = self.root(first)


def _groups(atoms: Iterable[A]) -> list[frozenset[A]]:
    """Return the atoms in groups that share no symbols, in an order that does not depend on hashes."""
    ordered = sorted(atoms, key=lambda atom: atom.key)
    linked = _Links()
    for atom in ordered:
        linked.join(atom.symbols)
    groups: dict[Symbol, list[A]] = {}
    for atom in ordered:
        groups.setdefault(linked.root(next(iter(atom.symbols))), []).append(atom)
    return [frozenset(group) for group in groups.values()]


def _split(terms: TermsOf[A], group: frozenset[A]) -> tuple[int, TermsOf[A], TermsOf[A], int] | None:
    """Write a sum as coefficient · left · right + offset, the atoms of `group` in `left` and the others in `right`.

    The coefficients, with one row for each monomial of the group and one column for each of the others, must be a
    matrix of rank 1, but for the constant: that is chosen so that they are.
    """
    table: dict[MonomialOf[A], dict[MonomialOf[A], int]] = {}
    for mono, coefficient in terms.items():
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
    return left_content * right_content // corner, left, right, terms.get(CONSTANT, 0) - constant


def _primitive(terms: Mapping[MonomialOf[A], int]) -> tuple[TermsOf[A], int]:
    """Return the sum divided by its content, and the content."""
    content = gcd(*terms.values())
    return {mono: c // content for mono, c in terms.items() if c}, content
