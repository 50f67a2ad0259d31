"""Where caches are: one of the user's for what depends on nothing else, one in each project for its results."""

# Paths are strings, as in `discover`.
# ruff: noqa: PTH100, PTH109, PTH110, PTH111, PTH117, PTH118, PTH120

from __future__ import annotations

import os
import sys

NAME = ".convlint_cache"
_ROOT_MARKS = ("pyproject.toml", ".git", ".hg", "convlint.toml", ".convlint.toml")


def users_folder() -> str | None:
    """Return convlint's folder in the user's cache folder, None where there is none."""
    base = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("LOCALAPPDATA") if sys.platform == "win32" else None)
    if not base:
        home = os.path.expanduser("~")
        if home == "~":
            return None
        base = os.path.join(home, ".cache")
    return os.path.join(base, "convlint") if os.path.isabs(base) else None


def project_folder(start: str) -> str:
    """Return the folder for results on `start`, a file or a folder: in the root of its project, else in the working
    folder. `CONVLINT_CACHE_DIR` names another one."""
    named = os.environ.get("CONVLINT_CACHE_DIR")
    if named:
        return os.path.abspath(named)
    return os.path.join(_project_root(os.path.abspath(start)) or os.getcwd(), NAME)


def _project_root(path: str) -> str | None:
    while True:
        if any(os.path.exists(os.path.join(path, mark)) for mark in _ROOT_MARKS):
            return path
        parent = os.path.dirname(path)
        if parent == path:
            return None
        path = parent
