"""Which settings hold for which file: those of the nearest settings file above it, with what the command line says."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from convlint.config.files import discover, load, users_file
from convlint.config.settings import Config

if TYPE_CHECKING:
    from convlint.config.environment import Environment


def _unchanged(config: Config) -> Config:
    return config


class Settings:
    """The settings of a run, looked up for each file, each settings file read once.

    `fixed` are the settings of all files whatever lies above them; `change` is what the command line changes.
    """

    def __init__(self, fixed: Config | None = None, change: Callable[[Config], Config] = _unchanged) -> None:
        self._change = change
        self._fixed = None if fixed is None else change(fixed)
        self._by_folder: dict[Path, Config] = {}
        self._by_file: dict[Path | None, Config] = {}
        self._environments: dict[tuple[Path, str], Environment] = {}

    def of(self, path: str | os.PathLike[str]) -> Config:
        """Return the settings of a file or folder. Raises ConfigError."""
        if self._fixed is not None:
            return self._fixed
        folder = _folder_of(path)
        if folder not in self._by_folder:
            file = discover(folder)
            if file not in self._by_file:
                self._by_file[file] = self._change(_users() if file is None else load(file))
            self._by_folder[folder] = self._by_file[file]
        return self._by_folder[folder]

    @property
    def used(self) -> tuple[Config, ...]:
        """The settings that files were found to have so far."""
        return tuple(self._by_file.values()) if self._fixed is None else (self._fixed,)

    def environment(self, path: str | os.PathLike[str]) -> Environment:
        """Return where the packages are that a file imports. Raises UsageError for a `python` that is none."""
        from convlint.config.environment import environment_of

        key = (_folder_of(path), self.of(path).python)
        if key not in self._environments:
            self._environments[key] = environment_of(key[1], key[0])
        return self._environments[key]


def _users() -> Config:
    """Return the user's own settings, whose patterns and paths count from the working folder; the defaults if there are
    none."""
    file = users_file()
    return Config() if file is None else load(file, root=Path.cwd())


def _folder_of(path: str | os.PathLike[str]) -> Path:
    """Return the folder from which to look upwards: links are not followed, since people see their names."""
    absolute = Path(path).absolute()
    return absolute if absolute.is_dir() else absolute.parent
