"""Between which integers a size lies, as tightly as its form allows: exact for sums of one-symbol parts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from convlint.symbolic.bounds import Interval, bounds, scale
from convlint.symbolic.classes import TooHard
from convlint.symbolic.dim import Dim, Size
from convlint.symbolic.domain import Domain
from convlint.symbolic.factors import factored, summands
from convlint.symbolic.intervals import earlier, later
from convlint.symbolic.symbols import Symbol

Domains = Mapping[Symbol, Domain]
"""The values of the symbols of which more is known than their kind; none of the sets is empty."""

MOST_REMEMBERED = 4096


def range_of(size: Size, domains: Domains) -> Interval:
    """Return integers between which `size` lies when its symbols have values in their domains."""
    if isinstance(size, int):
        return size, size
    return _range_of(size, frozenset(domains[symbol] for symbol in size.symbols if symbol in domains))


@lru_cache(MOST_REMEMBERED)
def _range_of(size: Dim, known: frozenset[Domain]) -> Interval:
    domains = {domain.symbol: domain for domain in known}
    rough = bounds(size, {symbol: domain.hull() for symbol, domain in domains.items()})
    fine = _fine(size, domains)
    return later(rough[0], fine[0]), earlier(rough[1], fine[1])


def _fine(size: Dim, domains: Domains) -> Interval:
    symbols = size.symbols
    if len(symbols) == 1:
        (symbol,) = symbols
        try:
            return (domains.get(symbol) or Domain.of(symbol)).extent(size)
        except TooHard:
            return None, None
    parts = summands(size)
    if len(parts) > 1:
        total: Interval = (0, 0)
        for part in parts:
            total = plus(total, range_of(part, domains))
        return total
    return _fine_product(size, domains)


def _fine_product(size: Dim, domains: Domains) -> Interval:
    form = factored(size)
    if form is None:
        return None, None
    total: Interval = (1, 1)
    for factor in form.factors:
        total = times(total, range_of(factor, domains))
    return plus(scale(total, form.coefficient), (form.offset, form.offset))


def plus(a: Interval, b: Interval) -> Interval:
    """Return the bounds of a sum."""
    low, high = (None if x is None or y is None else x + y for x, y in zip(a, b, strict=True))
    return low, high


def times(a: Interval, b: Interval) -> Interval:
    """Return the bounds of a product of two independent integers."""
    if a == (0, 0) or b == (0, 0):
        return 0, 0
    if a[1] is not None and a[1] <= 0:
        return scale(times(scale(a, -1), b), -1)
    if b[1] is not None and b[1] <= 0:
        return scale(times(a, scale(b, -1)), -1)
    if a[0] is not None and a[0] >= 0 and b[0] is not None and b[0] >= 0:
        return a[0] * b[0], None if a[1] is None or b[1] is None else a[1] * b[1]
    if a[0] is None or a[1] is None or b[0] is None or b[1] is None:
        return _half_open(a, b)
    ends = [x * y for x in a for y in b if x is not None and y is not None]
    return min(ends), max(ends)


def _half_open(a: Interval, b: Interval) -> Interval:
    """Return the bounds of a product when one factor changes its sign and an end is missing: only easy cases."""
    for one, other in ((a, b), (b, a)):
        low, high = one
        if other[0] is not None and other[0] >= 0 and other[1] is not None:
            # 0 ≤ other ≤ most, and `one` reaches below and above zero.
            return (None if low is None else low * other[1]), (None if high is None else high * other[1])
    return None, None
