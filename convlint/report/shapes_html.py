"""The source with shapes as one HTML page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from pathlib import Path

from convlint.report.seen_text import held_text, row_text
from convlint.report.shapes_text import SIGNS, rows_shown, shown, told_marks
from convlint.report.shown import shown_path
from convlint.shapes import Mark, SourceShapes

_STYLE = """\
:root { color-scheme: light dark; --line: light-dark(#8a8f98, #6b7280); --shape: light-dark(#0b5c8a, #7cc7f2);
  --open: light-dark(#8a4b00, #f2b66d); --error: light-dark(#b00020, #ff8a80); --warning: light-dark(#8a5a00, #ffd54f);
  --note: light-dark(#00677a, #80deea); }
body { font: 14px/1.5 system-ui, sans-serif; margin: 1.5rem; }
table { border-collapse: collapse; font-family: ui-monospace, monospace; font-size: 13px; }
td { padding: 0 .6rem 0 0; vertical-align: top; white-space: pre; }
td.number { color: var(--line); text-align: right; user-select: none; }
td.shape { color: var(--shape); padding-left: 1.5rem; white-space: pre-wrap; }
td.shape.open { color: var(--open); }
.error { color: var(--error); } .warning { color: var(--warning); } .note { color: var(--note); }
tr:target, tr:hover { background: light-dark(#f0f4f8, #1f2933); }
"""


def lines(shapes: SourceShapes, base: Path) -> Iterator[str]:
    """Yield the page."""
    title = escape(shown_path(shapes.filename, base))
    yield f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}: shapes</title>'
    yield f"<style>{_STYLE}</style></head><body><h1>{title}</h1>"
    yield "<table><thead hidden><tr><th>line</th><th>mark</th><th>source</th><th>shapes</th></tr></thead><tbody>"
    yield from _rows(shapes)
    yield "</tbody></table>"
    if shapes.marks:
        yield f"<h2>Findings</h2><ul>{''.join(_finding(mark, rows) for mark, rows in told_marks(shapes))}</ul>"
    yield "</body></html>"


def _rows(shapes: SourceShapes) -> Iterator[str]:
    held, marks = shapes.held_at(), shapes.marked_at()
    for row in rows_shown(shapes):
        if row is None:
            yield '<tr><td class="number">⋮</td><td></td><td></td><td></td></tr>'
            continue
        text = row_text(held[row]) if row in held else ""
        every = "\n".join(shown(f"{each.name or 'value'}: {held_text(each)}") for each in held.get(row, ()))
        kind = "shape open" if "?" in text else "shape"
        yield (
            f'<tr id="L{row}"><td class="number">{row}</td><td>{_sign(marks.get(row, []))}</td>'
            f"<td>{escape(shown(shapes.source[row - 1]))}</td>"
            f'<td class="{kind}" title="{escape(every)}">{escape(shown(text))}</td></tr>'
        )


def _sign(marks: list[Mark]) -> str:
    if not marks:
        return ""
    told = escape("\n".join(f"{mark.code}: {mark.message}" for mark in marks))
    return f'<span class="{marks[0].severity.value}" title="{told}">{SIGNS[marks[0].severity]}</span>'


def _finding(mark: Mark, rows: list[int]) -> str:
    links = ", ".join(f'<a href="#L{row}">line {row}</a>' for row in rows)
    head = f'{links} <b class="{mark.severity.value}">{mark.code}</b>'
    return f"<li>{head} {escape(mark.message)}</li>"
