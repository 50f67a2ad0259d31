"""Whether work is shared with other processes, and how many of them."""

from __future__ import annotations

import os
from collections.abc import Sequence

from convlint.linting.asked import AskedFile

BYTES_PER_JOB = 100_000
"""With less source than that for each of them, processes cost more than they gain."""
BYTES_HERE = 1_000_000
"""More source than that is not for one process alone: its memory would grow with the tree."""


def jobs_for(files: Sequence[AskedFile], wanted: int | None) -> int:
    """Return how many processes to use: as many as are wanted, or as there are cores and work for."""
    if wanted is not None:
        return max(1, min(wanted, len(files)))
    return max(1, min(_cores(), len(files), _size(files) // BYTES_PER_JOB))


def is_shared(files: Sequence[AskedFile], jobs: int) -> bool:
    """Tell whether other processes do the work: several, or one after the other, so that none holds too much."""
    return jobs > 1 or _size(files) > BYTES_HERE


def _size(files: Sequence[AskedFile]) -> int:
    return sum(file.size for file in files)


def _cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
