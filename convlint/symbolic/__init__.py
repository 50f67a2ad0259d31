"""Symbolic sizes: integers that may depend on named input sizes, and conditions on them.

Each file knows only those above it:

- `interning`: one object for equal values, and memories of results. `polynomials`, `intervals`, `divisors`: integers
  without symbols. `told`: integers that know who said them.
- `symbols`: the named sizes. `terms`: the algebra of monomials; `splitting`: sums and products without common symbols;
  `limits`: how large a size may grow; `printing`: sums as text.
- `dim`: `Dim` and the atoms that it is a polynomial over, with `+`, `-`, `*`, `//` in canonical form. `bounds`: between
  which integers a size lies, at first sight. `extremes`: max, min, and products of many. `rewrite`: substitutes and
  evaluates. `factors`: the forms of a size.
- `conditions`: what can hold of sizes. `monotone`: where a size that only grows passes a value. `classes`: sizes and
  conditions on a residue class, where every floor is a polynomial. `domain`: the exact values of one symbol. `ranges`:
  bounds by domains and forms. `decision`: what follows for one condition. `pairing`: equal products, factor by factor.
  `simplify`: sizes in simpler terms. `world`: all that is known on one path. `Assumptions` hands that out to programs.
- `sizeset`: sets that people can read. `solve`: the values that meet conditions; `union`: those of several ways.
"""

from __future__ import annotations

from convlint.symbolic.assumptions import Assumptions, Questions
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
from convlint.symbolic.dim import Dim, Size, ceil_div, symbol, symbols_of
from convlint.symbolic.extremes import maximum, minimum, product
from convlint.symbolic.rewrite import evaluate, substitute
from convlint.symbolic.symbols import Symbol, SymbolKind

__all__ = [
    "Assumptions",
    "Condition",
    "Dim",
    "Questions",
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
