"""`Told`: an integer that knows which lines of the program said it; what is computed of it knows them too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

MAX_ORIGINS = 6
"""How many origins a number keeps: the ones that were there first."""


class Told(int):
    """An integer like any other, with its `origins`: whatever is hashable and can be shown to the reader.

    Sums, products, quotients and remainders with integers are told by both sides; every other operation gives a plain
    number. Comparison and hashing are those of the integer.
    """

    origins: tuple[Any, ...]

    def __new__(cls, value: int, origins: Iterable[Any]) -> Told:
        made = super().__new__(cls, value)
        made.origins = tuple(origins)
        return made

    def __repr__(self) -> str:
        return int.__repr__(self)

    __str__ = __repr__

    def __reduce__(self) -> tuple[Any, ...]:
        return Told, (int(self), self.origins)


def origins_of(value: object) -> tuple[Any, ...]:
    """Return which lines said a number, none for a plain one and for what is no number."""
    return value.origins if isinstance(value, Told) else ()


def told(value: int, *sources: object) -> int:
    """Return an integer that comes from all of these."""
    origins = joined(origins_of(source) for source in sources)
    return Told(value, origins) if origins else value


def joined(several: Iterable[tuple[Any, ...]]) -> tuple[Any, ...]:
    """Return the origins in order, each once, no more than are kept."""
    found: dict[Any, None] = {}
    for origins in several:
        found.update(dict.fromkeys(origins))
    return tuple(found)[:MAX_ORIGINS]


def _binary(name: str) -> Callable[[Told, Any], Any]:
    plain = getattr(int, name)

    def operation(self: Told, other: Any) -> Any:
        result = plain(self, other)
        if type(result) is not int:
            return result
        theirs = origins_of(other)
        return Told(result, self.origins if theirs in ((), self.origins) else joined((self.origins, theirs)))

    operation.__name__ = name
    return operation


for _name in ("add", "sub", "mul", "floordiv", "mod"):
    for _side in ("__", "__r"):
        setattr(Told, f"{_side}{_name}__", _binary(f"{_side}{_name}__"))


def _unary(name: str) -> Callable[[Told], int]:
    plain = getattr(int, name)

    def operation(self: Told) -> int:
        return Told(plain(self), self.origins)

    operation.__name__ = name
    return operation


for _name in ("__neg__", "__pos__", "__abs__"):
    setattr(Told, _name, _unary(_name))
