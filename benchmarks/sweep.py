"""Every file of some folders.

    python -m benchmarks.sweep [--entry ENTRY] [--every N] [--largest SIZE] [--timeout S] [--jobs N] FOLDER…

`memory`, unless another entry is asked for, lints each file from memory, so that it is parsed whatever it has to do
with torch; `paths` lints it as `convlint check FILE` does; `server` opens it in a language server, and asks for all
that an editor shows of it. Told are internal failures, exceptions, and files that take long; then the counts.
`--every N` takes each N-th file, in an order drawn once, of those that have no more bytes than `--largest`; after
`--seconds` the counts so far are told. With `--kept FILE` the same command again does the rest.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any

from benchmarks.fuzz import GOOD, warm
from benchmarks.lanes import IDLE, processor_time, shared
from convlint import api
from convlint.config import Config

SLOW = 12.0
HANGS = 120.0
"""Seconds of the processor, after which something does not end any more."""

Verdict = tuple[str, str, str, float]
"""File, kind, detail, seconds of the processor."""


def from_memory(path: str, config: Config) -> Verdict:
    return _linted(path, lambda: api.lint_bytes(Path(path).read_bytes(), path, config=config))


def by_path(path: str, config: Config) -> Verdict:
    return _linted(path, lambda: api.lint_paths([path], config=config))


def _linted(path: str, lint: Callable[[], Any]) -> Verdict:
    before = time.process_time()
    try:
        report = lint()
    except BaseException as error:
        return path, "escaped", repr(error), time.process_time() - before
    seconds = time.process_time() - before
    if report.failures:
        return path, "failure", report.failures[0].traceback, seconds
    kind = "refused" if any(it.code == "CVL900" for it in report.findings) else "linted"
    return path, "slow" if seconds > SLOW else kind, "", seconds


# --- a language server ----------------------------------------------------------------------------------


_PLACES = 5
_server: tuple[Any, IO[bytes]] | None = None


def by_server(path: str, config: Config) -> Verdict:
    """Open a file in this process's language server, ask what an editor asks, and close it."""
    global _server
    if _server is None:
        _server = _serving()
    wire, log = _server
    said, before = log.tell(), processor_time(wire.process.pid)
    try:
        text = Path(path).read_bytes().decode("utf-8", "replace")
        kind, detail = _edited(wire, Path(path).absolute().as_uri(), text)
        seconds = processor_time(wire.process.pid) - before
    except (EOFError, OSError, TimeoutError) as error:
        kind, detail, seconds, _server = "escaped", repr(error), 0.0, None
        wire.process.kill()
    log.seek(said)
    told = log.read().decode("utf-8", "replace")
    if "Traceback" in told:
        kind, detail = "failure", told
    return path, kind, detail, seconds


def _serving() -> tuple[Any, IO[bytes]]:
    from tests.lsp.wire import Wire, started

    log = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the process
    wire = Wire(started(log), patience=IDLE * HANGS)
    wire.begin(Path(tempfile.gettempdir()))
    return wire, log


def _edited(wire: Any, uri: str, text: str) -> tuple[str, str]:
    found = wire.open(uri, text)
    rows = text.split("\n")
    document, everything = {"uri": uri}, {"start": _place(0, 0), "end": _place(len(rows) - 1, len(rows[-1]))}
    asked: list[tuple[str, dict[str, Any]]] = [
        ("documentSymbol", {}), ("codeLens", {}), ("inlayHint", {"range": everything}),
        ("codeAction", {"range": everything, "context": {"diagnostics": found}}),
    ]  # fmt: skip
    for number in range(_PLACES):
        row = len(rows) * number // _PLACES
        place = {"position": _place(row, len(rows[row]) // 2)}
        asked += [("hover", place), ("definition", place)]
    for method, params in asked:
        answer = wire.ask(f"textDocument/{method}", {"textDocument": document, **params})
        if "error" in answer:
            return "failure", f"{method}: {answer['error']}"
    wire.notify("textDocument/didClose", {"textDocument": document})
    return "refused" if any(it["code"] == "CVL900" for it in found) else "linted", ""


def _place(row: int, column: int) -> dict[str, int]:
    return {"line": row, "character": column}


# --- all of them ----------------------------------------------------------------------------------------


ENTRIES = {"memory": from_memory, "paths": by_path, "server": by_server}


class Kept:
    """What became of files, a line of JSON for each; on disk, if they have a place there: a run may be ended."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        lines = path.read_text().splitlines() if path is not None and path.exists() else []
        self.verdicts: dict[str, Verdict] = {it[0]: tuple(it) for it in map(json.loads, lines)}

    def keep(self, verdict: Verdict) -> None:
        self.verdicts[verdict[0]] = verdict
        if self._path is not None:
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps(verdict) + "\n")


def chosen(options: argparse.Namespace) -> list[str]:
    found = {path for folder in options.folders for path in Path(folder).rglob("*.py") if path.is_file()}
    files = sorted(str(path) for path in found if path.stat().st_size <= options.largest)
    random.Random(0).shuffle(files)  # large and small, and every folder, early
    return files[:: options.every]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--entry", choices=list(ENTRIES), default="memory")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--largest", type=float, default=float("inf"), help="bytes")
    parser.add_argument(
        "--timeout", type=float, default=Config().file_timeout, help="what a file may take, but in a server"
    )
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--kept", type=Path, help="where it is kept what became of files, and gone on from")
    parser.add_argument("--seconds", type=float, default=float("inf"))
    options = parser.parse_args()
    files, kept, end = chosen(options), Kept(options.kept), time.monotonic() + options.seconds
    todo = [path for path in files if path not in kept.verdicts]
    work = partial(ENTRIES[options.entry], config=Config(file_timeout=options.timeout))
    warm()
    for path, found in shared(todo, work, options.jobs, hangs=HANGS, prepare=nothing):
        verdict: Verdict = found if isinstance(found, tuple) else (path, "died", found, 0.0)
        kept.keep(verdict)
        if verdict[1] not in GOOD:
            print(f"--- {verdict[1]}: {path}, {verdict[3]:.1f} s", verdict[2][-1500:], sep="\n", flush=True)
        if time.monotonic() > end:
            break
    return _told([kept.verdicts[path] for path in files if path in kept.verdicts], len(files), options.entry)


def _told(verdicts: list[Verdict], wanted: int, entry: str) -> int:
    counts = Counter(kind for _, kind, _, _ in verdicts)
    seconds = [taken for *_, taken in verdicts]
    done = f"{len(verdicts)} of {wanted} files"
    print(f"{done}, {entry}:", dict(counts), f"slowest {max(seconds, default=0):.1f} s, all {sum(seconds):.0f} s")
    return int(any(counts[kind] for kind in ("failure", "escaped", "died")))


def nothing() -> None:
    """A server says by itself that its client is gone."""


if __name__ == "__main__":
    sys.exit(main())
