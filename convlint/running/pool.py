"""Processes of this machine that work on batches: one that dies costs the batch that it was at, and is replaced."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from typing import Any

import msgspec

from convlint.errors import UsageError
from convlint.running.batches import Item, work
from convlint.running.child import receive, send

_START = "import sys, json; sys.path[:] = json.loads(sys.argv[1]); from convlint.running.child import main; main()"
"""The path is this process's own: what lies in the working folder is not imported by mistake."""


class WorkerDiedError(Exception):
    """A process ended while it was at work; the text says how."""


class Processes(Executor):
    """An executor for `batches.work` only. Processes start when there is work for them."""

    def __init__(self, jobs: int) -> None:
        self._tasks: queue.SimpleQueue[tuple[Future[Any], bytes] | None] = queue.SimpleQueue()
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._ended = False
        self._lock = threading.Lock()
        self._idle = jobs

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Take in a batch. Batches are done in the order in which they come."""
        assert fn is work
        shared, items = args
        future: Future[Any] = Future()
        self._tasks.put((future, _frame(shared, items)))
        if self._idle:
            self._idle -= 1
            threading.Thread(target=self._serve, name="convlint worker", daemon=True).start()
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the processes at once, whatever they are at."""
        with self._lock:
            self._ended = True
            processes = list(self._processes)
        for process in processes:
            process.kill()
        for process in processes:
            process.wait()

    def _serve(self) -> None:
        """Hand batches to one process, and to another one if it dies."""
        process: subprocess.Popen[bytes] | None = None
        while (task := self._tasks.get()) is not None:
            future, frame = task
            if not future.set_running_or_notify_cancel():
                continue
            process = process or self._started()
            if process is None:
                future.set_exception(WorkerDiedError("the run is over"))
                return
            if not _goes_on(future, frame, process):
                process = None

    def _started(self) -> subprocess.Popen[bytes] | None:
        """Start a process, which is in no group with this one: Ctrl-C reaches this one only."""
        with self._lock:
            if self._ended:
                return None
            process = subprocess.Popen(
                [sys.executable, "-I", "-c", _START, json.dumps(sys.path)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                start_new_session=os.name != "nt",
            )
            self._processes = {it for it in self._processes if it.poll() is None} | {process}
            return process


def _frame(shared: bytes, items: Sequence[Item]) -> bytes:
    return msgspec.msgpack.encode((shared, list(items)))


def _goes_on(future: Future[Any], frame: bytes, process: subprocess.Popen[bytes]) -> bool:
    """Let a process do a batch; tell whether it can do another one."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        send(process.stdin, frame)
        reply = receive(process.stdout)
    except OSError:
        reply = None
    if reply is None:
        future.set_exception(WorkerDiedError(_end_of(process)))
        return False
    found, ends = msgspec.msgpack.decode(reply, type=tuple[list[bytes] | str, bool])
    if isinstance(found, str):
        future.set_exception(UsageError(found))
    else:
        future.set_result(found)
    if ends:
        process.stdin.close()
        process.wait()
    return not ends


def _end_of(process: subprocess.Popen[bytes]) -> str:
    """Say how a process ended that does not answer any more."""
    process.kill() if process.stdin is None else process.stdin.close()
    try:
        code = process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        code = process.wait()
    if code >= 0:
        return f"it ended with exit code {code}"
    try:
        return f"it was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"it was ended by signal {-code}"
