"""The linter behind an editor: looks at one text after another, and keeps what they read."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from convlint.analysis.loading import Kept
from convlint.config.resolve import Settings
from convlint.findings import Report
from convlint.linting.asked import group_of, in_memory
from convlint.linting.one_file import FileLinter
from convlint.linting.report import report_of
from convlint.live.looks import Look
from convlint.source.disk import CONTENT, FILE, NAME, Disk, Names, Question, answer, digest
from convlint.source.mention import mentions_torch
from convlint.trace import FileAnalysis

Overlay = Mapping[str, bytes]
"""The content of open files by path: it counts, and not what is on disk."""


class LiveLinter:
    """Looks at texts, one at a time."""

    def __init__(self) -> None:
        self._kept = Kept()

    def look(self, name: str, data: bytes, settings: Settings, overlay: Overlay, cancelled: Callable[[], bool]) -> Look:
        """Lint a text under a name, which need not be that of a file.

        Raises ConfigError or UsageError for settings that are wrong, `disk.Cancelled` when nobody waits any more.
        """
        if not mentions_torch(data):
            return Look(name, Report((), files=1), FileAnalysis(name, ()))
        started = time.process_time()
        asked = in_memory({name: data}, read_all=True)
        (file,) = asked.files
        disk = Disk(asked.around.names, {**overlay, name: data}, cancelled)
        linter = FileLinter(group_of(file, settings), asked.around, disk=disk, kept=self._kept)
        try:
            checked, analysis = linter.look(name)
        finally:
            linter.close()
        report = report_of(asked, [checked.result], settings)
        return Look(name, report, analysis, checked.answers, time.process_time() - started)


def is_outdated(look: Look, overlay: Overlay) -> bool:
    """Tell whether a look would see something else now: another file has changed, or has come or gone."""
    return any(_answer(question, overlay) != told for question, told in look.answers.items() if _counts(question, look))


def _counts(question: Question, look: Look) -> bool:
    return question[0] != NAME and question[1] != look.name


def _answer(question: Question, overlay: Overlay) -> str:
    kind, path = question
    if path in overlay and kind in (CONTENT, FILE):
        return digest(overlay[path]) if kind == CONTENT else "yes"
    return answer(question, Names())
