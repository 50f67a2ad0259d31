"""The process that started the server: without it the server ends, even where somebody else holds the pipe open."""

from __future__ import annotations

import os
import threading
import time

PAUSE = 3.0
"""How many seconds pass between two looks."""


def watch(parent: int | None) -> None:
    """End this process when its parent has ended, if that is the one that the client means.

    Another process is not watched: its number may be that of another machine or container, where it means nothing here.
    Windows tells of a parent that has ended as if it had not.
    """
    if os.name == "posix" and parent is not None and parent == os.getppid():
        threading.Thread(target=_end_with, args=(parent,), name="convlint-parent", daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PAUSE)
    os._exit(1)  # a thread waits for standard input, and would for ever
