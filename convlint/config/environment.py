"""Which Python environment a project's packages are in: what the user says, else what the shell and the folders show.

convlint often runs in an environment of its own, as a pre-commit hook does. Nothing is run to find the other one.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from convlint.analysis.environment import folders_of, installed_folders
from convlint.errors import UsageError

_BESIDE = (".venv", "venv")


class Environment(Struct, frozen=True):
    """Where installed packages are read from, and why there. `path` is an environment's folder or an interpreter."""

    path: str
    why: str
    folders: tuple[str, ...]

    @property
    def torch_version(self) -> str:
        """The version of the torch that is installed there, by its metadata; "" if there is none."""
        for folder in map(Path, self.folders):
            for metadata in sorted(folder.glob("torch-*.dist-info")):
                return metadata.name.removeprefix("torch-").removesuffix(".dist-info")
        return ""


def environment_of(python: str, start: Path, environ: Mapping[str, str] | None = None) -> Environment:
    """Return the environment for files in or below `start`; `python` is what the user says of it, "" for nothing.

    Without that: VIRTUAL_ENV, CONDA_PREFIX, `.venv` or `venv` beside the nearest `pyproject.toml` above `start`,
    `python` on the PATH, and the environment that convlint runs in. Raises UsageError for a `python` that is none.
    """
    if python:
        try:
            return Environment(python, "as it was said", folders_of(python))
        except ValueError as error:
            raise UsageError(str(error)) from error
    variables = os.environ if environ is None else environ
    return _found(start.absolute(), variables)


def _found(start: Path, variables: Mapping[str, str]) -> Environment:
    own = Environment("", "the environment that convlint runs in", installed_folders())
    for candidate, why, more in _candidates(start, variables, own.folders):
        try:
            folders = folders_of(candidate)
        except ValueError:
            continue
        if not _is_only_convlints(candidate, folders):
            return Environment(candidate, why, tuple(dict.fromkeys((*folders, *more))))
    return own


def _candidates(
    start: Path, variables: Mapping[str, str], own: tuple[str, ...]
) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Yield environments, why each is one to take, and where to look after it."""
    for name in ("VIRTUAL_ENV", "CONDA_PREFIX"):
        if variables.get(name):
            yield variables[name], f"{name} says so", ()
    project = _project_of(start)
    if project is not None:
        for name in _BESIDE:
            yield str(project / name), f"it is beside {project / 'pyproject.toml'}", ()
    import shutil  # and with it the libraries of three kinds of archives

    for folder in variables.get("PATH", "").split(os.pathsep):
        interpreter = shutil.which("python3", path=folder) or shutil.which("python", path=folder) if folder else None
        if interpreter is not None:
            yield interpreter, "the Python on the PATH", own


def _is_only_convlints(environment: str, folders: tuple[str, ...]) -> bool:
    """Tell whether convlint runs in an environment that was made for it alone, as pre-commit does: without torch."""
    root = Path(environment)
    root = root.parent.parent if root.is_file() else root
    if root.resolve() != Path(sys.prefix).resolve():
        return False
    return not any((Path(folder) / "torch").is_dir() for folder in folders)


def _project_of(start: Path) -> Path | None:
    """Return the nearest folder with a `pyproject.toml`, `start` included."""
    return next((folder for folder in (start, *start.parents) if (folder / "pyproject.toml").is_file()), None)
