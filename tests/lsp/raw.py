"""A client that writes what it likes: for what no well-behaved client does."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from tests.lsp.editor import ROOT

INITIALIZE = {"processId": None, "rootUri": None, "capabilities": {}}


class Raw:
    """A server in another process, and its pipes."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        assert process.stdin is not None
        assert process.stdout is not None
        self._input, self._output = process.stdin, process.stdout

    def send(self, method: str, params: Any = None, number: int | None = None) -> None:
        """Send a request, or a notification if it has no number."""
        message = {"jsonrpc": "2.0", "method": method, "params": params}
        self.write(json.dumps(message if number is None else {**message, "id": number}).encode())

    def write(self, body: bytes) -> None:
        self._input.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._input.flush()

    def ask(self, method: str, params: Any = None, number: int = 1) -> dict[str, Any]:
        """Send a request and return the answer to it."""
        self.send(method, params, number)
        while (message := self.read()).get("id") != number:
            pass
        return message

    def read(self) -> dict[str, Any]:
        """Return the next message."""
        length = 0
        while header := self._output.readline().strip():
            name, _, value = header.partition(b":")
            length = int(value) if name == b"Content-Length" else length
        message: dict[str, Any] = json.loads(self._output.read(length))
        return message

    def hang_up(self) -> None:
        self._input.close()

    def ended(self, seconds: float = 20.0) -> int:
        """Return the exit code; raises TimeoutExpired if the process goes on."""
        return self.process.wait(seconds)


@contextmanager
def raw(*command: str) -> Iterator[Raw]:
    """Start a server, or a command that starts one, and end it."""
    started = command or (sys.executable, "-m", "convlint", "server")
    process = subprocess.Popen(
        started, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    try:
        yield Raw(process)
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with suppress(BrokenPipeError):
                pipe.close()  # type: ignore[union-attr]
