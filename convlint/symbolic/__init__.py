"""Symbolic sizes: integers that may depend on named input sizes, and conditions on them.

`dim` is polynomials over `atoms`; `division` makes floors, `extremes` max and min, `rewrite` substitutes and evaluates,
`printing` makes text. `conditions` are values. `Assumptions` holds those of one path; `decision` says what follows from
them, by `bounds`, by `ranges` of sums and products (`factors`, `divisors`), and exactly for one symbol: `domain` is the
set of its values, cut into residue `classes` on which every floor is one of the `polynomials`.
"""

from __future__ import annotations

from convlint.symbolic.assumptions import Assumptions
from convlint.symbolic.conditions import (
    Condition,
    Verdict,
    all_of,
    any_of,
    at_least,
    divides,
    equal,
    holds,
    negation,
    not_equal,
)
from convlint.symbolic.dim import Dim, Size, symbol
from convlint.symbolic.division import ceil_div
from convlint.symbolic.extremes import maximum, minimum, product
from convlint.symbolic.rewrite import evaluate, substitute, symbols_of
from convlint.symbolic.symbols import Symbol, SymbolKind

__all__ = [
    "Assumptions",
    "Condition",
    "Dim",
    "Size",
    "Symbol",
    "SymbolKind",
    "Verdict",
    "all_of",
    "any_of",
    "at_least",
    "ceil_div",
    "divides",
    "equal",
    "evaluate",
    "holds",
    "maximum",
    "minimum",
    "negation",
    "not_equal",
    "product",
    "substitute",
    "symbol",
    "symbols_of",
]
