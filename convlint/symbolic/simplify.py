"""Rewrites sizes by what is known of their symbols: atoms that have one value, and floors of known remainder."""

from __future__ import annotations

from convlint.symbolic.atoms import Atom, Extreme, Floor, Monomial
from convlint.symbolic.decision import Knowledge
from convlint.symbolic.dim import Dim, Size, make, of_atom
from convlint.symbolic.extremes import maximum, minimum
from convlint.symbolic.ranges import range_of
from convlint.symbolic.rewrite import symbols_of_atom
from convlint.symbolic.symbols import Symbol


def simplified(size: Size, known: Knowledge) -> Size:
    """Return a size that is equal to `size` wherever what is known holds."""
    if isinstance(size, int) or not (known.domains or known.limits):
        return size
    total: Size = 0
    changed = False
    for mono, coefficient in size.terms.items():
        term = _term(mono, coefficient, known)
        changed = changed or term is not None
        total = total + (make({mono: coefficient}) if term is None else term)
    return total if changed else size


def _term(mono: Monomial, coefficient: int, known: Knowledge) -> Size | None:
    """Return the term rewritten, None if there is nothing to rewrite."""
    result: Size = coefficient
    exact: list[tuple[Floor, Size]] = []
    changed = False
    for atom, exponent in mono:
        value = None if isinstance(atom, Symbol) else _atom(atom, known)
        if value is not None:
            result = result * value**exponent
            changed = True
            continue
        multiple = _multiple(atom, known) if exponent == 1 and coefficient % _den(atom) == 0 else None
        if multiple is not None and isinstance(atom, Floor) and not exact:
            exact.append((atom, multiple))
            continue
        result = result * of_atom(atom) ** exponent
    for floor, multiple in exact:
        result = _divided(result, floor.den) * multiple
        changed = True
    return result if changed else None


def _den(atom: Atom) -> int:
    return atom.den if isinstance(atom, Floor) else 1


def _divided(size: Size, den: int) -> Size:
    return size // den if isinstance(size, int) else make({mono: c // den for mono, c in size.terms.items()})


def _atom(atom: Atom, known: Knowledge) -> Size | None:
    """Return what an atom is known to be, in simpler terms; None if nothing is."""
    size = of_atom(atom)
    if isinstance(atom, Extreme):
        return _extreme(atom, known)
    low, high = range_of(size, known.domains)
    return low if low == high else None


def _extreme(atom: Extreme, known: Knowledge) -> Size | None:
    kept = [simplified(arg, known) for arg in atom.args]
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


def _multiple(atom: Atom, known: Knowledge) -> Size | None:
    """Return den · floor(num / den) where the remainder of num is known, None elsewhere."""
    if not isinstance(atom, Floor) or symbols_of_atom(atom).isdisjoint(known.domains):
        return None
    low, high = range_of(atom.num % atom.den, known.domains)
    return atom.num - low if low is not None and low == high else None
