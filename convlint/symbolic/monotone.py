"""Sizes that only grow, or only shrink, with their one symbol: where they pass a value, without residue classes.

Most sizes are such: what windows put out, however many of them follow on each other, and multiples and sums of it.
"""

from __future__ import annotations

from functools import lru_cache

from convlint.symbolic.conditions import Comparison, Relation
from convlint.symbolic.dim import Dim, Floor
from convlint.symbolic.intervals import Intervals, outside
from convlint.symbolic.polynomials import first_true
from convlint.symbolic.rewrite import evaluate
from convlint.symbolic.symbols import Symbol

MOST_REMEMBERED = 4096


@lru_cache(MOST_REMEMBERED)
def slope(size: Dim) -> int:
    """Return 1 for a size of one symbol that never falls as that grows, -1 for one that never rises, 0 for others.

    A size with a slope has no bounds: it exceeds every number on one side, and falls below every number on the other.
    """
    if len(size.symbols) != 1 or not all(_is_steady(mono) for mono in size.terms):
        return 0
    rises = {coefficient > 0 for mono, coefficient in size.terms.items() if mono}
    return 0 if len(rises) > 1 else 1 if rises.pop() else -1


def _is_steady(mono: tuple[tuple[object, int], ...]) -> bool:
    """Tell whether a monomial is a constant, or never falls as its symbol grows."""
    if not mono:
        return True
    atom, exponent = mono[0]
    if len(mono) > 1 or exponent > 1:
        return False
    return isinstance(atom, Symbol) or (isinstance(atom, Floor) and slope(atom.num) > 0)


@lru_cache(MOST_REMEMBERED)
def solutions(relation: Relation) -> tuple[Symbol, Intervals] | None:
    """Return the integers for which a relation holds, if its two sides differ by a size with a slope."""
    difference = relation.left - relation.right
    direction = slope(difference) if isinstance(difference, Dim) else 0
    if not isinstance(difference, Dim) or not direction:
        return None
    (symbol,) = difference.symbols
    rising = difference if direction > 0 else -difference
    if relation.comparison is Comparison.AT_LEAST:
        first = _first(rising, 0 if direction > 0 else 1, symbol)
        return symbol, ((first, None),) if direction > 0 else ((None, first - 1),)
    first, after = _first(rising, 0, symbol), _first(rising, 1, symbol)
    equal: Intervals = ((first, after - 1),) if first < after else ()
    return symbol, equal if relation.comparison is Comparison.EQUAL else outside(equal)


def _first(rising: Dim, value: int, symbol: Symbol) -> int:
    """Return the least number from which on a size with the slope 1 is at least `value`."""
    varying = [(mono, coefficient) for mono, coefficient in rising.terms.items() if mono]
    if len(varying) > 1:
        return _found(rising, value, symbol)
    ((mono, coefficient),) = varying
    # c·atom + k ≥ v if and only if atom ≥ ceil((v - k) / c); floor(x / d) ≥ w if and only if x ≥ d·w.
    needed = -((rising.constant - value) // coefficient)
    atom = mono[0][0]
    return _first(atom.num, needed * atom.den, symbol) if isinstance(atom, Floor) else needed


def _found(rising: Dim, value: int, symbol: Symbol) -> int:
    """Find the number by doubling and halving."""
    reach = 1
    while evaluate(rising, {symbol: reach}) < value or evaluate(rising, {symbol: -reach}) >= value:
        reach *= 2
    return first_true(lambda number: evaluate(rising, {symbol: number}) >= value, -reach, reach)
