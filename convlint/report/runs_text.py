"""The runs of models in torch as text: a line for each, and where they differ a table, convlint beside torch."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from convlint.confirm.compare import Row, flatten
from convlint.confirm.judging import ModelCheck, Outcome
from convlint.report.escape import visible
from convlint.report.shown import shown_place

_COLOURS = {
    Outcome.CONFIRMED: "1;32",
    Outcome.REFUTED: "1;31",
    Outcome.RAISES: "1;31",
    Outcome.NOT_CHECKED: "1;33",
}
_NOTHING = "–"
_MOST_OUTPUT = 10
_MOST_UNUSED = 8


def concise(check: ModelCheck, base: Path) -> str:
    """Return "path:row:column: outcome: model on shapes: reason"."""
    return visible(f"{shown_place(check.place, base)}: {check.outcome.value}: {_head(check)}")


def full(check: ModelCheck, base: Path, colour: bool = False) -> Iterator[str]:
    """Yield the lines of one run; differences as a table."""
    outcome = check.outcome.value
    painted = f"\x1b[{_COLOURS[check.outcome]}m{outcome}\x1b[0m" if colour else outcome
    yield f"{painted}: {visible(_head(check))}"
    yield f" --> {visible(shown_place(check.place, base))}"
    if check.raised is not None:
        where = "" if check.raised.place is None else f"{shown_place(check.raised.place, base)}: "
        inside = f" in `{check.raised.inside}`" if check.raised.inside else ""
        who = "torch" if check.raised.stage == "run" else f"the {check.raised.stage}"
        yield visible(f"  = {where}{who} raises{inside}: {check.raised.type}: {_line(check.raised.text)}")
    if check.params is not None and check.raised is None:
        yield f"  = {_costs(check)}"
    if check.unused and check.raised is None:
        more = len(check.unused) - _MOST_UNUSED
        rest = f" and {more} more" if more > 0 else ""
        yield visible(f"  = not called in this run: {', '.join(check.unused[:_MOST_UNUSED])}{rest}")
    if check.outcome is not Outcome.CONFIRMED and check.differences:
        yield from _table(check.differences, colour)
    said = [line for line in check.output.splitlines() if line.strip()]
    yield from (visible(f"  | {line}") for line in said[-_MOST_OUTPUT:])


def closing_line(checks: Sequence[ModelCheck]) -> str:
    """Return how many runs there were, and what came of them."""
    counts = [
        f"{count} {outcome.value.replace('-', ' ')}"
        for outcome in Outcome
        if (count := sum(check.outcome is outcome for check in checks))
    ]
    return f"{len(checks)} run{'s' * (len(checks) != 1)} of models{': ' * bool(counts)}{', '.join(counts)}"


def _head(check: ModelCheck) -> str:
    on = f" on {', '.join(map(_shape, check.inputs))}" if check.inputs else ""
    mode = ", in training mode" if check.training else ""
    return f"{check.model}{on}{mode}{f': {check.reason}' if check.reason else ''}"


def _costs(check: ModelCheck) -> str:
    calls = sum(row.seen is not None for row in check.rows)
    parts = [f"{calls:,} call{'s' * (calls != 1)} of layers", f"{check.params:,} parameters"]
    parts += [] if check.macs is None else [f"{check.macs:,} MACs"]
    parts += [] if check.activation_bytes is None else [f"{check.activation_bytes:,} bytes of outputs"]
    return ", ".join([*parts, *_saved(check), *_peak(check)])


def _saved(check: ModelCheck) -> list[str]:
    """Return what autograd keeps for backward, and how far convlint is from that."""
    if check.saved_bytes is None:
        return []
    told = f"{check.saved_bytes:,} bytes saved for backward"
    if check.saved_bytes_said is None:
        return [f"{told} (convlint does not say)"]
    off = check.saved_bytes_said - check.saved_bytes
    return [f"{told} (as convlint says)" if not off else f"{told} (convlint says {check.saved_bytes_said:,})"]


def _peak(check: ModelCheck) -> list[str]:
    """Return the most that torch had in use on a GPU, beside what convlint says of its larger parts."""
    if check.peak_bytes is None:
        return []
    told = f"at most {check.peak_bytes:,} bytes in use on the GPU"
    if check.peak_bytes_said is None:
        return [told]
    return [f"{told} (convlint says {check.peak_bytes_said:,} for the parameters and what is saved)"]


def _table(rows: Iterable[Row], colour: bool) -> Iterator[str]:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    cells = [("layer", "kind", "differs in", "convlint", "torch"), *map(_cells, rows)]
    for name in cells[0]:
        table.add_column(name, no_wrap=True)
    for row in cells[1:]:
        table.add_row(*(Text(visible(cell)) for cell in row))
    width = sum(max(map(len, column)) + 2 for column in zip(*cells, strict=True))
    stream = io.StringIO()
    Console(
        file=stream, width=max(width, 40), force_terminal=colour, no_color=not colour, highlight=False, markup=False
    ).print(table)
    yield from (f"  {line}".rstrip() for line in stream.getvalue().splitlines())


def _cells(row: Row) -> tuple[str, ...]:
    either = row.seen or row.said
    assert either is not None
    said = _NOTHING if row.said is None else _call(row.said.input_shapes, row.said.output_shape, row.said.params)
    seen = _NOTHING if row.seen is None else _call(row.seen.inputs, row.seen.outputs, row.seen.params)
    return either.path or "(the model)", either.kind, ", ".join(row.fields), said, seen


def _call(inputs: Any, outputs: Any, params: int | None) -> str:
    return f"{_shapes(inputs)} → {_shapes(outputs)}, {_NOTHING if params is None else f'{params:,}'} params"


def _shapes(nested: Any) -> str:
    shapes = flatten(nested)
    return "?" if shapes is None else ", ".join("?" if shape is None else _shape(shape) for shape in shapes)


def _shape(shape: Sequence[int | None]) -> str:
    return "×".join("?" if size is None else str(size) for size in shape) or "scalar"


def _line(text: str) -> str:
    return " ".join(text.split())[:300]
