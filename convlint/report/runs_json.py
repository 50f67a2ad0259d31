"""The runs of models in torch as JSON: one object for each, with every call of a leaf module side by side."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from convlint.confirm.compare import Layer, Row
from convlint.confirm.judging import ModelCheck, Raised
from convlint.report.escape import encodable
from convlint.report.shown import shown_path
from convlint.trace import Place


def plain(checks: Iterable[ModelCheck], base: Path) -> list[dict[str, Any]]:
    """Return the runs as JSON knows them; sizes that convlint does not know are null."""
    return [_run(check, base) for check in checks]


def _run(check: ModelCheck, base: Path) -> dict[str, Any]:
    return {
        "model": encodable(check.model),
        **_place(check.place, base),
        "inputs": check.inputs,
        "training": check.training,
        "outcome": check.outcome.value,
        "reason": encodable(check.reason),
        "params": {"convlint": check.params_said, "torch": check.params},
        "macs": {"convlint": check.macs_said, "torch": check.macs},
        "activation_bytes": check.activation_bytes,
        "saved_bytes": {"convlint": check.saved_bytes_said, "torch": check.saved_bytes},
        "peak_bytes": {"convlint": check.peak_bytes_said, "torch": check.peak_bytes},
        "unused": [encodable(path) for path in check.unused],
        "raised": None if check.raised is None else _raised(check.raised, base),
        "calls": [_row(row) for row in check.rows],
        "output": encodable(check.output),
    }


def _place(place: Place, base: Path) -> dict[str, Any]:
    return {"filename": encodable(shown_path(place.filename, base)), "row": place.span[0]}


def _raised(raised: Raised, base: Path) -> dict[str, Any]:
    place = {"filename": None, "row": None} if raised.place is None else _place(raised.place, base)
    said = {"stage": raised.stage, "type": encodable(raised.type), "text": encodable(raised.text)}
    return {**said, "inside": encodable(raised.inside), **place}


def _row(row: Row) -> dict[str, Any]:
    either = row.seen or row.said
    assert either is not None
    seen = None
    if row.seen is not None:
        seen = {"inputs": row.seen.inputs, "outputs": row.seen.outputs, "params": row.seen.params}
    return {
        "layer": encodable(either.path),
        "kind": encodable(either.kind),
        "false": row.fields,
        "convlint": None if row.said is None else _said(row.said),
        "torch": seen,
    }


def _said(said: Layer) -> dict[str, Any]:
    return {"inputs": said.input_shapes, "outputs": said.output_shape, "params": said.params}
