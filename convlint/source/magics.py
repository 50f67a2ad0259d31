"""What only IPython understands in a notebook's cell, put as Python that says as much as can be known, row for row.

A command (`%time f(x)`, `!pip install torch`, `net?`) becomes `pass`; what it gives to a name (`files = !ls`) is
unknown; one that may bind any name (`%run other.py`) becomes a star import of what cannot be found.
"""

from __future__ import annotations

import re

from convlint.source.logical import TOKEN

_COMMAND = re.compile(r"[ \t]*(?:[%!]|\?{1,2}\w|,|;|/\w)|[ \t]*%{0,2}[\w.*]+\?{1,2}[ \t]*(?=[\r\n]|\Z)")
"""What begins a statement, and no statement of Python's does."""
_ASSIGNED = re.compile(r"[ \t]*[\w.,\[\]\"' \t]+=[ \t]*(?=[!%])")
_ROW = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_INDENT = re.compile(r"[ \t]*")
_CELL = re.compile(r"\s*%%(\w*)")
_BINDING = re.compile(r"[ \t]*%(?:run|pylab|load|loadpy|reset|reset_selective|store|edit|macro|recall|rerun)\b")

_PYTHON_CELLS = frozenset(("capture", "prun", "pypy", "python", "python3", "time", "timeit"))
"""The cell magics whose cell holds Python, as ruff has them."""

UNKNOWN = "get_ipython()"
"""What stands for a value that a command gives."""
STAR = "from IPython.core.magic import *"


def as_python(cell: str) -> str:
    """Return the Python of a cell, with as many rows, in time linear in its length; "" if its magic says that it
    holds none."""
    magic = _CELL.match(cell)
    if magic is None:
        return _without_commands(cell)
    if magic[1] not in _PYTHON_CELLS:
        return _blank(cell)
    row = _ROW.match(cell, magic.end())
    end = len(cell) if row is None else row.end()
    return _blank(cell[:end]) + _without_commands(cell[end:])


def _without_commands(text: str) -> str:
    pieces: list[str] = []
    position, depth, starts = 0, 0, True
    while position < len(text):
        if starts:
            after = _command(text, position, pieces)
            if after > position:
                position = after
                continue
        match = TOKEN.match(text, position)
        end = position + 1 if match is None else match.end()
        pieces.append(text[position:end])
        kind = None if match is None else match.lastgroup
        depth = max(depth + (kind == "open") - (kind == "close"), 0)
        starts = kind == "newline" and not depth
        position = end
    return "".join(pieces)


def _command(text: str, start: int, pieces: list[str]) -> int:
    """Write what stands for the command that begins a row, and return where it ends; `start` if there is none."""
    if _COMMAND.match(text, start):
        binds = _BINDING.match(text, start)
        indent = _INDENT.match(text, start)
        end = _end(text, start)
        before = "" if indent is None else indent.group()
        pieces += [before, STAR if binds and not before else "pass", _blank(text[start:end])]
        return end
    assigned = _ASSIGNED.match(text, start)
    if assigned:
        end = _end(text, start)
        pieces += [assigned.group(), UNKNOWN, _blank(text[start:end])]
        return end
    return start


def _end(text: str, start: int) -> int:
    """Return where a command ends: with its row, or the rows that a backslash joins to it. The row's end belongs to
    it."""
    while True:
        row = _ROW.match(text, start)
        if row is None or row.end() == len(text) or not row.group().rstrip("\r\n").endswith("\\"):
            return len(text) if row is None else row.end()
        start = row.end()


def _blank(text: str) -> str:
    """Return the row ends of a text."""
    return "".join(re.findall(r"\r\n|\r|\n", text))
