"""For which sizes of an input of open size something is so: solved exactly, and told in few words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from convlint.symbolic import Assumptions, Condition, Symbol, SymbolKind, Verdict, holds, negation
from convlint.symbolic.classes import TooHard
from convlint.symbolic.conditions import condition_symbols
from convlint.symbolic.domain import Domain
from convlint.symbolic.sizeset import SizeSet
from convlint.symbolic.solve import solve
from convlint.trace import ModelTrace

LONGEST = 40
"""Characters of a set's text in a message."""


class Sizes(Struct, frozen=True):
    """The values of one input size for which a condition holds, among those that the model accepts."""

    symbol: Symbol
    text: str
    """Such as "for odd H", or "for every H"."""
    every: bool
    """Whether the condition holds for every accepted size."""


def accepted_by(trace: ModelTrace) -> Assumptions | None:
    """Return what the inputs meet that come to the end of this run; None if there are none, or it has no end."""
    if not trace.complete or trace.violation is not None:
        return None
    known = Assumptions()
    for condition in trace.assumed:
        known.assume(condition)
    return None if known.contradictory else known


def sizes_where(condition: Condition, known: Assumptions) -> Sizes | None:
    """Return for which values of the one input size in it a condition holds; None for no value, or if not decided."""
    symbols = condition_symbols(condition)
    if len(symbols) != 1:
        return None
    (symbol,) = symbols
    if symbol.kind is not SymbolKind.INPUT or symbol in known.substitution:
        return None
    domain = known.domains.get(symbol) or Domain.of(symbol)
    try:
        inside, outside = domain.where(condition), domain.where(negation(condition))
    except TooHard:
        return None
    if inside.is_empty:
        return None
    every = outside.is_empty and known.decide(condition) is Verdict.PROVED
    return Sizes(symbol, _text(symbol, inside, outside), every)


def _text(symbol: Symbol, inside: Domain, outside: Domain) -> str:
    if outside.is_empty:
        return f"for every {symbol}"
    sets = SizeSet.of(inside), SizeSet.of(outside)
    for name, residue in (("odd", 1), ("even", 0)):
        if all(
            {part.residue for part in parts.parts} == {rest} and _steps(parts) == {2}
            for parts, rest in zip(sets, (residue, 1 - residue), strict=True)
        ):
            return f"for {name} {symbol}"
    good, bad = (_after(symbol, sizes) for sizes in sets)
    if len(_steps(sets[1])) == 1 and {part.residue for part in sets[1].parts} == {0} and _steps(sets[1]) != {1}:
        return f"for {symbol} that is not a multiple of {_steps(sets[1]).pop()}"
    if len(good) <= min(len(bad), LONGEST):
        return f"for {good}"
    if len(bad) <= LONGEST:
        return f"unless {bad}"
    return f"for some {symbol}"


def _steps(sizes: SizeSet) -> set[int]:
    return {part.step for part in sizes.parts}


def _after(symbol: Symbol, sizes: SizeSet) -> str:
    """Return a set behind the symbol's name: "H ≥ 7", "H = 32…35"."""
    text = str(sizes)
    return f"{symbol} {'= ' if text[:1].isdigit() else ''}{text}"


def example(conditions: Sequence[Condition]) -> dict[Symbol, int] | None:
    """Return sizes that meet all conditions, small ones where it is easy; None if there are none, or none is found."""
    found = solve(conditions)
    if found.impossible or found.equalities:
        return None
    sets = dict(found.sizes) | (dict(found.alternatives[0].sizes) if found.alternatives else {})
    least = {symbol: sizes.parts[0].low for symbol, sizes in sets.items()}
    values = {symbol: low for symbol, low in least.items() if low is not None}
    if len(values) < len(sets) or not all(holds(condition, values) for condition in conditions):
        return None
    return values


def sets_of(conditions: Iterable[Condition], symbols: Iterable[Symbol]) -> tuple[str, ...]:
    """Return the set of each symbol for which all conditions hold, such as "H: multiples of 32".

    Nothing if the sets depend on each other, are not found out, or are too long to be of help.
    """
    found = solve(conditions, symbols)
    if found.impossible or found.undecided or found.equalities or found.alternatives:
        return ()
    texts = [f"{symbol}: {sizes}" for symbol in dict.fromkeys(symbols) if (sizes := found.of(symbol)) is not None]
    return () if any(len(text) > LONGEST for text in texts) else tuple(texts)


def are_all_odd(conditions: Iterable[Condition], symbol: Symbol) -> bool:
    """Tell whether infinitely many values of a symbol meet all conditions, and all of them are odd."""
    found = solve(conditions, (symbol,))
    sizes = found.of(symbol)
    if found.impossible or found.undecided or found.equalities or found.alternatives or sizes is None:
        return False
    odd = all(part.step % 2 == 0 and part.residue % 2 == 1 for part in sizes.parts)
    return odd and not sizes.is_empty and sizes.parts[-1].high is None
