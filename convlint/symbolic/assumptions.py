"""What is known to hold on one path of a program, and what follows from it."""

from __future__ import annotations

from enum import Enum
from math import gcd

from convlint.symbolic.bounds import bounds
from convlint.symbolic.conditions import Comparison, Condition, Divisibility, Every, Relation, Some, negation
from convlint.symbolic.dim import Size
from convlint.symbolic.rewrite import substitute
from convlint.symbolic.conditions import substitute_in
from convlint.symbolic.symbols import Symbol


class Verdict(Enum):
    """What is known of a condition."""

    PROVED = "proved"
    VIOLATED = "violated"
    OPEN = "open"


class Assumptions:
    """The conditions that hold on one path."""

    def __init__(self) -> None:
        self._assumed: list[Condition] = []
        self._facts: list[Condition] = []
        self._substitution: dict[Symbol, Size] = {}

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The assumed conditions, in order."""
        return tuple(self._assumed)

    def copy(self) -> Assumptions:
        """Return a store that can be added to without changing this one."""
        twin = Assumptions()
        twin._assumed, twin._facts = list(self._assumed), list(self._facts)
        twin._substitution = dict(self._substitution)
        return twin

    def simplify(self, size: Size) -> Size:
        """Rewrite `size` by the equalities that are known."""
        if isinstance(size, int) or not self._substitution:
            return size
        return substitute(size, self._substitution)

    def assume(self, condition: Condition) -> None:
        """Take `condition` as true from now on."""
        self._assumed.append(condition)
        for part in condition.parts if isinstance(condition, Every) else (condition,):
            self._learn(substitute_in(part, self._substitution))

    def _learn(self, fact: Condition) -> None:
        solved = _solve_for_symbol(fact)
        if solved is None:
            self._facts.append(fact)
            return
        name, value = solved
        one = {name: value}
        self._substitution = {key: substitute(old, one) for key, old in self._substitution.items()} | one
        self._facts = [substitute_in(old, one) for old in self._facts]
        if name.least is not None:
            self._facts.append(Relation(value, Comparison.AT_LEAST, name.least))

    def decide(self, condition: Condition) -> Verdict:
        """Tell what is known of `condition`."""
        if isinstance(condition, Every):
            verdicts = {self.decide(part) for part in condition.parts}
            if Verdict.VIOLATED in verdicts:
                return Verdict.VIOLATED
            return Verdict.OPEN if Verdict.OPEN in verdicts else Verdict.PROVED
        if isinstance(condition, Some):
            verdicts = {self.decide(part) for part in condition.parts}
            if Verdict.PROVED in verdicts:
                return Verdict.PROVED
            return Verdict.OPEN if Verdict.OPEN in verdicts else Verdict.VIOLATED
        if self._substitution:
            condition = substitute_in(condition, self._substitution)
        if isinstance(condition, Divisibility):
            return self._divides(condition)
        verdict = _relation(condition)
        if verdict is Verdict.OPEN:
            if condition in self._facts:
                return Verdict.PROVED
            if negation(condition) in self._facts:
                return Verdict.VIOLATED
        return verdict

    def _divides(self, condition: Divisibility) -> Verdict:
        if condition in self._facts:
            return Verdict.PROVED
        if negation(condition) in self._facts:
            return Verdict.VIOLATED
        if condition.modulus == 0:
            comparison = Comparison.NOT_EQUAL if condition.negated else Comparison.EQUAL
            return _relation(Relation(condition.size, comparison, 0))
        rest = condition.size % condition.modulus
        return _relation(Relation(rest, Comparison.NOT_EQUAL if condition.negated else Comparison.EQUAL, 0))


def _relation(relation: Relation) -> Verdict:
    difference = relation.left - relation.right
    low, high = bounds(difference)
    if relation.comparison is Comparison.AT_LEAST:
        if low is not None and low >= 0:
            return Verdict.PROVED
        return Verdict.VIOLATED if high is not None and high < 0 else Verdict.OPEN
    equal = Verdict.OPEN
    if low == 0 == high:
        equal = Verdict.PROVED
    elif (low is not None and low > 0) or (high is not None and high < 0) or _coprime(difference):
        equal = Verdict.VIOLATED
    return equal if relation.comparison is Comparison.EQUAL else _opposite(equal)


def _opposite(verdict: Verdict) -> Verdict:
    return {Verdict.PROVED: Verdict.VIOLATED, Verdict.VIOLATED: Verdict.PROVED}.get(verdict, Verdict.OPEN)


def _coprime(difference: Size) -> bool:
    """Tell whether a divisor of all other coefficients does not divide the constant: then it is never 0."""
    if isinstance(difference, int):
        return difference != 0
    return difference.constant % gcd(*(c for mono, c in difference.terms.items() if mono)) != 0


def _solve_for_symbol(fact: Condition) -> tuple[Symbol, Size] | None:
    """Return a symbol and what it equals, for an equality that says so."""
    if not isinstance(fact, Relation) or fact.comparison is not Comparison.EQUAL:
        return None
    difference = fact.left - fact.right
    if isinstance(difference, int):
        return None
    for mono, coefficient in difference.terms.items():
        if len(mono) != 1 or mono[0][1] != 1 or not isinstance(mono[0][0], Symbol):
            continue
        name = mono[0][0]
        others = {m: c for m, c in difference.terms.items() if m != mono}
        from convlint.symbolic.dim import make
        from convlint.symbolic.rewrite import symbols_of

        rest = make(others)
        if name in symbols_of(rest) or any(c % coefficient for c in others.values()):
            continue
        return name, make({m: -(c // coefficient) for m, c in others.items()})
    return None
