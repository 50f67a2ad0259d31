"""What the language server holds in memory over a long session: thousands of edits, with all that an editor asks for.

    python benchmarks/editing.py [--edits 10000] [--minutes 60] [--sources FOLDER]

A server runs in a process of its own, as an editor starts it. Somebody types in three files in turn, as in
`keystrokes.py`: each state is sent as the change of a range, and looked at because something is asked of it at once, a
hover, lenses, hints, symbols or actions. Now and then a file is saved, or closed and opened again. Told is the resident
memory of the server every few hundred edits, and how much of it came after the first tenth.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.keystrokes import states  # noqa: E402
from benchmarks.speed import MNIST  # noqa: E402

SMALL, LARGE = "script", "torchvision/models/resnet.py"
SHARE = 20
"""One state in so many is of the large file."""


class Server:
    """A server in another process, with the documents that are open there."""

    def __init__(self) -> None:
        env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])}
        command = [sys.executable, "-m", "convlint", "server"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=env)
        self._numbers = itertools.count(1)
        self._texts: dict[str, tuple[int, str]] = {}
        settings = {"settings": {"inlayHints": True}}
        self.ask("initialize", processId=None, rootUri=None, capabilities={}, initializationOptions=settings)
        self.tell("initialized")

    @property
    def memory(self) -> float:
        """The resident memory in MB."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS")) / 1000

    def tell(self, method: str, **params: Any) -> None:
        self._send({"method": method, "params": params})

    def ask(self, method: str, **params: Any) -> Any:
        """Return the answer to a request; what the server sends meanwhile is passed over."""
        number = next(self._numbers)
        self._send({"method": method, "params": params, "id": number})
        while True:
            message = self._read()
            if message.get("id") == number and "method" not in message:
                if "error" in message:
                    raise RuntimeError(message["error"])
                return message["result"]

    def show(self, uri: str, text: str) -> None:
        """Let a document hold a text: open it, or change the range that is different."""
        if uri not in self._texts:
            self._texts[uri] = 1, text
            item = {"uri": uri, "languageId": "python", "version": 1, "text": text}
            self.tell("textDocument/didOpen", textDocument=item)
            return
        version, before = self._texts[uri]
        start = _alike(before, text)
        same = _alike(before[start:][::-1], text[start:][::-1])
        where = {"start": _position(before, start), "end": _position(before, len(before) - same)}
        change = {"range": where, "text": text[start : len(text) - same]}
        self._texts[uri] = version + 1, text
        document = {"uri": uri, "version": version + 1}
        self.tell("textDocument/didChange", textDocument=document, contentChanges=[change])

    def save(self, uri: str) -> None:
        self.tell("textDocument/didSave", textDocument={"uri": uri})

    def close(self, uri: str) -> None:
        del self._texts[uri]
        self.tell("textDocument/didClose", textDocument={"uri": uri})

    def lengths(self) -> dict[str, int]:
        """Return how long the server takes each document to be."""
        told = json.loads(self.ask("workspace/executeCommand", command="convlint.printDebugInformation", arguments=[]))
        return {uri: length for uri, (_, length) in told["documents"].items()}

    def check(self) -> None:
        """Raise if the server holds something else than was sent."""
        assert self.lengths() == {uri: len(text) for uri, (_, text) in self._texts.items()}

    def end(self) -> None:
        self.ask("shutdown")
        self.tell("exit")
        self.process.wait(60)

    def _send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        length = 0
        while header := self.process.stdout.readline().strip():
            name, _, value = header.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        message: dict[str, Any] = json.loads(self.process.stdout.read(length))
        return message


def _alike(one: str, other: str) -> int:
    """Return how many characters are the same at the beginning."""
    pairs = zip(one, other, strict=False)
    return next((at for at, (first, second) in enumerate(pairs) if first != second), min(len(one), len(other)))


def _position(text: str, offset: int) -> dict[str, int]:
    before = text[:offset]
    return {"line": before.count("\n"), "character": len(before) - before.rfind("\n") - 1}


def typed(texts: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield without end which document holds which text next."""
    for seed in itertools.count(1):
        sessions = [(uri, states(text, seed, 4)) for uri, text in texts.items()]
        small, large = sessions[:-1], sessions[-1]
        for number, state in enumerate(zip(*(session for _, session in small), strict=False)):
            for (uri, _), text in zip(small, state, strict=True):
                yield uri, text
            if number % (SHARE // len(small)) == 0:
                text = next(large[1], None)
                if text is not None:
                    yield large[0], text


def questions(server: Server, uri: str, number: int) -> None:
    """Ask what an editor asks after an edit, one thing in turn; the answer is of the newest text."""
    document, place = {"uri": uri}, {"line": 12 + number % 20, "character": 14}
    everything = {"start": {"line": 0, "character": 0}, "end": {"line": 100_000, "character": 0}}
    match number % 8:
        case 1:
            for lens in server.ask("textDocument/codeLens", textDocument=document):
                if "command" not in lens:
                    server.ask("codeLens/resolve", **lens)
        case 2:
            server.ask("textDocument/inlayHint", textDocument=document, range=everything)
        case 3:
            server.ask("textDocument/documentSymbol", textDocument=document)
        case 4:
            where = {"start": place, "end": place}
            server.ask("textDocument/codeAction", textDocument=document, range=where, context={"diagnostics": []})
        case _:
            server.ask("textDocument/hover", textDocument=document, position=place)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--edits", type=int, default=10_000)
    parser.add_argument("--minutes", type=float, default=60.0, help="after which it ends, with fewer edits")
    parser.add_argument("--sources", type=Path, default=ROOT / ".zoo")
    options = parser.parse_args()
    large = options.sources / LARGE
    texts = {
        "untitled:script": MNIST,
        "untitled:other": MNIST.replace("28", "32").replace("9216", "12544"),
        large.as_uri(): large.read_text(encoding="utf-8"),
    }
    server, started = Server(), time.monotonic()
    told, every = [], max(1, options.edits // 20)
    print(f"{'edits':>8}{'MB':>9}{'minutes':>9}", flush=True)
    for number, (uri, text) in enumerate(itertools.islice(typed(texts), options.edits), 1):
        server.show(uri, text)
        questions(server, uri, number)
        if time.monotonic() - started > 60 * options.minutes:
            print(f"ended after {number} edits")
            told.append(server.memory)
            break
        if number % 100 == 0:
            server.save(uri)
        if number % 250 == 0:
            server.close(uri)
        if number % every == 0:
            server.check()
            told.append(server.memory)
            print(f"{number:>8}{told[-1]:>9.1f}{(time.monotonic() - started) / 60:>9.1f}", flush=True)
    server.end()
    early, late = told[: max(1, len(told) // 10)][-1], told[-1]
    print(f"after a tenth {early:.1f} MB, at the end {late:.1f} MB, at most {max(told):.1f} MB: {late - early:+.1f} MB")


if __name__ == "__main__":
    main()
