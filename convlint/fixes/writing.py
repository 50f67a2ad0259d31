"""Replacing files: whole or not at all, with the owner and the permissions that they had, never through a link out of
the project."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path

from convlint.errors import UsageError


def replace_file(path: str, data: bytes, root: Path, *, before: bytes | None = None) -> None:
    """Write a file anew. Links, of files or of folders, are followed if they stay below `root`.

    Raises UsageError where that cannot be done, and for a file that is no longer as it was `before`.
    """
    real = Path(path).resolve()
    seems_inside = Path(path).is_symlink() or Path(path).absolute().is_relative_to(root.absolute())
    if seems_inside and not real.is_relative_to(root.resolve()):
        raise UsageError(f"{path}: is a link out of {root}, and is not written")
    try:
        if before is not None and real.read_bytes() != before:
            raise UsageError(f"{path}: has changed meanwhile, and is not written")
        _replace(real, data)
    except OSError as error:
        raise UsageError(f"{path}: cannot be written: {error.strerror or error}") from error


def _replace(real: Path, data: bytes) -> None:
    status = real.stat()
    if not os.access(real, os.W_OK):
        raise PermissionError(13, "it may not be written")
    handle, temporary = tempfile.mkstemp(prefix=".convlint-", dir=real.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _give(temporary, status)
        Path(temporary).chmod(status.st_mode & 0o7777)
        Path(temporary).replace(real)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(temporary).unlink()
        raise


def _give(temporary: str, status: os.stat_result) -> None:
    """Let a file belong to whom another one belongs; who may not give it away writes as himself."""
    own = os.stat(temporary)  # noqa: PTH116
    if (own.st_uid, own.st_gid) != (status.st_uid, status.st_gid) and hasattr(os, "chown"):
        with contextlib.suppress(OSError):
            os.chown(temporary, status.st_uid, status.st_gid)
