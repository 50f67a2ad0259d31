"""Work on a stack of its own: a thread large enough that depth does not end the process."""

from __future__ import annotations

import gc
import math
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")

# 200 nested calls take about 1.5 MB; memory is only reserved until it is touched
_STACK_BYTES = (256 << 20, 64 << 20, 16 << 20)
_RECURSION_LIMIT = 40_000
_SECONDS_TO_END = 2.0
_SECONDS_BETWEEN_LOOKS = 0.25
_YOUNG_OBJECTS = 50_000

_lock = threading.Lock()
_inside = threading.local()


class OutOfTimeError(Exception):
    """Work took more time of the processor than it was given, and was ended."""


def on_large_stack(work: Callable[[], T], *, seconds: float = math.inf) -> T:
    """Return what `work` returns, or raise what it raises, run in a thread with a large stack.

    One at a time: the stack size of new threads and the recursion limit are settings of the whole process. Work that is
    on a large stack already stays there. Raises MemoryError if the system grants no such stack. Whoever interrupts the
    wait for it (Ctrl-C) ends the work: a thread that is in LibCST when the process ends brings it down with SIGABRT.
    Work that takes more than `seconds` as `worked` counts them, or of the clock where a thread's time cannot be told,
    is ended too, and OutOfTimeError raised: what it was at may be left in any state.
    """
    if getattr(_inside, "running", None) is not None:
        return work()
    results: list[T] = []
    errors: list[BaseException] = []
    running = _Running()

    def run() -> None:
        _inside.running = running
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
            in_time = running.ends_within(seconds)  # an interrupted `join` takes the thread for ended (bpo-45274)
        except BaseException:
            running.end()
            raise
        thread.join()
    if not in_time:
        raise OutOfTimeError(f"ended after {seconds:g} s")
    if errors:
        raise errors.pop()
    return results.pop()


def worked() -> float:
    """Return how many seconds of the processor this thread has worked, without what is `uncounted`."""
    running: _Running | None = getattr(_inside, "running", None)
    return time.thread_time() - (0.0 if running is None else running.uncounted)


@contextmanager
def uncounted() -> Iterator[None]:
    """Do something whose time is not held against the work that needs it, as that of reading sources: it depends on
    what is in the cache, and no result may."""
    running: _Running | None = getattr(_inside, "running", None)
    if running is None or running.uncounted_since is not None:
        yield
        return
    running.uncounted_since = started = time.thread_time()
    try:
        yield
    finally:
        running.uncounted += time.thread_time() - started
        running.uncounted_since = None


class _Running:
    """The work of one thread as another one sees it, which may end it at any moment, also before it began."""

    def __init__(self) -> None:
        self.done = threading.Event()
        self.uncounted = 0.0
        self.uncounted_since: float | None = None
        self._thread: int | None = None
        self._cancelled = False

    def begins(self) -> bool:
        """Note which thread works; False if nobody waits for it any more."""
        self._thread = threading.get_ident()
        return not self._cancelled

    def ends_within(self, seconds: float) -> bool:
        """Wait for the end; after so many seconds of work bring it about, and return False."""
        if seconds == math.inf:
            return self.done.wait()
        started = time.monotonic()
        while not self.done.wait(_SECONDS_BETWEEN_LOOKS):
            if self._seconds(started) > seconds:
                self.end()
                return False
        return True

    def _seconds(self, started: float) -> float:
        """Return how long the thread has worked."""
        if self._thread is None:
            return 0.0
        if not hasattr(time, "pthread_getcpuclockid"):
            return time.monotonic() - started - self.uncounted
        since = self.uncounted_since
        if since is not None:
            return since - self.uncounted
        try:
            return time.clock_gettime(time.pthread_getcpuclockid(self._thread)) - self.uncounted
        except OSError:  # it is over
            return 0.0

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
