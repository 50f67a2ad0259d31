"""The mutable store of what holds on one path of a program."""

from __future__ import annotations

from collections.abc import Mapping

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
from convlint.symbolic.dim import Dim, Size, make
from convlint.symbolic.domain import Domain
from convlint.symbolic.factors import normal
from convlint.symbolic.intervals import earlier, later
from convlint.symbolic.pairing import pairs
from convlint.symbolic.rewrite import substitute, symbols_of
from convlint.symbolic.simplify import finely_simplified, simplified
from convlint.symbolic.symbols import Symbol, SymbolKind

MAX_HYPOTHETICAL_PARTS = 8

_ELIMINATION_ORDER = (SymbolKind.UNKNOWN, SymbolKind.ARGUMENT, SymbolKind.INPUT)


class Assumptions:
    """The conditions that hold on one path, and what follows from them."""

    def __init__(self) -> None:
        self._assumed: list[Condition] = []
        self._known = Knowledge()
        self._substitution: dict[Symbol, Size] = {}
        self._contradictory = False
        self._verdicts: dict[Condition, Verdict] = {}
        self._simplified: dict[Dim, Size] = {}

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The assumed conditions as they were given, in order."""
        return tuple(self._assumed)

    @property
    def contradictory(self) -> bool:
        """Whether the conditions were found to exclude each other."""
        return self._contradictory

    @property
    def domains(self) -> Mapping[Symbol, Domain]:
        """The exact values of symbols of which more is known than their kind; those in `substitution` left out."""
        return self._known.domains

    @property
    def substitution(self) -> Mapping[Symbol, Size]:
        """Symbols that are known to equal a size without them."""
        return self._substitution

    @property
    def facts(self) -> tuple[Condition, ...]:
        """What is known besides the substitution, in terms of the other symbols."""
        return tuple(self._known.facts)

    def copy(self) -> Assumptions:
        """Return a store that can be added to without changing this one."""
        twin = Assumptions()
        twin._assumed = list(self._assumed)
        twin._known = self._known.copy()
        twin._substitution = dict(self._substitution)
        twin._contradictory = self._contradictory
        # What follows from the same conditions is the same; `assume` makes new ones instead of changing these.
        twin._verdicts, twin._simplified = self._verdicts, self._simplified
        return twin

    def simplify(self, size: Size) -> Size:
        """Rewrite `size` by the equalities that are known; equal to it wherever the assumed conditions hold."""
        if isinstance(size, int):
            return size
        if size not in self._simplified:
            try:
                found = simplified(substitute(size, self._substitution), self._known)
            except ZeroDivisionError:
                found = size
            self._simplified[size] = found
        return self._simplified[size]

    def decide(self, condition: Condition) -> Verdict:
        """Tell whether `condition` follows, cannot be, or may be either.

        PROVED and VIOLATED are theorems for all values of the symbols that their kinds and the assumed conditions
        allow. Exact for quasi-affine conditions of one symbol. OPEN where the assumptions contradict each other.
        """
        if self._contradictory:
            return Verdict.OPEN
        verdict = self._verdicts.get(condition)
        if verdict is None:
            verdict = self._verdicts[condition] = self._decide(self._rewritten(condition))
        return verdict

    def _decide(self, condition: Condition) -> Verdict:
        try:
            verdict = decide(condition, self._known)
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
            verdict = decide(simple, self._known) if simple != condition else Verdict.OPEN
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
            modulus, size = (finely_simplified(part, self._known) for part in (condition.modulus, condition.size))
            return Divisibility(modulus, size, condition.negated)
        left, right = (finely_simplified(part, self._known) for part in (condition.left, condition.right))
        return Relation(left, condition.comparison, right)

    def _excludes(self, parts: tuple[Condition, ...]) -> bool:
        """Tell whether the parts cannot hold together: whether one is violated when those before it are assumed."""
        if len(parts) > MAX_HYPOTHETICAL_PARTS:
            return False
        world = self.copy()
        for part in parts:
            verdict = world.decide(part)
            if verdict is Verdict.VIOLATED:
                return True
            if verdict is Verdict.OPEN:
                world.assume(part)
        return False

    def assume(self, condition: Condition) -> None:
        """Take `condition` as true from now on; the caller has found it OPEN."""
        self._assumed.append(condition)
        self._learn(condition)
        self._verdicts, self._simplified = {}, {}

    def _rewritten(self, condition: Condition) -> Condition:
        """Apply the substitution, unless that divides by zero."""
        if not self._substitution:
            return condition
        try:
            return substitute_in(condition, self._substitution)
        except ZeroDivisionError:
            return condition

    def _learn(self, fact: Condition) -> None:
        fact = self._rewritten(fact)
        if isinstance(fact, Every):
            for part in fact.parts:
                self._learn(part)
            return
        self._verdicts = {}
        verdict = self._decide(fact)
        if verdict is Verdict.VIOLATED:
            self._contradictory = True
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
        known = self._known
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
            self._contradictory = True
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
        form, known = normal(difference), self._known
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
            substitution = {key: substitute(old, one) for key, old in self._substitution.items()}
        except ZeroDivisionError:
            return False
        facts = list(self._known.facts)
        self._substitution = substitution | one
        self._known = Knowledge()
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
