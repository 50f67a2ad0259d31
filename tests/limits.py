"""An end for what may run for too long."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator


class TooLongError(BaseException):
    """What is tried runs for too long to be judged."""


@contextlib.contextmanager
def limit(seconds: int) -> Iterator[None]:
    """Raise TooLongError when the time is over; for the main thread of a process on POSIX."""

    def ring(number: int, frame: object) -> None:
        raise TooLongError

    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
