"""The summary as CSV, for spreadsheets, and as a table of Markdown."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from pathlib import Path

from convlint.report.escape import encodable, visible
from convlint.report.summary_columns import Column, Row
from convlint.report.summary_table import totals
from convlint.summary import ModelSummary
from convlint.training import Training


def csv_lines(rows: Sequence[Row], columns: Sequence[Column]) -> Iterator[str]:
    """Yield a head and a line for each row: numbers as they are, open sizes as formulas, unknown ones empty."""
    for cells in [[column.name for column in columns], *([_value(it, row) for it in columns] for row in rows)]:
        buffer = io.StringIO()
        csv.writer(buffer, lineterminator="").writerow(cells)
        yield encodable(buffer.getvalue())


def _value(column: Column, row: Row) -> str:
    value = column.value(row)
    text = "" if value is None else str(value)
    return "" if text == "–" else text


def markdown_lines(
    summary: ModelSummary, rows: Sequence[Row], columns: Sequence[Column], training: Training | None
) -> Iterator[str]:
    """Yield the table and the totals."""
    yield f"### {_cell(summary.name)}"
    yield ""
    yield f"| {' | '.join(column.name for column in columns)} |"
    yield f"| {' | '.join('---' if column.to_left else '---:' for column in columns)} |"
    for row in rows:
        yield f"| {' | '.join(_cell(column.text(row)) for column in columns)} |"
    for line in totals(summary, training, Path.cwd()):
        yield f"- {_cell(' '.join(line.split()))}" if line.strip() else ""


def _cell(text: str) -> str:
    """Return a text that stays in its cell; leading blanks are kept as such."""
    bare = text.lstrip(" ")
    return "&nbsp;" * (len(text) - len(bare)) + visible(bare).replace("|", "\\|")
