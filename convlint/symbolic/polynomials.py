"""Integer polynomials in one integer variable: arithmetic, and on which intervals they are negative, zero or positive.

A polynomial is the tuple of its coefficients, constant first, without trailing zeros; zero is the empty tuple.
An interval is inclusive; None is an end that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

Polynomial = tuple[int, ...]
Interval = tuple[int | None, int | None]
SignPiece = tuple[int | None, int | None, int]
"""An interval and the sign (-1, 0, 1) that the polynomial has on all of it."""


def trim(coefficients: list[int]) -> Polynomial:
    """Return the polynomial with these coefficients."""
    while coefficients and not coefficients[-1]:
        coefficients.pop()
    return tuple(coefficients)


def add(a: Polynomial, b: Polynomial) -> Polynomial:
    """Return a + b."""
    if len(a) < len(b):
        a, b = b, a
    total = list(a)
    for i, coefficient in enumerate(b):
        total[i] += coefficient
    return trim(total)


def scaled(a: Polynomial, factor: int) -> Polynomial:
    """Return a · factor."""
    return tuple(c * factor for c in a) if factor else ()


def multiply(a: Polynomial, b: Polynomial) -> Polynomial:
    """Return a · b."""
    if not a or not b:
        return ()
    total = [0] * (len(a) + len(b) - 1)
    for i, c in enumerate(a):
        for j, d in enumerate(b):
            total[i + j] += c * d
    return tuple(total)


def value(a: Polynomial, t: int) -> int:
    """Return a(t)."""
    total = 0
    for coefficient in reversed(a):
        total = total * t + coefficient
    return total


def difference(a: Polynomial) -> Polynomial:
    """Return a(t + 1) - a(t), which is of a lower degree."""
    shifted: Polynomial = ()
    for coefficient in reversed(a):
        shifted = add(multiply(shifted, (1, 1)), trim([coefficient]))
    return add(shifted, scaled(a, -1))


def signs(a: Polynomial, low: int | None, high: int | None) -> list[SignPiece]:
    """Cut the non-empty interval into the longest pieces on which `a` keeps its sign, in order."""
    if len(a) <= 1:
        return [(low, high, _sign(a[0]) if a else 0)]
    if len(a) == 2:
        return _line_signs(a[0], a[1], low, high)
    # Cauchy: no root exceeds this in absolute value.
    reach = 1 + max(abs(c) for c in a[:-1]) // abs(a[-1]) + 1
    leading = _sign(a[-1])
    first = -reach if low is None else max(low, -reach)
    last = reach if high is None else min(high, reach)
    pieces: list[SignPiece] = []
    if low is None or low < -reach:
        end = -reach - 1 if high is None else min(high, -reach - 1)
        pieces.append((low, end, leading if len(a) % 2 else -leading))
    if first <= last:
        pieces.extend(_finite_signs(a, first, last))
    if high is None or high > reach:
        start = reach + 1 if low is None else max(low, reach + 1)
        pieces.append((start, high, leading))
    return _merged(pieces)


def _line_signs(offset: int, slope: int, low: int | None, high: int | None) -> list[SignPiece]:
    """Cut an interval where offset + slope·t passes zero: before it, at it if it is an integer, and after it."""
    zero, rest = divmod(-offset, slope)
    cuts = ((None, zero), (zero + 1, None)) if rest else ((None, zero - 1), (zero, zero), (zero + 1, None))
    signs = (-_sign(slope), _sign(slope)) if rest else (-_sign(slope), 0, _sign(slope))
    found: list[SignPiece] = []
    for (start, end), sign in zip(cuts, signs, strict=True):
        first = start if low is None else low if start is None else max(low, start)
        last = end if high is None else high if end is None else min(high, end)
        if first is None or last is None or first <= last:
            found.append((first, last, sign))
    return found


def _finite_signs(a: Polynomial, low: int, high: int) -> Iterator[SignPiece]:
    """Cut a finite interval where the difference changes its sign: `a` is monotone in between."""
    if low < high:
        for start, end, slope in signs(difference(a), low, high - 1):
            assert start is not None
            assert end is not None
            yield from _monotone_signs(a, start, end, slope)
    yield high, high, _sign(value(a, high))


def _monotone_signs(a: Polynomial, low: int, high: int, slope: int) -> Iterator[SignPiece]:
    if slope == 0:
        yield low, high, _sign(value(a, low))
        return
    zero = first_true(lambda t: value(a, t) * slope >= 0, low, high)
    after = first_true(lambda t: value(a, t) * slope > 0, zero, high)
    for start, end, sign in ((low, zero - 1, -slope), (zero, after - 1, 0), (after, high, slope)):
        if start <= end:
            yield start, end, sign


def first_true(test: Callable[[int], bool], low: int, high: int) -> int:
    """Return the first integer from `low` to `high` for which a monotone test holds, `high` + 1 if none."""
    end = high + 1
    while low < end:
        middle = (low + end) // 2
        if test(middle):
            end = middle
        else:
            low = middle + 1
    return low


def _merged(pieces: list[SignPiece]) -> list[SignPiece]:
    merged: list[SignPiece] = []
    for piece in pieces:
        if merged and merged[-1][2] == piece[2]:
            merged[-1] = (merged[-1][0], piece[1], piece[2])
        else:
            merged.append(piece)
    return merged


def _sign(number: int) -> int:
    return (number > 0) - (number < 0)


def extent(a: Polynomial, low: int | None, high: int | None) -> Interval:
    """Return the least and the greatest value on a non-empty interval; None where there is none."""
    if len(a) <= 1:
        return (a[0], a[0]) if a else (0, 0)
    values = [value(a, end) for end in (low, high) if end is not None]
    rises = [a[-1] > 0] * (high is None) + [(a[-1] > 0) == (len(a) % 2 == 1)] * (low is None)
    if len(a) > 2:
        last = None if high is None else high - 1
        if low is None or last is None or low <= last:
            turns = signs(difference(a), low, last)
            values.extend(value(a, end + 1) for _, end, _ in turns if end is not None)
    least = None if False in rises else min(values)
    return least, None if True in rises else max(values)
