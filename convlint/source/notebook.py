"""Notebooks: the code cells of an `.ipynb` file as one Python module, and which cell and row a row of it is.

The file is JSON, and read as such: what nbformat does besides (other versions, validation) takes longer than to lint
a notebook, and it writes files anew, whereas fixes may change nothing but the rows that they mend.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import force_setattr

from convlint.source.magics import as_python
from convlint.source.text import SourceError, SourceText

_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()
_PYTHON = frozenset(("python", "python3", "python2", "ipython", "ipython3"))

_OF_IPYTHON = {
    "display(": "display = lambda *objects, **options: None",
    "get_ipython(": "from IPython import get_ipython",
}
"""What IPython binds before the first cell, which is put in a row before it."""

Span = tuple[int, int]
Members = dict[str, tuple[Any, Span]]
"""The values of a JSON object with where each stands in the text."""


class Cell(Struct, frozen=True):
    """A code cell: which cell of the notebook it is, from 1; its text; where its source stands in the file; the row
    of the module at which it begins."""

    number: int
    text: SourceText
    span: Span
    first_row: int


class Notebook(Struct, frozen=True):
    """The code cells of a notebook, `raw` is the file's text, `python` the module that they make together."""

    raw: str
    cells: tuple[Cell, ...]
    python: str
    _starts: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        force_setattr(self, "_starts", tuple(cell.first_row for cell in self.cells))

    def at(self, row: int) -> tuple[Cell, int]:
        """Return the cell that a row of the module lies in, and which of its rows that is. Raises IndexError."""
        cell = self.cells[max(bisect_right(self._starts, row) - 1, 0)]
        return cell, row - cell.first_row + 1

    def file_row(self, row: int) -> int:
        """Return the row of the file in which a row of the module stands."""
        cell, own = self.at(row)
        start, end = cell.span
        offset, before = start, 0
        for line, (place, _) in list_items(self.raw, start) if self.raw[start] == "[" else ():
            if before >= own:
                break
            offset = place
            before += len(SourceText(line).starts) - (line[-1:] in ("\r", "\n"))
        return self.raw.count("\n", 0, min(offset, end)) + 1


def notebook(data: bytes) -> Notebook:
    """Read a notebook; one of another language has no cells. Raises SourceError for what is none."""
    try:
        raw = data.decode("utf-8-sig")
        whole = _members(raw, _start(raw, 0))
        read = list(_cells(raw, whole)) if _is_python(whole) else []
    except UnicodeDecodeError:
        raise SourceError("is no notebook: it is not in UTF-8") from None
    except json.JSONDecodeError as error:
        raise SourceError(f"is no notebook: {error.msg}", error.lineno, error.colno - 1) from None
    except RecursionError:
        raise SourceError("too deeply nested to parse safely") from None
    python, rows = joined([text for _, text, _ in read])
    cells = [Cell(number, SourceText(text), span, row) for (number, text, span), row in zip(read, rows, strict=True)]
    return Notebook(raw, tuple(cells), python)


def joined(cells: Sequence[str]) -> tuple[str, tuple[int, ...]]:
    """Return the module that code cells make together, and the row at which each of them begins."""
    found = [as_python(text) for text in cells]
    wanted = [code for name, code in _OF_IPYTHON.items() if any(name in text for text in found)]
    pieces = ["; ".join(wanted) + "\n"] if wanted else []
    rows: list[int] = []
    row = 1 + len(pieces)
    for text, python in zip(cells, found, strict=True):
        rows.append(row)
        pieces.append(python + "\n")
        row += len(SourceText(text).starts)
    return "".join(pieces), tuple(rows)


def _cells(raw: str, whole: Members) -> Iterator[tuple[int, str, Span]]:
    """Yield number, source and span of each code cell; before format 4 they lie in worksheets."""
    number = 0
    for start in _lists_of_cells(raw, whole):
        for _, (at, _) in list_items(raw, start):
            number += 1
            cell = _members(raw, at)
            source, span = cell.get("source") or cell.get("input") or (None, (0, 0))
            if isinstance(source, list) and all(isinstance(line, str) for line in source):
                source = "".join(source)
            if _value(cell, "cell_type") == "code" and isinstance(source, str) and _holds_python(cell):
                yield number, source, span


def _lists_of_cells(raw: str, whole: Members) -> Iterator[int]:
    if isinstance(_value(whole, "cells"), list):
        yield whole["cells"][1][0]
    elif isinstance(_value(whole, "worksheets"), list):
        for _, (start, _) in list_items(raw, whole["worksheets"][1][0]):
            sheet = _members(raw, start)
            if isinstance(_value(sheet, "cells"), list):
                yield sheet["cells"][1][0]
    else:
        raise SourceError("is no notebook: it has no cells")


def _is_python(whole: Members) -> bool:
    """Tell whether the notebook is in Python, as it is if it does not say."""
    metadata = _value(whole, "metadata")
    if not isinstance(metadata, dict):
        return True
    told = [metadata.get("language_info", {}), metadata.get("kernelspec", {})]
    names = [it.get(key) for it, key in zip(told, ("name", "language"), strict=True) if isinstance(it, dict)]
    language = next((name for name in names if isinstance(name, str)), "python")
    return language.lower() in _PYTHON


def _holds_python(cell: Members) -> bool:
    metadata = _value(cell, "metadata")
    editor = metadata.get("vscode", {}) if isinstance(metadata, dict) else {}
    language = editor.get("languageId", "python") if isinstance(editor, dict) else "python"
    return str(_value(cell, "language") or language).lower() in _PYTHON


def _value(members: Members, key: str) -> Any:
    return members.get(key, (None, (0, 0)))[0]


# --- JSON, with places ---------------------------------------------------------------------------------------


def _members(raw: str, start: int) -> Members:
    """Return the values of the object that starts there. Raises JSONDecodeError."""
    found: Members = {}
    at = _opened(raw, start, "{")
    while raw[at : at + 1] != "}":
        key, at = _DECODER.raw_decode(raw, at)
        at = _opened(raw, _start(raw, at), ":")
        value, end = _DECODER.raw_decode(raw, at)
        found[str(key)] = value, (at, end)
        at = _following(raw, end, "}")
    return found


def list_items(raw: str, start: int) -> Iterator[tuple[Any, Span]]:
    """Yield the items of the list that starts there, with their places. Raises JSONDecodeError."""
    at = _opened(raw, start, "[")
    while raw[at : at + 1] != "]":
        value, end = _DECODER.raw_decode(raw, at)
        yield value, (at, end)
        at = _following(raw, end, "]")


def _opened(raw: str, at: int, char: str) -> int:
    if raw[at : at + 1] != char:
        raise json.JSONDecodeError(f"expected `{char}`", raw, at)
    return _start(raw, at + 1)


def _following(raw: str, end: int, closing: str) -> int:
    """Return where the next member starts, or the bracket that closes."""
    at = _start(raw, end)
    if raw[at : at + 1] == closing:
        return at
    return _opened(raw, at, ",")


def _start(raw: str, at: int) -> int:
    match = _BLANK.match(raw, at)
    return at if match is None else match.end()
