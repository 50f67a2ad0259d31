"""Solves the conditions of several ways to one end, way by way, and unites what they leave."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from convlint.symbolic.assumptions import Assumptions
from convlint.symbolic.classes import TooHard
from convlint.symbolic.conditions import (
    Condition,
    Some,
    Verdict,
    all_of,
    any_of,
    at_least,
    divides,
    substitute_in,
)
from convlint.symbolic.dim import Size, of_atom
from convlint.symbolic.dim import symbol as dim
from convlint.symbolic.domain import Domain
from convlint.symbolic.sizeset import SizeSet
from convlint.symbolic.solve import Solution, solve
from convlint.symbolic.symbols import Symbol, SymbolKind

MAX_WAYS = 16


def solved(demand: Sequence[Condition], symbols: Sequence[Symbol], ways: int = MAX_WAYS) -> list[Solution]:
    """Solve conditions; those of which one of several must hold, way by way where that leaves nothing unsolved."""
    whole = _without_implied(solve(demand, symbols))
    choice = next((condition for condition in whole.undecided if isinstance(condition, Some)), None)
    if choice is None or whole.impossible or len(choice.parts) > ways:
        return [whole]
    share = ways // len(choice.parts)
    found = [case for part in choice.parts for case in solved((*demand, part), symbols, share)]
    return [whole] if any(case.undecided for case in found) else found


def _without_implied(case: Solution) -> Solution:
    """Leave out unsolved conditions that hold for all members of the symbols' sets."""
    if not case.undecided:
        return case
    known = Assumptions()
    replaced: dict[Symbol, Size] = {}
    for symbol, sizes in case.sizes:
        if len(sizes.parts) != 1:
            continue
        (part,) = sizes.parts
        value = dim(f"{symbol}/{part.step}", SymbolKind.ARGUMENT) * part.step + part.residue
        replaced[symbol] = value
        if part.low is not None:
            known.assume(at_least(value, part.low))
        if part.high is not None:
            known.assume(at_least(part.high, value))
    kept = tuple(item for item in case.undecided if not _follows(item, replaced, known))
    return replace(case, undecided=kept)


def _follows(condition: Condition, replaced: dict[Symbol, Size], known: Assumptions) -> bool:
    try:
        return known.decide(substitute_in(condition, replaced)) is Verdict.PROVED
    except ZeroDivisionError:
        return False


def union(solutions: list[Solution]) -> tuple[Solution, ...]:
    """Join solutions that differ in the set of one symbol only; those without a member are left out."""
    cases = list(dict.fromkeys(solution for solution in solutions if not solution.impossible))
    merged = True
    while merged:
        merged = False
        for i, first in enumerate(cases):
            for j in range(i + 1, len(cases)):
                joined = _joined(first, cases[j])
                if joined is not None:
                    cases[i : i + 1], cases[j : j + 1] = [joined], []
                    merged = True
                    break
            if merged:
                break
    return tuple(cases)


def _joined(first: Solution, second: Solution) -> Solution | None:
    same = (first.equalities, first.alternatives, first.undecided) == (
        second.equalities,
        second.alternatives,
        second.undecided,
    )
    if not same or [symbol for symbol, _ in first.sizes] != [symbol for symbol, _ in second.sizes]:
        return None
    # What is solved jointly may hold for other reasons in each case; only plain sets are joined.
    if first.equalities or first.alternatives or first.undecided:
        return None
    pairs = list(zip(first.sizes, second.sizes, strict=True))
    differing = [index for index, (one, two) in enumerate(pairs) if one != two]
    if len(differing) != 1:
        return None
    index = differing[0]
    symbol, sizes = first.sizes[index]
    both = any_of(_member(symbol, sizes), _member(symbol, second.sizes[index][1]))
    try:
        united = SizeSet.of(Domain.of(symbol).where(both))
    except TooHard:
        return None
    return Solution((*first.sizes[:index], (symbol, united), *first.sizes[index + 1 :]))


def _member(symbol: Symbol, sizes: SizeSet) -> Condition:
    """Return that a symbol is in a set."""
    size = of_atom(symbol)
    ways = []
    for part in sizes.parts:
        demands = [divides(part.step, size - part.residue)] if part.step > 1 else []
        demands += [] if part.low is None else [at_least(size, part.low)]
        demands += [] if part.high is None else [at_least(part.high, size)]
        ways.append(all_of(*demands))
    return any_of(*ways)
