"""`Dim`, a symbolic integer: a polynomial with integer coefficients over atoms, in canonical form.

Atoms are what polynomials are made of: symbols, floors and the opaque terms. Floors are made by `floor_divide`, and
extremes by the module `extremes`, which bring their parts into canonical form first. Equal dims, and equal atoms, are
one object. Every operation returns a plain `int` when its result is constant, so a `Dim` is never equal to an `int`. A
result that grows beyond bounds becomes a new symbol of which nothing is known: sound, and never slow.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from math import gcd

from convlint.symbolic import limits, printing
from convlint.symbolic import terms as algebra
from convlint.symbolic.interning import Interned, Memory, Table
from convlint.symbolic.printing import ATOM, SUM, Text, wrapped
from convlint.symbolic.symbols import Symbol, SymbolKind, fresh_uid
from convlint.symbolic.terms import CONSTANT, MonomialOf

MOST_REMEMBERED = 8192
"""Results of each operation."""

_NONE: frozenset[Symbol] = frozenset()


@dataclass(frozen=True, slots=True, eq=False)
class _Composed(Interned):
    """An atom that is made of other sizes."""

    key: str = field(init=False, repr=False)
    symbols: frozenset[Symbol] = field(init=False, repr=False)
    weight: int = field(init=False, repr=False)
    depth: int = field(init=False, repr=False)

    def _compose(self, key: str, *parts: Size) -> None:
        """Note the key, and what follows from the parts."""
        symbols = parts[0].symbols if len(parts) == 1 and isinstance(parts[0], Dim) else _symbols(parts)
        weight = 1 + sum(1 if isinstance(part, int) else part.weight for part in parts)
        depth = 1 + max(0 if isinstance(part, int) else part.depth for part in parts)
        self._derive(key=key, symbols=symbols, weight=weight, depth=depth)

    def text_with(self, addend: int) -> Text | None:
        """Return it plus a number where that is again one atom's text; None where it is not."""
        return None


@dataclass(frozen=True, slots=True, eq=False)
class Floor(_Composed):
    """`floor(num / den)` for an integer `den` > 1; every coefficient of `num` is in [0, den)."""

    num: Dim
    den: int

    def __post_init__(self) -> None:
        self._compose(f"floor({self.num.key}/{self.den})", self.num)

    def text(self) -> Text:
        return f"{wrapped(_text(self.num), ATOM)}//{self.den}", SUM

    def text_with(self, addend: int) -> Text | None:
        return f"{wrapped(_text(self.num + addend * self.den), ATOM)}//{self.den}", SUM


@dataclass(frozen=True, slots=True, eq=False)
class Quotient(_Composed):
    """`floor(num / den)` for a symbolic `den` that does not divide `num`: opaque to arithmetic."""

    num: Size
    den: Dim

    def __post_init__(self) -> None:
        self._compose(f"floor({_key(self.num)}/({self.den.key}))", self.num, self.den)

    def text(self) -> Text:
        return f"{wrapped(_text(self.num), ATOM)}//{wrapped(_text(self.den), ATOM)}", SUM


@dataclass(frozen=True, slots=True, eq=False)
class Extreme(_Composed):
    """The largest (or smallest) of several sizes of which no one is known to be it; `args` are ordered by key."""

    largest: bool
    args: tuple[Size, ...]

    def __post_init__(self) -> None:
        self._compose(f"{'max' if self.largest else 'min'}({','.join(map(_key, self.args))})", *self.args)

    def text(self) -> Text:
        return f"{'max' if self.largest else 'min'}({', '.join(map(str, self.args))})", ATOM


Atom = Symbol | Floor | Quotient | Extreme
Monomial = MonomialOf[Atom]
Terms = Mapping[Monomial, int]


class Dim:
    """A symbolic integer. Immutable. Made by `make`, `of_atom` and `symbol`, which keep the canonical form."""

    __slots__ = ("__weakref__", "_key", "_text", "depth", "symbols", "terms", "weight")

    terms: Terms
    """The coefficient of each monomial, in the order of the monomials' keys."""
    weight: int
    depth: int
    symbols: frozenset[Symbol]
    """Every symbol in it, those inside floors included."""
    _key: str
    _text: Text | None

    @property
    def constant(self) -> int:
        """The constant term."""
        return self.terms.get(CONSTANT, 0)

    @property
    def key(self) -> str:
        """A text that differs for different dims, whatever their symbols' names."""
        if not self._key:
            self._key = algebra.key_of(self.terms)
        return self._key

    def atoms(self) -> tuple[Atom, ...]:
        """Return the atoms of its monomials, each once, those inside other atoms not included."""
        return tuple(dict.fromkeys(atom for mono in self.terms for atom, _ in mono))

    def __reduce__(self) -> tuple[object, ...]:
        return make, (dict(self.terms),)

    def __str__(self) -> str:
        return (self._text or _text(self))[0]

    def __repr__(self) -> str:
        return f"<Dim {self}>"

    def __add__(self, other: Size) -> Size:
        if not isinstance(other, (int, Dim)):
            return NotImplemented
        try:
            return _sum(self, other)
        except _TooLarge:
            return too_complex()

    __radd__ = __add__

    def __neg__(self) -> Dim:
        return _negative(self)

    def __pos__(self) -> Dim:
        return self

    def __sub__(self, other: Size) -> Size:
        if self is other:
            return 0
        return self + -other if isinstance(other, (int, Dim)) else NotImplemented

    def __rsub__(self, other: int) -> Size:
        return -self + other

    def __mul__(self, other: Size) -> Size:
        if not isinstance(other, (int, Dim)):
            return NotImplemented
        try:
            return _product(self, other)
        except _TooLarge:
            return too_complex()

    __rmul__ = __mul__

    def __pow__(self, exponent: int) -> Size:
        if not isinstance(exponent, int):
            return NotImplemented
        if exponent < 0:
            raise ValueError("a size has no negative power")
        if exponent > limits.MAX_EXPONENT:
            return too_complex()
        result: Size = 1
        for _ in range(exponent):
            result = result * self
        return result

    def __floordiv__(self, other: Size) -> Size:
        return floor_divide(self, other) if isinstance(other, (int, Dim)) else NotImplemented

    def __rfloordiv__(self, other: int) -> Size:
        return floor_divide(other, self) if isinstance(other, int) else NotImplemented

    def __mod__(self, other: Size) -> Size:
        return self - other * (self // other) if isinstance(other, (int, Dim)) else NotImplemented

    def __rmod__(self, other: int) -> Size:
        return other - self * (other // self) if isinstance(other, int) else NotImplemented


Size = int | Dim

_dims: Table[Dim] = Table()


def _key(size: Size) -> str:
    return str(size) if isinstance(size, int) else size.key


def _text(size: Size) -> Text:
    if isinstance(size, int):
        return printing.number(size)
    if size._text is None:
        size._text = printing.text_of(size.terms)
    return size._text


def _symbols(sizes: Iterable[Size]) -> frozenset[Symbol]:
    return _NONE.union(*map(symbols_of, sizes))


def symbols_of(size: Size) -> frozenset[Symbol]:
    """Return every symbol in `size`, those inside floors included."""
    return _NONE if isinstance(size, int) else size.symbols


# --- making ----------------------------------------------------------------------------------------------


class _TooLarge(Exception):  # noqa: N818 - a signal
    """A size has grown beyond bounds. What raises is not remembered: each such result is another symbol."""


def make(terms: Terms) -> Size:
    """Return the size with these terms, which may have coefficients of zero."""
    try:
        return _size(terms)
    except _TooLarge:
        return too_complex()


def _size(terms: Terms) -> Size:
    if 0 in terms.values():
        terms = {mono: c for mono, c in terms.items() if c}
    if not terms:
        return 0
    if len(terms) == 1 and CONSTANT in terms:
        return terms[CONSTANT]
    fields = frozenset(terms.items())
    found = _dims.get(fields)
    if found is not None:
        return found
    if limits.exceeded(terms):
        raise _TooLarge
    return _made(terms, fields)


def _made(terms: Terms, fields: frozenset[tuple[Monomial, int]]) -> Dim:
    """Return a dim of terms that are no constant, have no zeros and are not too large."""
    size = Dim.__new__(Dim)
    size.terms = dict(algebra.in_order(terms))
    atoms = size.atoms()
    size.symbols = atoms[0].symbols if len(atoms) == 1 else _NONE.union(*(atom.symbols for atom in atoms))
    size.weight = len(terms) + sum(atom.weight for mono in terms for atom, _ in mono)
    size.depth = max(atom.depth for atom in atoms)
    size._key, size._text = "", None
    return _dims.keep(fields, size)


def of_atom(atom: Atom) -> Dim:
    """Return the size that is this atom."""
    size = make({((atom, 1),): 1})
    assert isinstance(size, Dim)
    return size


def symbol(name: str, kind: SymbolKind = SymbolKind.INPUT, reason: str = "") -> Dim:
    """Return a size that is one symbol; each call for an unknown size makes another symbol."""
    return of_atom(Symbol(name, kind, reason, fresh_uid() if kind is SymbolKind.UNKNOWN else 0))


def too_complex() -> Dim:
    """Return a new symbol for a result that is too large to be kept: any integer."""
    return of_atom(Symbol("?", SymbolKind.ARGUMENT, "an expression too large to follow", fresh_uid()))


# --- arithmetic, remembered ------------------------------------------------------------------------------


# A number of a subclass of `int` gives what the plain one gives that it equals.


@lru_cache(MOST_REMEMBERED)
def _sum(a: Dim, b: Size) -> Size:
    return _size(algebra.add(a.terms, _terms(b)))


@lru_cache(MOST_REMEMBERED)
def _negative(size: Dim) -> Dim:
    negative = _size({mono: -c for mono, c in size.terms.items()})
    assert isinstance(negative, Dim)
    return negative


@lru_cache(MOST_REMEMBERED)
def _product(a: Dim, b: Size) -> Size:
    if isinstance(b, int):
        factor = int(b)
        return _size({mono: c * factor for mono, c in a.terms.items()}) if factor else 0
    if len(a.terms) * len(b.terms) > limits.MAX_PRODUCTS:
        raise _TooLarge
    return _size(algebra.multiply(a.terms, b.terms))


# --- division --------------------------------------------------------------------------------------------


def floor_divide(a: Size, b: Size) -> Size:
    """Return floor(a / b).

    Where `b` is symbolic the result is the one for `b` ≠ 0. Raises ZeroDivisionError for `b` = 0.
    """
    if isinstance(a, int) and isinstance(b, int):
        return a // b
    return _quotients.recall((_plain(a), _plain(b)), _quotient)


def _plain(size: Size) -> Size:
    return int(size) if isinstance(size, int) else size


_quotients: Memory[tuple[Size, Size], Size] = Memory(MOST_REMEMBERED)


def _quotient(sizes: tuple[Size, Size]) -> Size:
    a, b = sizes
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
    num, den = algebra.without_common_factor(_terms(a), b.terms)
    if not num:
        return 0
    divisor = make(den)
    if isinstance(divisor, int):
        return floor_divide(make(num), divisor)
    whole, rest = algebra.divide(num, den)
    quotient = make(whole)
    num, den = algebra.without_common_factor(_terms(make(rest)), den)
    if not num:
        return quotient
    divisor = make(den)
    if isinstance(divisor, int):
        return quotient + floor_divide(make(num), divisor)
    return quotient + of_atom(Quotient(make(num), divisor))


def _terms(size: Size) -> Terms:
    return size.terms if isinstance(size, Dim) else {CONSTANT: int(size)} if size else {}
