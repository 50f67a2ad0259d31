"""Symbolic sizes: integers that may depend on named input sizes, and conditions on them.

`Dim` (module `dim`) is a polynomial over atoms; `division` makes floors, `extremes` max and min; `rewrite` substitutes and
evaluates; `bounds` is interval analysis. `conditions` are values; `Assumptions` holds those of one path and decides others.
"""

from __future__ import annotations

from convlint.symbolic.assumptions import Assumptions, Verdict
from convlint.symbolic.conditions import (
    Condition,
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
