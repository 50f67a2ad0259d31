"""What an axis is made of, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from msgspec import Struct

from convlint.symbolic import Size
from convlint.trace import Event


class Role(Enum):
    """What runs along an axis."""

    BATCH = "batch"
    CHANNEL = "channel"
    SPACE = "space"
    SEQUENCE = "sequence"
    DIRECTION = "direction"
    """The layers and directions of a recurrent layer's last state."""
    CLASS = "class"
    FEATURE = "feature"

    __hash__ = object.__hash__


class Piece(Struct, eq=False):
    """A run of elements along an axis, of `size` of them. The same object is the same axis, wherever it stands."""

    size: Size
    like: Piece | None = None
    """The piece that this one is a cut-out of, or slid over: what runs along it is the same."""
    part_of: Piece | None = None
    """The piece that a view has split into this one and others."""

    def lineage(self) -> Iterator[Piece]:
        """Yield the piece and those that it is like."""
        piece: Piece | None = self
        while piece is not None:
            yield piece
            piece = piece.like


Axis = tuple[Piece, ...]
"""The pieces of an axis, outermost first. An axis of size 1 has none."""


class Said(Struct, frozen=True):
    """What an operation says of an axis that it is given or gives, by what it does with it."""

    role: Role
    event: Event


def fresh(size: Size, like: Axis = ()) -> Axis:
    """Return a new axis of that size, of which nothing is known but perhaps what it is like."""
    if isinstance(size, int) and size == 1:
        return ()
    return (Piece(size, like[0] if len(like) == 1 else None),)
