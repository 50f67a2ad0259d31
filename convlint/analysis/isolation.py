"""Running deep recursions safely: in a thread with a large stack of its own."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
STACK_BYTES = 512 * 1024 * 1024
RECURSION_LIMIT = 60_000
_local = threading.local()


def with_big_stack(action: Callable[[], Result]) -> Result:
    """Return what `action` returns, or raise what it raises, run in a thread with a large stack."""
    if getattr(_local, "big", False):
        return action()
    box: list[Result] = []
    errors: list[BaseException] = []

    def work() -> None:
        _local.big = True
        try:
            box.append(action())
        except BaseException as error:
            errors.append(error)

    limit, size = sys.getrecursionlimit(), threading.stack_size(STACK_BYTES)
    try:
        sys.setrecursionlimit(max(limit, RECURSION_LIMIT))
        thread = threading.Thread(target=work, name="convlint-analysis")
        thread.start()
    finally:
        threading.stack_size(size)
    thread.join()
    sys.setrecursionlimit(limit)
    if errors:
        raise errors[0]
    return box[0]
