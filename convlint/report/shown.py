"""How places are written for people and for tools: paths relative to the working directory, columns from 1."""

from __future__ import annotations

from pathlib import Path

from convlint.places import CellPlace, Place, Span


def shown_path(filename: str, base: Path) -> str:
    """Return a file's name relative to `base` if it lies below it, with forward slashes; else as it is."""
    path = Path(filename)
    if path.is_absolute() and path.is_relative_to(base):
        path = path.relative_to(base)
    return path.as_posix() if filename else filename


def shown_place(place: Place, base: Path) -> str:
    """Return "path:row:column", the column counted from 1, and in a notebook "path:cell 2:row:column"."""
    return f"{shown_path(place.filename, base)}:{shown_position(place)}"


def shown_position(place: Place) -> str:
    """Return the same without the path."""
    row, column = place.span[:2]
    cell = f"cell {place.number}:" if isinstance(place, CellPlace) else ""
    return f"{cell}{row}:{column + 1}"


def file_span(place: Place) -> Span:
    """Return where a place is in its file as it lies on the disk: of a notebook that is a row, and no column."""
    return (place.file_row, 0, place.file_row, 0) if isinstance(place, CellPlace) else place.span


def with_cell(message: str, place: Place) -> str:
    """Return a message, with cell and row before it where the format itself knows only rows of files."""
    return f"{shown_position(place)}: {message}" if isinstance(place, CellPlace) else message
