"""What a kept result depends on besides files of the user's: convlint's own code, Python, and the parser."""

# Paths are strings, as in `discover`.
# ruff: noqa: PTH100, PTH112, PTH118, PTH120, PTH123

from __future__ import annotations

import os
import sys

_OWN = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def local_version() -> str:
    """Name the code that runs here: files by name, size and time of change. It tells nothing on another machine."""
    parts = [sys.version, *_stamps(_OWN)]
    parser = next((path for path in (os.path.join(it, "libcst") for it in sys.path) if os.path.isdir(path)), "")
    return "\n".join([*parts, *(_stamps(parser, deep=False) if parser else ())])


def code_digest() -> str:
    """Name convlint's code by its content, the same on every machine."""
    from convlint.source.disk import digest

    found = []
    for path in sorted(_files(_OWN)):
        with open(path, "rb") as file:
            found.append(f"{os.path.relpath(path, _OWN)} {digest(file.read())}".replace(os.sep, "/"))
    return digest("\n".join(found).encode("utf-8", "surrogateescape"))


def _files(folder: str) -> list[str]:
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".py"):
                found.append(entry.path)
            elif entry.name != "__pycache__" and entry.is_dir():
                found += _files(entry.path)
    return found


def _stamps(folder: str, *, deep: bool = True) -> list[str]:
    found = []
    with os.scandir(folder) as entries:
        for entry in sorted(entries, key=lambda it: it.name):
            if entry.name.endswith((".py", ".so", ".pyd")):
                status = entry.stat()
                found.append(f"{entry.name} {status.st_size} {status.st_mtime_ns}")
            elif deep and entry.name != "__pycache__" and entry.is_dir():
                found += _stamps(entry.path)
    return found
