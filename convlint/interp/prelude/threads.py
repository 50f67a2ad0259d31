# mypy: ignore-errors
"""What threads share and keep apart, as convlint interprets it: one thread runs.

This file is read as text and interpreted; convlint never imports it.
"""


class _Fixed:
    """What cannot be copied."""

    def __deepcopy__(self, memo):
        raise TypeError("cannot pickle an object of threads")

    def __copy__(self):
        raise TypeError("cannot pickle an object of threads")

    def __reduce_ex__(self, protocol):
        raise TypeError("cannot pickle an object of threads")


class local(_Fixed):  # noqa: N801
    """Attributes of the thread that runs."""


class _Held(_Fixed):
    def __init__(self):
        self._held = 0

    def __enter__(self):
        return self.acquire()

    def __exit__(self, kind, error, trace):
        self.release()

    def release(self):
        if not self._held:
            raise RuntimeError("release of what is not held")
        self._held -= 1


class Lock(_Held):
    """Is held once; who waits for it gets it, when another thread has released it."""

    def acquire(self, blocking=True, timeout=-1):
        if self._held and not (blocking and timeout < 0):
            return False
        self._held = 1
        return True

    def locked(self):
        return self._held > 0


class RLock(_Held):
    """Is held by one thread any number of times."""

    def acquire(self, blocking=True, timeout=-1):
        self._held += 1
        return True
