"""Bytes as people write them: "24 GiB", "7.3 GiB"; and how many each element of a dtype takes."""

from __future__ import annotations

ITEM_BYTES = {
    "float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "complex64": 8, "complex128": 16, "int64": 8, "int32": 4,
    "int16": 2, "int8": 1, "uint8": 1, "bool": 1,
}  # fmt: skip
FLOATS = ("float32", "float16", "bfloat16", "float64")
"""What the parameters and activations of a model may be computed in."""


def bytes_text(count: int) -> str:
    """Return bytes in the largest binary unit of which there is at least one: "7.3 GiB"."""
    for unit, size in (("TiB", 2**40), ("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} B"
