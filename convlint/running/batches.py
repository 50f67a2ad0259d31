"""What is sent to whoever does the work, and what is done with it there: plain bytes and names, for any process."""

# Paths are strings, as in `discover`.
# ruff: noqa: PTH109

from __future__ import annotations

import contextlib
import json
import os
import platform
import threading
import zlib
from collections.abc import Iterator, Sequence

import msgspec
from msgspec import Struct

from convlint.cache.version import code_digest
from convlint.config import Config
from convlint.errors import UsageError
from convlint.findings import Failure
from convlint.linting import plain
from convlint.linting.asked import Asked, AskedFile, Group, Surroundings
from convlint.linting.one_file import FileLinter
from convlint.linting.result import Checked, FileResult
from convlint.source.disk import CONTENT, Names

Item = tuple[str, str, int]
"""A file to check: its path, the digest of its content, and the number of its group."""


def packed(asked: Asked, groups: Sequence[Group], *, elsewhere: bool) -> bytes:
    """Return what all batches of a run share. On other machines (`elsewhere`) the version of convlint is compared."""
    body = {
        "run": os.urandom(8).hex(),  # another run finds other files: a worker that lives on begins anew
        "groups": [[msgspec.json.encode(group.config).decode(), group.installed] for group in groups],
        "names": dict(asked.around.names.by_path),
        "directed": sorted(asked.around.directed),
        "folder": os.getcwd(),
        "version": code_digest() if elsewhere else "",
    }
    return zlib.compress(json.dumps(body).encode(), 1)


def item(file: AskedFile, group: int) -> Item:
    """Return a file as it is sent."""
    return file.path, file.digest, group


def work(shared: bytes, items: Sequence[Item]) -> list[bytes]:
    """Check files, one after another; return what `plain.written` makes of each.

    Raises UsageError where the work cannot be done: the folder is not there, or convlint is another one.
    """
    with _lock:
        run = _run_of(shared)
        with _in_folder(run.folder):
            return [plain.written(_checked(run, *it)) for it in items]


def _checked(run: _Run, path: str, digest: str, group: int) -> Checked:
    checked = run.linter(group).check(path)
    # What was ended from outside has no answers: what it saw is not known, and nothing is told of it.
    is_compared = run.elsewhere and checked.result.failure is None and checked.answers
    if is_compared and checked.answers.get((CONTENT, path)) != digest:
        return Checked(FileResult(path, failure=Failure(path, sees_otherwise(platform.node(), path), "")))
    return checked


def sees_otherwise(host: str, path: str) -> str:
    """Say that a machine has another file than this one."""
    return f"the worker on {host} sees another content of {path}"


class _Run(Struct):
    """What a process knows of the run that it works for."""

    shared: bytes
    folder: str
    elsewhere: bool
    """Whether it is another machine that asks, which may have other files."""
    groups: list[Group]
    around: Surroundings
    linters: dict[int, FileLinter]

    def linter(self, group: int) -> FileLinter:
        if group not in self.linters:
            self.linters[group] = FileLinter(self.groups[group], self.around)
        return self.linters[group]


_lock = threading.Lock()
_last: _Run | None = None


def _run_of(shared: bytes) -> _Run:
    """Return the run that a batch belongs to; only the last one is kept."""
    global _last
    if _last is None or _last.shared != shared:
        if _last is not None:
            for linter in _last.linters.values():
                linter.close()
        body = json.loads(zlib.decompress(shared))
        if body["version"] not in ("", code_digest()):
            raise UsageError(f"the worker on {platform.node()} runs another version of convlint")
        groups = [
            Group(msgspec.json.decode(config, type=Config), tuple(installed)) for config, installed in body["groups"]
        ]
        around = Surroundings(Names(body["names"]), frozenset(body["directed"]))
        _last = _Run(shared, body["folder"], bool(body["version"]), groups, around, {})
    return _last


@contextlib.contextmanager
def _in_folder(folder: str) -> Iterator[None]:
    before = os.getcwd()
    if before == folder:
        yield
        return
    try:
        os.chdir(folder)
    except OSError as error:
        raise UsageError(f"the worker on {platform.node()} does not see {folder}: {error.strerror}") from None
    try:
        yield
    finally:
        os.chdir(before)
