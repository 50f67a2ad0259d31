"""Decides one condition from what is known: the domains of symbols, the limits of polynomials, facts as they stand.

Every answer but OPEN is a theorem. The methods, in order of cost: interval bounds; the common divisor of the
coefficients; for one symbol the exact set of its values; for products the divisors of the constant.
"""

from __future__ import annotations

from msgspec import Struct

from convlint.symbolic.bounds import Interval, bounds
from convlint.symbolic.classes import TooHard
from convlint.symbolic.conditions import Comparison, Condition, Divisibility, Every, Relation, Some, Verdict, negation
from convlint.symbolic.conditions import condition_symbols as symbols_in
from convlint.symbolic.dim import Dim, Size, make
from convlint.symbolic.divisors import divisors, factorisations
from convlint.symbolic.domain import Domain
from convlint.symbolic.factors import Factored, factored, normal
from convlint.symbolic.intervals import earlier, later
from convlint.symbolic.ranges import range_of
from convlint.symbolic.symbols import Symbol


class Knowledge(Struct):
    """What is known on one path, in the forms that decisions look it up in."""

    domains: dict[Symbol, Domain] = {}
    """The exact values of symbols, none empty."""
    limits: dict[Dim, Interval] = {}
    """Bounds of polynomials in `normal` form."""
    excluded: set[tuple[Dim, int]] = set()
    """Values that a polynomial in `normal` form does not have."""
    facts: dict[Condition, None] = {}
    """Every condition that is known, in order."""

    def copy(self) -> Knowledge:
        return Knowledge(dict(self.domains), dict(self.limits), set(self.excluded), dict(self.facts))

    def limit(self, size: Dim) -> Interval:
        """Return the bounds of `size` that were assumed as such."""
        form = normal(size)
        low, high = self.limits.get(form.base, (None, None))
        if form.factor < 0:
            low, high = high, low
        low, high = (None if end is None else end * form.factor + form.offset for end in (low, high))
        return low, high


def decide(condition: Condition, known: Knowledge) -> Verdict:
    """Tell what follows for `condition`; sound, and exact for the quasi-affine conditions of one symbol."""
    if isinstance(condition, Relation):
        return _relation(condition, known)
    if isinstance(condition, Divisibility):
        return _divisibility(condition, known)
    return _combination(condition, known)


def opposite(verdict: Verdict) -> Verdict:
    """Return the verdict on the negation."""
    if verdict is Verdict.OPEN:
        return verdict
    return Verdict.VIOLATED if verdict is Verdict.PROVED else Verdict.PROVED


def _relation(relation: Relation, known: Knowledge) -> Verdict:
    difference = relation.left - relation.right
    if relation.comparison is Comparison.NOT_EQUAL:
        return opposite(_relation(Relation(difference, Comparison.EQUAL, 0), known))
    judge = _sign_verdict if relation.comparison is Comparison.AT_LEAST else _zero_verdict
    verdict = judge(bounds(difference))
    if verdict is not Verdict.OPEN or isinstance(difference, int):
        return verdict
    if relation.comparison is Comparison.EQUAL and _never_zero(difference, known):
        return Verdict.VIOLATED
    verdict = judge(known.limit(difference))
    if verdict is not Verdict.OPEN:
        return verdict
    symbols = difference.symbols
    if len(symbols) == 1:
        return _one_symbol(Relation(difference, relation.comparison, 0), symbols, known)
    low, high = range_of(difference, known.domains)
    limit = known.limit(difference)
    verdict = judge((later(low, limit[0]), earlier(high, limit[1])))
    if verdict is Verdict.OPEN and relation.comparison is Comparison.EQUAL:
        form = factored(difference)
        if form is not None and not _product_can_be_zero(form, known):
            return Verdict.VIOLATED
    return verdict


def _sign_verdict(interval: Interval) -> Verdict:
    """Judge `size ≥ 0` by the bounds of the size."""
    low, high = interval
    if low is not None and low >= 0:
        return Verdict.PROVED
    return Verdict.VIOLATED if high is not None and high < 0 else Verdict.OPEN


def _zero_verdict(interval: Interval) -> Verdict:
    """Judge `size == 0` by the bounds of the size."""
    low, high = interval
    if low == 0 == high:
        return Verdict.PROVED
    outside = (low is not None and low > 0) or (high is not None and high < 0)
    return Verdict.VIOLATED if outside else Verdict.OPEN


def _never_zero(size: Dim, known: Knowledge) -> bool:
    """Tell whether the common divisor of the other terms does not divide the constant, or the value is excluded."""
    form = normal(size)
    value, rest = divmod(-form.offset, form.factor)
    return rest != 0 or (form.base, value) in known.excluded


def _one_symbol(condition: Condition, symbols: frozenset[Symbol], known: Knowledge) -> Verdict:
    (symbol,) = symbols
    domain = known.domains.get(symbol) or Domain.of(symbol)
    try:
        return domain.decide(condition)
    except TooHard:
        return Verdict.OPEN


def _product_can_be_zero(form: Factored, known: Knowledge) -> bool:
    """Tell whether coefficient · factors + offset can be 0, as far as the factors' possible values tell."""
    target, rest = divmod(-form.offset, form.coefficient)
    if rest:
        return False
    if target == 0:
        return any(_can_equal(factor, 0, known) for factor in form.factors)
    found = divisors(target)
    if found is None:
        return True
    choices = []
    for factor in form.factors:
        low, high = range_of(factor, known.domains)
        candidates = found if low is not None and low >= 0 else [*found, *(-d for d in found)]
        inside = [d for d in candidates if (low is None or d >= low) and (high is None or d <= high)]
        choices.append(frozenset(d for d in inside if _can_equal(factor, d, known)))
    return any(True for _ in factorisations(target, choices))


def _can_equal(size: Size, value: int, known: Knowledge) -> bool:
    return _relation(Relation(size, Comparison.EQUAL, value), known) is not Verdict.VIOLATED


def _divisibility(condition: Divisibility, known: Knowledge) -> Verdict:
    condition = reduced(condition)
    if condition in known.facts:
        return Verdict.PROVED
    if negation(condition) in known.facts:
        return Verdict.VIOLATED
    symbols = symbols_in(condition)
    if len(symbols) == 1:
        verdict = _one_symbol(condition, symbols, known)
        if verdict is not Verdict.OPEN:
            return verdict
    rest = condition.size % condition.modulus if condition.modulus != 0 else condition.size
    comparison = Comparison.NOT_EQUAL if condition.negated else Comparison.EQUAL
    return _relation(Relation(rest, comparison, 0), known)


def reduced(condition: Divisibility) -> Divisibility:
    """Bring the coefficients into [0, modulus) where the modulus is an integer."""
    modulus, size = condition.modulus, condition.size
    if not isinstance(modulus, int) or modulus == 0:
        return condition
    modulus = abs(modulus)
    if isinstance(size, Dim):
        size = make({mono: c % modulus for mono, c in size.terms.items()})
    else:
        size %= modulus
    return Divisibility(modulus, size, condition.negated)


def _combination(condition: Every | Some, known: Knowledge) -> Verdict:
    decisive = Verdict.VIOLATED if isinstance(condition, Every) else Verdict.PROVED
    verdicts = [decide(part, known) for part in condition.parts]
    if decisive in verdicts:
        return decisive
    if Verdict.OPEN not in verdicts:
        return opposite(decisive)
    if condition in known.facts:
        return Verdict.PROVED
    if negation(condition) in known.facts:
        return Verdict.VIOLATED
    symbols = symbols_in(condition)
    return _one_symbol(condition, symbols, known) if len(symbols) == 1 else Verdict.OPEN
