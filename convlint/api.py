"""The library's functions: from paths or text to a report, from a target to a summary. Every face calls these."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from convlint.config import Config
from convlint.config.resolve import Settings
from convlint.errors import UsageError
from convlint.evidence import Unparsable
from convlint.findings import Failure, Finding, Report
from convlint.fixes.finding import with_fixes
from convlint.links import rule_url
from convlint.rules import RULES
from convlint.rules.base import Rule
from convlint.rules.evaluated import Evaluated, evaluated
from convlint.rules.run import Asked, Sighting, merged, sightings
from convlint.rules.selection import Selection, selection
from convlint.rules.unparsable_file import UnparsableFile
from convlint.suppressing import Comments, told
from convlint.trace import FileAnalysis, Gap, Place, SourceProblem

if TYPE_CHECKING:
    from convlint.accepts import Accepted
    from convlint.analysis import AnalysisSettings, FileInput, TargetRun
    from convlint.config.environment import Environment
    from convlint.summary import ModelSummary


def lint_paths(
    paths: Sequence[str | os.PathLike[str]], *, config: Config | Settings | None = None, force_exclude: bool = False
) -> Report:
    """Lint files and folders. The settings of each file are those of the nearest file above it unless given.

    Raises UsageError if none of the paths is there (others are told in the report), ConfigError for wrong settings.
    """
    from convlint.gathering import gather

    settings = _settings(config)
    gathered = gather(paths, settings, force_exclude=force_exclude)
    return replace(_lint(gathered.files, settings), unreadable=gathered.unreadable)


def analyses_of(
    paths: Sequence[str | os.PathLike[str]], *, config: Config | Settings | None = None, force_exclude: bool = False
) -> Iterator[FileAnalysis]:
    """Yield what is learnt about the models of each file, for those who compare it with torch.

    Files on which convlint fails are left out: `lint_paths` tells of them. Raises as it does.
    """
    from convlint.gathering import gather

    settings = _settings(config)
    for group in _groups(gather(paths, settings, force_exclude=force_exclude).files, settings):
        yield from _each(group, [])


def _settings(config: Config | Settings | None) -> Settings:
    return config if isinstance(config, Settings) else Settings(config)


def analysis_of(
    target: str,
    *inputs: Sequence[int | str],
    search_path: Sequence[str | os.PathLike[str]] = (),
    python: str | os.PathLike[str] = "",
) -> FileAnalysis:
    """Return what is learnt about one model; the arguments are those of `summarize`. Raises UsageError."""
    run = _run(target, inputs, (), None, search_path, python, False)
    return FileAnalysis(run.trace.place.filename, (run.trace,))


def lint_source(text: str, filename: str = "<string>", *, config: Config | None = None) -> Report:
    """Lint source text under the name of a file, which need not exist. Settings are the defaults unless given."""
    return lint_bytes(text.encode("utf-8", "surrogatepass"), filename, config=config)


def lint_bytes(data: bytes, filename: str, *, config: Config | Settings | None = None) -> Report:
    """Lint the content of a file, decoded as Python would."""
    from convlint.analysis import FileInput

    return _lint([FileInput(filename, data)], _settings(Config() if config is None else config))


def lint_contents(contents: Mapping[str, bytes], *, config: Config | Settings | None = None) -> Report:
    """Lint files by name with these contents, whatever is on disk; the files that they import are read from there."""
    from convlint.analysis import FileInput

    return _lint([FileInput(name, data) for name, data in contents.items()], _settings(config))


def summarize(
    target: str,
    *inputs: Sequence[int | str],
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    search_path: Sequence[str | os.PathLike[str]] = (),
    python: str | os.PathLike[str] = "",
    training: bool = False,
) -> ModelSummary:
    """Return what every layer of one model costs.

    `target` is "path/to/file.py", "path/to/file.py:Name" or "package.module:name"; each input is the shape of a tensor,
    with names for symbolic sizes; `args` and `kwargs` are what the class or function is called with.
    Modules are looked for in `search_path`, the current folder, and the virtual environment `python`, by default the
    one that convlint runs in. Raises UsageError if the target names no model.
    """
    from convlint.accepts import accepted
    from convlint.summary import summary_of

    run = _run(target, inputs, args, kwargs, search_path, python, training)
    return summary_of(run.trace, accepted(run.trace, run.paths, run.exhaustive))


def accepted_inputs(
    target: str,
    *inputs: Sequence[int | str],
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    search_path: Sequence[str | os.PathLike[str]] = (),
    python: str | os.PathLike[str] = "",
    training: bool = False,
) -> Accepted:
    """Return which inputs one model accepts, and which of them it reads to the last cell.

    The arguments are those of `summarize`; sizes that are given as numbers in `inputs` stay fixed, those that a comment
    at the model declares do not. Raises UsageError if the target
    names no model.
    """
    from convlint.accepts import accepted

    run = _run(target, inputs, args, kwargs, search_path, python, training, open_sizes=True)
    return accepted(run.trace, run.paths, run.exhaustive)


def _run(
    target: str,
    inputs: Sequence[Sequence[int | str]],
    args: Sequence[Any],
    kwargs: Mapping[str, Any] | None,
    search_path: Sequence[str | os.PathLike[str]],
    python: str | os.PathLike[str],
    training: bool,
    *,
    open_sizes: bool = False,
) -> TargetRun:
    from convlint.analysis import TargetError, run_target
    from convlint.config.environment import environment_of

    shapes = tuple(tuple(shape) for shape in inputs)
    try:
        return run_target(
            target,
            shapes,
            args=args,
            kwargs=kwargs,
            search_path=[os.fspath(folder) for folder in search_path],
            installed=environment_of(os.fspath(python), Path(target.rpartition(":")[0] or target).parent).folders,
            training=training,
            open_sizes=open_sizes,
        )
    except TargetError as error:
        raise UsageError(str(error)) from error


def nearest_config(paths: Sequence[str | os.PathLike[str]]) -> Config:
    """Return the settings of the nearest file above all of the paths, the defaults if there is none."""
    return Settings().of(os.path.commonpath([Path(path).absolute() for path in paths]))


def source_lines(filename: str, data: bytes | None = None) -> Sequence[str]:
    """Return the lines of a file for showing, empty if it cannot be read."""
    from convlint.source.text import SourceError, decode

    try:
        return decode(Path(filename).read_bytes() if data is None else data).lines
    except (OSError, SourceError, ValueError):
        return ()


@dataclass(frozen=True, slots=True)
class _Group:
    """Files that have the same settings, and the same environment with the packages that they import."""

    files: list[FileInput]
    settings: Config
    environment: Environment


def _groups(files: Sequence[FileInput], settings: Settings) -> list[_Group]:
    groups: dict[tuple[int, tuple[str, ...]], _Group] = {}
    for file in files:
        config, environment = settings.of(file.path), settings.environment(file.path)
        key = (id(config), environment.folders)
        groups.setdefault(key, _Group([], config, environment)).files.append(file)
    return list(groups.values())


def _lint(files: Sequence[FileInput], settings: Settings) -> Report:
    """Analyse files and apply the chosen rules; what a comment tells to ignore is left out."""
    asked = frozenset(file.path for file in files).__contains__
    found: list[Sighting] = []
    findings: list[Finding] = []
    failures: list[Failure] = []
    unknown: list[Gap] = []
    built: set[Place] = set()
    data = {file.path: file.data for file in files}
    selections: dict[str, Selection] = {}
    comments, seen = Comments(data), Evaluated()
    for group in _groups(files, settings):
        selected = selection(RULES, group.settings)
        selections.update(dict.fromkeys((file.path for file in group.files), selected))
        for file in _each(group, failures):
            unknown += _gaps(file)
            built |= file.built
            seen = seen | evaluated(file) if comments.any_suppressions else seen
            if file.problem is None:
                check = partial(_sightings, rules=selected.rules, settings=group.settings, asked=asked)
                found += _guarded(file, check, failures)
            elif any(isinstance(rule, UnparsableFile) for rule in selected.rules):
                findings.append(_unparsable(file.filename, file.problem, data[file.filename]))
    # Which file builds a class with arguments shows only when all have been read.
    found = [sighting for sighting in found if sighting.unless_built not in built]
    said = told([*findings, *merged(found)], comments, selections.__getitem__, seen)
    said = [selections[it.place.filename].weighed(it) for it in said if selections[it.place.filename].tells(it)]
    said = sorted(with_fixes(said, data.get), key=lambda finding: finding.sort_key)
    gaps = tuple(dict.fromkeys(unknown))
    return Report(tuple(said), gaps, len(files), tuple(failures), notices=tuple(comments.notices()))


def _sightings(file: FileAnalysis, *, rules: Sequence[Rule], settings: Config, asked: Asked) -> Iterator[Sighting]:
    return sightings(file.models, rules, settings, asked)


def _each(group: _Group, failures: list[Failure]) -> Iterator[FileAnalysis]:
    """Yield the analysis of each file; one on which it fails is noted, and the others go on."""
    from convlint.analysis import analyse

    files, how = group.files, _analysis_settings(group)
    done = 0
    while done < len(files):
        try:
            for analysis in analyse(files[done:], how):
                done += 1
                yield analysis
            return
        except Exception as error:
            failures.append(_failure(files[done].path, error))
            done += 1


def _guarded(
    file: FileAnalysis, check: Callable[[FileAnalysis], Iterator[Sighting]], failures: list[Failure]
) -> list[Sighting]:
    """Return what the rules find in one file; if one of them fails, that is noted, and nothing is found."""
    try:
        return list(check(file))
    except Exception as error:
        failures.append(_failure(file.filename, error))
        return []


def _failure(filename: str, error: Exception) -> Failure:
    import traceback

    return Failure(filename, f"{type(error).__name__}: {error}", "".join(traceback.format_exception(error)))


def _analysis_settings(group: _Group) -> AnalysisSettings:
    from convlint.analysis import AnalysisSettings

    settings = group.settings
    inputs = {
        key.replace(":", "."): shapes for key, model in settings.models.items() if (shapes := model.inputs) is not None
    }
    return AnalysisSettings(settings.search_path, group.environment.folders, inputs)


def _gaps(analysis: FileAnalysis) -> Iterator[Gap]:
    from convlint.gaps import merged as merged_gaps

    of_models = merged_gaps(analysis.models)
    told = {(gap.place, gap.reason) for gap in of_models}
    yield from (gap for gap in analysis.gaps if (gap.place, gap.reason) not in told)
    yield from of_models


def _unparsable(filename: str, problem: SourceProblem, data: bytes) -> Finding:
    rule = UnparsableFile()
    place = Place(filename, (problem.row, problem.column - 1, problem.row, problem.column))
    evidence, url = (Unparsable(data),), rule_url(rule.code, rule.name)
    return Finding(rule.code, rule.name, rule.severity, problem.message, place, url=url, evidence=evidence)
