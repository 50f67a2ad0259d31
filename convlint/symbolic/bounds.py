"""Interval analysis: between which integers a size lies when each symbol lies between given integers."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from convlint.symbolic.dim import Atom, Dim, Floor, Monomial, Quotient, Size
from convlint.symbolic.symbols import Symbol
from convlint.symbolic.terms import CONSTANT, multiply_monomials

Interval = tuple[int | None, int | None]
"""Least and greatest value; None where there is no bound."""
Ranges = Mapping[Symbol, Interval]

MAX_SHIFTED_TERMS = 1024
MOST_REMEMBERED = 4096
_NO_RANGES: Ranges = {}


def bounds(size: Size, ranges: Ranges = _NO_RANGES) -> Interval:
    """Return integers between which `size` lies for every value of its symbols.

    `ranges` narrows the range that a symbol has by its kind. The result may be wider than the truth.
    """
    if isinstance(size, int):
        return size, size
    return _bounds(size, ranges) if ranges else _bounds_by_kind(size)


@lru_cache(MOST_REMEMBERED)
def _bounds_by_kind(size: Dim) -> Interval:
    return _bounds(size, _NO_RANGES)


def _bounds(size: Dim, ranges: Ranges) -> Interval:
    intervals = {atom: atom_bounds(atom, ranges) for atom in size.atoms()}
    if _is_termwise(size, intervals):
        return _termwise(size, intervals)
    shifted = _shift(size, intervals)
    return (None, None) if shifted is None else _sum(*shifted)


def _is_termwise(size: Dim, intervals: Mapping[Atom, Interval]) -> bool:
    """Tell whether the bounds are those of the terms added up: no product changes its sign or moves against others."""
    if all(len(mono) < 2 and (not mono or mono[0][1] == 1) for mono in size.terms):
        return True
    if len({coefficient > 0 for mono, coefficient in size.terms.items() if mono}) > 1:
        return False
    return all(low is not None and low >= 0 for low, _ in intervals.values())


def _termwise(size: Dim, intervals: Mapping[Atom, Interval]) -> Interval:
    low: int | None = 0
    high: int | None = 0
    for mono, coefficient in size.terms.items():
        least: int | None = 1
        most: int | None = 1
        for atom, exponent in mono:
            start, end = intervals[atom]
            least = None if start is None or least is None else least * start**exponent
            most = 0 if end == 0 or most == 0 else None if end is None or most is None else most * end**exponent
        least, most = scale((least, most), coefficient)
        low, high = _plus(low, least), _plus(high, most)
    return low, high


def atom_bounds(atom: Atom, ranges: Ranges) -> Interval:
    """Return the bounds of one atom."""
    if isinstance(atom, Symbol):
        return ranges.get(atom, (atom.least, None))
    if isinstance(atom, Floor):
        low, high = bounds(atom.num, ranges)
        return (None if low is None else low // atom.den), (None if high is None else high // atom.den)
    if isinstance(atom, Quotient):
        return _quotient(bounds(atom.num, ranges), bounds(atom.den, ranges))
    intervals = [bounds(arg, ranges) for arg in atom.args]
    return _largest(intervals) if atom.largest else _smallest(intervals)


def scale(interval: Interval, factor: int) -> Interval:
    """Return the interval of `factor` times a number of `interval`; the factor is not 0."""
    low = None if interval[0] is None else interval[0] * factor
    high = None if interval[1] is None else interval[1] * factor
    return (low, high) if factor > 0 else (high, low)


def _largest(intervals: list[Interval]) -> Interval:
    lows = [low for low, _ in intervals if low is not None]
    highs = [high for _, high in intervals if high is not None]
    return max(lows, default=None), max(highs) if len(highs) == len(intervals) else None


def _smallest(intervals: list[Interval]) -> Interval:
    low, high = _largest([scale(interval, -1) for interval in intervals])
    return scale((low, high), -1)


def _quotient(num: Interval, den: Interval) -> Interval:
    """Return the bounds of floor(num / den), for a divisor that is known not to be negative.

    Where the divisor is 0 there is no quotient, so 0 is left out.
    """
    least, most = den
    if least is None or least < 0 or most == 0:
        return None, None
    least = max(least, 1)
    low, high = num
    if low is not None:
        low = low // least if low < 0 else 0 if most is None else low // most
    if high is not None:
        high = high // least if high >= 0 else -1 if most is None else high // most
    return low, high


def _shift(size: Dim, intervals: Mapping[Atom, Interval]) -> tuple[dict[Monomial, int], dict[Atom, int | None]] | None:
    """Write `size` in atoms that start at 0: atom = least + atom', or atom = greatest − atom'.

    This keeps what interval arithmetic on the expanded form would lose: (f + 1)·(g + 1) ≥ 0 for f, g ≥ −1.
    Returns the terms and each shifted atom's width, or None if an atom has no bound at all.
    """
    widths: dict[Atom, int | None] = {}
    moved: dict[Atom, dict[Monomial, int]] = {}
    for atom, (low, high) in intervals.items():
        if low is not None:
            moved[atom] = {CONSTANT: low, ((atom, 1),): 1}
            widths[atom] = None if high is None else high - low
        elif high is not None:
            moved[atom] = {CONSTANT: high, ((atom, 1),): -1}
            widths[atom] = None
        else:
            return None
    total: dict[Monomial, int] = {}
    for mono, coefficient in size.terms.items():
        expanded: dict[Monomial, int] = {CONSTANT: coefficient}
        for atom, exponent in mono:
            for _ in range(exponent):
                expanded = _times(expanded, moved[atom])
                if len(expanded) > MAX_SHIFTED_TERMS:
                    return None
        for term, c in expanded.items():
            total[term] = total.get(term, 0) + c
    return total, widths


def _times(a: Mapping[Monomial, int], b: Mapping[Monomial, int]) -> dict[Monomial, int]:
    result: dict[Monomial, int] = {}
    for mono, c in a.items():
        for other, d in b.items():
            if d:
                merged = multiply_monomials(mono, other)
                result[merged] = result.get(merged, 0) + c * d
    return result


def _sum(terms: Mapping[Monomial, int], widths: Mapping[Atom, int | None]) -> Interval:
    """Return the bounds of a polynomial in atoms that lie between 0 and their widths."""
    low: int | None = 0
    high: int | None = 0
    for mono, coefficient in terms.items():
        most: int | None = coefficient
        for atom, exponent in mono:
            width = widths[atom]
            most = 0 if width == 0 or most == 0 else None if most is None or width is None else most * width**exponent
        if not mono:
            low, high = _plus(low, coefficient), _plus(high, coefficient)
        elif coefficient > 0:
            high = _plus(high, most)
        elif coefficient < 0:
            low = _plus(low, most)
    return low, high


def _plus(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b
