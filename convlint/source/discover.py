"""Finding the files to read: what was named, and the Python files in the folders that were named."""

# Paths are strings, as `os.scandir` gives them by the thousand: `Path` objects would cost more than the walk.
# ruff: noqa: PTH110, PTH116, PTH118, PTH120

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Iterator
from typing import ClassVar

from msgspec import Struct
from msgspec.structs import replace

from convlint.comparing import Compared
from convlint.source.ignores import (
    SKIPPED_FOLDERS,
    Patterns,
    ignore_file,
    ignore_files_above,
    ignore_files_for,
    is_left_out,
    patterns_of,
)

_SPECIAL = re.compile(r"[*?\[\]/!\\]")


class SourcePath(Compared, Struct, frozen=True):
    """A file to read; `explicit` if it was named itself."""

    apart: ClassVar = frozenset({"real"})
    path: str
    explicit: bool = False
    real: str = ""
    """Where it really is; it is not compared."""

    def __fspath__(self) -> str:
        return self.path

    def __str__(self) -> str:
        return self.path


class PathProblem(Struct, frozen=True):
    """A path that was named or met and cannot be read."""

    path: str
    reason: str


class Discovery(Struct, frozen=True):
    """The files, sorted by path, each once whatever its names; and what could not be read."""

    files: tuple[SourcePath, ...]
    problems: tuple[PathProblem, ...] = ()

    def __iter__(self) -> Iterator[SourcePath]:
        return iter(self.files)


def discover(
    paths: Iterable[str | os.PathLike[str]],
    excludes: Iterable[str] = (),
    *,
    root: str | os.PathLike[str] | None = None,
    include: Iterable[str] = ("*.py", "*.ipynb"),
    respect_gitignore: bool = True,
    force_exclude: bool = False,
) -> Discovery:
    """Find the files under `paths`.

    A file that is named is taken, whatever its suffix; in folders, those are that match a pattern of `include`.
    `include` and `excludes` are gitignore patterns relative to `root`, the working folder unless given; the latter and
    `.gitignore` files hold for named paths only with `force_exclude`. Links to folders are not followed, links to files
    outside of the named folder neither.
    """
    base = os.path.realpath(os.fspath(root) if root is not None else os.curdir)
    walk = _Walk(_Included(base, list(include)), patterns_of(base, list(excludes)), respect_gitignore, force_exclude)
    for path in paths:
        walk.named(os.fspath(path))
    files = sorted(walk.found.values(), key=lambda file: file.path)
    return Discovery(tuple(files), tuple(sorted(walk.problems, key=lambda problem: problem.path)))


class _Included:
    """Which files of a folder are taken. Patterns such as `*.py` are asked of the name alone, without pathspec."""

    def __init__(self, root: str, include: list[str]) -> None:
        plain = [pattern for pattern in include if pattern[:1] == "*" and not _SPECIAL.search(pattern[1:])]
        self._suffixes = tuple(pattern[1:] for pattern in plain)
        self._patterns = patterns_of(root, [pattern for pattern in include if pattern not in plain])

    def takes(self, name: str, path: str) -> bool:
        return name.endswith(self._suffixes) or (
            self._patterns is not None and bool(self._patterns.verdict(path, False))
        )


class _Walk:
    """One discovery under way. `found` holds the files by real path."""

    def __init__(
        self, included: _Included, excludes: Patterns | None, respect_gitignore: bool, force_exclude: bool
    ) -> None:
        self.found: dict[str, SourcePath] = {}
        self.problems: list[PathProblem] = []
        self._included = included
        self._excludes = () if excludes is None else (excludes,)
        self._respect_gitignore = respect_gitignore
        self._force_exclude = force_exclude

    def named(self, path: str) -> None:
        try:
            mode = os.stat(path).st_mode
        except (OSError, ValueError) as error:
            self._problem(path, error)
            return
        if stat.S_ISDIR(mode):
            if not (self._force_exclude and self._excluded(path, True)):
                self._folder(path)
        elif not stat.S_ISREG(mode):
            self.problems.append(PathProblem(path, "is neither a file nor a folder"))
        elif not (self._force_exclude and self._excluded(path, False)):
            self._add(SourcePath(path, explicit=True))

    def _excluded(self, path: str, is_folder: bool) -> bool:
        real = os.path.realpath(path)
        chain = self._excludes
        if self._respect_gitignore:
            folder = os.path.dirname(real)
            own = ignore_file(folder)
            chain = (*ignore_files_above(folder), *(() if own is None else (own,)), *chain)
        return is_left_out(chain, real, is_folder)

    def _add(self, file: SourcePath) -> None:
        """Keep one name of a file: one that was named before one that was met, then the first in order."""
        real = os.path.realpath(file.path)
        key = os.path.normcase(real)
        known = self.found.get(key)
        if known is None or (not file.explicit, file.path) < (not known.explicit, known.path):
            self.found[key] = replace(file, real=real)

    def _problem(self, path: str, error: OSError | ValueError) -> None:
        self.problems.append(PathProblem(path, getattr(error, "strerror", None) or str(error)))

    def _folder(self, start: str) -> None:
        """Walk a folder without recursion."""
        real = os.path.realpath(start)
        chain = ignore_files_for(real) if self._respect_gitignore else ()
        todo = [("" if start in (os.curdir, os.curdir + os.sep) else start, real, chain)]
        while todo:
            shown, folder, chain = todo.pop()
            own = ignore_file(folder) if self._respect_gitignore else None
            if own is not None:
                chain = (*chain, own)
            try:
                with os.scandir(folder) as entries:
                    listed = sorted(entries, key=lambda entry: entry.name)
            except OSError as error:
                self._problem(shown or os.curdir, error)
                continue
            for entry in listed:
                name = os.path.join(shown, entry.name)
                if _is_folder(entry):
                    skipped = entry.name in SKIPPED_FOLDERS or _is_environment(entry.path)
                    if not skipped and not self._out(chain, entry.path, True):
                        todo.append((name, entry.path, chain))
                elif self._included.takes(entry.name, entry.path) and not self._out(chain, entry.path, False):
                    self._met(name, entry, real)

    def _out(self, chain: tuple[Patterns, ...], path: str, is_folder: bool) -> bool:
        return is_left_out(self._excludes, path, is_folder) or is_left_out(chain, path, is_folder)

    def _met(self, name: str, entry: os.DirEntry[str], root: str) -> None:
        """Take a file that a folder holds, if it is one: pipes, devices and links that lead away are passed over."""
        try:
            mode = entry.stat().st_mode
        except OSError as error:
            self._problem(name, error)
            return
        if not stat.S_ISREG(mode):
            return
        if entry.is_symlink() and os.path.commonpath([root, os.path.realpath(entry.path)]) != root:
            return
        self._add(SourcePath(name))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_environment(folder: str) -> bool:
    return os.path.exists(os.path.join(folder, "pyvenv.cfg"))
