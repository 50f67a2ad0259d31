"""Sizes and conditions of one symbol on one residue class, where every floor becomes a polynomial.

On the class x = r + m·t a quasi-affine function, and more generally any polynomial over floors, is a polynomial in t as
soon as m is fine enough; max, min and quotients make it piecewise so. `Split` says by how much the class is too
coarse; `TooHard` that this way does not decide. Nothing here is approximate.
"""

from __future__ import annotations

from collections.abc import Callable
from math import gcd
from typing import NamedTuple

from convlint.symbolic import polynomials as poly
from convlint.symbolic.affine import line, period
from convlint.symbolic.conditions import Comparison, Condition, Divisibility, Every, Relation, Some
from convlint.symbolic.dim import Atom, Extreme, Floor, Quotient, Size
from convlint.symbolic.intervals import Intervals, ends_first, every, intersect, joined, later, union
from convlint.symbolic.monotone import solutions
from convlint.symbolic.polynomials import Interval, Polynomial
from convlint.symbolic.symbols import Symbol

MAX_DEGREE = 6
MAX_PIECES = 2048

Piece = tuple[Interval, Polynomial]
"""An interval of t and the function's polynomial on it."""


class TooHard(Exception):  # noqa: N818 - a signal
    """The function is not piecewise polynomial on residue classes, or has too many pieces."""


class Split(Exception):  # noqa: N818 - a signal
    """The class must be cut into `factor` finer ones."""

    def __init__(self, factor: int) -> None:
        super().__init__(factor)
        self.factor = factor


class ResidueClass(NamedTuple):
    """The values residue + modulus·t of one symbol, with t in `span`."""

    symbol: Symbol
    residue: int
    modulus: int
    span: Intervals


def truth(condition: Condition, where: ResidueClass) -> Intervals:
    """Return the t of the class's span for which `condition` holds."""
    if isinstance(condition, Every):
        result = where.span
        for part in condition.parts:
            result = intersect(result, truth(part, where))
        return result
    if isinstance(condition, Some):
        result = ()
        for part in condition.parts:
            result = union(result, truth(part, where))
        return result
    if isinstance(condition, Divisibility):
        return _divisible(condition, where)
    known = solutions(condition)
    if known is not None and known[0] is where.symbol:
        return intersect(where.span, every(known[1], where.residue, where.modulus))
    wanted = _WANTED[condition.comparison]
    return _where_sign(condition.left - condition.right, where, wanted)


_WANTED: dict[Comparison, tuple[int, ...]] = {
    Comparison.EQUAL: (0,),
    Comparison.NOT_EQUAL: (-1, 1),
    Comparison.AT_LEAST: (0, 1),
}


def _where_sign(size: Size, where: ResidueClass, wanted: tuple[int, ...]) -> Intervals:
    found: list[Interval] = []
    for (low, high), polynomial in pieces(size, where):
        found.extend((a, b) for a, b, sign in poly.signs(polynomial, low, high) if sign in wanted)
    return joined(found)


def _divisible(condition: Divisibility, where: ResidueClass) -> Intervals:
    modulus, size = condition.modulus, condition.size
    if not isinstance(modulus, int) or modulus == 0:
        comparison = Comparison.NOT_EQUAL if condition.negated else Comparison.EQUAL
        rest = size if modulus == 0 else size % modulus
        return truth(Relation(rest, comparison, 0), where)
    found: list[Interval] = []
    for interval, polynomial in pieces(size, where):
        _require_constant_modulo(polynomial, abs(modulus))
        if ((polynomial[0] if polynomial else 0) % modulus == 0) is not condition.negated:
            found.append(interval)
    return joined(found)


def pieces(size: Size, where: ResidueClass) -> list[Piece]:
    """Return `size` as a function of t: pieces that cover the class's span, in order."""
    if isinstance(size, int):
        return [(interval, (size,) if size else ()) for interval in where.span]
    whole = period(size) if where.symbol in size.symbols else None
    if whole is not None:
        if where.modulus % whole:
            raise Split(whole // gcd(whole, where.modulus))
        polynomial = poly.trim(list(line(size, where.residue, where.modulus)))
        return [(interval, polynomial) for interval in where.span]
    atoms: dict[Atom, list[Piece]] = {atom: _atom_pieces(atom, where) for atom in size.atoms()}
    total: list[Piece] = [(interval, ()) for interval in where.span]
    for mono, coefficient in size.terms.items():
        term: list[Piece] = [(interval, (coefficient,)) for interval in where.span]
        for atom, exponent in mono:
            for _ in range(exponent):
                term = _pairwise(term, atoms[atom], _product)
        total = _pairwise(total, term, poly.add)
    return total


def _product(a: Polynomial, b: Polynomial) -> Polynomial:
    if len(a) + len(b) > MAX_DEGREE + 2:
        raise TooHard
    return poly.multiply(a, b)


def _pairwise(a: list[Piece], b: list[Piece], combine: Callable[[Polynomial, Polynomial], Polynomial]) -> list[Piece]:
    """Combine two functions that cover the same span."""
    return [(interval, combine(p, q)) for interval, p, q in _aligned(a, b)]


def _aligned(a: list[Piece], b: list[Piece]) -> list[tuple[Interval, Polynomial, Polynomial]]:
    if len(a) == len(b) == 1:
        return [(a[0][0], a[0][1], b[0][1])]
    result: list[tuple[Interval, Polynomial, Polynomial]] = []
    i = j = 0
    while i < len(a) and j < len(b):
        (first, p), (second, q) = a[i], b[j]
        a_ends_first = ends_first(first, second)
        end = first[1] if a_ends_first else second[1]
        result.append(((later(first[0], second[0]), end), p, q))
        i += a_ends_first
        j += not a_ends_first or first[1] == second[1]
        if len(result) > MAX_PIECES:
            raise TooHard
    return result


def _atom_pieces(atom: Atom, where: ResidueClass) -> list[Piece]:
    if isinstance(atom, Symbol):
        if atom != where.symbol:
            raise TooHard
        line = poly.trim([where.residue, where.modulus])
        return [(interval, line) for interval in where.span]
    if isinstance(atom, Floor):
        return [(interval, _floor(p, atom.den)) for interval, p in pieces(atom.num, where)]
    if isinstance(atom, Extreme):
        return _extreme(atom, where)
    return _quotient(atom, where)


def _floor(polynomial: Polynomial, den: int) -> Polynomial:
    """Return floor(p(t) / den), a polynomial because p(t) modulo den does not depend on t."""
    _require_constant_modulo(polynomial, den)
    return poly.trim([c // den for c in polynomial])


def _require_constant_modulo(polynomial: Polynomial, den: int) -> None:
    common = gcd(den, *polynomial[1:])
    if common != den:
        raise Split(den // common)


def _extreme(atom: Extreme, where: ResidueClass) -> list[Piece]:
    best = pieces(atom.args[0], where)
    for arg in atom.args[1:]:
        chosen: list[Piece] = []
        for (low, high), p, q in _aligned(best, pieces(arg, where)):
            for a, b, sign in poly.signs(poly.add(p, poly.scaled(q, -1)), low, high):
                chosen.append(((a, b), p if (sign >= 0) is atom.largest else q))
        best = chosen
        if len(best) > MAX_PIECES:
            raise TooHard
    return best


def _quotient(atom: Quotient, where: ResidueClass) -> list[Piece]:
    """Return floor(p / q) for q > 0: 0 where 0 ≤ p < q, -1 where -q ≤ p < 0, and point by point elsewhere."""
    result: list[Piece] = []
    for (low, high), num, den in _aligned(pieces(atom.num, where), pieces(atom.den, where)):
        for a, b, sign in poly.signs(den, low, high):
            if sign <= 0:
                raise TooHard
            result.extend(_positive_quotient(num, den, (a, b)))
            if len(result) > MAX_PIECES:
                raise TooHard
    return result


def _positive_quotient(num: Polynomial, den: Polynomial, interval: Interval) -> list[Piece]:
    if len(den) == 1:
        return [(interval, _floor(num, den[0]))]
    result: list[Piece] = []
    span = [interval]
    for shift, quotient in ((0, 0), (1, -1)):  # num + shift·den in [0, den) gives floor = -shift
        moved = poly.add(num, poly.scaled(den, shift))
        inside = intersect(_non_negative(moved, span), _negative(poly.add(moved, poly.scaled(den, -1)), span))
        result.extend((part, (quotient,) if quotient else ()) for part in inside)
    for low, high in _without(interval, joined(part for part, _ in result)):
        if low is None or high is None or high - low > MAX_PIECES:
            raise TooHard
        result.extend(((t, t), poly.trim([poly.value(num, t) // poly.value(den, t)])) for t in range(low, high + 1))
    return sorted(result, key=lambda piece: (piece[0][0] is not None, piece[0][0] or 0))


def _non_negative(polynomial: Polynomial, span: list[Interval]) -> Intervals:
    return joined((a, b) for low, high in span for a, b, sign in poly.signs(polynomial, low, high) if sign >= 0)


def _negative(polynomial: Polynomial, span: list[Interval]) -> Intervals:
    return joined((a, b) for low, high in span for a, b, sign in poly.signs(polynomial, low, high) if sign < 0)


def _without(interval: Interval, holes: Intervals) -> Intervals:
    """Return what is left of an interval outside of the holes, all inside of it."""
    left: list[Interval] = []
    start: int | None = interval[0]
    open_start = True
    for low, high in holes:
        if low is not None and (start is None or start <= low - 1):
            left.append((start, low - 1))
        if high is None:
            open_start = False
            break
        start = high + 1
    if open_start and (interval[1] is None or start is None or start <= interval[1]):
        left.append((start, interval[1]))
    return tuple(left)
