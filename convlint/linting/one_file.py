"""The work on one file: its analysis, and what the rules find in it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from msgspec.structs import replace

from convlint.analysis import AnalysisSettings, Session
from convlint.analysis.loading import Kept
from convlint.findings import Failure, Unreadable
from convlint.followed import Followed
from convlint.gaps import merged as merged_gaps
from convlint.linting.asked import Group, Surroundings
from convlint.linting.result import Checked, FileResult, Seen
from convlint.rules import RULES
from convlint.rules.evaluated import Evaluated, evaluated
from convlint.rules.run import program_sightings, sightings
from convlint.rules.selection import selection
from convlint.sightings import Sighting
from convlint.source.disk import Disk, Question
from convlint.source.stack import OutOfTimeError
from convlint.trace import FileAnalysis, Gap, Place

_OWN = str(Path(__file__).parents[1])


class FileLinter:
    """Lints the files of one group, one after another.

    With `evidence`, findings hold what torch must show if they are true, which keeps all of the analysis in memory;
    `watching` notes what the lines of the files hold.
    """

    def __init__(
        self,
        group: Group,
        around: Surroundings,
        *,
        evidence: bool = False,
        watching: bool = False,
        disk: Disk | None = None,
        kept: Kept | None = None,
    ) -> None:
        self._config = group.config
        self._around = around
        self._rules = selection(RULES, group.config).rules
        self._asked = frozenset(around.names.by_path.values()).__contains__
        self._evidence = evidence
        settings = replace(_analysis_settings(group), watching=watching)
        self._session = Session(settings, around.names, around.overlay, disk=disk, kept=kept)

    def check(self, path: str) -> Checked:
        """Return what a file shows; if convlint fails on it, that is what it shows."""
        return self.look(path)[0]

    def look(self, path: str) -> tuple[Checked, FileAnalysis]:
        """Return what a file shows, and what is learnt about its models; nothing if convlint fails on it."""
        try:
            return self._session.in_time(lambda: self.study(path))
        except OutOfTimeError as error:
            reason = f"its analysis was {error}, see file-timeout"
            gap = Gap(Place(path, (1, 0, 1, 0)), f"nothing is told of this file: {reason}")
            result = FileResult(path, gaps=(gap,), followed=Followed(untold=(reason,)))
            return Checked(result, is_cut_short=True), FileAnalysis(path, ())
        except Exception as error:
            return Checked(FileResult(path, failure=failure_of(path, error))), FileAnalysis(path, ())

    def study(self, path: str) -> tuple[Checked, FileAnalysis]:
        """Return the same, but raise what `look` takes for a failure of convlint's."""
        studied = self._session.study(path, must_read=path in self._around.overlay)
        analysis = studied.analysis
        found = tuple(self._sightings(analysis))
        gaps, seen = tuple(_gaps(analysis)), self._seen(analysis)
        broken = tuple(sorted(studied.broken.items()))
        result = FileResult(path, found, gaps, analysis.built, broken, seen, followed=analysis.followed)
        answers = {question: told for question, told in studied.answers.items() if not _is_own(question)}
        return Checked(result, answers, studied.is_cut_short), analysis

    def analyse(self, path: str) -> FileAnalysis:
        """Return what is learnt about the models of a file."""
        return self._session.study(path).analysis

    def close(self) -> None:
        """Undo what the analysed programs have done to what all programs share."""
        self._session.close()

    def _sightings(self, analysis: FileAnalysis) -> Iterator[Sighting]:
        asking = (self._rules, self._config, self._asked)
        of_models = sightings(analysis.models, *asking, self._session.texts)
        found = (of_models, program_sightings(analysis.programs, *asking))
        for sighting in chain(*found):
            yield sighting if self._evidence else replace(sighting, finding=replace(sighting.finding, evidence=()))

    def _seen(self, analysis: FileAnalysis) -> Seen:
        """Return the rows that were evaluated, of files whose comments may silence something."""
        if not self._around.directed:
            return {}
        found: dict[str, dict[str, list[int]]] = {}
        whole = evaluated(analysis)
        for kind in Evaluated.__struct_fields__:
            for name, row in sorted(getattr(whole, kind)):
                if name in self._around.directed:
                    found.setdefault(kind, {}).setdefault(name, []).append(row)
        return {kind: {name: tuple(rows) for name, rows in by_file.items()} for kind, by_file in found.items()}


def failure_of(filename: str, error: Exception) -> Failure | Unreadable:
    """Say why nothing is known of a file: it is not there any more, or convlint has a bug."""
    import traceback

    if isinstance(error, OSError) and error.filename == filename:
        return Unreadable(filename, error.strerror or str(error))
    return Failure(filename, f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error)))


def _analysis_settings(group: Group) -> AnalysisSettings:
    models = group.config.models.items()
    inputs = {key.replace(":", "."): shapes for key, model in models if (shapes := model.inputs) is not None}
    arguments = {key.replace(":", "."): model.arguments for key, model in models if model.arguments}
    return AnalysisSettings(
        group.config.search_path, group.installed, inputs, arguments=arguments, seconds=group.config.file_timeout
    )


def _gaps(analysis: FileAnalysis) -> Iterator[Gap]:
    """Yield where tracking stopped in a file, each place once, with what depends on it."""
    of_models = merged_gaps(analysis.models)
    told = {(gap.place, gap.reason) for gap in of_models}
    yield from (gap for gap in analysis.gaps if (gap.place, gap.reason) not in told)
    yield from of_models


def _is_own(question: Question) -> bool:
    """Tell whether it is about convlint's own files, which its version speaks for."""
    return question[1].startswith(_OWN)
