"""Replacing files: whole or not at all, with the permissions that they had, never through a link out of the project."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from convlint.errors import UsageError


def replace_file(path: str, data: bytes, root: Path) -> None:
    """Write a file anew. Links, of files or of folders, are followed if they stay below `root`. Raises UsageError."""
    real = Path(path).resolve()
    seems_inside = Path(path).is_symlink() or Path(path).absolute().is_relative_to(root.absolute())
    if seems_inside and not real.is_relative_to(root.resolve()):
        raise UsageError(f"{path}: is a link out of {root}, and is not written")
    try:
        _replace(real, data)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error


def _replace(real: Path, data: bytes) -> None:
    mode = real.stat().st_mode
    if not os.access(real, os.W_OK):
        raise PermissionError(13, "it may not be written")
    handle, temporary = tempfile.mkstemp(prefix=".convlint-", dir=real.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(mode & 0o7777)
        Path(temporary).replace(real)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise
