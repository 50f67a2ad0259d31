"""The summary of a model as a table: a row for each layer call or module, and the totals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from convlint.report.concise import gap_line
from convlint.report.escape import visible
from convlint.report.memory_text import memory_lines
from convlint.report.summary_columns import UNKNOWN, USUAL, Column, Row, chosen, count_text
from convlint.report.summary_rows import flat
from convlint.summary import ModelSummary
from convlint.symbolic import symbols_of
from convlint.training import Training

_MOST_GAPS = 8


def write(
    summary: ModelSummary,
    stream: TextIO,
    colour: bool = False,
    *,
    rows: Sequence[Row] | None = None,
    columns: Sequence[Column] | None = None,
    training: Training | None = None,
) -> None:
    """Write the table and the totals; "–" stands for what is not known or not defined."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    rows = flat(summary) if rows is None else rows
    shown = told_columns(rows) if columns is None else list(columns)
    cells = [tuple(column.text(row) for column in shown) for row in rows]
    for column in shown:
        table.add_column(column.name, justify="left" if column.to_left else "right", no_wrap=True)
    for row in cells:
        table.add_row(*(Text(visible(cell)) for cell in row))
    headers = [column.name for column in shown]
    width = sum(max(map(len, column)) + 2 for column in zip(headers, *cells, strict=True))
    console = Console(
        file=stream, width=max(width, 40), force_terminal=colour, no_color=not colour, highlight=False, markup=False
    )
    console.print(table)
    for line in totals(summary, training, Path.cwd()):
        console.print(visible(line), soft_wrap=True)


def told_columns(rows: Sequence[Row], names: Sequence[str] = USUAL) -> list[Column]:
    """Return the usual columns; that of pooling only where something pools."""
    columns = chosen(names)
    return [it for it in columns if it.name != "discards" or any(it.text(row) != UNKNOWN for row in rows)]


def totals(summary: ModelSummary, training: Training | None, base: Path) -> Iterator[str]:
    """Yield what stands below the table."""
    yield ""
    yield f"parameters  {count_text(summary.params)}{_learning(summary)}"
    yield f"MACs        {count_text(summary.macs)}"
    if training is not None:
        yield from memory_lines(training)
    if any(symbols_of(size) for shape in summary.accepts.inputs for size in shape):
        yield ""
        yield from summary.accepts.lines()
    if summary.error:
        yield f"torch raises: {summary.error}"
    if summary.gaps:
        yield ""
        yield from (gap_line(gap, base) for gap in summary.gaps[:_MOST_GAPS])
        if len(summary.gaps) > _MOST_GAPS:
            yield f"and {len(summary.gaps) - _MOST_GAPS} more that are unknown"


def _learning(summary: ModelSummary) -> str:
    """Return how many parameters learn, where not all do."""
    if summary.params is None or summary.trainable in (None, summary.params):
        return ""
    frozen = summary.params - summary.trainable
    return f" ({count_text(summary.trainable)} trainable, {count_text(frozen)} frozen)"
