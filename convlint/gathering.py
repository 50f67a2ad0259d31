"""Which files a run reads: those named, and those in the folders named, as the settings nearest to each say."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from convlint.config import Config
from convlint.config.resolve import Settings
from convlint.errors import UsageError
from convlint.findings import Unreadable
from convlint.source.discover import SourcePath, discover
from convlint.source.ignores import is_left_out, patterns_of

if TYPE_CHECKING:
    from convlint.analysis import FileInput


class Gathered(Struct, frozen=True):
    """The files of a run, by path, with their bytes; and what was named or met and could not be read."""

    files: tuple[FileInput, ...]
    unreadable: tuple[Unreadable, ...] = ()


def gather(paths: Sequence[str | os.PathLike[str]], settings: Settings, *, force_exclude: bool = False) -> Gathered:
    """Read the files under `paths`.

    Raises UsageError if none of the paths is there, ConfigError for settings that are wrong.
    """
    from convlint.analysis import FileInput

    found, unreadable = list_files(paths, settings, force_exclude=force_exclude)
    files: list[FileInput] = []
    for source in found:
        try:
            files.append(FileInput(source.path, Path(source.path).read_bytes()))
        except OSError as error:
            unreadable.append(Unreadable(source.path, error.strerror or str(error)))
    names = {os.fspath(path) for path in paths}
    if names and names <= {problem.path for problem in unreadable}:
        raise UsageError("; ".join(f"{problem.path}: {problem.reason}" for problem in unreadable))
    return Gathered(tuple(files), tuple(sorted(unreadable, key=lambda problem: problem.path)))


def list_files(
    paths: Iterable[str | os.PathLike[str]], settings: Settings, *, force_exclude: bool = False
) -> tuple[list[SourcePath], list[Unreadable]]:
    """Return the files under `paths`, sorted, each once whatever its names; and what cannot be read."""
    by_config: dict[int, tuple[Config, list[str]]] = {}
    for path in paths:
        config = settings.of(path)
        by_config.setdefault(id(config), (config, []))[1].append(os.fspath(path))
    files: dict[str, SourcePath] = {}
    problems: list[Unreadable] = []
    for config, names in by_config.values():
        force = force_exclude or config.force_exclude
        found = discover(
            names,
            (*config.exclude, *config.extend_exclude),
            root=config.root or None,
            include=config.include,
            respect_gitignore=config.respect_gitignore,
            force_exclude=force,
        )
        problems += [Unreadable(problem.path, problem.reason) for problem in found.problems]
        for file in found.files:
            if (file.explicit and not force) or not _left_out(file, settings.of(file.path), config):
                _keep(files, file)
    return sorted(files.values(), key=lambda file: file.path), problems


def _keep(files: dict[str, SourcePath], file: SourcePath) -> None:
    """Keep one name of a file: one that was named before one that was met, then the first in order."""
    key = os.path.normcase(os.path.realpath(file.path))
    known = files.get(key)
    if known is None or (not file.explicit, file.path) < (not known.explicit, known.path):
        files[key] = file


def _left_out(file: SourcePath, own: Config, walked: Config) -> bool:
    """Tell whether the settings nearest to a file, if others than those of the walk that met it, leave it out."""
    if own is walked:
        return False
    excludes = patterns_of(os.path.realpath(own.root or os.curdir), [*own.exclude, *own.extend_exclude])
    return excludes is not None and is_left_out((excludes,), os.path.realpath(file.path), False)
