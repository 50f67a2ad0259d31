"""The named sizes that everything else is expressed in, and the least value that each kind can have."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from convlint.symbolic.interning import Interned, fresh_number


class SymbolKind(Enum):
    """Where a symbol comes from; it decides which integers it may stand for."""

    INPUT = "input"
    """A size of an input tensor: at least 1."""
    ARGUMENT = "argument"
    """A constructor argument: any integer."""
    UNKNOWN = "unknown"
    """A size of which nothing is known but that it is not negative; the symbol's reason says why."""

    __hash__ = object.__hash__


_LEAST: dict[SymbolKind, int | None] = {SymbolKind.INPUT: 1, SymbolKind.ARGUMENT: None, SymbolKind.UNKNOWN: 0}


@dataclass(frozen=True, slots=True, eq=False)
class Symbol(Interned):
    """A named integer. Two symbols are the same if all their fields are."""

    name: str
    kind: SymbolKind = SymbolKind.INPUT
    reason: str = ""
    uid: int = 0
    key: str = field(init=False, repr=False)
    """A text that orders atoms and differs for different symbols; those of one name in the order of their making."""
    least: int | None = field(init=False, repr=False)
    """The least value that it can have, None if there is none."""

    def __post_init__(self) -> None:
        plain = self.name.isidentifier() and self.kind is SymbolKind.INPUT and not self.uid and not self.reason
        # The number has leading zeros: the order of two texts must not hang on how far the process has counted.
        key = self.name if plain else f"{self.name!r}:{self.kind.value}:{self.uid:012}:{self.reason!r}"
        self._derive(key=key, least=_LEAST[self.kind])

    def __str__(self) -> str:
        return self.name

    @property
    def symbols(self) -> frozenset[Symbol]:
        """Itself."""
        return frozenset((self,))

    @property
    def weight(self) -> int:
        return 1

    @property
    def depth(self) -> int:
        return 0


def fresh_uid() -> int:
    """Return a number that no symbol of this process has, greater than those of all before it."""
    return fresh_number()
