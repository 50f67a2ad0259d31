"""Calls a function in a process of its own, forked from here: what it loads, changes or breaks is gone afterwards."""

from __future__ import annotations

import math
import os
import pickle
import resource
import select
import signal
import time
from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
IDLE = 15
"""How many times longer than of the processor a process may take by the clock, in which it may also wait."""


class DiedError(Exception):
    """The process ended before it could say what the function returned, or took too long."""


def in_child(function: Callable[[], Result], seconds: float) -> Result:
    """Return what the function returns, in so many seconds of the processor, or raise DiedError; for POSIX."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _answer(function, writing, math.ceil(seconds))
    os.close(writing)
    try:
        return pickle.loads(_all_of(reading, time.monotonic() + IDLE * seconds))  # type: ignore[no-any-return]
    except (EOFError, pickle.UnpicklingError) as error:
        raise DiedError from error
    finally:
        os.close(reading)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def _answer(function: Callable[[], object], writing: int, seconds: int) -> None:
    """Write the pickled result and end the process, whatever happens."""
    try:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(pickle.dumps(function()))
    finally:
        os._exit(0)


def _all_of(reading: int, end: float) -> bytes:
    parts = []
    while True:
        left = end - time.monotonic()
        if left <= 0 or not select.select([reading], [], [], left)[0]:
            raise DiedError
        part = os.read(reading, 1 << 16)
        if not part:
            return b"".join(parts)
        parts.append(part)
