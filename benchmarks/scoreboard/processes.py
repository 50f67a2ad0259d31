"""Runs a function over many tasks in worker processes that may hang, run out of memory or die."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_BYTES_PER_MAXRSS = 1024
"""`ru_maxrss` counts kilobytes on Linux."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one task: a value, or the reason why there is none."""

    task: Any
    value: Any
    error: str | None
    seconds: float
    """Processor time, or the time limit for a task that met it."""
    peak: int
    """Bytes, the most that the worker has held so far."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one task may use."""

    seconds: float = 60.0
    """Elapsed."""
    memory: int = 6 << 30
    """Address space of a worker beyond what it has at its start, in bytes."""


class _Worker:
    """One process and the task that it is at."""

    def __init__(self, function: Callable[[Any], Any], setup: Callable[[], None] | None, limits: Limits) -> None:
        context = multiprocessing.get_context("spawn")
        self.pipe, other = context.Pipe()
        self.process = context.Process(target=_serve, args=(other, function, setup, limits.memory), daemon=True)
        self.process.start()
        other.close()
        self.task: Any = None
        self.deadline = float("inf")
        self.ready = False

    def give(self, task: Any, limit: float) -> None:
        self.task, self.deadline = task, time.monotonic() + limit
        self.pipe.send(task)

    def stop(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def run(
    function: Callable[[Any], Any],
    tasks: Sequence[Any],
    *,
    setup: Callable[[], None] | None = None,
    jobs: int = 1,
    limits: Limits = Limits(),
) -> Iterator[Outcome]:
    """Yield the outcome of each task as it comes. `setup` runs once in each new worker, outside the time limit.

    A worker that dies or meets a limit is replaced; its task's outcome says so. Raises `RuntimeError` if `setup` fails.
    """
    waiting = list(reversed(tasks))
    workers = [_Worker(function, setup, limits) for _ in range(min(jobs, len(waiting)))]
    try:
        while workers:
            _wait(workers)
            for worker in list(workers):
                outcome = _collect(worker, limits)
                if outcome is not None:
                    yield outcome
                if worker.process.is_alive() and not worker.pipe.closed:
                    if worker.ready and worker.task is None and waiting:
                        worker.give(waiting.pop(), limits.seconds)
                    if not worker.ready or worker.task is not None:
                        continue
                worker.stop()
                workers.remove(worker)
                if waiting:
                    workers.append(_Worker(function, setup, limits))
    finally:
        for worker in workers:
            worker.stop()


def _wait(workers: list[_Worker]) -> None:
    left = min(worker.deadline for worker in workers) - time.monotonic()
    pipes = [worker.pipe for worker in workers]
    multiprocessing.connection.wait(pipes, timeout=None if left == float("inf") else max(left, 0.0))


def _collect(worker: _Worker, limits: Limits) -> Outcome | None:
    """The outcome that the worker has ready; the worker is stopped if it died or is out of time."""
    if not worker.pipe.poll():
        if time.monotonic() < worker.deadline:
            return None
        worker.stop()
        return Outcome(worker.task, None, f"time limit of {limits.seconds:g} s", limits.seconds, 0)
    try:
        answer = worker.pipe.recv()
    except EOFError:
        worker.stop()
        if not worker.ready:
            raise RuntimeError("a worker died in its setup") from None
        return Outcome(worker.task, None, f"process died ({worker.process.exitcode})", 0.0, 0)
    if not worker.ready:
        if answer is not None:
            raise RuntimeError(f"a worker failed in its setup: {answer}")
        worker.ready = True
        return None
    outcome = Outcome(worker.task, *answer)
    worker.task, worker.deadline = None, float("inf")
    return outcome


def _serve(pipe: Any, function: Callable[[Any], Any], setup: Callable[[], None] | None, memory: int) -> None:
    """A worker's life: setup, then tasks until the pipe closes."""
    try:
        if setup is not None:
            setup()
        _limit_memory(memory)
    except BaseException as error:
        pipe.send(describe(error))
        return
    pipe.send(None)
    while True:
        try:
            task = pipe.recv()
        except EOFError:
            return
        start = time.process_time()
        value, error_text = None, None
        try:
            value = function(task)
        except BaseException as error:  # a model may raise anything, SystemExit included
            error_text = describe(error)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _BYTES_PER_MAXRSS
        pipe.send((value, error_text, time.process_time() - start, peak))


def _limit_memory(memory: int) -> None:
    """Allow `memory` bytes more than are mapped now; without /proc there is no limit."""
    try:
        mapped = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0]) * resource.getpagesize()
    except OSError:
        return
    resource.setrlimit(resource.RLIMIT_AS, (mapped + memory, resource.RLIM_INFINITY))


def describe(error: BaseException) -> str:
    """One line of at most 300 characters."""
    text = " ".join(str(error).split())
    return f"{type(error).__name__}: {text}"[:300].rstrip(": ")
