"""How far a run is, for a person who waits: a bar on standard error, if that is a terminal and it takes long."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told of files as they are done."""

    def begin(self, total: int) -> None:
        """Take in how many files there are to do."""

    def advance(self, files: int = 1) -> None:
        """Take in that files are done."""
