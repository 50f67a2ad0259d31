"""How the child speaks with its parent: JSON lines on private descriptors; user code's prints go elsewhere."""

from __future__ import annotations

import json
import os
import sys
from typing import IO, Any


class Channel:
    """One request, one answer. Standard input and output are replaced: user code reads nothing, and what it prints
    goes to standard error, which the parent collects."""

    def __init__(self) -> None:
        self._owner = os.getpid()
        self._requests: IO[bytes] = os.fdopen(os.dup(0), "rb")
        self._answers: IO[bytes] = os.fdopen(os.dup(1), "wb")
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        for stream in (sys.stdout, sys.stderr):
            reconfigure = getattr(stream, "reconfigure", None)
            if reconfigure is not None:
                reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)

    def receive(self) -> dict[str, Any] | None:
        """Return the next request, None when there will be no other."""
        line = self._requests.readline()
        return json.loads(line) if line else None

    def send(self, answer: dict[str, Any]) -> None:
        """Answer a request. A process that user code forked off, and that came back here, ends instead."""
        if os.getpid() != self._owner:
            os._exit(0)
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except (OSError, ValueError, AttributeError):
                continue  # user code has closed or replaced it
        self._answers.write(json.dumps(answer).encode("ascii") + b"\n")
        self._answers.flush()
