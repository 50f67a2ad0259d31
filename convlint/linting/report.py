"""From what single files show to the report of all: what depends on several files is decided here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from convlint.causes import one_for_each_cause
from convlint.findings import Failure, Finding, Report, Unreadable
from convlint.followed import together
from convlint.linting.asked import Asked
from convlint.linting.result import FileResult
from convlint.places import Concern, Gap, Place, SourceProblem, Span
from convlint.sightings import merged
from convlint.source.directives import read_directives
from convlint.source.text import SourceError, decode

if TYPE_CHECKING:
    from convlint.config import Config
    from convlint.config.resolve import Settings
    from convlint.rules.evaluated import Evaluated


OF_VALUES = ("the value of a tensor", "text of ", "formatting of ", "`join` of ")
"""Reasons that speak of a number or a text only, on which nothing depends unless it is told."""


def report_of(asked: Asked, results: Sequence[FileResult], settings: Settings, *, evidence: bool = False) -> Report:
    """Put results together, which are in the order of the files; what a comment tells to ignore is left out."""
    built = {place for result in results for place in result.built}
    # Which file builds a class with arguments shows only when all have been read.
    found = [it for result in results for it in result.sightings if it.unless_built not in built]
    findings = [*_unparsable(asked, results, evidence), *merged(found)]
    gaps = _gaps(results)
    failures = tuple(result.failure for result in results if isinstance(result.failure, Failure))
    gone = tuple(result.failure for result in results if isinstance(result.failure, Unreadable))
    models = together(result.followed for result in results)
    report = Report((), gaps, len(asked.files), failures, asked.unreadable + gone, followed=models)
    directed = _directing(asked, settings)
    if not directed and all(_tells_all(settings.of(finding.place.filename)) for finding in findings):
        told = _with(report, findings, asked)
    else:
        told = _told(report, findings, asked, directed, results, settings)
    return _without_known(told, asked, settings) if any(config.baseline for config in settings.used) else told


def _without_known(report: Report, asked: Asked, settings: Settings) -> Report:
    """Return the report without the findings that the baseline of their file holds."""
    from pathlib import Path

    from msgspec.structs import replace

    from convlint import baseline

    def lines(filename: str) -> Sequence[str]:
        try:
            return decode(asked.content_of(filename) or b"").lines
        except SourceError:
            return ()

    gone: set[int] = set()
    for path in dict.fromkeys(config.baseline for config in settings.used if config.baseline):
        theirs = [it for it in report.findings if settings.of(it.place.filename).baseline == path]
        new = baseline.without(baseline.read(path), theirs, Path(path).absolute().parent, lines)
        gone |= set(map(id, theirs)) - set(map(id, new))
    return replace(report, findings=tuple(finding for finding in report.findings if id(finding) not in gone))


def _told(
    report: Report,
    findings: list[Finding],
    asked: Asked,
    directed: Mapping[str, bytes],
    results: Sequence[FileResult],
    settings: Settings,
) -> Report:
    """Return the report with the findings that settings and comments let through, weighed as the settings say."""
    from functools import cache

    from msgspec.structs import replace

    from convlint.rules import RULES
    from convlint.rules.selection import Selection, selection
    from convlint.suppressing import Comments, told

    by_config: dict[int, Selection] = {}

    @cache
    def selected(filename: str) -> Selection:
        config = settings.of(filename)
        if id(config) not in by_config:
            by_config[id(config)] = selection(RULES, config)
        return by_config[id(config)]

    comments = Comments(directed)
    said = told(findings, comments, selected, _evaluated(results))
    kept = [selected(it.place.filename).weighed(it) for it in said if selected(it.place.filename).tells(it)]
    return replace(_with(report, kept, asked), notices=tuple(comments.notices()))


def _evaluated(results: Iterable[FileResult]) -> Evaluated:
    """Return the rows that the runs of all files evaluated."""
    from convlint.rules.evaluated import Evaluated

    rows: dict[str, set[tuple[str, int]]] = {}
    for result in results:
        for kind, by_file in result.seen.items():
            rows.setdefault(kind, set()).update((name, row) for name, told in by_file.items() for row in told)
    return Evaluated(**{kind: frozenset(found) for kind, found in rows.items()})


def _with(report: Report, findings: Iterable[Finding], asked: Asked) -> Report:
    """Return the report with findings in order, one for each cause, and with fixes where files that were asked for can
    be mended."""
    ordered = tuple(sorted(one_for_each_cause(findings), key=lambda finding: finding.sort_key))
    if any(finding.change is not None for finding in ordered):
        from convlint.fixes.finding import with_fixes

        ordered = tuple(with_fixes(ordered, asked.content_of))
    return Report(ordered, report.gaps, report.files, report.failures, report.unreadable, followed=report.followed)


def _tells_all(config: Config) -> bool:
    """Tell whether settings leave every finding as it is, without looking at the rules."""
    chosen = config.select or config.extend_select or config.ignore or config.extend_ignore
    return not (chosen or config.severity or config.per_file_ignores)


def _gaps(results: Sequence[FileResult]) -> tuple[Gap, ...]:
    """Return what is not known, each cause once, that first on which most depends: at its first place in a file that
    was asked for.

    What nothing depends on is told only where the program itself is not followed any further, which is in such a file.
    """
    asked = {result.filename for result in results}
    found: dict[str, list[Gap]] = {}
    for gap in sorted((gap for result in results for gap in result.gaps), key=_order):
        here = gap.place is None or gap.place.filename in asked
        if gap.affects or (here and gap.concern is Concern.RUN and not gap.reason.startswith(OF_VALUES)):
            found.setdefault(gap.reason, []).append(gap)
    causes = [_together(gaps, asked) for gaps in found.values()]
    return tuple(sorted(causes, key=lambda gap: (-len(gap.affects), _order(gap))))


def _together(gaps: Sequence[Gap], asked: set[str]) -> Gap:
    """Return one gap for all of the same cause."""
    first = next((gap for gap in gaps if gap.place is not None and gap.place.filename in asked), gaps[0])
    affects = tuple(dict.fromkeys(part for gap in gaps for part in gap.affects))
    return Gap(first.place, first.reason, affects, concern=first.concern)


def _order(gap: Gap) -> tuple[bool, str, Span, str]:
    place = gap.place or Place("", (0, 0, 0, 0))
    return gap.place is None, place.filename, place.span, gap.reason


def _unparsable(asked: Asked, results: Iterable[FileResult], evidence: bool) -> Iterator[Finding]:
    """Yield a finding for each file that was asked for and had to be read, by itself or by another, and cannot be."""
    names = {file.path for file in asked.files}
    broken = {name: problem for result in results for name, problem in result.broken if name in names}
    for name, problem in broken.items():
        yield _finding(name, problem, asked.content_of(name) if evidence else None)


def _finding(name: str, problem: SourceProblem, data: bytes | None) -> Finding:
    from convlint.evidence import Unparsable
    from convlint.links import rule_url
    from convlint.rules.structure.unparsable_file import UnparsableFile

    rule = UnparsableFile()
    place = Place(name, (problem.row, problem.column - 1, problem.row, problem.column))
    evidence, url = () if data is None else (Unparsable(data),), rule_url(rule.code, rule.name)
    return Finding(rule.code, rule.name, rule.severity, problem.message, place, url=url, evidence=evidence)


def _directing(asked: Asked, settings: Settings) -> dict[str, bytes]:
    """Return the content of the files with comments that silence something, or are not understood."""
    contents = {}
    for name in sorted(asked.around.directed):
        if not settings.of(name).heeding:
            continue
        try:
            data = asked.data(name)
            directives = read_directives(decode(data))
        except (OSError, SourceError):
            continue
        if directives.suppressions or directives.problems:
            contents[name] = data
    return contents
