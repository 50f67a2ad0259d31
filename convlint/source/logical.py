"""The logical lines of a text: which rows make one statement, found without parsing."""

from __future__ import annotations

import re

from msgspec import Struct

from convlint.source.lexical import STRING_OR_COMMENT
from convlint.source.text import SourceText

TOKEN = re.compile(
    rf"{STRING_OR_COMMENT.pattern}|(?P<open>[(\[{{])|(?P<close>[)\]}}])|(?P<continued>\\(?:\r\n|\r|\n))"
    r"|(?P<newline>\r\n|\r|\n)|(?P<code>[^\s#'\"()\[\]{}\\]+)",
    re.DOTALL,
)


class LogicalLine(Struct, frozen=True):
    """A statement, or several joined by semicolons, or the header of a compound one; `word` is its first word."""

    first_row: int
    last_row: int
    word: str


def logical_lines(source: SourceText) -> tuple[LogicalLine, ...]:
    """Return the logical lines in order. On a text that does not parse they are a guess, but there are some."""
    lines: list[LogicalLine] = []
    depth, start, end, word = 0, -1, 0, ""
    for match in TOKEN.finditer(source.text):
        kind = match.lastgroup
        if kind == "newline":
            if depth == 0 and start >= 0:
                lines.append(_line(source, start, end, word))
                start = -1
            continue
        if kind in ("comment", "continued"):
            continue
        if start < 0:
            start, word = match.start(), _first_word(match.group())
        end = match.end()
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(depth - 1, 0)
    if start >= 0:
        lines.append(_line(source, start, end, word))
    return tuple(lines)


def _line(source: SourceText, start: int, end: int, word: str) -> LogicalLine:
    return LogicalLine(source.position(start)[0], source.position(end)[0], word)


def _first_word(code: str) -> str:
    if code[0] == "@":
        return "@"
    match = re.match(r"\w+", code)
    return match.group() if match else code[0]
