"""Solves conditions for the input sizes that meet them, exactly, or says which conditions it could not solve."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from convlint.symbolic.assumptions import Assumptions
from convlint.symbolic.classes import TooHard
from convlint.symbolic.conditions import (
    Comparison,
    Condition,
    Relation,
    Verdict,
    all_of,
    condition_symbols,
    equal,
    substitute_in,
)
from convlint.symbolic.decision import Knowledge, decide
from convlint.symbolic.dim import Dim, Size, of_atom
from convlint.symbolic.divisors import divisors, factorisations
from convlint.symbolic.domain import Domain
from convlint.symbolic.factors import factored
from convlint.symbolic.interning import Memory
from convlint.symbolic.ranges import range_of
from convlint.symbolic.sizeset import SizeSet
from convlint.symbolic.symbols import Symbol

MAX_ALTERNATIVES = 64
MOST_REMEMBERED = 256
"""Solutions."""


class Alternative(Struct, frozen=True):
    """Sets of which every combination is accepted, one for each of some symbols."""

    sizes: tuple[tuple[Symbol, SizeSet], ...]

    def __str__(self) -> str:
        return ", ".join(f"{symbol}: {values}" for symbol, values in self.sizes)


class Solution(Struct, frozen=True):
    """The values of symbols that meet all conditions.

    Values are accepted if and only if each symbol's is in its set in `sizes`, the `equalities` hold, one of the
    `alternatives` takes them (where there are any), and the `undecided` conditions hold.
    """

    sizes: tuple[tuple[Symbol, SizeSet], ...]
    equalities: tuple[tuple[Symbol, Size], ...] = ()
    alternatives: tuple[Alternative, ...] = ()
    undecided: tuple[Condition, ...] = ()
    impossible: bool = False
    """True if no values at all meet the conditions."""

    def of(self, symbol: Symbol) -> SizeSet | None:
        """Return the set of one symbol; None for one that is not in the conditions."""
        return dict(self.sizes).get(symbol)

    def __str__(self) -> str:
        if self.impossible:
            return "no size is accepted"
        lines = [f"{symbol}: {values}" for symbol, values in self.sizes]
        lines += [f"{symbol} == {size}" for symbol, size in self.equalities]
        if self.alternatives:
            lines.append(" or ".join(f"({alternative})" for alternative in self.alternatives))
        lines += [f"{condition} (not decided)" for condition in self.undecided]
        return "\n".join(lines)


def solve(conditions: Iterable[Condition], symbols: Iterable[Symbol] = ()) -> Solution:
    """Return the values of every symbol in `conditions`, and of `symbols`, that meet all of them."""
    given = tuple(conditions)
    names = sorted(frozenset(symbols).union(*map(condition_symbols, given)), key=lambda symbol: symbol.key)
    return _solutions.recall((given, tuple(names)), _solved)


_solutions: Memory[tuple[tuple[Condition, ...], tuple[Symbol, ...]], Solution] = Memory(MOST_REMEMBERED)


def _solved(question: tuple[tuple[Condition, ...], tuple[Symbol, ...]]) -> Solution:
    given, names = question
    known = Assumptions()
    for condition in given:
        known.assume(condition)
    if known.contradictory:
        return _impossible(names)
    worlds = list(_worlds(known, MAX_ALTERNATIVES))
    if not worlds:
        return _impossible(names)
    substituted = {name: known.substitution.get(name) for name in names}
    equalities = tuple((name, known.simplify(size)) for name, size in substituted.items() if isinstance(size, Dim))
    equal_to_others = {symbol for symbol, _ in equalities}
    sizes = tuple((s, _values(s, known)) for s in names if s not in equal_to_others)
    undecided = tuple(fact for fact in _open_facts(known) if not all(_settles(world, fact, known) for world in worlds))
    return Solution(sizes, equalities, _alternatives(known, worlds), undecided)


def _impossible(names: tuple[Symbol, ...]) -> Solution:
    return Solution(tuple((name, SizeSet((), name.least)) for name in names), impossible=True)


def _values(symbol: Symbol, known: Assumptions) -> SizeSet:
    value = known.substitution.get(symbol)
    domain = known.domains.get(symbol) or Domain.of(symbol)
    if isinstance(value, int):
        domain = Domain.of(symbol).where(equal(of_atom(symbol), value))
    return SizeSet.of(domain)


def _open_facts(world: Assumptions) -> list[Condition]:
    """Return the facts that the symbols' own values do not settle."""
    alone = Knowledge(domains=dict(world.domains))
    return [fact for fact in world.facts if _settled(fact, alone) is Verdict.OPEN]


def _settles(world: Assumptions, fact: Condition, known: Assumptions) -> bool:
    """Tell whether a fact holds for all values of the symbols' own sets in this case."""
    if any(isinstance(size, Dim) and symbol not in known.substitution for symbol, size in world.substitution.items()):
        return False
    try:
        rewritten = substitute_in(fact, world.substitution)
    except ZeroDivisionError:
        return False
    return _settled(rewritten, Knowledge(domains=dict(world.domains))) is Verdict.PROVED


def _settled(fact: Condition, alone: Knowledge) -> Verdict:
    try:
        return decide(fact, alone)
    except ZeroDivisionError:
        return Verdict.OPEN


def _worlds(known: Assumptions, budget: int) -> Iterator[Assumptions]:
    """Split what is known into cases without products of symbols, as far as divisors allow; none if it cannot be."""
    alone = Knowledge(domains=dict(known.domains))
    for fact in known.facts:
        verdict = _settled(fact, alone)
        if verdict is Verdict.VIOLATED:
            return
        cases = _cases(fact, known, budget) if verdict is Verdict.OPEN else None
        if cases is None:
            continue
        for case in cases:
            world = known.copy()
            world.assume(case)
            if not world.contradictory:
                yield from _worlds(world, budget // len(cases))
        return
    yield known


def _cases(fact: Condition, known: Assumptions, budget: int) -> list[Condition] | None:
    """Return conditions of one symbol each of which exactly one holds when `fact` does; None if there are none."""
    if not isinstance(fact, Relation) or fact.comparison is not Comparison.EQUAL:
        return None
    difference = fact.left - fact.right
    form = factored(difference) if isinstance(difference, Dim) else None
    if form is None or any(len(factor.symbols) != 1 for factor in form.factors):
        return None
    target, rest = divmod(-form.offset, form.coefficient)
    found = divisors(target) if target and not rest else None
    if found is None:
        return None
    try:
        choices = [_possible(factor, found, known) for factor in form.factors]
    except TooHard:
        return None
    combinations: list[Condition] = []
    for values in factorisations(target, choices):
        combinations.append(all_of(*(equal(f, v) for f, v in zip(form.factors, values, strict=True))))
        if len(combinations) > budget:
            return None
    return combinations


def _possible(factor: Dim, found: list[int], known: Assumptions) -> frozenset[int]:
    """Return the divisors that a factor of one symbol can be; TooHard if that cannot be found out."""
    (symbol,) = factor.symbols
    domain = known.domains.get(symbol) or Domain.of(symbol)
    low, high = range_of(factor, known.domains)
    candidates = (d for positive in found for d in (positive, -positive))
    inside = [d for d in candidates if (low is None or d >= low) and (high is None or d <= high)]
    return frozenset(d for d in inside if not domain.where(equal(factor, d)).is_empty)


def _alternatives(known: Assumptions, worlds: list[Assumptions]) -> tuple[Alternative, ...]:
    """Return what each case says of the symbols that differ between the cases."""
    if worlds == [known]:
        return ()
    symbols = {symbol for world in worlds for symbol in (*world.domains, *world.substitution)}
    differing = sorted(
        (s for s in symbols if not isinstance(known.substitution.get(s), Dim)), key=lambda symbol: symbol.key
    )
    told = [tuple((s, _values(s, world)) for s in differing) for world in worlds]
    kept = [i for i, s in enumerate(differing) if any(sizes[i][1] != _values(s, known) for sizes in told)]
    return tuple(Alternative(tuple(sizes[i] for i in kept)) for sizes in told)
