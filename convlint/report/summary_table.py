"""The summary of a model as a table: a row for each layer call, and the totals."""

from __future__ import annotations

from pathlib import Path
from typing import TextIO

from convlint.report.concise import gap_line
from convlint.report.escape import visible
from convlint.rules.wording import size_text
from convlint.summary import LayerSummary, ModelSummary, Nested
from convlint.symbolic import Size, symbols_of

_COLUMNS = ("layer", "kind", "output", "params", "unshared", "volume", "discards", "MACs", "field")
_UNKNOWN = "–"
_MOST_GAPS = 8


def write(summary: ModelSummary, stream: TextIO, colour: bool = False) -> None:
    """Write the table and the totals; "–" stands for what is not known or not defined."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    rows = [_row(layer) for layer in summary.layers]
    shown = [at for at, name in enumerate(_COLUMNS) if name != "discards" or any(row[at] != _UNKNOWN for row in rows)]
    columns = [_COLUMNS[at] for at in shown]
    rows = [tuple(row[at] for at in shown) for row in rows]
    for column in columns:
        table.add_column(column, justify="left" if column in ("layer", "kind", "output") else "right", no_wrap=True)
    for row in rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    width = sum(max(map(len, column)) + 2 for column in zip(columns, *rows, strict=True))
    console = Console(
        file=stream, width=max(width, 40), force_terminal=colour, no_color=not colour, highlight=False, markup=False
    )
    console.print(table)
    for line in _totals(summary, Path.cwd()):
        console.print(visible(line), soft_wrap=True)


def _row(layer: LayerSummary) -> tuple[str, ...]:
    field = layer.receptive_field
    return (
        layer.path or "(the model)",
        layer.kind,
        _shape(layer.output_shape),
        _count(layer.params),
        _UNKNOWN if layer.unshared_params is None else _count(layer.unshared_params),
        _count(layer.output_volume),
        _UNKNOWN if layer.discarded is None else f"{layer.discarded * 100:.4g} %",
        _count(layer.macs),
        _UNKNOWN if field is None else "×".join(map(str, field)),
    )


def _totals(summary: ModelSummary, base: Path) -> list[str]:
    lines = ["", f"parameters  {_count(summary.params)}", f"MACs        {_count(summary.macs)}"]
    if any(symbols_of(size) for shape in summary.accepts.inputs for size in shape):
        lines += ["", *summary.accepts.lines()]
    if summary.error:
        lines.append(f"torch raises: {summary.error}")
    if summary.gaps:
        lines += ["", *(gap_line(gap, base) for gap in summary.gaps[:_MOST_GAPS])]
        if len(summary.gaps) > _MOST_GAPS:
            lines.append(f"and {len(summary.gaps) - _MOST_GAPS} more that are unknown")
    return lines


def _shape(shape: Nested) -> str:
    """Return "1×8×32×32", for several tensors "(2×3, 2×4)"."""
    if shape is None:
        return _UNKNOWN
    if any(isinstance(part, tuple) for part in shape):
        return f"({', '.join(_shape(part) for part in shape if isinstance(part, tuple))})"
    sizes = [size for size in shape if not isinstance(size, tuple)]
    return "×".join(map(_size, sizes)) or "scalar"


def _size(size: Size | None) -> str:
    """Return a size as a factor: a sum stands in parentheses."""
    return _UNKNOWN if size is None else str(size) if isinstance(size, int) else size_text(size, tight=True)


def _count(size: Size | None) -> str:
    return _UNKNOWN if size is None else f"{size:,}" if isinstance(size, int) else size_text(size)
