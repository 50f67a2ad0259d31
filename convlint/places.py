"""Where something is in a source, where tracking stopped, and what keeps a file from being read."""

from __future__ import annotations

from enum import Enum
from typing import ClassVar

from msgspec import Struct

from convlint.comparing import Compared

Span = tuple[int, int, int, int]
"""First row, first column, last row, the column after the last."""


class Place(Struct, frozen=True, gc=False):
    """A stretch of source: rows are 1-based, columns 0-based in characters, the end is exclusive."""

    filename: str
    span: Span


class CellPlace(Compared, Place, frozen=True, gc=False):
    """A stretch of a notebook: rows are those of a cell, of which `number` tells which of the notebook it is, from 1.

    `file_row` is the row of the file in which it begins, `lines` are those of the cell.
    """

    apart: ClassVar = frozenset({"lines"})
    number: int
    file_row: int
    lines: tuple[str, ...]


class Concern(Enum):
    """What may depend on something that is not understood, besides the values that come of it."""

    RUN = "run"
    """Whether the run that met it goes on: torch or the program may refuse some inputs there."""
    PROGRAM = "program"
    """How the program is written: a guess on import, which serves every run."""
    NOTHING = "nothing"
    """Only its value is not known, such as a text, or a name that nothing is known of."""


class Gap(Compared, Struct, frozen=True, gc=False):
    """A place where tracking stopped, and why."""

    apart: ClassVar = frozenset({"concern"})
    place: Place | None
    reason: str
    affects: tuple[str, ...] = ()
    """What is not known because of it: the paths of leaf layers in call order, then parts of the whole model."""
    concern: Concern = Concern.RUN
    """Gaps are compared without it."""


class SourceProblem(Struct, frozen=True):
    """Why a file, or a comment in it that directs convlint, cannot be read. Row and column are 1-based."""

    message: str
    row: int
    column: int


def is_installed(place: Place) -> bool:
    """Tell whether a place lies in an installed package, by where Python keeps them."""
    return not {"site-packages", "dist-packages"}.isdisjoint(place.filename.replace("\\", "/").split("/"))
