"""What the lines of a source were seen to hold: plain values that a watched run yields, one for each store."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from convlint.places import Place
from convlint.symbolic import Size


class SeenTensor(Struct, frozen=True):
    """A tensor of known rank; a size of which nothing is known is None."""

    shape: tuple[Size | None, ...]
    dtype: str = ""


class SeenUnknown(Struct, frozen=True):
    """What may be a tensor, and why nothing is known of it."""

    reason: str


class SeenParts(Struct, frozen=True):
    """A tuple, list or dict that holds tensors; `keys` are the names of a dict's parts. `left_out` counts further
    parts."""

    parts: tuple[Seen, ...]
    keys: tuple[str, ...] = ()
    left_out: int = 0


Seen = SeenTensor | SeenUnknown | SeenParts


class Stored(Struct, frozen=True):
    """What one line put into one name. The name is "" for an expression of which nothing is kept, "return" for what a
    function returns."""

    place: Place
    name: str
    value: Seen


Lines = dict[Stored, int]
"""What the lines held in one run, in the order in which each was first seen, and how often."""


def merged(runs: Iterable[Lines]) -> Lines:
    """Return what the lines held in any of several runs; how often counts the run in which that was most often."""
    found: Lines = {}
    for lines in runs:
        for stored, count in lines.items():
            found[stored] = max(found.get(stored, 0), count)
    return found
