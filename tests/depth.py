"""How many examples tests of random examples try: all of them in CI, fewer where somebody waits for them.

`CONVLINT_TEST_DEPTH` is the share of the examples, 1 where `CI` is set, else a fifth. What is new at full depth is
found in CI and every night; the share that runs here is the same in every run.
"""

from __future__ import annotations

import math
import os
from collections.abc import Sequence
from typing import TypeVar

SHARE = float(os.environ.get("CONVLINT_TEST_DEPTH") or (1.0 if os.environ.get("CI") else 0.2))


Item = TypeVar("Item")


def left_out(items: Sequence[Item]) -> list[Item]:
    """Return those of many like tests that do not run: all but the first, and every so many after it."""
    kept = {math.floor(index / SHARE) for index in range(some(len(items)))}
    return [item for index, item in enumerate(items) if index not in kept]


def kept(items: Sequence[Item]) -> list[Item]:
    """Return those of many like things that are tried: the first, and every so many after it."""
    left = left_out(range(len(items)))
    return [item for index, item in enumerate(items) if index not in left]


def some(count: int) -> int:
    """Return how many of so many examples are tried: at least one."""
    return max(1, math.ceil(count * SHARE))
