"""The source with shapes as Markdown: code with the shapes as comments, and a list of what the marks mean."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from convlint.report.frame import columns
from convlint.report.seen_text import row_text
from convlint.report.shapes_text import SIGNS, rows_shown, shown, told_marks
from convlint.report.shown import shown_path
from convlint.shapes import SourceShapes

_WIDTH = 60
"""The column at which shapes begin where the source is not longer."""


def lines(shapes: SourceShapes, base: Path) -> Iterator[str]:
    """Yield the document."""
    held, marks = shapes.held_at(), shapes.marked_at()
    yield f"### `{shown_path(shapes.filename, base)}`"
    yield ""
    fence = "`" * max(3, 1 + max((line.count("`") for line in shapes.source), default=0))
    yield f"{fence}python"
    for row in rows_shown(shapes):
        code = "# ⋮" if row is None else shown(shapes.source[row - 1])
        sign = SIGNS[marks[row][0].severity] + " " if row in marks else ""
        text = f"{sign}{row_text(held[row]) if row in held else ''}".strip() if row else ""
        yield f"{code}{' ' * max(2, _WIDTH - columns(code))}# {shown(text)}" if text else code
    yield fence
    if shapes.marks:
        yield ""
    for mark, rows in told_marks(shapes):
        where = f"line{'s' if len(rows) > 1 else ''} {', '.join(map(str, rows))}"
        yield f"- {where}: **{mark.code}** {mark.severity.value}: {mark.message}"
