"""The sides of decisions: where a path decided something, how often it had done so there before, and which way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator

from convlint.places import Place

Side = tuple[Place | None, int, bool]
Seen = Container[Side]
"""The sides that other paths have taken."""


def sides(places: Iterable[Place | None], taken: Iterable[bool]) -> Iterator[Side]:
    """Yield the sides that a path takes, in order."""
    asked: Counter[Place | None] = Counter()
    for place, chosen in zip(places, taken, strict=True):
        yield place, asked[place], chosen
        asked[place] += 1


def first_side(place: Place | None, number: int, seen: Seen) -> bool:
    """Return the side that is taken where nothing else is said: the one that no path has seen, or else True."""
    return (place, number, True) not in seen or (place, number, False) in seen
