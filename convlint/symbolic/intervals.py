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
