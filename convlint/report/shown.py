"""How places are written for people and for tools: paths relative to the working directory, columns from 1."""

from __future__ import annotations

from pathlib import Path

from convlint.places import Place


def shown_path(filename: str, base: Path) -> str:
    """Return a file's name relative to `base` if it lies below it, with forward slashes; else as it is."""
    path = Path(filename)
    if path.is_absolute() and path.is_relative_to(base):
        path = path.relative_to(base)
    return path.as_posix() if filename else filename


def shown_place(place: Place, base: Path) -> str:
    """Return "path:row:column", the column counted from 1."""
    row, column = place.span[:2]
    return f"{shown_path(place.filename, base)}:{row}:{column + 1}"
