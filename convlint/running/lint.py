"""Linting files: what is known already is taken from where it is kept, the rest is worked out, here or elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct

from convlint.linting.asked import Asked, AskedFile, group_of
from convlint.linting.report import report_of
from convlint.linting.result import Checked, FileResult

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from convlint.config.resolve import Settings
    from convlint.findings import Report
    from convlint.linting.one_file import FileLinter
    from convlint.running.progress import Progress
    from convlint.trace import FileAnalysis


class How(Struct, frozen=True):
    """How a run is done: the folder in which results are kept, by how many processes (None for as many as there are
    cores and work for), by whom instead, and who is told of each file that is done.

    With `evidence`, for which all is done here and nothing is taken from a cache, findings hold what torch must show.
    """

    cache: str | None = None
    jobs: int | None = 1
    executor: Executor | None = None
    progress: Progress | None = None
    evidence: bool = False


def lint(asked: Asked, settings: Settings, how: How) -> Report:
    """Return the report on files: see `convlint.api.lint_paths`. Raises UsageError for settings that are wrong."""
    relevant = [file for file in asked.files if file.is_relevant]
    results: dict[str, FileResult] = {}
    if how.cache is None:
        for file, checked in _worked_out(relevant, asked, settings, how):
            results[file.path] = checked.result
    else:
        from convlint.linting.kept import KeptResults

        kept = KeptResults(how.cache, asked, settings)
        known = {file.path: kept.get(file) for file in relevant}
        results = {path: result for path, result in known.items() if result is not None}
        todo = [file for file in relevant if file.path not in results]
        for file, checked in _worked_out(todo, asked, settings, how):
            results[file.path] = checked.result
            kept.put(file, checked)
    return report_of(asked, [results[file.path] for file in relevant], settings, evidence=how.evidence)


def _worked_out(
    files: Sequence[AskedFile], asked: Asked, settings: Settings, how: How
) -> Iterator[tuple[AskedFile, Checked]]:
    """Yield what is worked out for each file, in any order."""
    if not files:
        return
    if not (how.evidence or asked.around.overlay):
        from convlint.running.sharing import is_shared, jobs_for

        jobs = jobs_for(files, how.jobs)
        if how.executor is not None or is_shared(files, jobs):
            from convlint.running.spread import Spread

            yield from Spread(asked, settings, jobs, how.executor, how.progress).check(files)
            return
    if how.progress is not None:
        how.progress.begin(len(files))
    linters = _Linters(asked, settings, evidence=how.evidence)
    try:
        for file in files:
            yield file, linters.of(file).check(file.path)
            if how.progress is not None:
                how.progress.advance()
    finally:
        linters.close()


def analyses(asked: Asked, settings: Settings) -> Iterator[FileAnalysis]:
    """Yield what is learnt about the models of each file; those on which convlint fails are left out."""
    linters = _Linters(asked, settings)
    try:
        for file in asked.files:
            try:
                analysis = linters.of(file).analyse(file.path)
            except Exception:  # `lint` tells of it
                continue
            yield analysis
    finally:
        linters.close()


class _Linters:
    """One linter for all files that are linted alike."""

    def __init__(self, asked: Asked, settings: Settings, *, evidence: bool = False) -> None:
        self._asked, self._settings, self._evidence = asked, settings, evidence
        self._by_group: dict[tuple[int, tuple[str, ...]], FileLinter] = {}

    def of(self, file: AskedFile) -> FileLinter:
        from convlint.analysis.loading import RECENT
        from convlint.linting.one_file import FileLinter

        group = group_of(file, self._settings)
        key = (id(group.config), group.installed)
        if key not in self._by_group:
            around = self._asked.around
            kept = RECENT if around.overlay else None  # an editor's text is linted again and again
            self._by_group[key] = FileLinter(group, around, evidence=self._evidence, kept=kept)
        return self._by_group[key]

    def close(self) -> None:
        for linter in self._by_group.values():
            linter.close()
