"""What becomes of axes in a view: whole pieces move, or are split; a new axis may also end inside of an old one."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from convlint.axes.pieces import Axis, Piece, fresh
from convlint.layers.core.tensor import Shape
from convlint.symbolic import Size


class Viewed(Struct, frozen=True):
    """The axes of a view. From `fitting` on, the sizes do not fit the old pieces, and the axes are new ones."""

    axes: tuple[Axis, ...]
    fitting: int
    left: tuple[Piece, ...] = ()
    """The old pieces from there on."""

    @property
    def fits(self) -> bool:
        return self.fitting == len(self.axes)


def viewed(axes: Sequence[Axis], shape: Shape) -> Viewed:
    """Return the axes of a view with that shape, in row-major order."""
    waiting = [piece for axis in axes for piece in axis]
    made: list[Axis] = []
    for position, size in enumerate(shape):
        taken = _taken(waiting, size)
        if taken is None:
            return Viewed((*made, *map(fresh, shape[position:])), position, tuple(waiting))
        axis, waiting = taken
        made.append(axis)
    return Viewed(tuple(made), len(made))


def _taken(waiting: Sequence[Piece], size: Size) -> tuple[Axis, list[Piece]] | None:
    """Return the pieces in front that hold `size` elements together, and the others; None if none of them do."""
    held: Size = 1
    for count, piece in enumerate(waiting):
        if held == size:
            return tuple(waiting[:count]), list(waiting[count:])
        whole = held * piece.size
        if isinstance(size, int) and isinstance(whole, int) and isinstance(held, int) and whole > size:
            return _split(waiting, count, size, held)
        held = whole
    return (tuple(waiting), []) if held == size else None


def _split(waiting: Sequence[Piece], count: int, size: int, held: int) -> tuple[Axis, list[Piece]] | None:
    """Take the pieces before the one at `count`, and as much of that one as makes up the size."""
    if held == 0 or size == 0 or size % held:
        return None  # of nothing, any part is nothing
    piece, wanted = waiting[count], size // held
    if not isinstance(piece.size, int) or piece.size % wanted:
        return None
    front, back = Piece(wanted, part_of=piece), Piece(piece.size // wanted, part_of=piece)
    return (*waiting[:count], front), [back, *waiting[count + 1 :]]
