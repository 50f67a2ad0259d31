"""Counts and amounts of memory as people write them in settings: 5000000, 5e6, "5M", "24 GiB"."""

from __future__ import annotations

import re

Count = int | float | str
"""How many, as written in a configuration file: 5000000, 5e6 or "5M"."""

_SCALES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "b": 10**9, "t": 10**12}
_COUNT = re.compile(r"(\d{1,30}(?:\.\d{0,30})?(?:e\+?\d{1,2})?)\s*([kmgbt]?)")

_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9, "tb": 10**12,
          "kib": 2**10, "mib": 2**20, "gib": 2**30, "tib": 2**40}  # fmt: skip
_BYTES = re.compile(r"(\d{1,30}(?:\.\d{0,30})?)\s*([a-z]*)")


def parse_count(value: Count) -> int:
    """Return the whole number that a count stands for: "1.5G" is 1,500,000,000. Raises ValueError."""
    match = _COUNT.fullmatch(str(value).strip().lower().replace("_", "").replace(",", ""))
    if match is None:
        raise ValueError(f'`{value}` is not a count such as 5000000, "5M" or "1.5G"')
    from decimal import Decimal  # only a file with budgets needs it

    return int(Decimal(match[1]) * _SCALES[match[2]])


def parse_bytes(value: int | str) -> int:
    """Return the number of bytes that a text stands for: "24 GiB", "80GB", "512MiB". Raises ValueError."""
    match = _BYTES.fullmatch(str(value).strip().lower().replace("_", "").replace(",", ""))
    if match is None or match[2] not in _UNITS:
        raise ValueError(f'`{value}` is no amount of memory such as "24 GiB", "80 GB" or a number of bytes')
    from decimal import Decimal

    return int(Decimal(match[1]) * _UNITS[match[2]])
