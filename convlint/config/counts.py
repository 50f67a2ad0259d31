"""Counts as people write them in settings: 5000000, 5e6, "5M"."""

from __future__ import annotations

import re

Count = int | float | str
"""How many, as written in a configuration file: 5000000, 5e6 or "5M"."""

_SCALES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "b": 10**9, "t": 10**12}
_COUNT = re.compile(r"(\d{1,30}(?:\.\d{0,30})?(?:e\+?\d{1,2})?)([kmgbt]?)")


def parse_count(value: Count) -> int:
    """Return the whole number that a count stands for: "1.5G" is 1,500,000,000. Raises ValueError."""
    match = _COUNT.fullmatch(str(value).strip().lower().replace("_", "").replace(",", ""))
    if match is None:
        raise ValueError(f'`{value}` is not a count such as 5000000, "5M" or "1.5G"')
    from decimal import Decimal  # only a file with budgets needs it

    return int(Decimal(match[1]) * _SCALES[match[2]])
