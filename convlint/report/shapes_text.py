"""The source with shapes at the right margin, for terminals; on narrow ones a shape stands below its line."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.findings import Severity
from convlint.report.escape import visible
from convlint.report.frame import columns
from convlint.report.seen_text import row_text
from convlint.shapes import Mark, SourceShapes

SIGNS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.NOTE: "·"}
_COLOURS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;36"}
_TAB = "    "
_CONTEXT = 2
_LEAST_BESIDE = 24
"""The columns that shapes must have beside the source; with less they stand below."""


def lines(shapes: SourceShapes, width: int, colour: bool = False) -> Iterator[str]:
    """Yield the source, `width` columns wide, then what the marks mean."""
    held, marks = shapes.held_at(), shapes.marked_at()
    texts = {row: visible(row_text(row_held)) for row, row_held in held.items()}
    gutter = len(str(len(shapes.source)))
    margin = _margin(shapes, texts, width - gutter - 5)
    for row in rows_shown(shapes):
        if row is None:
            yield _paint(f"{'⋮':>{gutter}}", "34", colour)
            continue
        mark = marks.get(row)
        sign = " " if mark is None else _paint(SIGNS[mark[0].severity], _COLOURS[mark[0].severity], colour)
        edge = f"{_paint(f'{row:>{gutter}}', '34', colour)} {sign} "
        yield from _row(edge, gutter + 3, shown(shapes.source[row - 1]), texts.get(row, ""), margin, width, colour)
    if shapes.marks:
        yield ""
    for told, rows in told_marks(shapes):
        code = _paint(f"{SIGNS[told.severity]} {told.code}", _COLOURS[told.severity], colour)
        head = f"{', '.join(map(str, rows)):>{gutter}} "
        room = max(width - columns(head) - len(f"{SIGNS[told.severity]} {told.code} "), _LEAST_BESIDE)
        first, *more = _wrapped(visible(told.message), room)
        yield f"{head}{code} {first}"
        yield from (f"{'':{max(0, width - room)}}{part}" for part in more)


def told_marks(shapes: SourceShapes) -> list[tuple[Mark, list[int]]]:
    """Return each finding once, as its first mark, with the rows that show it."""
    rows: dict[tuple[str, str], list[int]] = {}
    for mark in shapes.marks:
        rows.setdefault((mark.code, mark.message), []).append(mark.row)
    first = {(mark.code, mark.message): mark for mark in reversed(shapes.marks)}
    return [(first[key], found) for key, found in rows.items()]


def rows_shown(shapes: SourceShapes) -> Iterator[int | None]:
    """Yield the rows to show; None stands for rows that are left out, which have nothing to do with the model."""
    last = len(shapes.source) if not shapes.source or shapes.source[-1] else len(shapes.source) - 1
    if shapes.whole:
        yield from range(1, last + 1)
        return
    told = sorted({held.row for held in shapes.held} | {mark.row for mark in shapes.marks})
    kept = sorted({near for row in told for near in range(row - _CONTEXT, row + _CONTEXT + 1) if 1 <= near <= last})
    before = 0
    for row in kept:
        if row > before + 1:
            yield None
        yield row
        before = row
    if kept and before < last:
        yield None


def shown(line: str) -> str:
    """Return a line of source as it is shown: tabs as blanks, and nothing that could steer a terminal."""
    return visible(line.replace("\t", _TAB)).rstrip()


def _margin(shapes: SourceShapes, texts: dict[int, str], room: int) -> int | None:
    """Return the column of the shapes: that beside which most rows fit; None if there is no room beside any."""
    rows = [
        (columns(shown(shapes.source[row - 1])) + 2, columns(text))
        for row, text in texts.items()
        if row <= len(shapes.source)
    ]
    tried = sorted({end for end, _ in rows if end + _LEAST_BESIDE <= room})

    def fitting(margin: int) -> int:
        return sum(end <= margin and margin + length <= room for end, length in rows)

    return max(tried, key=fitting) if tried else None


def _row(edge: str, indent: int, code: str, text: str, margin: int | None, width: int, colour: bool) -> Iterator[str]:
    """Yield a line of source with what it holds: beside it if there is room for both, else below."""
    if not text:
        yield f"{edge}{code}".rstrip()
        return
    tone = "33" if "?" in text else "36"
    used = columns(code)
    if margin is not None and used + 2 <= margin and indent + margin + columns(text) <= width:
        yield f"{edge}{code}{' ' * (margin - used)}{_paint(text, tone, colour)}"
    elif margin is not None and indent + used + 2 + columns(text) <= width:
        yield f"{edge}{code}  {_paint(text, tone, colour)}"
    else:
        yield f"{edge}{code}".rstrip()
        inner = len(code) - len(code.lstrip())
        yield from _below(text, indent + inner, width, tone, colour)


def _below(text: str, indent: int, width: int, tone: str, colour: bool) -> Iterator[str]:
    """Yield a shape below its line, in as many lines as it takes."""
    room = max(width - indent - 2, 12)
    for number, part in enumerate(_wrapped(text, room)):
        yield f"{' ' * indent}{'└ ' if number == 0 else '  '}{_paint(part, tone, colour)}"


def _wrapped(text: str, room: int) -> list[str]:
    """Return a text in lines of at most that many characters, broken at blanks where that is possible."""
    import textwrap

    return textwrap.wrap(text, room, break_on_hyphens=False)


def _paint(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
