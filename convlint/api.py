"""The library's functions: from paths or text to a report, from a target to a summary. Every face calls these."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convlint import config as configuration
from convlint.config import Config
from convlint.errors import UsageError
from convlint.findings import Finding, Report
from convlint.rules import chosen
from convlint.rules.run import Sighting, merged, sightings
from convlint.rules.unparsable_file import UnparsableFile
from convlint.trace import FileAnalysis, Gap, Place, SourceProblem

if TYPE_CHECKING:
    from convlint.analysis import AnalysisSettings, FileInput
    from convlint.summary import ModelSummary


def lint_paths(
    paths: Sequence[str | os.PathLike[str]], *, config: Config | None = None, force_exclude: bool = False
) -> Report:
    """Lint files and folders. Settings are those of the nearest file above them unless given.

    Raises UsageError for a path that does not exist, ConfigError for settings that are wrong.
    """
    from convlint.analysis import FileInput
    from convlint.source.discover import discover

    names = [os.fspath(path) for path in paths]
    missing = [name for name in names if not os.path.lexists(name)]
    if missing:
        raise UsageError(f"no such file or folder: {', '.join(missing)}")
    settings = nearest_config(names) if config is None else config
    files, unreadable = [], []
    for path in discover(names, settings.exclude, force_exclude=force_exclude):
        try:
            files.append(FileInput(str(path), Path(path).read_bytes()))
        except OSError as error:
            unreadable.append(Gap(Place(str(path), (1, 0, 1, 0)), f"the file cannot be read: {error.strerror}"))
    return _lint(files, settings, tuple(unreadable))


def lint_source(text: str, filename: str = "<string>", *, config: Config | None = None) -> Report:
    """Lint source text under the name of a file, which need not exist. Settings are the defaults unless given."""
    return lint_bytes(text.encode("utf-8", "surrogatepass"), filename, config=config)


def lint_bytes(data: bytes, filename: str, *, config: Config | None = None) -> Report:
    """Lint the content of a file, decoded as Python would."""
    from convlint.analysis import FileInput

    return _lint([FileInput(filename, data)], config or Config())


def summarize(
    target: str,
    *inputs: Sequence[int | str],
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    search_path: Sequence[str | os.PathLike[str]] = (),
    training: bool = False,
) -> ModelSummary:
    """Return what every layer of one model costs.

    `target` is "path/to/file.py", "path/to/file.py:Name" or "package.module:name"; each input is the shape of a tensor,
    with names for symbolic sizes; `args` and `kwargs` are what the class or function is called with. Raises UsageError
    if the target names no model.
    """
    from convlint.analysis import TargetError, trace_target
    from convlint.summary import summary_of

    shapes = tuple(tuple(shape) for shape in inputs)
    folders = [os.fspath(folder) for folder in search_path]
    try:
        trace = trace_target(target, shapes, args=args, kwargs=kwargs, search_path=folders, training=training)
    except TargetError as error:
        raise UsageError(str(error)) from error
    return summary_of(trace)


def nearest_config(paths: Sequence[str | os.PathLike[str]]) -> Config:
    """Return the settings of the nearest file above all of the paths, the defaults if there is none."""
    found = configuration.discover(Path(os.path.commonpath([Path(path).absolute() for path in paths])))
    return Config() if found is None else configuration.load(found)


def source_lines(filename: str, data: bytes | None = None) -> Sequence[str]:
    """Return the lines of a file for showing, empty if it cannot be read."""
    from convlint.source.text import SourceError, decode

    try:
        return decode(Path(filename).read_bytes() if data is None else data).lines
    except (OSError, SourceError, ValueError):
        return ()


def _lint(files: Sequence[FileInput], settings: Config, gaps: tuple[Gap, ...] = ()) -> Report:
    """Analyse files and apply the chosen rules; what a comment tells to ignore is left out."""
    from convlint.analysis import analyse

    rules = chosen(settings.select, settings.ignore)
    asked = frozenset(file.path for file in files).__contains__
    found: list[Sighting] = []
    findings: list[Finding] = []
    unknown = list(gaps)
    for analysis in analyse(files, _analysis_settings(settings)):
        unknown += _gaps(analysis)
        if analysis.problem is None:
            found += sightings(analysis.models, rules, settings, asked)
        elif any(isinstance(rule, UnparsableFile) for rule in rules):
            findings.append(_unparsable(analysis.filename, analysis.problem))
    findings += _heeding_comments(merged(found), {file.path: file.data for file in files})
    findings.sort(key=lambda finding: finding.sort_key)
    return Report(tuple(findings), tuple(dict.fromkeys(unknown)), len(files))


def _analysis_settings(settings: Config) -> AnalysisSettings:
    from convlint.analysis import AnalysisSettings

    inputs = {
        key.replace(":", "."): shapes for key, model in settings.models.items() if (shapes := model.inputs) is not None
    }
    return AnalysisSettings(search_path=settings.search_path, inputs=inputs)


def _gaps(analysis: FileAnalysis) -> Iterator[Gap]:
    yield from analysis.gaps
    for trace in analysis.models:
        yield from trace.gaps


def _unparsable(filename: str, problem: SourceProblem) -> Finding:
    rule = UnparsableFile()
    place = Place(filename, (problem.row, problem.column - 1, problem.row, problem.column))
    return Finding(rule.code, rule.name, rule.severity, problem.message, place)


def _heeding_comments(findings: Sequence[Finding], data: Mapping[str, bytes]) -> list[Finding]:
    """Return the findings without those that a comment in their file tells to ignore."""
    ignores: dict[str, Callable[[str, int], bool]] = {}
    kept = []
    for finding in findings:
        filename = finding.place.filename
        if filename not in ignores:
            ignores[filename] = _ignoring(data.get(filename, b""))
        if not ignores[filename](finding.code, finding.place.span[0]):
            kept.append(finding)
    return kept


def _ignoring(data: bytes) -> Callable[[str, int], bool]:
    """Return what tells whether a file's comments ignore a code on a row."""
    raise NotImplementedError
