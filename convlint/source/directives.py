"""The comments that direct convlint: which findings to leave out, and what input a model takes.

Suppressions: `# convlint: ignore[CVL101, shrinking-layer]` or a bare `# convlint: ignore`, after a statement or on a
line of its own above it; `# convlint: file-ignore[...]` anywhere; `# noqa: CVL101` after a statement, never without
codes. Inputs: `# convlint: input=(N, 3, 32, 32), (N, 10)` above a class or function, one tuple for each tensor.
"""

from __future__ import annotations

from msgspec import Struct

from convlint.source.text import SourceText

Size = int | str
"""A number, or the name of a symbol."""


class Suppression(Struct, frozen=True):
    """A comment that leaves findings out: those whose code begins with one of `codes`, or all without codes, in rows
    `first_row` to `last_row`; in the whole file if these are None. It stands in `row` from `column` to `end_column`.

    `codes` are what the comment says, which may be names: who knows the rules puts codes for them.
    """

    row: int
    column: int
    end_column: int
    codes: tuple[str, ...]
    form: str
    """ "ignore", "file-ignore" or "noqa"."""
    first_row: int | None
    last_row: int | None

    def covers(self, code: str, first_row: int, last_row: int) -> bool:
        """Tell whether it leaves out a finding of this code that lies in these rows."""
        if self.codes and not code.startswith(self.codes):
            return False
        if self.first_row is None or self.last_row is None:
            return True
        return self.first_row <= last_row and first_row <= self.last_row


class InputDirective(Struct, frozen=True):
    """A comment in `row` that declares a model's inputs; `target_row` is the row of its `class` or `def`."""

    row: int
    target_row: int
    shapes: tuple[tuple[Size, ...], ...]


class DirectiveProblem(Struct, frozen=True):
    """A comment meant for convlint that says nothing it understands."""

    row: int
    column: int
    end_column: int
    message: str


class Directives(Struct, frozen=True):
    """All comments of a file that direct convlint, in source order."""

    suppressions: tuple[Suppression, ...] = ()
    inputs: tuple[InputDirective, ...] = ()
    problems: tuple[DirectiveProblem, ...] = ()


def may_direct(data: bytes) -> bool:
    """Tell whether a file's comments can direct convlint at all."""
    return b"convlint:" in data or (b"CVL" in (shouted := data.upper()) and b"NOQA" in shouted)


def read_directives(source: SourceText) -> Directives:
    """Read the comments of a text, in time linear in its length; strings are not looked into."""
    text = source.text
    if "convlint:" not in text and not ("CVL" in (shouted := text.upper()) and "NOQA" in shouted):
        return Directives()
    from convlint.source.comments import read_comments  # most files have none, and go without the reader

    return read_comments(source)
