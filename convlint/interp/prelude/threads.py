# mypy: ignore-errors
"""What threads share and keep apart, as convlint interprets it: one thread runs.

This file is read as text and interpreted; convlint never imports it.
"""


class local:  # noqa: N801
    """Attributes of the thread that runs."""


class Lock:
    """Is free whenever it is asked for."""

    def __init__(self):
        self._held = 0

    def acquire(self, blocking=True, timeout=-1):
        self._held += 1
        return True

    def release(self):
        self._held -= 1

    def locked(self):
        return self._held > 0

    def __enter__(self):
        return self.acquire()

    def __exit__(self, kind, error, trace):
        self.release()


class RLock(Lock):
    pass
