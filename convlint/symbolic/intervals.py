"""Sets of integers as ordered, disjoint intervals; None is an end that does not exist."""

from __future__ import annotations

from collections.abc import Iterable

from convlint.symbolic.polynomials import Interval

Intervals = tuple[Interval, ...]


def intersect(a: Intervals, b: Intervals) -> Intervals:
    """Return the integers in both."""
    result: list[Interval] = []
    i = j = 0
    while i < len(a) and j < len(b):
        low = later(a[i][0], b[j][0])
        high = earlier(a[i][1], b[j][1])
        if not is_empty(low, high):
            result.append((low, high))
        if ends_first(a[i], b[j]):
            i += 1
        else:
            j += 1
    return tuple(result)


def union(a: Intervals, b: Intervals) -> Intervals:
    """Return the integers in either, adjacent intervals joined."""
    return joined((*a, *b))


def joined(intervals: Iterable[Interval]) -> Intervals:
    """Order intervals and join those that overlap or touch."""
    intervals = list(intervals)
    if len(intervals) < 2:
        return tuple(intervals)
    result: list[Interval] = []
    for low, high in sorted(intervals, key=lambda item: (item[0] is not None, item[0] or 0)):
        if result:
            start, end = result[-1]
            if end is None:
                break
            if low is None or low <= end + 1:
                result[-1] = (start, None if high is None else max(end, high))
                continue
        result.append((low, high))
    return tuple(result)


def outside(a: Intervals) -> Intervals:
    """Return the integers that are not in `a`, which is joined."""
    result: list[Interval] = []
    start: int | None = None
    for low, high in a:
        if low is not None:
            result.append((start, low - 1))
        if high is None:
            return tuple(result)
        start = high + 1
    return (*result, (start, None))


def every(a: Intervals, offset: int, step: int) -> Intervals:
    """Return the t for which offset + step·t is in `a`; for a step of 0 that is t = 0 or nothing."""
    if not step:
        inside = any((low is None or low <= offset) and (high is None or offset <= high) for low, high in a)
        return ((0, 0),) if inside else ()
    found = []
    for low, high in a:
        first = None if low is None else -((offset - low) // step)
        last = None if high is None else (high - offset) // step
        if not is_empty(first, last):
            found.append((first, last))
    return joined(found)


def covers(a: Intervals, b: Intervals) -> bool:
    """Tell whether every integer of `b` is in `a`; both are joined."""
    return intersect(a, b) == b


def ends_first(a: Interval, b: Interval) -> bool:
    """Tell whether `a` ends no later than `b`."""
    return a[1] is not None and (b[1] is None or a[1] <= b[1])


def later(a: int | None, b: int | None) -> int | None:
    """Return the later of two starts."""
    return b if a is None else a if b is None else max(a, b)


def earlier(a: int | None, b: int | None) -> int | None:
    """Return the earlier of two ends."""
    return b if a is None else a if b is None else min(a, b)


def is_empty(low: int | None, high: int | None) -> bool:
    """Tell whether no integer lies between these ends."""
    return low is not None and high is not None and low > high
