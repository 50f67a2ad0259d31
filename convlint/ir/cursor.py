"""The place in the text while a tree is walked: tokens are met in source order, and spans follow from that.

LibCST's own position provider costs twice a parse. But between two tokens there is only space, comments and
line continuations, so whoever walks the tree in source order and names each token as it passes knows all positions.
Each token is compared with the text; a token that is not there raises `LostPlaceError`, so a span is never guessed.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable

from convlint.ir import nodes
from convlint.ir.nodes import Span
from convlint.source.text import SourceText

# what may stand between two tokens; `\0` ends the text
_TRIVIA = re.compile(r"[ \t\f\r\n]*(?:(?:#[^\r\n]*|\\(?:\r\n|\r|\n))[ \t\f\r\n]*)*")
_TRIVIA_START = frozenset(" \t\f\r\n#\\")


class LostPlaceError(Exception):
    """The tree's next token is not at this place of the text."""


class Scope:
    """What the body of a function or class binds, gathered while it is lowered."""

    __slots__ = ("generator", "globals", "names", "nonlocals")

    def __init__(self) -> None:
        self.names: dict[str, None] = {}
        self.globals: dict[str, None] = {}
        self.nonlocals: dict[str, None] = {}
        self.generator = False

    def local_names(self) -> tuple[str, ...]:
        """Return the bound names in the order of first binding, without those declared global or nonlocal."""
        return tuple(name for name in self.names if name not in self.globals and name not in self.nonlocals)


class Cursor:
    """`pos` is the offset after the last token passed; `private` the name of the class around, without underscores
    before it, that private names get."""

    __slots__ = ("pos", "private", "scope", "starts", "text")

    def __init__(self, source: SourceText) -> None:
        self.text = source.text + "\n\0"  # so that a last comment has an end, and every token a character after it
        self.starts = source.starts
        self.pos = 0
        self.scope = Scope()
        self.private = ""

    def own(self, name: str) -> str:
        """Return the name that Python makes of one: `__name` in the class `Class` is `_Class__name`."""
        if self.private and name.startswith("__") and not name.endswith("__"):
            return f"_{self.private}{name}"
        return name

    def skip(self) -> int:
        """Go to the next token and return its offset."""
        pos = self.pos
        if self.text[pos] in _TRIVIA_START:
            match = _TRIVIA.match(self.text, pos)
            if match is not None:
                self.pos = pos = match.end()
        return pos

    def peek(self) -> str:
        """Return the next token's first character, "\\0" at the end, and stay."""
        pos = self.pos
        char = self.text[pos]
        if char in _TRIVIA_START:
            match = _TRIVIA.match(self.text, pos)
            if match is not None:
                char = self.text[match.end()]
        return char

    def token(self, token: str) -> int:
        """Pass a token and return its offset. Raises LostPlaceError."""
        start = self.skip()
        if not self.text.startswith(token, start):
            raise LostPlaceError(f"expected {token!r} at offset {start}, found {self.text[start : start + 20]!r}")
        self.pos = start + len(token)
        return start

    def literal(self, token: str) -> int:
        """Pass a token that starts right here, without space before it. Raises LostPlaceError."""
        start = self.pos
        if not self.text.startswith(token, start):
            raise LostPlaceError(f"expected {token!r} at offset {start}, found {self.text[start : start + 20]!r}")
        self.pos = start + len(token)
        return start

    def comma(self) -> bool:
        """Pass a comma if it comes next, and say whether it did."""
        if self.text[self.skip()] == ",":
            self.pos += 1
            return True
        return False

    def span(self, start: int) -> Span:
        """Return the span from an offset to the last token passed."""
        end = self.pos
        starts = self.starts
        row = bisect_right(starts, start)
        base = starts[row - 1]
        if row == len(starts) or end < starts[row]:
            return (row, start - base, row, end - base)
        last = bisect_right(starts, end, row)
        return (row, start - base, last, end - starts[last - 1])

    def bind(self, target: nodes.Expr) -> None:
        """Note the names that an assignment to the target binds."""
        kind = type(target)
        if kind is nodes.Name:
            self.scope.names[target.id] = None  # type: ignore[union-attr]
        elif isinstance(target, nodes.Tuple | nodes.List):
            for item in target.elts:
                self.bind(item)
        elif isinstance(target, nodes.Starred):
            self.bind(target.value)

    def bind_names(self, names: Iterable[str]) -> None:
        """Note names that are bound without a target, such as those of an import."""
        for name in names:
            self.scope.names[name] = None
