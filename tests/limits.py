"""An end for what may run for too long."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator


class TooLongError(BaseException):
    """What is tried runs for too long to be judged."""


@contextlib.contextmanager
def limit(seconds: int, *, processor: bool = False) -> Iterator[None]:
    """Raise TooLongError when the time is over, by the clock or of the processor; for the main thread on POSIX."""
    timer, number = (signal.ITIMER_PROF, signal.SIGPROF) if processor else (signal.ITIMER_REAL, signal.SIGALRM)

    def ring(number: int, frame: object) -> None:
        raise TooLongError

    before = signal.signal(number, ring)
    signal.setitimer(timer, seconds)
    try:
        yield
    finally:
        signal.setitimer(timer, 0)
        signal.signal(number, before)
