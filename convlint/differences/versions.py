"""The versions of a project, as git has them: their Python files and settings, laid out in a folder of their own."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from msgspec import Struct

from convlint.errors import UsageError

_KEPT = (".py", ".ipynb", ".toml", ".gitignore")
_LARGEST = 16 << 20


class Version(Struct, frozen=True):
    """One version: what it is called, and the folder that holds it."""

    name: str
    folder: Path


def repository(start: Path) -> Path:
    """Return the folder of the repository around `start`. Raises UsageError if there is none."""
    return Path(_git(start, "rev-parse", "--show-toplevel").strip())


def is_revision(root: Path, text: str) -> bool:
    """Tell whether git knows a commit by that name."""
    if text.startswith("-"):
        return False
    try:
        _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{text}^{{commit}}")
    except UsageError:
        return False
    return True


def read(root: Path, revision: str, folder: Path) -> Version:
    """Lay out the Python files and settings of a revision in `folder`. Raises UsageError for one that is not known."""
    if not is_revision(root, revision):
        raise UsageError(f"git knows no revision `{revision}` here")
    commit = _git(root, "rev-parse", "--verify", "--end-of-options", f"{revision}^{{commit}}").strip()
    with subprocess.Popen(["git", "archive", "--format=tar", commit], cwd=root, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        with tarfile.open(fileobj=process.stdout, mode="r|") as archive:
            for member in archive:
                if _is_kept(member) and (content := archive.extractfile(member)) is not None:
                    path = folder / member.name
                    path.parent.mkdir(parents=True, exist_ok=True)
                    with path.open("wb") as file:
                        shutil.copyfileobj(content, file)
    if process.returncode:
        raise UsageError(f"git cannot read `{revision}`")
    return Version(revision, folder)


def _is_kept(member: tarfile.TarInfo) -> bool:
    """Tell whether a member is a plain file that matters, and lies where it says."""
    path = PurePosixPath(member.name)
    is_inside = not path.is_absolute() and ".." not in path.parts
    return member.isfile() and is_inside and path.name.endswith(_KEPT) and member.size <= _LARGEST


def _git(folder: Path, *arguments: str) -> str:
    command: Sequence[str] = ["git", *arguments]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise UsageError(f"git cannot be asked: {error}") from error
    if done.returncode:
        raise UsageError((done.stderr.strip().splitlines() or [f"git {arguments[0]} failed"])[-1])
    return done.stdout
