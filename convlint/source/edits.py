"""Text edits on a file's original bytes: what is not edited stays as it was, line ends and byte order mark included."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from itertools import pairwise

from msgspec import Struct

from convlint.source.text import SourceText, decode


class Edit(Struct, frozen=True, order=True):
    """Replace the characters from (row, column) up to (end_row, end_column) by `text`.

    Rows are 1-based, columns 0-based in characters. An edit whose start is its end inserts.
    """

    row: int
    column: int
    end_row: int
    end_column: int
    text: str


class EditError(ValueError):
    """Edits that overlap, lie outside of the text, or hold what the file's encoding cannot."""


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return the bytes with all edits made, in the file's own encoding; equal edits are made once.

    A line end in an edit's text becomes that of the file's first line. Two insertions at one place, or an edit that
    starts before the one before has ended, overlap. Raises EditError, and SourceError if the data cannot be decoded.
    """
    source = decode(data)
    placed = sorted({_placed(source, edit) for edit in edits})
    for (start, end, _), (following, following_end, _) in pairwise(placed):
        if following < end or (start == following and (end == start or following_end == following)):
            raise EditError(f"two edits overlap at {source.position(following)}")
    mark = codecs.BOM_UTF8 if source.bom else b""
    if mark + _encoded(source, source.text) != data:
        raise EditError(f"{source.encoding} would not write all of this text as it stands")
    pieces: list[str] = []
    position = 0
    for start, end, text in placed:
        pieces += [source.text[position:start], text]
        position = end
    pieces.append(source.text[position:])
    return mark + _encoded(source, "".join(pieces))


def _placed(source: SourceText, edit: Edit) -> tuple[int, int, str]:
    try:
        start = source.offset(edit.row, edit.column)
        end = source.offset(edit.end_row, edit.end_column)
    except IndexError as error:
        raise EditError(f"an edit lies outside of the text: {error}") from None
    if end < start:
        raise EditError("an edit ends before it starts")
    text = edit.text
    line_end = _line_end(source)
    if line_end != "\n" and "\n" in text:
        text = text.replace("\r\n", "\n").replace("\n", line_end)
    return start, end, text


def _line_end(source: SourceText) -> str:
    if len(source.starts) < 2:
        return "\n"
    start, following = source.starts[:2]
    first = source.text[start:following]
    return first[len(first.rstrip("\r\n")) :]


def _encoded(source: SourceText, text: str) -> bytes:
    try:
        return text.encode(source.encoding)
    except UnicodeEncodeError as error:
        raise EditError(f"{source.encoding} has no {text[error.start]!r}") from None
