"""Between convlint's columns, which count characters, and the protocol's, in the unit that was agreed on."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from convlint.ir.nodes import Span


def to_range(span: Span, lines: Sequence[str], encoding: str) -> types.Range:
    """Return a span as a range that counts units of the encoding."""
    row, column, end_row, end_column = span
    return types.Range(to_position(row, column, lines, encoding), to_position(end_row, end_column, lines, encoding))


def to_position(row: int, column: int, lines: Sequence[str], encoding: str) -> types.Position:
    """Return a place (row from 1, column from 0 in characters) as a position; outside of the lines the nearest one."""
    line = lines[row - 1] if 1 <= row <= len(lines) else ""
    return types.Position(line=max(0, row - 1), character=units(line[:column], encoding))


def units(text: str, encoding: str) -> int:
    """Return how long a text is in units of "utf-8", "utf-16" or "utf-32"; lone surrogates count as one character."""
    if encoding == types.PositionEncodingKind.Utf32 or text.isascii():
        return len(text)
    if encoding == types.PositionEncodingKind.Utf8:
        return len(text.encode("utf-8", "surrogatepass"))
    return len(text) + sum(char > "\uffff" for char in text)


def to_column(line: str, character: int, encoding: str) -> int:
    """Return how many characters of a line come before a position; one beyond the end is the end."""
    if encoding == types.PositionEncodingKind.Utf32 or line.isascii():
        return min(character, len(line))
    passed = 0
    for column, char in enumerate(line):
        if passed >= character:
            return column
        passed += units(char, encoding)
    return len(line)
