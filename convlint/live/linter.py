"""The linter behind an editor: looks at one text after another, and keeps what they read."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from difflib import SequenceMatcher
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from convlint.accepts import Accepted
from convlint.analysis.loading import Kept, Loaded
from convlint.config.resolve import Settings
from convlint.findings import Report
from convlint.fixes.applying import fix
from convlint.lines import Lines
from convlint.linting.asked import Asked, Group, group_of, in_memory
from convlint.linting.one_file import FileLinter
from convlint.linting.report import report_of
from convlint.live.looks import Look
from convlint.live.models import Model, making
from convlint.source.disk import CONTENT, FILE, NAME, Disk, Names, Question, answer, digest
from convlint.source.edits import Edit
from convlint.source.mention import mentions_torch
from convlint.source.text import SourceText, decode
from convlint.trace import FileAnalysis

Overlay = Mapping[str, bytes]
"""The content of open files by path: it counts, and not what is on disk."""


def _never() -> bool:
    return False


class Asking(Struct, frozen=True):
    """A question about a text under a name, which need not be that of a file: with which settings, beside which open
    files, and whether anybody still waits for the answer."""

    name: str
    data: bytes
    settings: Settings
    overlay: Overlay
    cancelled: Callable[[], bool] = _never

    @property
    def asked(self) -> Asked:
        return in_memory({self.name: self.data}, read_all=True)

    @property
    def group(self) -> Group:
        """What the text is linted with. Raises ConfigError or UsageError."""
        (file,) = self.asked.files
        return group_of(file, self.settings)

    @property
    def disk(self) -> Disk:
        """The disk as the text sees it."""
        return Disk(self.asked.around.names, {**self.overlay, self.name: self.data}, self.cancelled)


class LiveLinter:
    """Looks at texts, one at a time.

    What it is asked raises ConfigError or UsageError for settings that are wrong, `disk.Cancelled` when nobody waits.
    """

    def __init__(self) -> None:
        self._kept = Kept()

    def forget_runs(self) -> None:
        """Run everything the next time, whatever an edit can reach."""
        self._kept.forget_runs()

    def look(self, asking: Asking) -> Look:
        """Lint a text."""
        name, asked = asking.name, asking.asked
        if not mentions_torch(asking.data):
            return Look(name, Report((), files=1), FileAnalysis(name, ()))
        started = time.process_time()
        linter = self._linter(asking, self._kept)
        try:
            checked, analysis = linter.look(name)
        finally:
            linter.close()
        report = report_of(asked, [checked.result], asking.settings)
        loaded = self._kept.get(name, asked.files[0].digest)
        module = loaded.module if isinstance(loaded, Loaded) else None
        return Look(name, report, analysis, checked.answers, module, time.process_time() - started)

    def lines(self, asking: Asking) -> Lines:
        """Return what the lines of a text hold, as its models and its script run.

        What is compiled is kept with the lowered text, and compiled otherwise where somebody watches.
        """
        linter = self._linter(asking, self._kept.without(asking.name), watching=True)
        try:
            return linter.analyse(asking.name).lines
        finally:
            linter.close()

    def accepted(self, asking: Asking, model: Model, look: Look) -> Accepted | None:
        """Return which inputs a model of a text accepts; None if it cannot be made by itself."""
        from convlint.live import made

        return made.accepted_by(model, made.maker(asking, making(model, look), self._kept))

    def page(self, asking: Asking, model: Model, look: Look) -> str:
        """Return a page that shows a model of a text, as HTML. Raises UsageError if it cannot be made by itself."""
        from convlint.live import made

        return made.page_of(asking, model, made.maker(asking, making(model, look), self._kept))

    def fixed(self, asking: Asking) -> Iterator[Edit]:
        """Yield the edits that make all safe fixes which hold, row by row."""

        def lint(contents: Mapping[str, bytes]) -> Report:
            return self.look(replace(asking, data=contents[asking.name])).report

        made = fix({asking.name: asking.data}, lint, unsafe=False).contents.get(asking.name)
        if made is not None:
            yield from _edits(decode(asking.data), decode(made))

    def _linter(self, asking: Asking, kept: Kept, *, watching: bool = False) -> FileLinter:
        around = asking.asked.around
        return FileLinter(asking.group, around, watching=watching, disk=asking.disk, kept=kept)


def _edits(old: SourceText, new: SourceText) -> Iterator[Edit]:
    """Yield what makes the rows of one text those of another."""
    rows = [[text.text[start:end] for start, end in pairwise((*text.starts, len(text.text)))] for text in (old, new)]
    for kind, first, end, new_first, new_end in SequenceMatcher(None, rows[0], rows[1], autojunk=False).get_opcodes():
        if kind != "equal":
            yield Edit(first + 1, 0, end + 1, 0, "".join(rows[1][new_first:new_end]))


def is_outdated(look: Look, overlay: Overlay) -> bool:
    """Tell whether a look would see something else now: another file has changed, or has come or gone."""
    return any(_answer(question, overlay) != told for question, told in look.answers.items() if _counts(question, look))


def is_outdated_by(look: Look, path: str, overlay: Overlay) -> bool:
    """Tell whether a look would see something else of one other file, which has been opened, changed or closed."""
    questions = [(kind, path) for kind in (CONTENT, FILE)] if path != look.name else []
    return any(it in look.answers and look.answers[it] != _answer(it, overlay) for it in questions)


def _counts(question: Question, look: Look) -> bool:
    return question[0] != NAME and question[1] != look.name


def _answer(question: Question, overlay: Overlay) -> str:
    kind, path = question
    if path in overlay and kind in (CONTENT, FILE):
        return digest(overlay[path]) if kind == CONTENT else "yes"
    return answer(question, Names())
