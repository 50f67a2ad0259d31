"""Rewrites sizes by what is known of their symbols: atoms that have one value, and floors of known remainder."""

from __future__ import annotations

from functools import lru_cache
from math import gcd

from convlint.symbolic.decision import Knowledge
from convlint.symbolic.dim import Atom, Dim, Extreme, Floor, Monomial, Quotient, Size, floor_divide, make, of_atom
from convlint.symbolic.divisors import divisors
from convlint.symbolic.domain import Domain
from convlint.symbolic.extremes import maximum, minimum
from convlint.symbolic.ranges import range_of
from convlint.symbolic.rewrite import evaluate
from convlint.symbolic.symbols import Symbol

MAX_PASSES = 4
MOST_REMEMBERED = 4096


def simplified(size: Size, known: Knowledge) -> Size:
    """Return a size that is equal to `size` wherever what is known holds, in the terms of the operations so far."""
    return _simpler(size, known, finely=False)


def finely_simplified(size: Size, known: Knowledge) -> Size:
    """Return an equal size of as few floors as are found, to compare it: its terms may be others than before, and
    what is computed from them need not cancel as well as with those."""
    for _ in range(MAX_PASSES):
        found = _simpler(size, known, finely=True)
        if found == size:
            break
        size = found
    return size


def _simpler(size: Size, known: Knowledge, finely: bool) -> Size:
    if isinstance(size, int) or not (known.domains or known.limits):
        return size
    total: Size = 0
    changed = False
    for mono, coefficient in size.terms.items():
        term = _term(mono, coefficient, known, finely)
        changed = changed or term is not None
        total = total + (make({mono: coefficient}) if term is None else term)
    return total if changed else size


def _term(mono: Monomial, coefficient: int, known: Knowledge, finely: bool) -> Size | None:
    """Return the term rewritten, None if there is nothing to rewrite."""
    result: Size = 1
    changed = False
    for atom, exponent in mono:
        value = None if isinstance(atom, Symbol) else _atom(atom, known, finely)
        if value is not None:
            result = result * value**exponent
            changed = True
            continue
        found = _multiple(atom, coefficient, known, finely) if isinstance(atom, Floor) and exponent == 1 else None
        if found is not None:
            factor, multiple = found
            coefficient //= factor
            result = result * multiple
            changed = True
            continue
        result = result * of_atom(atom) ** exponent
    return coefficient * result if changed else None


def _atom(atom: Atom, known: Knowledge, finely: bool) -> Size | None:
    """Return what an atom is known to be, in simpler terms; None if nothing is."""
    size = of_atom(atom)
    if isinstance(atom, Extreme):
        return _extreme(atom, known, finely)
    if isinstance(atom, Quotient) and finely:
        num, den = _simpler(atom.num, known, finely), _simpler(atom.den, known, finely)
        return floor_divide(num, den) if (num, den) != (atom.num, atom.den) else None
    if finely and isinstance(atom, Floor) and (divided := _divided(atom, known)) is not None:
        return divided
    return _only_value(size, known)


def _only_value(size: Size, known: Knowledge) -> int | None:
    """Return the value of a size that has only one, None if it has others or that is not found out."""
    if isinstance(size, int):
        return size
    if len(size.symbols) == 1:
        domain = known.domains.get(next(iter(size.symbols)))
        if domain is not None and _varies(size, domain):
            return None
    low, high = range_of(size, known.domains)
    return low if low == high else None


@lru_cache(MOST_REMEMBERED)
def _varies(size: Dim, domain: Domain) -> bool:
    return domain.varies(lambda values: evaluate(size, values))


def _divided(floor: Floor, known: Knowledge) -> Size | None:
    """Divide the factors of a product that are known to be multiples of a part of the divisor; None if none is."""
    if len(floor.num.terms) != 1 or len(floor.num.symbols) < 2:
        return None
    ((mono, coefficient),) = floor.num.terms.items()
    result: Size = coefficient
    den = floor.den
    for atom, exponent in mono:
        size: Size = of_atom(atom)
        if exponent == 1 and not atom.symbols.isdisjoint(known.domains):
            multiples = (d for d in reversed(divisors(den) or []) if _only_value(size % d, known) == 0)
            part = next(multiples, 1)
            size, den = floor_divide(size, part), den // part
        result = result * size**exponent
    return floor_divide(result, den) if den != floor.den else None


def _extreme(atom: Extreme, known: Knowledge, finely: bool) -> Size | None:
    kept = [_simpler(arg, known, finely) for arg in atom.args]
    for candidate in kept:
        others = (candidate - other if atom.largest else other - candidate for other in kept)
        if all(_not_negative(difference, known) for difference in others):
            return candidate
    if tuple(kept) == atom.args:
        return None
    return maximum(*kept) if atom.largest else minimum(*kept)


def _not_negative(size: Size, known: Knowledge) -> bool:
    low, _ = range_of(size, known.domains)
    if isinstance(size, Dim) and (low is None or low < 0):
        low, _ = known.limit(size)
    return low is not None and low >= 0


def _multiple(floor: Floor, coefficient: int, known: Knowledge, finely: bool) -> tuple[int, Size] | None:
    """Return a divisor m of the coefficient, and m · floor(num / den) in simpler terms; None if there is no such m.

    With den = m · d it is floor(num / d) less its remainder by m, where that is known.
    """
    if floor.symbols.isdisjoint(known.domains):
        return None
    shared = gcd(coefficient, floor.den)
    for factor in reversed(divisors(shared) or []) if finely else [shared] if shared == floor.den else []:
        if factor == 1:
            break
        finer = floor_divide(floor.num, floor.den // factor)
        rest = _only_value(finer % factor, known)
        if rest is not None:
            return factor, finer - rest
    return None
