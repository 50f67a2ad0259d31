"""Analysing one file after another: what they import is read and run once, and every result says what it depends on."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from msgspec import Struct

from convlint.analysis import files
from convlint.analysis.environment import installed_folders
from convlint.analysis.files import AnalysisSettings
from convlint.analysis.loading import Allowance, Kept, ReadTexts, Sources
from convlint.interp.imports.program import Program
from convlint.interp.values.signals import NeedFirst, NeedImports
from convlint.source.disk import CONTENT, Disk, Names, Question, Record, asked_as
from convlint.source.memory import resident
from convlint.source.stack import OutOfTimeError, on_large_stack, worked
from convlint.trace import FileAnalysis, SourceProblem

T = TypeVar("T")

RUNS = 0.75
"""Which part of a file's time its runs may take: what they have found by then has the rest to be told in."""
MAX_TAKEN = 1 << 30
"""How many bytes of memory one file may take before its runs are cut short."""
MAX_HELD = 8 << 20
"""How many bytes of source are held in lowered form before a session begins anew."""


class FileInput(Struct, frozen=True):
    """A file to analyse: its path and its bytes, which may differ from those on disk."""

    path: str
    data: bytes


class Studied(Struct, frozen=True):
    """What is learnt about one file, all that was asked of the disk for it, and which files it needs are broken."""

    analysis: FileAnalysis
    answers: Mapping[Question, str]
    broken: Mapping[str, SourceProblem]
    is_cut_short: bool
    """Whether something was given up for want of time."""


class Session:
    """One process's work on files that have the same settings, of which `names` tells how they were asked for.

    Nothing that a file's analysis gives depends on the files before it: each has a program of its own, and only what
    is read and lowered is kept from one to the next, and in `kept` from one session to the next. `disk` is asked in
    place of one of its own with `names` and `overlay`.
    """

    def __init__(
        self,
        settings: AnalysisSettings,
        names: Names | None = None,
        overlay: Mapping[str, bytes] | None = None,
        *,
        disk: Disk | None = None,
        kept: Kept | None = None,
    ) -> None:
        self.settings = settings
        self._names, self._overlay = names, overlay
        self._given, self._kept = disk, kept
        installed = installed_folders() if settings.installed is None else settings.installed
        self._roots = (*settings.search_path, *installed)
        self._begun: Program | None = None
        self._deadline = self._most_memory = math.inf
        self._renew()

    def _renew(self) -> None:
        """Forget what was read."""
        self._disk = self._given or Disk(self._names, self._overlay)
        self._sources = Sources(self._disk, use_cache=self.settings.use_cache, kept=self._kept)

    @property
    def texts(self) -> ReadTexts:
        """The files that were read so far."""
        return ReadTexts(self._sources)

    def study(self, path: str, *, must_read: bool = False) -> Studied:
        """Analyse one file; with `must_read` tell whether it can be parsed even if it has nothing to do with torch.

        Raises OSError if it cannot be read, OutOfTimeError if its time is over and nothing is known of it: where a
        single step takes long. Otherwise what is found in time stands.
        """
        self.close()
        if self._sources.size > MAX_HELD:
            self._sources = Sources(self._disk, use_cache=self.settings.use_cache, kept=self._kept)
        analysis, record = self.in_time(lambda: self._recorded(path, must_read))
        whole = self._disk.everything(record)
        problems = {name: self._sources.problem(name) for kind, name in whole.answers if kind == CONTENT}
        broken = {name: it for name, it in problems.items() if it is not None}
        return Studied(analysis, whole.answers, broken, whole.is_cut_short)

    def in_time(self, work: Callable[[], T]) -> T:
        """Return what `work` returns, which studies a file and what goes with that, in the time that the file has.

        Raises OutOfTimeError when that is over: what was read is then forgotten, since it may be in any state.
        """
        try:
            return on_large_stack(work, seconds=self.settings.seconds)
        except OutOfTimeError:
            self._renew()
            raise

    def _recorded(self, path: str, must_read: bool) -> tuple[FileAnalysis, Record]:
        self._deadline = worked() + RUNS * self.settings.seconds
        self._most_memory = resident() + MAX_TAKEN
        with asked_as(self._disk), self._disk.recording() as record:
            if must_read:
                self._sources.load(path)
            return self._analysis(path), record

    def _analysis(self, path: str) -> FileAnalysis:
        """Analyse a file with the modules that it imports run late, or in order as far as that makes a difference."""
        in_order: frozenset[str] = frozenset()
        first: tuple[str, ...] = ()
        while True:
            program = self._begun = self._program(in_order, first)
            try:
                return files.analyse_file(program, self._sources, path, self.settings)
            except NeedFirst as need:
                first += (need.filename,)
            except NeedImports as need:
                in_order |= {need.package}
            self.close()  # it stopped in the middle of something

    def _program(self, in_order: frozenset[str], first: tuple[str, ...]) -> Program:
        read, steps = Allowance(self._sources), files.FILE_STEPS
        program = Program(read.body, self._roots, max_steps=steps, in_order=in_order, first=first)
        program.deadline = self._deadline
        program.most_memory = self._most_memory
        return program

    def close(self) -> None:
        """Undo what the analysed program has done to what all programs share."""
        if self._begun is not None:
            self._begun.close()
            self._begun = None


def analyse(inputs: Sequence[FileInput], settings: AnalysisSettings) -> Iterator[FileAnalysis]:
    """Analyse files in turn, with the content that is given for them."""
    names = Names.of({file.path: str(Path(file.path).resolve()) for file in inputs})
    session = Session(settings, names, {file.path: file.data for file in inputs})
    try:
        for file in inputs:
            yield session.study(file.path).analysis
    finally:
        session.close()
