"""How far a run is, for a person who waits: a bar on standard error, if that is a terminal and it takes long."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from rich.progress import Progress as RichProgress

SECONDS_OF_PATIENCE = 1.0


class Progress(Protocol):
    """Told of files as they are done."""

    def begin(self, total: int) -> None:
        """Take in how many files there are to do."""

    def advance(self, files: int = 1) -> None:
        """Take in that files are done."""


class Bar:
    """A bar that appears when a run takes longer than people wait for without asking, and is gone afterwards."""

    def __init__(self) -> None:
        self._total = self._done = 0
        self._shown: RichProgress | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(SECONDS_OF_PATIENCE, self._show)
        self._timer.daemon = True

    def begin(self, total: int) -> None:
        """Take in how many files there are to do."""
        self._total = total
        if sys.stderr.isatty():
            self._timer.start()

    def advance(self, files: int = 1) -> None:
        """Take in that files are done."""
        with self._lock:
            self._done += files
            if self._shown is not None:
                self._shown.update(self._shown.task_ids[0], completed=self._done)

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("checking"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        shown = Progress(*columns, console=Console(file=sys.stderr), transient=True)
        shown.add_task("checking", total=self._total, completed=self._done)
        with self._lock:
            if not self._timer.finished.is_set() or self._total > self._done:
                shown.start()
                self._shown = shown

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._timer.cancel()
        with self._lock:
            self._total = self._done
            if self._shown is not None:
                self._shown.stop()
                self._shown = None
