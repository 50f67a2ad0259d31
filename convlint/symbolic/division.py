"""Floor division of sizes: brings floors of polynomials into canonical form and divides exactly where it can."""

from __future__ import annotations

from math import gcd

from convlint.symbolic.atoms import Atom, Floor, Monomial, Quotient
from convlint.symbolic.dim import CONSTANT, Dim, Size, make, multiply_monomials, of_atom

MAX_DIVISION_STEPS = 1024


def floor_divide(a: Size, b: Size) -> Size:
    """Return floor(a / b).

    Where `b` is symbolic the result is the one for `b` ≠ 0. Raises ZeroDivisionError for `b` = 0.
    """
    if isinstance(b, Dim):
        return _by_size(a, b)
    if b == 0:
        raise ZeroDivisionError("integer division or modulo by zero")
    return _by_integer(a, b) if b > 0 else _by_integer(-a, -b)


def ceil_div(a: Size, b: Size) -> Size:
    """Return ceil(a / b)."""
    if isinstance(a, int) and isinstance(b, int):
        return -(-a // b)
    if isinstance(b, int) and b > 0:
        return floor_divide(a + (b - 1), b)
    return -floor_divide(-a, b)


def _by_integer(a: Size, den: int) -> Size:
    """Return floor(a / den) for `den` > 0.

    Multiples of `den` leave the floor; a common divisor cancels: floor((g·a + r)/(g·m)) = floor((a + floor(r/g))/m);
    and floors nest: floor((floor(x/b) + c)/d) = floor((x + b·c)/(b·d)), for any integer c.
    """
    if isinstance(a, int):
        return a // den
    if den == 1:
        return a
    whole: dict[Monomial, int] = {}
    rest: dict[Monomial, int] = {}
    for mono, coefficient in a.terms.items():
        whole[mono], rest[mono] = divmod(coefficient, den)
    outside, inside = make(whole), make(rest)
    if isinstance(inside, int):
        return outside
    divisor = gcd(den, *(c for mono, c in inside.terms.items() if mono))
    if divisor > 1:
        reduced = make({mono: c // divisor for mono, c in inside.terms.items()})
        return outside + _by_integer(reduced, den // divisor)
    inner = _bare_floor(inside)
    if inner is not None:
        others = inside - of_atom(inner)
        return outside + _by_integer(inner.num + others * inner.den, inner.den * den)
    return outside + of_atom(Floor(inside, den))


def _bare_floor(size: Dim) -> Floor | None:
    """Return the first floor that is a term of `size` with coefficient 1."""
    floors = [
        mono[0][0]
        for mono, c in size.terms.items()
        if c == 1 and len(mono) == 1 and mono[0][1] == 1 and isinstance(mono[0][0], Floor)
    ]
    return min(floors, key=lambda floor: floor.key, default=None)


def _by_size(a: Size, b: Dim) -> Size:
    """Return floor(a / b) for a symbolic `b`: the polynomial quotient, and an opaque term for what remains."""
    a, divisor = _cancel(a, b)
    if isinstance(divisor, int):
        return floor_divide(a, divisor)
    quotient, rest = _divide(a, divisor)
    if rest == 0:
        return quotient
    rest, divisor = _cancel(rest, divisor)
    if isinstance(divisor, int):
        return quotient + floor_divide(rest, divisor)
    return quotient + of_atom(Quotient(rest, divisor))


def _cancel(a: Size, b: Dim) -> tuple[Size, Size]:
    """Divide both by their common integer and monomial, and make the divisor's leading coefficient positive."""
    terms = dict(a.terms) if isinstance(a, Dim) else {CONSTANT: a} if a else {}
    if not terms:
        return 0, b
    common = gcd(*terms.values(), *b.terms.values())
    if b.terms[_leading(b, _ranks(b))] < 0:
        common = -common
    shared: dict[Atom, int] | None = None
    for mono in (*terms, *b.terms):
        exponents = dict(mono)
        if shared is None:
            shared = exponents
        shared = {atom: min(e, exponents[atom]) for atom, e in shared.items() if atom in exponents}
        if not shared:
            break
    if common == 1 and not shared:
        return a, b
    monomial = tuple(sorted((shared or {}).items(), key=lambda item: item[0].key))
    return _scale_down(terms, common, monomial), _scale_down(b.terms, common, monomial)


def _scale_down(terms: object, coefficient: int, monomial: Monomial) -> Size:
    assert isinstance(terms, dict)
    return make({_over(mono, monomial) or CONSTANT: c // coefficient for mono, c in terms.items()})


def _over(a: Monomial, b: Monomial) -> Monomial | None:
    """Return the monomial a / b, or None if b does not divide a."""
    if not b:
        return a
    exponents = dict(a)
    for atom, exponent in b:
        left = exponents.get(atom, 0) - exponent
        if left < 0:
            return None
        if left:
            exponents[atom] = left
        else:
            del exponents[atom]
    return tuple(exponents.items())


def _ranks(*sizes: Size) -> dict[Atom, int]:
    atoms = {atom for size in sizes if isinstance(size, Dim) for atom in size.atoms()}
    return {atom: rank for rank, atom in enumerate(sorted(atoms, key=lambda atom: atom.key))}


def _vector(mono: Monomial, ranks: dict[Atom, int]) -> tuple[int, ...]:
    """Return the exponents by rank: comparing these is the lexicographic monomial order."""
    vector = [0] * len(ranks)
    for atom, exponent in mono:
        vector[ranks[atom]] = exponent
    return tuple(vector)


def _leading(size: Dim, ranks: dict[Atom, int]) -> Monomial:
    return max(size.terms, key=lambda mono: _vector(mono, ranks))


def _divide(a: Size, b: Dim) -> tuple[Size, Size]:
    """Return polynomials q and r with a = q·b + r, r = 0 when b divides a; q = 0 when it takes too long."""
    if isinstance(a, int):
        return 0, a
    ranks = _ranks(a, b)
    lead = _leading(b, ranks)
    lead_coefficient = b.terms[lead]
    pending = dict(a.terms)
    quotient: dict[Monomial, int] = {}
    rest: dict[Monomial, int] = {}
    steps = 0
    while pending:
        top = max(pending, key=lambda mono: _vector(mono, ranks))
        ratio = _over(top, lead)
        factor = 0 if ratio is None else pending[top] // lead_coefficient
        if ratio is not None and factor:
            quotient[ratio] = quotient.get(ratio, 0) + factor
            for mono, c in b.terms.items():
                product = multiply_monomials(ratio, mono)
                pending[product] = pending.get(product, 0) - factor * c
                steps += 1
            if steps > MAX_DIVISION_STEPS:
                return 0, a
        left = pending.pop(top)
        if left:
            rest[top] = left
        pending = {mono: c for mono, c in pending.items() if c}
    return make(quotient), make(rest)
