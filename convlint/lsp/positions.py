"""From convlint's spans to the protocol's ranges, in the unit that server and client have agreed on."""

from __future__ import annotations

from collections.abc import Sequence

from lsprotocol import types

from convlint.ir.nodes import Span


def to_range(span: Span, lines: Sequence[str], encoding: str) -> types.Range:
    """Return a span, whose columns count characters, as a range that counts units of the encoding."""
    row, column, end_row, end_column = span
    return types.Range(_position(row, column, lines, encoding), _position(end_row, end_column, lines, encoding))


def units(text: str, encoding: str) -> int:
    """Return how long a text is in units of "utf-8", "utf-16" or "utf-32"; lone surrogates count as one character."""
    if encoding == types.PositionEncodingKind.Utf8:
        return len(text.encode("utf-8", "surrogatepass"))
    if encoding == types.PositionEncodingKind.Utf32:
        return len(text)
    return len(text) + sum(char > "\uffff" for char in text)


def _position(row: int, column: int, lines: Sequence[str], encoding: str) -> types.Position:
    line = lines[row - 1] if 1 <= row <= len(lines) else ""
    return types.Position(line=max(0, row - 1), character=units(line[:column], encoding))
