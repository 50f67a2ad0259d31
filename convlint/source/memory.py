"""How much memory this process holds, and the bound after which another one takes its place."""

# Paths are strings, as in `discover`.
# ruff: noqa: PTH123

from __future__ import annotations

import os
import sys

MOST = 250 << 20
"""What a process may hold between two batches, in bytes. One file may take more while it is worked at."""


def resident() -> int:
    """Return how many bytes of memory this process holds now, or has held at most where only that is known."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        pass
    try:
        import resource
    except ImportError:  # Windows
        return 0
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024
