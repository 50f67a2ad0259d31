# mypy: ignore-errors
"""Processes and threads as convlint interprets them: what they are to run is run when they start.

This file is read as text and interpreted; convlint never imports it.
"""

from torch.multiprocessing import _unknown


class Process:
    def __init__(self, group=None, target=None, name=None, args=(), kwargs=None, *, daemon=None):
        self._target, self._args, self._kwargs = target, args, {} if kwargs is None else kwargs
        self._name, self.daemon = name, daemon

    @property
    def name(self):
        return _unknown("the name of a process") if self._name is None else self._name

    @name.setter
    def name(self, name):
        self._name = name

    def run(self):
        if self._target is not None:
            self._target(*self._args, **self._kwargs)

    def start(self):
        self.run()

    def join(self, timeout=None):
        return None

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return _unknown(f"`{name}` of a process")


Thread = Process


def spawn(fn, args=(), nprocs=1, join=True, daemon=False, start_method="spawn"):
    fn(0, *args)
    return _unknown("processes that were started")


start_processes = spawn
