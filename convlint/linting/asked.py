"""The files of a run: found, read once to see what they have to do with torch, and not held."""

# Paths are strings, as in `discover`.
# ruff: noqa: PTH123

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from convlint.errors import UsageError
from convlint.findings import Unreadable
from convlint.source.directives import may_direct
from convlint.source.disk import Names, digest
from convlint.source.kinds import python_of
from convlint.source.mention import mentions_torch
from convlint.source.text import SourceError

if TYPE_CHECKING:
    from convlint.config import Config
    from convlint.config.resolve import Settings


class AskedFile(Struct, frozen=True):
    """A file that was asked for: a digest of its content, whether it has to do with torch, and whether its comments may
    direct convlint."""

    path: str
    size: int
    digest: str
    is_relevant: bool
    may_direct: bool


class Surroundings(Struct, frozen=True):
    """What all files of a run are seen in: how they are called, which of them have comments that may direct convlint,
    and those that are in memory only."""

    names: Names
    directed: frozenset[str]
    overlay: Mapping[str, bytes] = {}


class Asked(Struct, frozen=True):
    """All files of a run in the order of their paths, what they are seen in, and what could not be read."""

    files: tuple[AskedFile, ...]
    around: Surroundings
    unreadable: tuple[Unreadable, ...] = ()

    def data(self, path: str) -> bytes:
        """Return the Python in a file: its content, or that of its cells. Raises OSError, and SourceError for what is
        no notebook."""
        overlay = self.around.overlay
        return python_of(path, overlay[path] if path in overlay else _content(path))

    def content_of(self, path: str) -> bytes | None:
        """Return the Python in a file that was asked for, None for any other, or if it can no longer be read."""
        try:
            return self.data(path) if path in self.around.names.by_path else None
        except (OSError, SourceError):
            return None


class Group(Struct, frozen=True):
    """What files are linted with: their settings, and the folders of installed packages."""

    config: Config
    installed: tuple[str, ...]


def group_of(file: AskedFile, settings: Settings) -> Group:
    """Return what a file is linted with. Raises ConfigError or UsageError."""
    return Group(settings.of(file.path), settings.environment(file.path).folders)


def in_memory(contents: Mapping[str, bytes], *, read_all: bool = False) -> Asked:
    """Take files by name and content; they need not exist. With `read_all` each is read whatever it has to do with."""
    names = Names.of({name: os.path.realpath(name) for name in contents})
    seen = (_seen(name, data) for name, data in sorted(contents.items()))
    files = tuple(replace(file, is_relevant=True) if read_all else file for file in seen)
    return Asked(files, Surroundings(names, _directed(files), contents))


def on_disk(paths: Sequence[str | os.PathLike[str]], settings: Settings, *, force_exclude: bool = False) -> Asked:
    """Find and read the files under `paths`.

    Raises UsageError if none of the paths is there, ConfigError for settings that are wrong.
    """
    from convlint.gathering import list_files

    found, unreadable = list_files(paths, settings, force_exclude=force_exclude)
    files: list[AskedFile] = []
    for source in found:
        try:
            files.append(_seen(source.path, _content(source.path)))
        except OSError as error:
            unreadable.append(Unreadable(source.path, error.strerror or str(error)))
    named = {os.fspath(path) for path in paths}
    if named and named <= {problem.path for problem in unreadable}:
        raise UsageError("; ".join(f"{problem.path}: {problem.reason}" for problem in unreadable))
    names = Names.of({source.path: source.real for source in found})
    told = tuple(sorted(unreadable, key=lambda problem: problem.path))
    return Asked(tuple(files), Surroundings(names, _directed(files)), told)


def _directed(files: Iterable[AskedFile]) -> frozenset[str]:
    return frozenset(file.path for file in files if file.may_direct)


def _seen(path: str, data: bytes) -> AskedFile:
    try:
        python = python_of(path, data)
    except SourceError:  # whoever reads it tells of it
        return AskedFile(path, len(data), digest(data), b"torch" in data, False)
    return AskedFile(path, len(data), digest(data), mentions_torch(python), may_direct(python))


def _content(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()
