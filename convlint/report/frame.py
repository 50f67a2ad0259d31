"""A piece of source with a mark under the place that a finding is about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from convlint.places import Span
from convlint.report.escape import visible

_CONTEXT = 2
_WIDTH = 160
_TAB = "    "
_LINE_END = re.compile("\r\n|\n|\r")


def split_lines(text: str) -> list[str]:
    """Split text into lines as Python counts them: at LF, CR LF and CR, and nowhere else."""
    return _LINE_END.split(text)


def frame(source: Sequence[str], span: Span) -> Iterator[tuple[str, str, bool]]:
    """Yield the lines of a frame as (line number or "", text, whether it is the mark).

    Two lines around the first row of the span are shown; the mark stands under the part of it in that row.
    """
    row, column, end_row, end_column = span
    if not 1 <= row <= len(source):
        return
    last = len(source) if source[-1] else len(source) - 1
    for number in range(max(1, row - _CONTEXT), max(row, min(last, row + _CONTEXT)) + 1):
        line = source[number - 1]
        start = _first_shown(line, column) if number == row else 0
        yield str(number), _shown(line[start : start + _WIDTH]), False
        if number == row:
            end = end_column if end_row == row else len(line)
            yield "", _mark(line, start, column, min(end, start + _WIDTH)), True


def _first_shown(line: str, column: int) -> int:
    """Return where to begin a line that is too long to show, so that the marked part is seen."""
    return max(0, column - _WIDTH // 2) if len(line) > _WIDTH else 0


def _mark(line: str, start: int, column: int, end: int) -> str:
    return " " * columns(_shown(line[start:column])) + "^" * max(1, columns(_shown(line[column:end])))


def _shown(text: str) -> str:
    return visible(text.replace("\t", _TAB))


def columns(text: str) -> int:
    """Return how many columns of a terminal the text takes: two for wide characters, none for combining ones."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
