"""The modules of a model as a flow chart of Mermaid: equal neighbours folded, with the shapes between them."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.report.escape import visible
from convlint.report.summary_columns import Row, count_text, shape_text
from convlint.report.summary_rows import tree
from convlint.summary import ModelSummary

_USUAL_DEPTH = 1


def lines(summary: ModelSummary, depth: int | None = None) -> Iterator[str]:
    """Yield the chart of the modules down to a depth, in call order."""
    rows = tree(summary, depth or _USUAL_DEPTH)
    boxes = [row for at, row in enumerate(rows) if at + 1 == len(rows) or rows[at + 1].indent <= row.indent]
    yield "flowchart TD"
    given = ", ".join(shape_text(shape) for shape in summary.input_shapes) or "input"
    yield f'  n0(["{_text(given)}"])'
    for number, row in enumerate(boxes, 1):
        yield f'  n{number}["{_label(row)}"]'
    yield f'  n{len(boxes) + 1}(["output"])'
    for number in range(len(boxes) + 1):
        last = boxes[number - 1].last if number else None
        shape = "" if last is None else shape_text(last.output_shape)
        yield f'  n{number} -->|"{_text(shape)}"| n{number + 1}' if shape else f"  n{number} --> n{number + 1}"


def _label(row: Row) -> str:
    times = f" × {row.times}" if row.times > 1 else ""
    head = f"{row.name or '(the model)'}{times}"
    return f"{_text(head)}<br>{_text(row.kind)}<br>{count_text(row.params)} parameters"


def _text(text: str) -> str:
    return visible(text).replace('"', "&quot;").replace("<", "&lt;")
