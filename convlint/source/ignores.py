"""Which paths version control and the settings leave out, in the language of `.gitignore` files."""

# Paths are strings, as `os.scandir` gives them by the thousand: `Path` objects would cost more than the walk.
# ruff: noqa: PTH118, PTH120, PTH123

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

SKIPPED_FOLDERS = frozenset({
    ".bzr", ".cache", ".convlint_cache", ".direnv", ".eggs", ".git", ".git-rewrite", ".hg", ".hypothesis",
    ".ipynb_checkpoints", ".mypy_cache", ".nox", ".pants.d", ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache",
    ".svn", ".tox", ".venv", ".vscode", "__pycache__", "__pypackages__", "_build", "buck-out", "build", "dist",
    "node_modules", "site-packages", "venv",
})  # fmt: skip
"""Folders that hold no source of the user's; none is entered unless it is named itself."""


class Patterns(Struct, frozen=True):
    """Patterns and the folder (a real path) to which they are relative."""

    folder: str
    spec: GitIgnoreSpec

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """Tell whether a real path is left out: True, False (by a `!` pattern), or None if no pattern speaks of it."""
        relative = os.path.relpath(path, self.folder)
        if relative.startswith(".."):
            return None
        return self.spec.check_file(relative.replace(os.sep, "/") + "/" * is_folder).include


def is_left_out(chain: tuple[Patterns, ...], path: str, is_folder: bool) -> bool:
    """Tell whether patterns leave a path out; the last ones in the chain, which lie deepest, are asked first."""
    for patterns in reversed(chain):
        verdict = patterns.verdict(path, is_folder)
        if verdict is not None:
            return verdict
    return False


def patterns_of(folder: str, lines: tuple[str, ...] | list[str]) -> Patterns | None:
    """Make patterns, leaving out lines that are none. pathspec is imported only here, when there is a pattern."""
    kept = [line for line in lines if line.strip() and not line.startswith("#")]
    if not kept:
        return None
    from pathspec import GitIgnoreSpec

    try:
        return Patterns(folder, GitIgnoreSpec.from_lines(kept))
    except ValueError:
        return Patterns(folder, GitIgnoreSpec.from_lines([line for line in kept if _is_pattern(line)]))


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True


def ignore_file(folder: str) -> Patterns | None:
    """Read the `.gitignore` of a folder, if it has one that can be read."""
    try:
        with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="surrogateescape") as file:
            return patterns_of(folder, file.read().splitlines())
    except OSError:
        return None


def ignore_files_above(folder: str) -> tuple[Patterns, ...]:
    """Read the `.gitignore` files from the root of the repository down to a folder, that one not included.

    Without a repository around, there are none.
    """
    chain = [ignore_file(parent) for parent in reversed(_parents(folder))]
    return tuple(patterns for patterns in chain if patterns is not None)


def ignore_files_for(folder: str) -> tuple[Patterns, ...]:
    """Read the same files for a folder that was named: if they leave it out, they say nothing of what is in it."""
    chain = ignore_files_above(folder)
    parts = (folder, *_parents(folder)[:-1])
    return () if any(is_left_out(chain, part, True) for part in parts) else chain


def _parents(folder: str) -> list[str]:
    """Return the folders above, up to the root of the repository; none without a repository."""
    parents: list[str] = []
    path = folder
    while not _is_repository(path):
        parent = os.path.dirname(path)
        if parent == path:
            return []
        parents.append(parent)
        path = parent
    return parents


def _is_repository(folder: str) -> bool:
    return any(os.path.lexists(os.path.join(folder, name)) for name in (".git", ".hg"))
