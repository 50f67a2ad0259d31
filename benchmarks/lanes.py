"""Work shared with processes of which any may die or hang: that costs the one task that it was at, which is told."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Generic, TypeVar

Task, Result = TypeVar("Task"), TypeVar("Result")
_TASKS = 150
"""How many tasks a process does before another one takes its place."""
IDLE = 30
"""How many times longer than of the processor a process may be silent by the clock: it may also wait for something."""


def shared(
    tasks: Sequence[Task], work: Callable[[Task], Result], jobs: int, *, hangs: float, prepare: Callable[[], None]
) -> Iterator[tuple[Task, Result | str]]:
    """Yield what becomes of each task, in any order: what `work` returns, or how its process ended. A process is ended
    that is at one task for `hangs` seconds of the processor, its children's counted, or that waits for very long.
    `prepare` is called in each process first."""
    waiting = iter(tasks)
    lanes: list[_Lane[Task, Result]] = []
    try:
        while True:
            while len(lanes) < jobs and (task := next(waiting, _OVER)) is not _OVER:
                lanes.append(_Lane(work, prepare))
                lanes[-1].give(task)  # type: ignore[arg-type]
            if not lanes:
                return
            ready = wait([lane.connection for lane in lanes], timeout=1.0)
            for lane in [lane for lane in lanes if lane.connection in ready or lane.hangs(hangs)]:
                yield lane.task, lane.result(hangs)
                task = next(waiting, _OVER) if lane.goes_on else _OVER
                if task is _OVER:
                    lane.end()
                    lanes.remove(lane)
                else:
                    lane.give(task)  # type: ignore[arg-type]
    finally:
        for lane in lanes:
            lane.end()


_OVER = object()


class _Lane(Generic[Task, Result]):
    """One process, and the task that it is at."""

    def __init__(self, work: Callable[[Task], Result], prepare: Callable[[], None]) -> None:
        self.connection, theirs = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=_serve, args=(theirs, work, prepare))
        self._process.start()
        theirs.close()
        self._done = 0
        self._alive = True

    def give(self, task: Task) -> None:
        self.task, self._since, self._spent = task, time.monotonic(), self._processor()
        self.connection.send(task)

    def hangs(self, seconds: float) -> bool:
        """Whether it has been at its task for so many seconds of the processor, or for much longer of the clock."""
        silent = time.monotonic() - self._since
        return silent > seconds and (self._processor() - self._spent > seconds or silent > IDLE * seconds)

    def _processor(self) -> float:
        return processor_time(self._process.pid or 0)

    @property
    def goes_on(self) -> bool:
        return self._alive and self._done < _TASKS

    def result(self, hangs: float) -> Result | str:
        self._done += 1
        try:
            if self.connection.poll():
                found: Result = self.connection.recv()
                return found
        except EOFError:
            self._process.join()
            self._alive = False
            return f"the process ended with exit code {self._process.exitcode}"
        self._alive = False
        return f"no end after {hangs:g} s"

    def end(self) -> None:
        """Let the process end when it has nothing to do, or end it where it does not answer."""
        self.connection.close()
        if not self._alive or self._done == 0:
            self._process.kill()
        self._process.join(timeout=5)
        if self._process.is_alive():
            self._process.kill()


def processor_time(process: int) -> float:
    """Return how many seconds of the processor a process has worked, with its children, which is none if it is gone."""
    try:
        clock = time.clock_gettime((~process << 3) | 2)  # what clock_getcpuclockid returns on Linux
        with open(f"/proc/{process}/task/{process}/children") as file:  # noqa: PTH123 - a file of the system
            return clock + sum(processor_time(int(child)) for child in file.read().split())
    except OSError:
        return 0.0


def _serve(connection: Connection, work: Callable[[Task], Result], prepare: Callable[[], None]) -> None:
    prepare()
    while True:
        try:
            task = connection.recv()
        except EOFError:
            return
        connection.send(work(task))
