"""Sizes and conditions as small trees of JSON, which the page computes again for other inputs.

An expression is a number, the name of a symbol, or a list that begins with what it is: `["+", [2, ["H", 1]], [3]]` is
2·H + 3, each term a coefficient and powers; `["/", a, b]` is a // b, `["max", a, b]` and `["min", a, b]` go without
saying. A condition is `["==", a, b]`, `["!=", a, b]`, `[">=", a, b]`, `["|", m, a]` (m divides a), `["!|", m, a]`,
`["and", …]` or `["or", …]`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convlint.symbolic import Condition, Size, Symbol, SymbolKind, symbols_of
from convlint.symbolic.conditions import Divisibility, Every, Relation, Some
from convlint.symbolic.dim import Atom, Floor, Quotient

Tree = Any
"""What JSON knows."""


class Expressions:
    """The expressions of a page, each once: elsewhere `[5]` stands for the one at place 5, null for what is unknown."""

    def __init__(self) -> None:
        self.table: list[Tree] = []
        self.symbols: dict[Symbol, str] = {}
        self._places: dict[Size, int] = {}

    def size(self, size: Size | None) -> Tree:
        """Return a number, the place of an expression, or None for what is not known."""
        if size is None or isinstance(size, int):
            return None if size is None else int(size)
        if any(symbol.kind is SymbolKind.UNKNOWN for symbol in symbols_of(size)):
            return None
        if size not in self._places:
            self._places[size] = len(self.table)
            self.table.append(self.tree(size))
        return [self._places[size]]

    def shape(self, sizes: Sequence[Size | None]) -> list[Tree]:
        return [self.size(size) for size in sizes]

    def tree(self, size: Size) -> Tree:
        """Return a size, of which everything is known, as a tree."""
        if isinstance(size, int):
            return int(size)
        terms: list[Any] = [
            [coefficient, *([self._atom(atom), exponent] for atom, exponent in mono)]
            for mono, coefficient in size.terms.items()
        ]
        if len(terms) == 1 and terms[0][0] == 1 and len(terms[0]) == 2 and terms[0][1][1] == 1:
            return terms[0][1][0]
        return ["+", *terms]

    def _atom(self, atom: Atom) -> Tree:
        if isinstance(atom, Symbol):
            return self.symbols.setdefault(atom, self._name(atom))
        if isinstance(atom, Floor | Quotient):
            return ["/", self.tree(atom.num), self.tree(atom.den)]
        return ["max" if atom.largest else "min", *map(self.tree, atom.args)]

    def _name(self, symbol: Symbol) -> str:
        """Return the name of a symbol, with primes where another one has it already."""
        name = symbol.name
        while name in self.symbols.values():
            name += "′"
        return name

    def condition(self, condition: Condition) -> Tree:
        """Return a condition as a tree; None if it depends on anything of which nothing is known."""
        if any(symbol.kind is SymbolKind.UNKNOWN for symbol in condition.symbols):
            return None
        if isinstance(condition, Relation):
            return [condition.comparison.value, self.tree(condition.left), self.tree(condition.right)]
        if isinstance(condition, Divisibility):
            kind = "!|" if condition.negated else "|"
            return [kind, self.tree(condition.modulus), self.tree(condition.size)]
        assert isinstance(condition, Every | Some)
        return ["and" if isinstance(condition, Every) else "or", *map(self.condition, condition.parts)]
