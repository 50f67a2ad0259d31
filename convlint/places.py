"""Where something is in a source, where tracking stopped, and what keeps a file from being read."""

from __future__ import annotations

from enum import Enum
from operator import attrgetter

from msgspec import Struct

Span = tuple[int, int, int, int]
"""First row, first column, last row, the column after the last."""


class Place(Struct, frozen=True, gc=False):
    """A stretch of source: rows are 1-based, columns 0-based in characters, the end is exclusive."""

    filename: str
    span: Span


class CellPlace(Place, frozen=True, gc=False):
    """A stretch of a notebook: rows are those of a cell, of which `number` tells which of the notebook it is, from 1.

    `file_row` is the row of the file in which it begins, `lines` are those of the cell.
    """

    number: int
    file_row: int
    lines: tuple[str, ...]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CellPlace) and _stretch(self) == _stretch(other)

    __ne__ = object.__ne__  # a struct's own looks at every field

    def __hash__(self) -> int:
        return hash(_stretch(self))


_stretch = attrgetter("filename", "span", "number", "file_row")
"""What two places in a notebook are compared by."""


class Concern(Enum):
    """What may depend on something that is not understood, besides the values that come of it."""

    RUN = "run"
    """Whether the run that met it goes on: torch or the program may refuse some inputs there."""
    PROGRAM = "program"
    """How the program is written: a guess on import, which serves every run."""
    NOTHING = "nothing"
    """Only its value is not known, such as a text, or a name that nothing is known of."""


class Gap(Struct, frozen=True, gc=False):
    """A place where tracking stopped, and why."""

    place: Place | None
    reason: str
    affects: tuple[str, ...] = ()
    """What is not known because of it: the paths of leaf layers in call order, then parts of the whole model."""
    concern: Concern = Concern.RUN
    """Gaps are compared without it."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Gap) and _gap(self) == _gap(other)

    __ne__ = object.__ne__  # a struct's own looks at every field

    def __hash__(self) -> int:
        return hash(_gap(self))


_gap = attrgetter("place", "reason", "affects")


class SourceProblem(Struct, frozen=True):
    """Why a file, or a comment in it that directs convlint, cannot be read. Row and column are 1-based."""

    message: str
    row: int
    column: int


def is_installed(place: Place) -> bool:
    """Tell whether a place lies in an installed package, by where Python keeps them."""
    return not {"site-packages", "dist-packages"}.isdisjoint(place.filename.replace("\\", "/").split("/"))
