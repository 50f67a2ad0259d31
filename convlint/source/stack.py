"""Work on a stack of its own: a thread large enough that depth does not end the process."""

from __future__ import annotations

import gc
import os
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

# 200 nested calls take about 1.5 MB; memory is only reserved until it is touched
_STACK_BYTES = (256 << 20, 64 << 20, 16 << 20)
_RECURSION_LIMIT = 40_000
_SECONDS_TO_END = 2.0
_YOUNG_OBJECTS = 50_000

_lock = threading.Lock()
_inside = threading.local()


def on_large_stack(work: Callable[[], T]) -> T:
    """Return what `work` returns, or raise what it raises, run in a thread with a large stack.

    One at a time: the stack size of new threads and the recursion limit are settings of the whole process. Work that is
    on a large stack already stays there. Raises MemoryError if the system grants no such stack. Whoever interrupts the
    wait for it (Ctrl-C) ends the work: a thread that is in LibCST when the process ends brings it down with SIGABRT.
    """
    if getattr(_inside, "active", False):
        return work()
    results: list[T] = []
    errors: list[BaseException] = []
    running = _Running()

    def run() -> None:
        _inside.active = True
        try:
            if running.begins():
                results.append(work())
        except BaseException as error:  # the caller's thread raises it again
            errors.append(error)
        finally:
            running.done.set()

    with _lock, _deep_recursion(), _seldom_collecting():
        try:
            thread = _started(run)
            running.done.wait()  # an interrupted `join` takes the thread for ended (CPython's bpo-45274)
        except BaseException:
            running.end()
            raise
        thread.join()
    if errors:
        raise errors.pop()
    return results.pop()


class _Running:
    """The work of one thread as another one sees it, which may end it at any moment, also before it began."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self._thread: int | None = None
        self._cancelled = False

    def begins(self) -> bool:
        """Note which thread works; False if nobody waits for it any more."""
        self._thread = threading.get_ident()
        return not self._cancelled

    def end(self) -> None:
        """Let the thread raise SystemExit at its next step in Python, and wait for that; again if it is caught."""
        import ctypes

        self._cancelled = True
        while self._thread is not None and not self.done.is_set():
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(self._thread), ctypes.py_object(SystemExit))
            self.done.wait(_SECONDS_TO_END)


@contextmanager
def without_collection() -> Iterator[None]:
    """Pause the garbage collector: trees hold no cycles, and looking for them costs a fifth of the time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


@contextmanager
def _deep_recursion() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, _RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


@contextmanager
def _seldom_collecting() -> Iterator[None]:
    """Look for cycles less often: trees, values and events are many, and nearly all of them stay."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], _YOUNG_OBJECTS) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _started(run: Callable[[], None]) -> threading.Thread:
    """Start a thread with the largest stack that this system grants."""
    before = threading.stack_size()
    try:
        for size in _STACK_BYTES:
            thread = threading.Thread(target=run, name="convlint", daemon=True)
            try:
                threading.stack_size(size)
                thread.start()
            except (RuntimeError, ValueError, MemoryError):
                continue
            return thread
    finally:
        threading.stack_size(before)
    raise MemoryError("no memory for a large stack")


def _renew_lock() -> None:
    global _lock
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_lock)
