"""What an analysis asks the disk, each question with its answer: who keeps a result knows what it depends on.

A question is a pair of a kind and a path; its answer is a short text. `answer` asks any of them anew, so that a kept
result can be compared with the disk of another day, or of another machine.
"""

# Paths are strings, as in `discover`: a question costs little more than a `Path` object would.
# ruff: noqa: PTH112, PTH116, PTH113, PTH123, PTH208

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

try:
    from _blake2 import blake2b  # what `hashlib` gives, without loading OpenSSL: a third of a short run
except ImportError:  # pragma: no cover - another Python than CPython
    from hashlib import blake2b

T = TypeVar("T")
Question = tuple[str, str]

CONTENT, SIZE, FILE, FOLDER, BESIDE, NAME = "content", "size", "file", "folder", "beside", "name"
"""The kinds: a digest of what a file holds, its size, whether there is such a file or folder, what lies in a folder
under names that begin so, and under which name a file was asked for."""
NOT_THERE = "-"


def digest(data: bytes) -> str:
    """Return what stands for the content of a file: 32 hexadecimal digits."""
    return blake2b(data, digest_size=16).hexdigest()


def _content(path: str) -> str:
    try:
        with open(path, "rb") as file:
            return digest(file.read())
    except (OSError, ValueError):
        return NOT_THERE


def _size(path: str) -> str:
    try:
        return str(os.stat(path).st_size)
    except (OSError, ValueError):
        return NOT_THERE


def _file(path: str) -> str:
    return "yes" if os.path.isfile(path) else "no"


def _folder(path: str) -> str:
    return "yes" if os.path.isdir(path) else "no"


def _beside(path: str) -> str:
    return "/".join(_names_beside(path))


def _names_beside(path: str) -> list[str]:
    """Return the names in a path's folder that begin with its own last part."""
    folder, start = os.path.split(path)
    try:
        return sorted(name for name in os.listdir(folder or os.curdir) if name.startswith(start))
    except (OSError, ValueError):
        return []


_ANSWERS: dict[str, Callable[[str], str]] = {
    CONTENT: _content,
    SIZE: _size,
    FILE: _file,
    FOLDER: _folder,
    BESIDE: _beside,
}


class Names:
    """Under which names the files of a run were asked for: by these names, and by their real paths."""

    def __init__(self, by_path: Mapping[str, str] | None = None) -> None:
        self.by_path = by_path or {}

    @classmethod
    def of(cls, paths: Mapping[str, str]) -> Names:
        """Make them from the real path of each name."""
        return cls({real: name for name, real in paths.items()} | {name: name for name in paths})

    def called(self, path: str) -> str:
        """Return the name under which a file was asked for, "" if it was not."""
        if not self.by_path:
            return ""
        return self.by_path.get(path) or self.by_path.get(os.path.realpath(path), "")


def answer(question: Question, names: Names) -> str:
    """Ask the disk of now."""
    kind, path = question
    return names.called(path) if kind == NAME else _ANSWERS[kind](path)


class Cancelled(BaseException):
    """Nobody waits for an analysis any more. It is no Exception, so that nothing takes it for a failure."""


class Record:
    """What was asked while something was done: questions with their answers, and source files whose modules were used,
    which have records of their own. What was given up for want of time `is_cut_short`: another day may see more."""

    __slots__ = ("answers", "is_cut_short", "modules")

    def __init__(self) -> None:
        self.is_cut_short = False
        self.answers: dict[Question, str] = {}
        self.modules: set[str] = set()

    def add(self, other: Record) -> None:
        self.answers.update(other.answers)
        self.modules |= other.modules
        self.is_cut_short |= other.is_cut_short


class Disk:
    """The disk as one run sees it: the same answer to the same question all the time, noted for whoever asks.

    `overlay` holds files in memory, which hide those on disk. `cancelled` tells whether anybody waits still.
    """

    def __init__(
        self,
        names: Names | None = None,
        overlay: Mapping[str, bytes] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self.names = names or Names()
        self._cancelled = cancelled
        self._overlay = dict(overlay or {})
        self._known: dict[Question, str] = {}
        self._once: dict[object, tuple[Any, Record]] = {}
        self._records: dict[str, Record] = {}
        self._active = Record()

    def read(self, path: str) -> bytes:
        """Return the content of a file. Raises OSError."""
        data = self._overlay.get(path)
        if data is None:
            try:
                with open(path, "rb") as file:
                    data = file.read()
            except OSError:
                self._note((CONTENT, path), NOT_THERE)
                raise
        self._note((CONTENT, path), digest(data))
        return data

    def hides(self, path: str) -> bool:
        """Tell whether a file in memory hides that of the path."""
        return path in self._overlay

    def size(self, path: str) -> int:
        """Return how large a file is. Raises OSError."""
        found = self._ask((SIZE, path))
        if found == NOT_THERE:
            raise FileNotFoundError(2, "No such file or directory", path)
        return int(found)

    def is_file(self, path: str) -> bool:
        return self._ask((FILE, path)) == "yes"

    def is_folder(self, path: str) -> bool:
        return self._ask((FOLDER, path)) == "yes"

    def names_beside(self, path: str) -> list[str]:
        """Return the names in a path's folder that begin with its own last part, sorted."""
        found = self._ask((BESIDE, path))
        return found.split("/") if found else []

    def called(self, path: str) -> str:
        """Return the name under which a file was asked for, "" if it was not."""
        return self._ask((NAME, path))

    def known(self, besides: str) -> dict[Question, str]:
        """Return all that was asked so far, but for questions about one file."""
        return {question: told for question, told in self._known.items() if question[1] != besides}

    def holds(self, answers: Mapping[Question, str]) -> bool:
        """Ask all of these questions, and tell whether the answers are the same."""
        return all(self._now(question) == told for question, told in answers.items())

    def _now(self, question: Question) -> str:
        kind, path = question
        if kind != CONTENT:
            return self._ask(question)
        if question not in self._known:
            with contextlib.suppress(OSError, ValueError):
                self.read(path)
        found = self._known.get(question, NOT_THERE)
        self._note(question, found)
        return found

    def uses(self, filename: str) -> None:
        """Note that the module of a source file is used."""
        self._active.modules.add(filename)

    def once(self, key: object, work: Callable[[], T]) -> T:
        """Return what `work` returned for the key the first time; what it asked then counts as asked again."""
        known = self._once.get(key)
        if known is None:
            with self.recording() as record:
                known = self._once[key] = work(), record
        else:
            self._active.add(known[1])
        result: T = known[0]
        return result

    @contextmanager
    def recording(self, module: str = "") -> Iterator[Record]:
        """Record what is asked meanwhile: for whoever asked for it, or, if it is a module that runs, for that one."""
        outer, self._active = self._active, Record()
        try:
            yield self._active
        finally:
            inner, self._active = self._active, outer
            if module:
                self._records.setdefault(module, Record()).add(inner)
                outer.modules.add(module)
            else:
                outer.add(inner)

    def go_on(self) -> None:
        """Raise Cancelled if nobody waits any more; whoever works long asks now and then."""
        if self._cancelled is not None and self._cancelled():
            raise Cancelled

    def cut_short(self) -> None:
        """Note that something is given up for want of time."""
        self._active.is_cut_short = True

    def everything(self, record: Record) -> Record:
        """Return all that a record depends on, by way of the modules that were used too."""
        whole = Record()
        whole.add(record)
        todo, seen = list(record.modules), set(record.modules)
        while todo:
            module = todo.pop()
            content = self._known.get((CONTENT, module))
            if content is not None:
                whole.answers[CONTENT, module] = content
            known = self._records.get(module)
            if known is not None:
                whole.add(known)
                todo += known.modules - seen
                seen |= known.modules
        return whole

    def _ask(self, question: Question) -> str:
        found = self._known.get(question)
        if found is None:
            held = question[0] == FILE and question[1] in self._overlay
            found = self._known[question] = "yes" if held else answer(question, self.names)
        self._active.answers[question] = found
        return found

    def _note(self, question: Question, found: str) -> None:
        self._known[question] = found
        self._active.answers[question] = found


_current: Disk | None = None


def now() -> Disk:
    """Return the disk of the analysis under way; without one, a fresh look at it, which remembers nothing."""
    return Disk() if _current is None else _current


@contextmanager
def asked_as(seen: Disk) -> Iterator[None]:
    """Let `seen` be the disk that an analysis asks. Analyses take turns in a process (see `stack.on_large_stack`)."""
    global _current
    before, _current = _current, seen
    try:
        yield
    finally:
        _current = before
