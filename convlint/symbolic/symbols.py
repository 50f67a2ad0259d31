"""The named sizes that everything else is expressed in, and the least value that each kind can have."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from enum import Enum


class SymbolKind(Enum):
    """Where a symbol comes from; it decides which integers it may stand for."""

    INPUT = "input"
    """A size of an input tensor: at least 1."""
    ARGUMENT = "argument"
    """A constructor argument: any integer."""
    UNKNOWN = "unknown"
    """A size of which nothing is known but that it is not negative; the symbol's reason says why."""


_LEAST: dict[SymbolKind, int | None] = {SymbolKind.INPUT: 1, SymbolKind.ARGUMENT: None, SymbolKind.UNKNOWN: 0}
_uids = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A named integer. Two symbols are the same if all their fields are."""

    name: str
    kind: SymbolKind = SymbolKind.INPUT
    reason: str = ""
    uid: int = 0
    key: str = field(init=False, repr=False, compare=False)
    """A text that orders atoms and differs for different symbols."""

    def __post_init__(self) -> None:
        plain = self.name.isidentifier() and self.kind is SymbolKind.INPUT and not self.uid and not self.reason
        key = self.name if plain else f"{self.name!r}:{self.kind.value}:{self.uid}:{self.reason!r}"
        object.__setattr__(self, "key", key)

    def __hash__(self) -> int:
        return hash(self.key)

    def __str__(self) -> str:
        return self.name

    @property
    def least(self) -> int | None:
        """The least value that it can have, None if there is none."""
        return _LEAST[self.kind]

    @property
    def weight(self) -> int:
        return 1

    @property
    def depth(self) -> int:
        return 0


def fresh_uid() -> int:
    """Return a number that no other symbol of this process has."""
    return next(_uids)
