"""Which Python environment a project's packages are in: what the user says, else what the shell and the folders show.

convlint often runs in an environment of its own, as a pre-commit hook does. Nothing is run to find the other one.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from convlint.analysis.environment import folders_of, installed_folders
from convlint.errors import UsageError

_BESIDE = (".venv", "venv")


@dataclass(frozen=True, slots=True)
class Environment:
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
    for candidate, why in _candidates(start, variables.get("VIRTUAL_ENV", ""), variables.get("CONDA_PREFIX", "")):
        try:
            return Environment(candidate, why, folders_of(candidate))
        except ValueError:
            continue
    own = installed_folders()
    path = variables.get("PATH", "")
    interpreter = shutil.which("python3", path=path) or shutil.which("python", path=path)
    if interpreter is not None:
        try:
            folders = folders_of(interpreter)
            return Environment(interpreter, "the Python on the PATH", tuple(dict.fromkeys((*folders, *own))))
        except ValueError:
            pass
    return Environment("", "the environment that convlint runs in", own)


def _candidates(start: Path, virtual: str, conda: str) -> Iterator[tuple[str, str]]:
    if virtual:
        yield virtual, "VIRTUAL_ENV says so"
    if conda:
        yield conda, "CONDA_PREFIX says so"
    project = _project_of(start)
    if project is not None:
        for name in _BESIDE:
            yield str(project / name), f"it is beside {project / 'pyproject.toml'}"


def _project_of(start: Path) -> Path | None:
    """Return the nearest folder with a `pyproject.toml`, `start` included."""
    return next((folder for folder in (start, *start.parents) if (folder / "pyproject.toml").is_file()), None)
