"""The exact set of values that one symbol can have, and what a condition or a size is on that set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from convlint.symbolic import polynomials as poly
from convlint.symbolic.classes import ResidueClass, Split, TooHard, pieces, truth
from convlint.symbolic.conditions import Condition, Relation, Verdict, holds
from convlint.symbolic.dim import Dim, Size
from convlint.symbolic.interning import Interned
from convlint.symbolic.intervals import Intervals, covers, earlier, every, joined, later
from convlint.symbolic.monotone import slope, solutions
from convlint.symbolic.polynomials import Interval
from convlint.symbolic.rewrite import evaluate
from convlint.symbolic.symbols import Symbol

MAX_CLASSES = 4096
MAX_WORK = 60_000
"""Classes times the weight of what is evaluated on each."""
MOST_REMEMBERED = 4096
"""Answers of each kind."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, eq=False)
class Domain(Interned):
    """The values of one symbol: a union of disjoint residue classes. A modulus of 0 stands for a single value."""

    symbol: Symbol
    classes: tuple[ResidueClass, ...]

    @staticmethod
    def of(symbol: Symbol) -> Domain:
        """Return all values that a symbol of this kind can have."""
        return Domain(symbol, (ResidueClass(symbol, 0, 1, ((symbol.least, None),)),))

    @property
    def is_empty(self) -> bool:
        return not self.classes

    def hull(self) -> Interval:
        """Return the least and the greatest value of a set that is not empty; None where there is none."""
        return _hull([_values(where, interval) for where in self.classes for interval in where.span])

    def samples(self) -> Iterator[int]:
        """Yield a few of the values: small ones and large ones, of classes far apart."""
        for index in sorted({0, len(self.classes) // 2, len(self.classes) - 1}) if self.classes else ():
            where = self.classes[index]
            for low, high in (where.span[0], where.span[-1]):
                start = 0 if low is None else low
                for t in (start, start + 1, start + 997 if high is None else high):
                    if high is None or t <= high:
                        yield where.residue + where.modulus * t

    def varies(self, question: Callable[[Mapping[Symbol, int]], object]) -> bool:
        """Tell whether the answers for a few of the values differ: a quick no to what would have to be the same."""
        answers = set()
        for value in self.samples():
            try:
                answers.add(question({self.symbol: value}))
            except ZeroDivisionError:
                return False
            if len(answers) > 1:
                return True
        return False

    def decide(self, condition: Condition) -> Verdict:
        """Tell whether `condition` holds for all, none or some of the values; OPEN for the empty set.

        Raises TooHard if this cannot be found out.
        """
        return _easy(_verdict(self, condition))

    def where(self, condition: Condition) -> Domain:
        """Return the values for which `condition` holds. Raises TooHard if they cannot be found."""
        return _easy(_narrowed(self, condition))

    def extent(self, size: Size) -> Interval:
        """Return the least and the greatest value of `size` on a set that is not empty; None where there is none.

        Raises TooHard if they cannot be found.
        """
        return (size, size) if isinstance(size, int) else _easy(_extent(self, size))


def _easy(answer: Result | None) -> Result:
    if answer is None:
        raise TooHard
    return answer


# What takes long is asked again and again: on other paths of a program, in other modes, of other models. It is
# remembered even if there is no answer, which is None.


@lru_cache(MOST_REMEMBERED)
def _verdict(domain: Domain, condition: Condition) -> Verdict | None:
    steady = isinstance(condition, Relation) and solutions(condition) is not None
    if not steady and domain.varies(lambda values: holds(condition, values)):
        return Verdict.OPEN
    some = other = False
    try:
        for where, span in _walk(domain.classes, lambda where: truth(condition, where), condition.weight):
            some = some or bool(span)
            other = other or not covers(span, where.span)
            if some and other:
                return Verdict.OPEN
    except TooHard:
        return None
    return Verdict.OPEN if some is other else Verdict.PROVED if some else Verdict.VIOLATED


@lru_cache(MOST_REMEMBERED)
def _narrowed(domain: Domain, condition: Condition) -> Domain | None:
    try:
        found = [
            where._replace(span=span)
            for where, span in _walk(domain.classes, lambda where: truth(condition, where), condition.weight)
            if span
        ]
    except TooHard:
        return None
    return Domain(domain.symbol, tuple(_coalesced(found)))


@lru_cache(MOST_REMEMBERED)
def _extent(domain: Domain, size: Dim) -> Interval | None:
    direction = slope(size) if domain.symbol in size.symbols else 0
    if direction:
        low, high = (None if end is None else evaluate(size, {domain.symbol: end}) for end in domain.hull())
        return (low, high) if direction > 0 else (high, low)
    try:
        ends = [
            poly.extent(polynomial, *interval)
            for _, found in _walk(domain.classes, lambda where: pieces(size, where), size.weight)
            for interval, polynomial in found
        ]
    except TooHard:
        return None
    return _hull(ends)


def _hull(intervals: list[Interval]) -> Interval:
    lows = [low for low, _ in intervals if low is not None]
    highs = [high for _, high in intervals if high is not None]
    least = min(lows) if len(lows) == len(intervals) else None
    return least, max(highs) if len(highs) == len(intervals) else None


def _values(where: ResidueClass, interval: Interval) -> Interval:
    """Return the interval of values that an interval of t stands for."""
    low, high = (None if t is None else where.residue + where.modulus * t for t in interval)
    return low, high


def _walk(
    classes: tuple[ResidueClass, ...], visit: Callable[[ResidueClass], Result], weight: int
) -> Iterator[tuple[ResidueClass, Result]]:
    """Visit the classes, cut as finely as the visits ask for; TooHard when there are too many."""
    budget = min(MAX_CLASSES, MAX_WORK // weight)
    waiting = list(reversed(classes))
    while waiting:
        where = waiting.pop()
        try:
            result = visit(where)
        except Split as split:
            budget -= 1
            finer = _refined(where, split.factor, budget)
            waiting.extend(reversed(finer))
        else:
            budget -= 1
            yield where, result
        if len(waiting) > budget:
            raise TooHard


def _refined(where: ResidueClass, factor: int, budget: int) -> list[ResidueClass]:
    """Cut a class into `factor` finer ones, or into its values where these are fewer."""
    count = 0
    for low, high in where.span:
        if low is None or high is None or count > factor:
            count = factor + 1
            break
        count += high - low + 1
    if min(count, factor) > budget:
        raise TooHard
    if count <= factor:
        return [
            ResidueClass(where.symbol, where.residue + where.modulus * t, 0, ((0, 0),))
            for low, high in where.span
            if low is not None and high is not None
            for t in range(low, high + 1)
        ]
    finer = []
    for offset in range(factor):
        span = every(where.span, offset, factor)
        if span:
            residue = where.residue + where.modulus * offset
            finer.append(ResidueClass(where.symbol, residue, where.modulus * factor, span))
    return finer


def _coalesced(classes: list[ResidueClass]) -> list[ResidueClass]:
    """Join classes into coarser ones where their union is again a class, so that sets stay small."""
    if not classes:
        return []
    symbol = classes[0].symbol
    points = joined((where.residue, where.residue) for where in classes if not where.modulus)
    kept: dict[tuple[int, int], Intervals] = {}
    for where in classes:
        if where.modulus:
            key = (where.modulus, where.residue)
            kept[key] = joined((*kept.get(key, ()), *where.span))
    for modulus in sorted({modulus for modulus, _ in kept}, reverse=True):
        _join_level(kept, modulus)
    if points:
        # A run of single values may continue the set of all values.
        kept[1, 0] = joined((*kept.get((1, 0), ()), *points))
    return [ResidueClass(symbol, residue, modulus, span) for (modulus, residue), span in sorted(kept.items())]


def _join_level(kept: dict[tuple[int, int], Intervals], modulus: int) -> None:
    for prime in _primes(modulus):
        coarse = modulus // prime
        joined_any = False
        for residue in sorted({r % coarse for m, r in kept if m == modulus}):
            members = [(modulus, residue + coarse * i) for i in range(prime)]
            if not all(member in kept for member in members) or (coarse, residue) in kept:
                continue
            merged = _union_of_members([kept[member] for member in members])
            if merged is not None:
                for member in members:
                    del kept[member]
                kept[coarse, residue] = merged
                joined_any = True
        if joined_any:
            _join_level(kept, coarse)


def _union_of_members(spans: list[Intervals]) -> Intervals | None:
    """Return intervals of which the i-th of n spans holds every n-th value from i on, or None."""
    step = len(spans)
    if len({len(span) for span in spans}) > 1:
        return None
    merged = []
    for column in zip(*spans, strict=True):
        low: int | None = None
        high: int | None = None
        for offset, (first, last) in enumerate(column):
            start = None if first is None else first * step + offset
            end = None if last is None else last * step + offset
            low = start if offset == 0 else None if start is None else earlier(low, start)
            high = end if offset == 0 else None if end is None else later(high, end)
        merged.append((low, high))
    result = joined(merged)
    fits = all(every(result, offset, step) == span for offset, span in enumerate(spans))
    return result if fits else None


def _primes(number: int) -> list[int]:
    """Return the prime divisors, least first."""
    found = []
    divisor = 2
    while divisor * divisor <= number:
        if number % divisor == 0:
            found.append(divisor)
            while number % divisor == 0:
                number //= divisor
        divisor += 1
    return [*found, number] if number > 1 else found
