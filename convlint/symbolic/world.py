"""What is known on one path of a program: how a condition is taken in, and what follows from all of them."""

from __future__ import annotations

from convlint.symbolic.classes import TooHard
from convlint.symbolic.conditions import (
    Comparison,
    Condition,
    Divisibility,
    Every,
    Relation,
    Some,
    Verdict,
    any_of,
    at_least,
    condition_symbols,
    negation,
    substitute_in,
)
from convlint.symbolic.decision import Knowledge, decide, reduced
from convlint.symbolic.dim import Dim, Size, make, symbols_of
from convlint.symbolic.domain import Domain
from convlint.symbolic.factors import normal
from convlint.symbolic.interning import Memory
from convlint.symbolic.intervals import earlier, later
from convlint.symbolic.pairing import pairs
from convlint.symbolic.rewrite import substitute
from convlint.symbolic.simplify import finely_simplified, simplified
from convlint.symbolic.symbols import Symbol, SymbolKind

MAX_HYPOTHETICAL_PARTS = 8
MOST_ANSWERS = 1024
"""Answers of each kind that a world remembers, twice this at most."""

_ELIMINATION_ORDER = (SymbolKind.UNKNOWN, SymbolKind.ARGUMENT, SymbolKind.INPUT)


class World:
    """The conditions that hold together, in the forms that questions are answered from.

    `_learn` changes it while it is made; afterwards it stays as it is, but for the answers that it remembers.
    """

    def __init__(self) -> None:
        self.known = Knowledge()
        self.substitution: dict[Symbol, Size] = {}
        self.contradictory = False
        self._verdicts: Memory[Condition, Verdict] = Memory(MOST_ANSWERS)
        self._simplified: Memory[Dim, Size] = Memory(MOST_ANSWERS)

    def after(self, condition: Condition) -> World:
        """Return the world in which a condition in the original symbols holds, too."""
        world = self._twin()
        world._learn(condition)
        return world

    def _twin(self) -> World:
        twin = World()
        twin.known = self.known.copy()
        twin.substitution = dict(self.substitution)
        twin.contradictory = self.contradictory
        return twin

    def decide(self, condition: Condition) -> Verdict:
        """Tell whether a condition in the original symbols follows, cannot be, or may be either."""
        return self._verdicts.get(condition) or self._verdicts.recall(condition, self._decide_rewritten)

    def simplify(self, size: Dim) -> Size:
        """Rewrite a size in the original symbols by what is known of them."""
        found = self._simplified.get(size)
        return self._simplified.recall(size, self._rewrite) if found is None else found

    def _rewrite(self, size: Dim) -> Size:
        try:
            return simplified(substitute(size, self.substitution), self.known)
        except ZeroDivisionError:
            return size

    def _decide_rewritten(self, condition: Condition) -> Verdict:
        return Verdict.OPEN if self.contradictory else self._decide(self._rewritten(condition))

    def _decide(self, condition: Condition) -> Verdict:
        try:
            verdict = decide(condition, self.known)
        except ZeroDivisionError:
            return Verdict.OPEN
        if verdict is Verdict.OPEN:
            verdict = self._decide_simplified(condition)
        if verdict is not Verdict.OPEN or not isinstance(condition, (Every, Some)):
            return verdict
        if isinstance(condition, Every):
            return Verdict.VIOLATED if self._excludes(condition.parts) else Verdict.OPEN
        excluded = self._excludes(tuple(negation(part) for part in condition.parts))
        return Verdict.PROVED if excluded else Verdict.OPEN

    def _decide_simplified(self, condition: Condition) -> Verdict:
        """Decide a condition of several symbols by what its sizes come to, or by the factors of its products."""
        if isinstance(condition, (Every, Some)) or len(condition_symbols(condition)) < 2:
            return Verdict.OPEN
        try:
            simple = self._simple(condition)
            verdict = decide(simple, self.known) if simple != condition else Verdict.OPEN
        except ZeroDivisionError:
            return Verdict.OPEN
        if verdict is Verdict.OPEN and (parts := pairs(simple, self._decide)) is not None:
            verdicts = {self._decide(part) for part in parts}
            if Verdict.VIOLATED in verdicts:
                return Verdict.VIOLATED
            return Verdict.OPEN if Verdict.OPEN in verdicts else Verdict.PROVED
        return verdict

    def _simple(self, condition: Relation | Divisibility) -> Condition:
        if isinstance(condition, Divisibility):
            modulus, size = (finely_simplified(part, self.known) for part in (condition.modulus, condition.size))
            return Divisibility(modulus, size, condition.negated)
        left, right = (finely_simplified(part, self.known) for part in (condition.left, condition.right))
        return Relation(left, condition.comparison, right)

    def _excludes(self, parts: tuple[Condition, ...]) -> bool:
        """Tell whether the parts cannot hold together: whether one is violated when those before it are assumed."""
        if len(parts) > MAX_HYPOTHETICAL_PARTS:
            return False
        world = self._twin()
        for part in parts:
            verdict = world.decide(part)
            if verdict is Verdict.VIOLATED:
                return True
            if verdict is Verdict.OPEN:
                world = world.after(part)
        return False

    def _rewritten(self, condition: Condition) -> Condition:
        """Apply the substitution, unless that divides by zero."""
        if not self.substitution:
            return condition
        try:
            return substitute_in(condition, self.substitution)
        except ZeroDivisionError:
            return condition

    def _learn(self, fact: Condition) -> None:
        fact = self._rewritten(fact)
        if isinstance(fact, Every):
            for part in fact.parts:
                self._learn(part)
            return
        verdict = self._decide(fact)
        if verdict is Verdict.VIOLATED:
            self.contradictory = True
        if verdict is not Verdict.OPEN:
            return
        if isinstance(fact, Some):
            rest = any_of(*(part for part in fact.parts if self._decide(part) is not Verdict.VIOLATED))
            if not isinstance(rest, Some):
                self._learn(rest)
                return
            fact = rest
        parts = pairs(fact, self._decide)
        if parts is not None:
            for part in parts:
                self._learn(part)
            return
        solved = _solved_for_symbol(fact)
        if solved is None or not self._replace(*solved):
            self._keep(fact)

    def _keep(self, fact: Condition) -> None:
        known = self.known
        known.facts[reduced(fact) if isinstance(fact, Divisibility) else fact] = None
        if isinstance(fact, Relation):
            self._limit(fact)
        symbols = condition_symbols(fact)
        if len(symbols) != 1:
            return
        (symbol,) = symbols
        try:
            domain = (known.domains.get(symbol) or Domain.of(symbol)).where(fact)
        except TooHard:
            return
        if domain.is_empty:
            self.contradictory = True
            return
        known.domains[symbol] = domain
        low, high = domain.hull()
        if low is not None and low == high:
            self._replace(symbol, low)

    def _limit(self, relation: Relation) -> None:
        """Note what a relation says of the polynomial in it."""
        difference = relation.left - relation.right
        if isinstance(difference, int):
            return
        form, known = normal(difference), self.known
        value, rest = divmod(-form.offset, form.factor)
        low, high = known.limits.get(form.base, (None, None))
        if relation.comparison is Comparison.NOT_EQUAL:
            known.excluded.add((form.base, value))
        elif relation.comparison is Comparison.EQUAL:
            known.limits[form.base] = (value, value)
        elif form.factor > 0:
            known.limits[form.base] = (later(low, value + bool(rest)), high)
        else:
            known.limits[form.base] = (low, earlier(high, value))

    def _replace(self, symbol: Symbol, value: Size) -> bool:
        """Let `symbol` be `value` everywhere, and learn again what was known; False if that divides by zero."""
        one = {symbol: value}
        try:
            substitution = {key: substitute(old, one) for key, old in self.substitution.items()}
        except ZeroDivisionError:
            return False
        facts = list(self.known.facts)
        self.substitution = substitution | one
        self.known = Knowledge()
        if symbol.least is not None:
            self._learn(at_least(value, symbol.least))
        for fact in facts:
            self._learn(fact)
        return True


def _solved_for_symbol(fact: Condition) -> tuple[Symbol, Size] | None:
    """Return a symbol and what it equals, for an equality of several symbols that says so.

    Unknown sizes are replaced rather than arguments, and these rather than input sizes.
    """
    if not isinstance(fact, Relation) or fact.comparison is not Comparison.EQUAL:
        return None
    difference = fact.left - fact.right
    if isinstance(difference, int):
        return None
    solutions: list[tuple[Symbol, Size]] = []
    for mono, coefficient in difference.terms.items():
        if len(mono) != 1 or mono[0][1] != 1 or not isinstance(mono[0][0], Symbol):
            continue
        rest = {m: c for m, c in difference.terms.items() if m != mono}
        if any(c % coefficient for c in rest.values()):
            continue
        value = make({m: -(c // coefficient) for m, c in rest.items()})
        if mono[0][0] not in symbols_of(value):
            solutions.append((mono[0][0], value))
    return max(solutions, key=lambda item: _rank(item[0]), default=None)


def _rank(symbol: Symbol) -> tuple[int, int, str]:
    return -_ELIMINATION_ORDER.index(symbol.kind), symbol.uid, symbol.key
