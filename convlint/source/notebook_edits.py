"""Edits of a notebook: of the rows that they mend, and of nothing else in the file."""

from __future__ import annotations

import json
from collections.abc import Iterable

from msgspec.structs import replace

from convlint.source import edits
from convlint.source.edits import Edit, EditError
from convlint.source.kinds import is_notebook
from convlint.source.notebook import Cell, Notebook, list_items, notebook


def apply(filename: str, data: bytes, changes: Iterable[Edit]) -> bytes:
    """Return a file's bytes with all edits made: those of a notebook count the rows of the module that it is.

    Raises EditError, and SourceError if the data cannot be read.
    """
    if not is_notebook(filename):
        return edits.apply(data, changes)
    book = notebook(data)
    mark = data[: len(data) - len(book.raw.encode())]
    by_cell: dict[int, list[Edit]] = {}
    for change in changes:
        index, own = _in_cell(book, change)
        by_cell.setdefault(index, []).append(own)
    pieces: list[str] = []
    position = 0
    for index, cell in enumerate(book.cells):
        if index in by_cell:
            start, end = cell.span
            pieces += [book.raw[position:start], _changed(book.raw[start:end], cell, by_cell[index])]
            position = end
    pieces.append(book.raw[position:])
    return mark + "".join(pieces).encode()


def in_cell(book: Notebook, edit: Edit) -> tuple[Cell, Edit]:
    """Return the cell that an edit is of, and the edit of its text. Raises EditError."""
    index, own = _in_cell(book, edit)
    return book.cells[index], own


def _in_cell(book: Notebook, edit: Edit) -> tuple[int, Edit]:
    if not book.cells:
        raise EditError("a notebook without cells has nothing to edit")
    cell, row = book.at(edit.row)
    last, end_row, end_column = cell, edit.end_row - cell.first_row + 1, edit.end_column
    if end_row > len(cell.text.starts) and end_column == 0:  # a last row that is taken away: it has no end here
        end_row -= 1
        end_column = len(cell.text.line(end_row))
    if row < 1 or end_row > len(last.text.starts):
        raise EditError("an edit goes over several cells")
    return book.cells.index(cell), replace(edit, row=row, end_row=end_row, end_column=end_column)


def _changed(raw: str, cell: Cell, own: Iterable[Edit]) -> str:
    """Return the JSON of a cell's source with edits made, written as it was; rows that stay are taken as they are."""
    text = edits.apply(cell.text.text.encode("utf-8", "surrogatepass"), own).decode("utf-8", "surrogatepass")
    ascii_only = raw.isascii()
    if not raw.startswith("["):
        return json.dumps(text, ensure_ascii=ascii_only)
    items = list(list_items(raw, 0))
    known = {value: raw[start:end] for value, (start, end) in items}
    first, last = items[0][1][0], items[-1][1][1]
    lines = text.splitlines(keepends=True)
    written = [known.get(line) or json.dumps(line, ensure_ascii=ascii_only) for line in lines]
    between = raw[items[0][1][1] : items[1][1][0]] if len(items) > 1 else f",{raw[1:first]}"
    return raw[:first] + between.join(written) + raw[last:] if written else "[]"
