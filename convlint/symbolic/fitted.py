"""A size of one symbol as a single quotient, `(a·H + b)//d`, where it is one: found by trying sizes, then proved."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from convlint.symbolic.assumptions import Assumptions
from convlint.symbolic.conditions import Verdict, equal
from convlint.symbolic.dim import Dim, of_atom, symbols_of
from convlint.symbolic.rewrite import evaluate
from convlint.symbolic.symbols import Symbol

_PERIOD = 5040
"""What the strides and kernels of a model mostly divide."""
_TRIED = 256


class Quotient(NamedTuple):
    """The size (a·symbol + b)//d."""

    a: int
    b: int
    d: int
    symbol: Symbol


@lru_cache(maxsize=512)
def fitted(size: Dim) -> Quotient | None:
    """Return the quotient that a size is for every value of its symbol. None where it has several symbols, is no such
    quotient, or where that is not proved."""
    symbols = symbols_of(size)
    if len(symbols) != 1:
        return None
    (only,) = symbols
    first = max(1, only.least or 1)
    try:
        values = {number: evaluate(size, {only: number}) for number in range(first, first + _TRIED)}
        slope = Fraction(evaluate(size, {only: first + _PERIOD}) - values[first], _PERIOD)
    except (KeyError, ZeroDivisionError):
        return None
    a, d = slope.numerator, slope.denominator
    least = max(d * value - a * number for number, value in values.items())
    most = min(d * value - a * number + d - 1 for number, value in values.items())
    if least > most or a <= 0:
        return None
    b = next((nice for nice in (0, d - 1) if least <= nice <= most), least)
    verdict = Assumptions().decide(equal(size, (a * of_atom(only) + b) // d))
    return Quotient(a, b, d, only) if verdict is Verdict.PROVED else None
