"""Conditions on sizes: what must hold of the inputs for a layer to work. Values with a readable text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache

from convlint.symbolic.dim import Dim, Size, symbols_of
from convlint.symbolic.interning import Interned
from convlint.symbolic.rewrite import evaluate, substitute
from convlint.symbolic.symbols import Symbol

MOST_REMEMBERED = 8192


class Verdict(Enum):
    """What is known of a condition."""

    PROVED = "proved"
    VIOLATED = "violated"
    OPEN = "open"


class Comparison(Enum):
    EQUAL = "=="
    NOT_EQUAL = "!="
    AT_LEAST = ">="

    __hash__ = object.__hash__


_MIRRORED = {">=": "<=", ">": "<", "==": "==", "!=": "!="}


@dataclass(frozen=True, slots=True, eq=False)
class _Condition(Interned):
    """What all conditions have; equal ones are one object."""

    symbols: frozenset[Symbol] = field(init=False, repr=False)
    """Every symbol in it."""
    weight: int = field(init=False, repr=False)
    """How many atoms and parts are in it."""
    _text: str = field(init=False, repr=False)

    def __str__(self) -> str:
        if not self._text:
            self._derive(_text=self._as_text())
        return self._text

    def _as_text(self) -> str:
        raise NotImplementedError


class _OnSizes(_Condition):
    """A condition without parts."""

    __slots__ = ()

    def _compare(self, **sizes: Size) -> None:
        """Note what follows from the sizes; a number of a subclass of `int` becomes the plain one that it equals."""
        for name, size in sizes.items():
            if isinstance(size, int) and type(size) is not int:
                self._derive(**{name: int(size)})
        first, second = sizes.values()
        weight = sum(1 if isinstance(size, int) else size.weight for size in sizes.values())
        self._derive(symbols=symbols_of(first) | symbols_of(second), weight=weight, _text="")


class _OfParts(_Condition):
    """A condition on conditions."""

    __slots__ = ()

    def _combine(self, parts: tuple[Condition, ...]) -> None:
        symbols: frozenset[Symbol] = frozenset().union(*(part.symbols for part in parts))
        self._derive(symbols=symbols, weight=1 + sum(part.weight for part in parts), _text="")


@dataclass(frozen=True, slots=True, eq=False)
class Relation(_OnSizes):
    """`left` compared with `right`."""

    left: Size
    comparison: Comparison
    right: Size

    def __post_init__(self) -> None:
        self._compare(left=self.left, right=self.right)

    def _as_text(self) -> str:
        left, sign, right = self.left, self.comparison.value, self.right
        if self.comparison is Comparison.AT_LEAST and isinstance(right, Dim) and len(str(right - 1)) < len(str(right)):
            sign, right = ">", right - 1
        if isinstance(left, int) and isinstance(right, Dim):
            left, sign, right = right, _MIRRORED[sign], left
        return f"{left} {sign} {right}"


@dataclass(frozen=True, slots=True, eq=False)
class Divisibility(_OnSizes):
    """`size % modulus == 0`, or its negation. A modulus of zero divides nothing but zero."""

    modulus: Size
    size: Size
    negated: bool = False

    def __post_init__(self) -> None:
        self._compare(modulus=self.modulus, size=self.size)

    def _as_text(self) -> str:
        size, modulus = (str(s) if isinstance(s, int) else _wrapped(str(s)) for s in (self.size, self.modulus))
        return f"{size} % {modulus} {'!=' if self.negated else '=='} 0"


@dataclass(frozen=True, slots=True, eq=False)
class Every(_OfParts):
    """All of `parts` hold; with no parts it is true."""

    parts: tuple[Condition, ...]

    def __post_init__(self) -> None:
        self._combine(self.parts)

    def _as_text(self) -> str:
        return " and ".join(f"({p})" if isinstance(p, Some) else str(p) for p in self.parts) or "True"


@dataclass(frozen=True, slots=True, eq=False)
class Some(_OfParts):
    """At least one of `parts` holds; with no parts it is false."""

    parts: tuple[Condition, ...]

    def __post_init__(self) -> None:
        self._combine(self.parts)

    def _as_text(self) -> str:
        return " or ".join(f"({p})" if isinstance(p, Every) else str(p) for p in self.parts) or "False"


Condition = Relation | Divisibility | Every | Some


@lru_cache(MOST_REMEMBERED)
def equal(a: Size, b: Size) -> Condition:
    """Return a == b."""
    return Relation(a, Comparison.EQUAL, b)


@lru_cache(MOST_REMEMBERED)
def not_equal(a: Size, b: Size) -> Condition:
    """Return a ≠ b."""
    return Relation(a, Comparison.NOT_EQUAL, b)


@lru_cache(MOST_REMEMBERED)
def at_least(a: Size, b: Size) -> Condition:
    """Return a ≥ b."""
    return Relation(a, Comparison.AT_LEAST, b)


@lru_cache(MOST_REMEMBERED)
def divides(m: Size, a: Size) -> Condition:
    """Return a % m == 0."""
    return Divisibility(m, a)


def all_of(*conditions: Condition) -> Condition:
    """Return that all hold, those inside a conjunction taken out of it."""
    return _combine(Every, conditions)


def any_of(*conditions: Condition) -> Condition:
    """Return that at least one holds."""
    return _combine(Some, conditions)


def _combine(kind: type[Every] | type[Some], conditions: tuple[Condition, ...]) -> Condition:
    parts: list[Condition] = []
    for condition in conditions:
        parts.extend(condition.parts if isinstance(condition, kind) else (condition,))
    unique = tuple(dict.fromkeys(parts))
    return unique[0] if len(unique) == 1 else kind(unique)


def negation(condition: Condition) -> Condition:
    """Return the condition that holds exactly when `condition` does not."""
    if isinstance(condition, Divisibility):
        return Divisibility(condition.modulus, condition.size, not condition.negated)
    if isinstance(condition, Every):
        return any_of(*(negation(part) for part in condition.parts))
    if isinstance(condition, Some):
        return all_of(*(negation(part) for part in condition.parts))
    if condition.comparison is Comparison.AT_LEAST:
        return at_least(condition.right, condition.left + 1)
    flipped = Comparison.NOT_EQUAL if condition.comparison is Comparison.EQUAL else Comparison.EQUAL
    return Relation(condition.left, flipped, condition.right)


def holds(condition: Condition, mapping: Mapping[Symbol, int]) -> bool:
    """Return whether `condition` is true for these values; KeyError for a symbol that has none."""
    if isinstance(condition, Every):
        return all(holds(part, mapping) for part in condition.parts)
    if isinstance(condition, Some):
        return any(holds(part, mapping) for part in condition.parts)
    if isinstance(condition, Divisibility):
        modulus, size = evaluate(condition.modulus, mapping), evaluate(condition.size, mapping)
        return (size % modulus == 0 if modulus else size == 0) is not condition.negated
    left, right = evaluate(condition.left, mapping), evaluate(condition.right, mapping)
    if condition.comparison is Comparison.AT_LEAST:
        return left >= right
    return (left == right) is (condition.comparison is Comparison.EQUAL)


def condition_symbols(condition: Condition) -> frozenset[Symbol]:
    """Return every symbol in `condition`."""
    return condition.symbols


def substitute_in(condition: Condition, mapping: Mapping[Symbol, Size]) -> Condition:
    """Return `condition` with symbols replaced; ZeroDivisionError if a divisor inside it becomes zero."""
    if condition.symbols.isdisjoint(mapping):
        return condition
    if isinstance(condition, (Every, Some)):
        return _combine(type(condition), tuple(substitute_in(part, mapping) for part in condition.parts))
    if isinstance(condition, Divisibility):
        modulus, size = substitute(condition.modulus, mapping), substitute(condition.size, mapping)
        return Divisibility(modulus, size, condition.negated)
    return Relation(substitute(condition.left, mapping), condition.comparison, substitute(condition.right, mapping))


def _wrapped(text: str) -> str:
    return f"({text})" if any(c in text for c in " */") else text
