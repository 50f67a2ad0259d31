"""The parent's side of the child process: starts it, asks it, ends it, and tells how it was lost. Knows no torch."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from queue import Empty, Queue
from types import TracebackType
from typing import IO, Any, Literal

from msgspec import Struct

from convlint.errors import UsageError

BOOTSTRAP = """\
import sys
if sys.path[:1] == [""]:
    del sys.path[0]
sys.dont_write_bytecode = True
from importlib import import_module, util
name, folder = "_convlint_child", sys.argv[1]
spec = util.spec_from_file_location(name, folder + "/__init__.py", submodule_search_locations=[folder])
sys.modules[name] = util.module_from_spec(spec)
spec.loader.exec_module(sys.modules[name])
import_module(name + ".main").main()
"""
"""Loads the child's package from its folder: neither the folder nor the working directory is importable there."""

STARTUP_SECONDS = 180.0
GRACE_SECONDS = 2.0
"""How much later than the child's own clock the parent ends it."""
LOOK_SECONDS = 0.2
"""How often the parent looks whether the child is still there, and how much memory it holds."""
OUTPUT_BYTES = 16_384
"""How much of the child's output is kept: its end."""
ANSWER_BYTES = 64 << 20
EXHAUSTED = 86
"""The exit code of a child whose memory ran out, also known to `child/main.py`."""

_CHILD = str(Path(__file__).parent / "child")
_OWN_LINES = (f'  File "{_CHILD}', '  File "<string>', '  File "<frozen importlib', "Extension modules: ")
"""How lines begin that `faulthandler` writes of what lies between the child's start and user code."""

Cause = Literal["hang", "signal", "exit", "memory", "answer"]


class Limits(Struct, frozen=True):
    """What one request may use: elapsed seconds, and bytes of memory beyond those that torch itself takes."""

    seconds: float = 60.0
    memory_bytes: int = 8 << 30
    threads: int = 2


_LIMITS = Limits()


class NoTorch(UsageError):  # noqa: N818 - says what is missing
    """The interpreter has no torch; the text says how to get it."""


class ChildLost(Exception):  # noqa: N818 - says what happened
    """The child did not answer: `cause` in a word, `reason` as a clause for people, `output` is the end of what it
    printed."""

    def __init__(self, cause: Cause, reason: str, output: str) -> None:
        super().__init__(reason)
        self.cause: Cause = cause
        self.reason = reason
        self.output = output


class Worker:
    """A child process with torch that answers requests one by one; a lost one is replaced at the next request.

    A context manager: leaving it ends the child and all that it started. `python` is an interpreter that has torch,
    the one that convlint runs on unless given. The child works in the same folder.
    """

    def __init__(
        self,
        python: str | None = None,
        *,
        limits: Limits = _LIMITS,
        device: str = "cpu",
    ) -> None:
        self.python = python or sys.executable
        self.limits = limits
        self.device = device
        self.torch_version = ""
        self.python_version = ""
        self._child: _Child | None = None

    def __enter__(self) -> Worker:
        self._started()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the child, if there is one, and everything that it has started."""
        if self._child is not None:
            self._child.end()
            self._child = None

    def ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return the child's answer to a request, a dict with its `kind`.

        Raises ChildLost if there is none: the child hung, crashed, ran out of memory, exited, or something escaped
        from what it did. Raises NoTorch or UsageError if no child can be started.
        """
        child = self._started()
        seconds = self.limits.seconds
        try:
            answer = child.ask({**request, "seconds": seconds}, seconds)
        except BaseException:
            self.stop()
            raise
        if "raised" in answer:
            lost = ChildLost("exit", f"it ended with {answer['raised']}", child.output())
            self.stop()
            raise lost
        return answer

    def output(self) -> str:
        """Return the end of what the present child has printed."""
        return "" if self._child is None else self._child.output()

    def _started(self) -> _Child:
        if self._child is None:
            self._child = self._start()
        return self._child

    def _start(self) -> _Child:
        try:
            child = _Child(self.python, self.limits)
        except OSError as error:
            raise UsageError(f"--python {self.python}: {error.strerror or error}") from error
        greeting = {
            "kind": "hello",
            "device": self.device,
            "memory_bytes": self.limits.memory_bytes,
            "threads": self.limits.threads,
        }
        try:
            hello = child.ask(greeting, STARTUP_SECONDS)
            self._check(hello)
        except ChildLost as lost:
            child.end()
            said = lost.output.strip().rpartition("\n")[2]
            raise UsageError(
                f"--python {self.python}: it does not start as a Python with torch: {lost.reason}"
                + (f": {said}" if said else "")
            ) from lost
        except BaseException:
            child.end()
            raise
        child.watch(limited=bool(hello.get("limited")))
        self.torch_version, self.python_version = str(hello["torch"]), str(hello["python"])
        return child

    def _check(self, hello: Mapping[str, Any]) -> None:
        """Raise UsageError if the child cannot do what it is needed for."""
        if "no_torch" in hello:
            raise NoTorch(
                f"the runtime check needs torch, and {self.python} has none ({hello['no_torch']}): "
                "pip install 'convlint[torch]', or name an interpreter that has it with --python"
            )
        if "no_device" in hello:
            raise UsageError(f"--device {self.device}: torch {hello['torch']} cannot use it: {hello['no_device']}")


class _Child:
    """One process: its pipes, the threads that empty them, and its end."""

    def __init__(self, python: str, limits: Limits) -> None:
        self.limits = limits
        self.limited = True
        self._held_by_torch = 0
        self._process = subprocess.Popen(
            [python, "-c", BOOTSTRAP, _CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(limits),
            # A group of its own: an interrupt at the terminal is for the parent, and the whole group can be ended.
            start_new_session=True,
        )
        self._answers: Queue[bytes] = Queue()
        self._output: deque[bytes] = deque()
        assert self._process.stdout is not None
        assert self._process.stderr is not None
        self._listener = _thread(self._listen, self._process.stdout)
        self._collector = _thread(self._collect, self._process.stderr)

    def watch(self, *, limited: bool) -> None:
        """From now on, look how much memory the child holds more than now, unless the system keeps the limit."""
        self.limited = limited
        self._held_by_torch = 0 if limited else _held_bytes(self._process.pid)

    def ask(self, request: Mapping[str, Any], seconds: float) -> dict[str, Any]:
        """Return the answer to one request. Raises ChildLost."""
        started = time.monotonic()
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # a child that is gone gives no answer, which says more
            self._process.stdin.write(json.dumps(request).encode("ascii") + b"\n")
            self._process.stdin.flush()
        line = self._await(started + seconds + GRACE_SECONDS)
        if line:
            try:
                answer = json.loads(line)
            except ValueError:
                answer = None
            if isinstance(answer, dict):
                return answer
            raise self._lost("answer", "what it answered is not understood")
        raise self._gone(time.monotonic() - started, seconds)

    def _await(self, deadline: float) -> bytes:
        """Return the next line of the answers, empty if there is none any more. Raises ChildLost."""
        while True:
            # What the child has forked off may keep its answers open: that it is gone shows only here.
            gone = self._process.poll() is not None
            left = deadline - time.monotonic()
            if left <= 0:
                raise self._lost("hang", f"it gave no answer within {self.limits.seconds:g} s")
            try:
                return self._answers.get(timeout=min(left, LOOK_SECONDS))
            except Empty:
                if gone:
                    return b""
                if not self.limited and self._held() > self.limits.memory_bytes:
                    raise self._lost("memory", self._too_much()) from None

    def _held(self) -> int:
        return _held_bytes(self._process.pid) - self._held_by_torch

    def _gone(self, elapsed: float, seconds: float) -> ChildLost:
        """Tell how a child ended that has closed its answers."""
        code = self._exit_code()
        if code == EXHAUSTED:
            return self._lost("memory", self._too_much())
        if elapsed >= seconds or code == -getattr(signal, "SIGXCPU", 0):
            return self._lost("hang", f"it gave no answer within {seconds:g} s")
        if code is not None and code < 0:
            return self._lost("signal", f"it was ended by {_signal_name(-code)}")
        if code is None:
            return self._lost("answer", "it closed the way by which it answers")
        return self._lost("exit", f"it exited with code {code}")

    def _exit_code(self) -> int | None:
        try:
            return self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            return None

    def _too_much(self) -> str:
        return f"it needs more than {self.limits.memory_bytes / (1 << 30):.3g} GiB of memory"

    def _lost(self, cause: Cause, reason: str) -> ChildLost:
        self.end()
        return ChildLost(cause, reason, self.output())

    def output(self) -> str:
        """Return the end of what the child has printed; of stacks, the part that is not our own."""
        text = b"".join(tuple(self._output)).decode("utf-8", "backslashreplace")[-OUTPUT_BYTES:]
        return "".join(line for line in text.splitlines(keepends=True) if not line.startswith(_OWN_LINES))

    def end(self) -> None:
        """End the process and all that it has started."""
        if hasattr(os, "killpg"):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        readers = (self._listener, self._process.stdout), (self._collector, self._process.stderr)
        for thread, stream in readers:
            thread.join(GRACE_SECONDS)
            # A process that got away may hold the other end: closing would then wait for the reader for ever.
            if stream is not None and not thread.is_alive():
                stream.close()
        if self._process.stdin is not None:
            with contextlib.suppress(OSError):
                self._process.stdin.close()

    def _listen(self, stream: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):
            while line := stream.readline(ANSWER_BYTES):
                self._answers.put(line)
        self._answers.put(b"")

    def _collect(self, stream: IO[bytes]) -> None:
        """Keep the end of the output; it is read to the end, so that a child that prints much is not held up."""
        kept = 0
        with contextlib.suppress(OSError, ValueError):
            while piece := os.read(stream.fileno(), OUTPUT_BYTES):
                self._output.append(piece)
                kept += len(piece)
                while kept - len(self._output[0]) >= OUTPUT_BYTES:
                    kept -= len(self._output.popleft())


def _thread(work: Any, stream: IO[bytes]) -> threading.Thread:
    thread = threading.Thread(target=work, args=(stream,), daemon=True)
    thread.start()
    return thread


def _environment(limits: Limits) -> dict[str, str]:
    """Return the child's environment: that of the parent, with few threads, no downloads and no windows."""
    threads = str(limits.threads)
    return {
        **os.environ,
        "OMP_NUM_THREADS": threads,
        "MKL_NUM_THREADS": threads,
        "OPENBLAS_NUM_THREADS": threads,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONIOENCODING": "utf-8:backslashreplace",
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "WANDB_MODE": "disabled",
        "MPLBACKEND": "Agg",
    }


def _held_bytes(pid: int) -> int:
    """Return how much memory a process holds, 0 if that cannot be told."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, AttributeError, IndexError, ValueError):
        pass
    try:
        shown = subprocess.run(["ps", "-o", "rss=", "-p", str(pid)], capture_output=True, text=True, timeout=5)
        return int(shown.stdout) * 1024
    except (OSError, ValueError, subprocess.SubprocessError):
        return 0


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
