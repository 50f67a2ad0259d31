"""The source with shapes as JSON: what each row holds, sizes as numbers or text, and the marks."""

from __future__ import annotations

from pathlib import Path

from convlint.lines import Seen, SeenParts, SeenTensor
from convlint.report.escape import encodable, json_text
from convlint.report.seen_text import seen_text
from convlint.report.shown import shown_path
from convlint.shapes import Held, SourceShapes
from convlint.symbolic import Size


def text(shapes: SourceShapes, base: Path) -> str:
    """Return the shapes as an indented JSON object."""
    return json_text(plain(shapes, base))


def plain(shapes: SourceShapes, base: Path) -> dict[str, object]:
    """Return the shapes as JSON knows them. Rows and columns count from 1, sizes that are not known are null."""
    return {
        "filename": encodable(shown_path(shapes.filename, base)),
        "held": [_held(held) for held in shapes.held],
        "marks": [
            {
                "row": mark.row,
                "severity": mark.severity.value,
                "code": mark.code,
                "message": encodable(mark.message),
            }
            for mark in shapes.marks
        ],
    }


def _held(held: Held) -> dict[str, object]:
    values = [{**_seen(value), "text": encodable(seen_text(value)), "runs": count} for value, count in held.values]
    return {"row": held.row, "column": held.column + 1, "name": encodable(held.name), "values": values}


def _seen(seen: Seen) -> dict[str, object]:
    if isinstance(seen, SeenTensor):
        return {"kind": "tensor", "shape": [_size(size) for size in seen.shape], "dtype": seen.dtype or None}
    if isinstance(seen, SeenParts):
        parts = [_seen(part) for part in seen.parts]
        return {"kind": "parts", "keys": list(map(encodable, seen.keys)), "parts": parts, "left_out": seen.left_out}
    return {"kind": "unknown", "reason": encodable(seen.reason)}


def _size(size: Size | None) -> int | str | None:
    return size if size is None or isinstance(size, int) else encodable(str(size))
