"""The indivisible integers that polynomials are made of: symbols, floors and the opaque terms.

Atoms are only made by `division` and `extremes`, which bring their parts into canonical form first.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from convlint.symbolic.symbols import Symbol

if TYPE_CHECKING:
    from convlint.symbolic.dim import Dim, Size


@dataclass(frozen=True, slots=True)
class Floor:
    """`floor(num / den)` for an integer `den` > 1; every coefficient of `num` is in [0, den)."""

    num: Dim
    den: int
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"floor({self.num.key}/{self.den})")

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def weight(self) -> int:
        return self.num.weight + 1

    @property
    def depth(self) -> int:
        return self.num.depth + 1


@dataclass(frozen=True, slots=True)
class Quotient:
    """`floor(num / den)` for a symbolic `den` that does not divide `num`: opaque to arithmetic."""

    num: Size
    den: Dim
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        num = self.num if isinstance(self.num, int) else self.num.key
        object.__setattr__(self, "key", f"floor({num}/({self.den.key}))")

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def weight(self) -> int:
        return self.den.weight + 1 + (0 if isinstance(self.num, int) else self.num.weight)

    @property
    def depth(self) -> int:
        return 1 + max(self.den.depth, 0 if isinstance(self.num, int) else self.num.depth)


@dataclass(frozen=True, slots=True)
class Extreme:
    """The largest (or smallest) of several sizes of which no one is known to be it; `args` are ordered by key."""

    largest: bool
    args: tuple[Size, ...]
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        args = ",".join(str(a) if isinstance(a, int) else a.key for a in self.args)
        object.__setattr__(self, "key", f"{'max' if self.largest else 'min'}({args})")

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def weight(self) -> int:
        return 1 + sum(1 if isinstance(a, int) else a.weight for a in self.args)

    @property
    def depth(self) -> int:
        return 1 + max(0 if isinstance(a, int) else a.depth for a in self.args)


Atom = Symbol | Floor | Quotient | Extreme
Monomial = tuple[tuple[Atom, int], ...]
"""Atoms with their exponents (≥ 1), ordered by the atoms' keys; the empty one is the constant."""
