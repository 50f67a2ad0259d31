"""Chooses numbers for the symbols of a claim: few, small, and such that the conditions of the claim hold."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator, Sequence

from convlint.symbolic import Condition, Size, Symbol, SymbolKind, evaluate, holds
from convlint.symbolic.conditions import condition_symbols
from convlint.symbolic.sizeset import SizeSet
from convlint.symbolic.solve import Solution, solve

Valuation = dict[Symbol, int]

PREFERRED = (12, 32, 7, 16, 33, 5, 8, 2, 3, 64, 1, 4, 28, 31, 48, 224, 100, 256, 0)
"""Sizes that are tried first, of those that fit: small ones, and some that no power of two divides."""
_MOST_TRIED = 4000
_MOST_PER_SYMBOL = 24


def valuations(conditions: Sequence[Condition], symbols: Iterable[Symbol], wanted: int = 3) -> list[Valuation]:
    """Return up to `wanted` choices of numbers that meet all conditions, different in as many symbols as there can be.

    No choice at all means that none was found. Without symbols there is one, which is empty.
    """
    needed = frozenset(symbols)
    if not needed:
        return [{}]
    relevant = _connected(conditions, needed)
    solution = solve(relevant, needed)
    if solution.impossible:
        return []
    found: list[Valuation] = []
    for tried in _choices(solution):
        if tried not in found and _meets(relevant, tried):
            found.append(tried)
            if len(found) == wanted:
                break
    return found


def _connected(conditions: Sequence[Condition], needed: frozenset[Symbol]) -> list[Condition]:
    """Return the conditions that say something of the needed symbols, if only by way of others."""
    reached, left = set(needed), list(conditions)
    chosen: list[Condition] = []
    changed = True
    while changed:
        changed = False
        for condition in list(left):
            if not reached.isdisjoint(condition_symbols(condition)):
                reached |= condition_symbols(condition)
                left.remove(condition)
                chosen.append(condition)
                changed = True
    return chosen


def _choices(solution: Solution) -> Iterator[Valuation]:
    """Yield numbers from the sets of a solution: first those at the same rank of preference, then mixed ones."""
    dice = random.Random(0)
    tables = []
    for way in solution.alternatives or (None,):
        sets = dict(solution.sizes) | (dict(way.sizes) if way is not None else {})
        tables.append({symbol: _candidates(symbol, sizes) for symbol, sizes in sets.items()})
    tables = [table for table in tables if all(table.values())]
    for rank in range(_MOST_TRIED if tables else 0):
        table = tables[rank % len(tables)]
        if rank < _MOST_PER_SYMBOL:
            numbers = {symbol: choices[rank % len(choices)] for symbol, choices in table.items()}
        else:
            numbers = {symbol: dice.choice(choices) for symbol, choices in table.items()}
        if _fill(numbers, solution.equalities):
            yield numbers


def _fill(numbers: Valuation, equalities: tuple[tuple[Symbol, Size], ...]) -> bool:
    """Add the symbols that others determine; tell whether they can be what they would be."""
    for symbol, size in equalities:
        try:
            numbers[symbol] = evaluate(size, numbers)
        except (KeyError, ZeroDivisionError):
            return False
        if symbol.least is not None and numbers[symbol] < symbol.least:
            return False
    return True


def _candidates(symbol: Symbol, sizes: SizeSet) -> list[int]:
    """Return members of a set, the preferred ones first."""
    least = 1 if symbol.kind is not SymbolKind.UNKNOWN else 0
    found = [size for size in PREFERRED if size >= least and size in sizes]
    for part in sizes.parts:
        low = max(least, part.low) if part.low is not None else least
        start = low + (part.residue - low) % part.step
        members = (start + step * part.step for step in range(_MOST_PER_SYMBOL))
        found += [size for size in members if size in part and size not in found]
    return found[:_MOST_PER_SYMBOL]


def _meets(conditions: Sequence[Condition], numbers: Valuation) -> bool:
    try:
        return all(holds(condition, numbers) for condition in conditions)
    except (KeyError, ZeroDivisionError):
        return False


def told(numbers: Valuation) -> str:
    """Return "H = 8, N = 2"."""
    return ", ".join(f"{symbol} = {number}" for symbol, number in sorted(numbers.items(), key=lambda item: item[0].key))
