"""The text that an editor has open, and what partial changes make of it.

pygls 2.1 splits lines with `str.splitlines`, and so corrupts documents that hold a form feed or U+2028: to the protocol
only LF, CR LF and CR end lines.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from lsprotocol import types

from convlint.lsp.encoding import to_column
from convlint.source.text import SourceText, encode

_END = re.compile("\r\n|\r|\n")


class Text:
    """A text that does not change, with the index of its lines."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def source(self) -> SourceText:
        """The text with its line starts."""
        return SourceText(self.text)

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """The lines without their ends, the empty one after a last line end included."""
        return tuple(self.source.line(row) for row in range(1, len(self.source.starts) + 1))

    @cached_property
    def data(self) -> bytes:
        """The text as the bytes of a file."""
        return encode(self.text)

    def as_it_ends_lines(self, new: str) -> str:
        """Return a new text with the line ends of this one, if these are of one kind."""
        ends = set(_END.findall(self.text))
        return _END.sub(ends.pop(), new) if len(ends) == 1 else new

    def place(self, position: types.Position, encoding: str) -> tuple[int, int]:
        """Return a position as row (from 1) and column (from 0, in characters); what lies outside is clamped."""
        if position.line >= len(self.lines):
            return len(self.lines), len(self.lines[-1])
        return position.line + 1, to_column(self.lines[position.line], position.character, encoding)

    def changed(self, changes: Iterable[types.TextDocumentContentChangeEvent], encoding: str) -> Text:
        """Return the text after changes, each of which speaks of the text after those before it."""
        text = self
        for change in changes:
            if isinstance(change, types.TextDocumentContentChangePartial):
                text = text._with(change.range, change.text, encoding)
            else:
                text = Text(change.text)
        return text

    def _with(self, where: types.Range, new: str, encoding: str) -> Text:
        start, end = (self._offset(position, encoding) for position in (where.start, where.end))
        return Text(self.text[:start] + new + self.text[max(start, end) :])

    def _offset(self, position: types.Position, encoding: str) -> int:
        starts = self.source.starts
        if position.line >= len(starts):
            return len(self.text)
        line = self.source.line(position.line + 1)
        return starts[position.line] + to_column(line, position.character, encoding)
