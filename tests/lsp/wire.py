"""The language server by its wire: messages written and read as bytes, one after another, without an event loop."""

from __future__ import annotations

import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
Message = dict[str, Any]


class Wire:
    """A client of one server, which may be given as a process that was started already."""

    def __init__(self, process: subprocess.Popen[bytes] | None = None, *, patience: float = 60.0) -> None:
        self.process = process or started()
        self.patience = patience
        self._number = 0
        self._came: queue.Queue[Message | None] = queue.Queue()
        assert self.process.stdout is not None
        threading.Thread(target=_read, args=(self.process.stdout, self._came.put), daemon=True).start()

    def notify(self, method: str, params: object = None) -> None:
        """Tell the server something."""
        self._send({"method": method, "params": params})

    def ask(self, method: str, params: object = None) -> Message:
        """Return the answer to a request: with `result` or `error`."""
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": params})
        return self.next(lambda message: message.get("id") == number and "method" not in message)

    def next(self, wanted: Callable[[Message], bool]) -> Message:
        """Return the next message of that kind. Raises TimeoutError, and EOFError if the server has ended."""
        while True:
            try:
                message = self._came.get(timeout=self.patience)
            except queue.Empty:
                raise TimeoutError(f"no answer in {self.patience:g} s") from None
            if message is None:
                raise EOFError(f"the server has ended: {self.process.wait()}")
            if wanted(message):
                return message
            if "id" in message and "method" in message:  # what the server asks is not answered with anything
                self._send({"id": message["id"], "result": None})

    def begin(self, folder: Path) -> Message:
        """Introduce a client that is sent diagnostics, and return what the server can do."""
        capabilities = {"textDocument": {"documentSymbol": {"hierarchicalDocumentSymbolSupport": True}}}
        params = {"processId": None, "rootUri": folder.as_uri(), "capabilities": capabilities}
        answer = self.ask("initialize", params)
        self.notify("initialized", {})
        return answer

    def open(self, uri: str, text: str) -> list[Message]:
        """Open a document, and return its diagnostics."""
        document = {"uri": uri, "languageId": "python", "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": document})
        method = "textDocument/publishDiagnostics"
        message = self.next(lambda it: it.get("method") == method and it["params"]["uri"] == uri)
        found: list[Message] = message["params"]["diagnostics"]
        return found

    def end(self) -> None:
        """Let the server leave."""
        self.ask("shutdown")
        self.notify("exit")
        self.process.wait(timeout=self.patience)

    def _send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self.process.stdin is not None
        self.process.stdin.write(f"Content-Length: {len(body)}\r\n\r\n".encode() + body)
        self.process.stdin.flush()


def started(log: int | IO[bytes] = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
    """Start a server of this source whose log goes to a file."""
    command = [sys.executable, "-m", "convlint", "server"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH"))))}
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, env=environment)


def _read(stream: IO[bytes], take: Callable[[Message | None], None]) -> None:
    while True:
        size = 0
        while line := stream.readline().strip():
            if line.lower().startswith(b"content-length:"):
                size = int(line.split(b":")[1])
        body = stream.read(size) if size else b""
        if len(body) < size or not size:
            take(None)
            return
        take(json.loads(body))
