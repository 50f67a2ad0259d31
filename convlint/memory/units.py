"""Bytes as people write them: "24 GiB", "7.3 GiB"; and how many each element of a dtype takes."""

from __future__ import annotations

import re

_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
          "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}  # fmt: skip
_BYTES = re.compile(r"(\d{1,30}(?:\.\d{0,30})?)\s*([a-z]*)")
ITEM_BYTES = {
    "float64": 8, "float32": 4, "float16": 2, "bfloat16": 2, "complex64": 8, "complex128": 16, "int64": 8, "int32": 4,
    "int16": 2, "int8": 1, "uint8": 1, "bool": 1,
}  # fmt: skip
FLOATS = ("float32", "float16", "bfloat16", "float64")
"""What the parameters and activations of a model may be computed in."""


def parse_bytes(value: int | str) -> int:
    """Return the number of bytes that a text stands for: "24 GiB", "80GB", "512MiB". Raises ValueError."""
    match = _BYTES.fullmatch(str(value).strip().lower().replace("_", "").replace(",", ""))
    if match is None or match[2] not in _UNITS:
        raise ValueError(f'`{value}` is no amount of memory such as "24 GiB", "80 GB" or a number of bytes')
    from decimal import Decimal

    return int(Decimal(match[1]) * _UNITS[match[2]])


def bytes_text(count: int) -> str:
    """Return bytes in the largest binary unit of which there is at least one: "7.3 GiB"."""
    for unit, size in (("TiB", 2**40), ("GiB", 2**30), ("MiB", 2**20), ("KiB", 2**10)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{count} B"
