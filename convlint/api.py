"""The library's functions: from paths or text to a report, from a target to a summary. Every face calls these."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from convlint.config import Config
from convlint.config.resolve import Settings
from convlint.errors import UsageError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from convlint.accepts import Accepted
    from convlint.analysis import TargetRun
    from convlint.findings import Finding, Report
    from convlint.linting.asked import Asked
    from convlint.report.page.data import Subject as PageSubject
    from convlint.running.lint import How
    from convlint.running.progress import Progress
    from convlint.shapes import SourceShapes
    from convlint.source.notebook import Notebook
    from convlint.summary import ModelSummary
    from convlint.trace import FileAnalysis, ModelTrace
    from convlint.training import Training


def lint_paths(
    paths: Sequence[str | os.PathLike[str]],
    *,
    config: Config | Settings | None = None,
    force_exclude: bool = False,
    cache: str | os.PathLike[str] | None = None,
    jobs: int | None = 1,
    executor: Executor | None = None,
    progress: Progress | None = None,
) -> Report:
    """Lint files and folders. The settings of each file are those of the nearest file above it unless given.

    `cache` is a folder in which results are kept: what has not changed is not analysed again. The work is done by
    `jobs` processes (None for as many as there are cores and work for), or by any executor, whose workers must see the
    same files under the same paths. `progress` is told of each file that is done. The report is the same in all cases,
    but for the evidence of findings (what torch must show if they are true), which is there only with neither a cache
    nor other processes. Raises UsageError if none of the paths is there (others are told in the report) or if workers
    cannot do the work, ConfigError for wrong settings.
    """
    from convlint.running.lint import How

    evidence = cache is None and executor is None and jobs == 1
    how = How(None if cache is None else os.fspath(cache), jobs, executor, progress, evidence)
    return lint_as(paths, _settings(config), how, force_exclude=force_exclude)


def lint_as(
    paths: Sequence[str | os.PathLike[str]], settings: Settings, how: How, *, force_exclude: bool = False
) -> Report:
    """Lint files and folders as `how` says: see `lint_paths`."""
    from convlint.linting.asked import on_disk
    from convlint.running.lint import lint

    asked = on_disk(paths, settings, force_exclude=force_exclude)
    return _with_mistakes(lint(asked, settings, how), asked, settings)


def _with_mistakes(report: Report, asked: Asked, settings: Settings) -> Report:
    """Return the report with what the settings name and is not there."""
    if not any(config.models or config.search_path for config in settings.used):
        return report
    from convlint.mistakes import mistakes

    slips = tuple(mistakes(settings.used, [file.path for file in asked.files], asked.content_of))
    return replace(report, notices=(*slips, *report.notices))


def analyses_of(
    paths: Sequence[str | os.PathLike[str]], *, config: Config | Settings | None = None, force_exclude: bool = False
) -> Iterator[FileAnalysis]:
    """Yield what is learnt about the models of each file, for those who compare it with torch.

    Files on which convlint fails are left out: `lint_paths` tells of them. Raises as it does.
    """
    from convlint.linting.asked import on_disk
    from convlint.running.lint import analyses

    settings = _settings(config)
    yield from analyses(on_disk(paths, settings, force_exclude=force_exclude), settings)


def _settings(config: Config | Settings | None) -> Settings:
    return config if isinstance(config, Settings) else Settings(config)


def analysis_of(
    target: str,
    *inputs: Sequence[int | str],
    search_path: Sequence[str | os.PathLike[str]] = (),
    python: str | os.PathLike[str] = "",
) -> FileAnalysis:
    """Return what is learnt about one model; the arguments are those of `summarize`. Raises UsageError."""
    from convlint.trace import FileAnalysis

    run = _run(target, inputs, (), None, search_path, python, False)
    return FileAnalysis(run.trace.place.filename, (run.trace,))


def lint_source(text: str, filename: str = "<string>", *, config: Config | None = None) -> Report:
    """Lint source text under the name of a file, which need not exist. Settings are the defaults unless given."""
    return lint_bytes(text.encode("utf-8", "surrogatepass"), filename, config=config)


def lint_bytes(data: bytes, filename: str, *, config: Config | Settings | None = None) -> Report:
    """Lint the content of a file, decoded as Python would."""
    from convlint.linting.asked import in_memory
    from convlint.running.lint import How, lint

    return lint(
        in_memory({filename: data}, read_all=True),
        _settings(Config() if config is None else config),
        How(evidence=True),
    )


def lint_contents(contents: Mapping[str, bytes], *, config: Config | Settings | None = None) -> Report:
    """Lint files by name with these contents, whatever is on disk; the files that they import are read from there."""
    from convlint.linting.asked import in_memory
    from convlint.running.lint import How, lint

    return lint(in_memory(contents), _settings(config), How(evidence=True))


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
    with names for symbolic sizes; `args` and `kwargs` are what the class or function is called with, where `...` stands
    for what stays open, as do arguments of a class that have no default and are not given.
    Modules are looked for in `search_path`, the current folder, and the virtual environment `python`, by default the
    one that convlint runs in. Raises UsageError if the target names no model.
    """
    from convlint.accepts import accepted
    from convlint.summary import summary_of

    run = _run(target, inputs, args, kwargs, search_path, python, training)
    return summary_of(run.trace, accepted(run.trace, run.paths, run.exhaustive))


def training_memory(
    target: str,
    *inputs: Sequence[int | str],
    batch_size: int | None = None,
    dtype: str = "float32",
    optimizer: str = "adam",
    limit: int | None = None,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    search_path: Sequence[str | os.PathLike[str]] = (),
    python: str | os.PathLike[str] = "",
) -> Training:
    """Return the memory in bytes that training one model takes, and the biggest batch that fits in `limit` bytes.

    The arguments are those of `summarize`; `batch_size` is put in for the first size of the inputs that equals that of
    the first one. Raises UsageError if the target names no model.
    """
    from convlint.training import training_of

    shapes = [tuple(shape) for shape in inputs]
    if shapes and (batch_size is not None or limit is not None):
        run = _run(target, _with_open_batch(shapes), args, kwargs, search_path, python, True)
        found = training_of(run.trace, dtype, optimizer, batch_size or _number(shapes[0][:1]), limit)
        if found.memory.total is not None or batch_size is None:
            return found
        shapes = [(batch_size, *shape[1:]) if shape[:1] == shapes[0][:1] else shape for shape in shapes]
    run = _run(target, shapes, args, kwargs, search_path, python, True)
    return training_of(run.trace, dtype, optimizer, batch_size, limit)


def _with_open_batch(shapes: Sequence[tuple[int | str, ...]]) -> list[tuple[int | str, ...]]:
    """Return the shapes with a name for the first size of the first one, wherever a first size is the same."""
    first, taken = shapes[0][:1], {size for shape in shapes for size in shape}
    name = next(name for name in ("N", "batch", "batch_size") if name not in taken or (name,) == first)
    return [(name, *shape[1:]) if shape[:1] == first and first else shape for shape in shapes]


def _number(sizes: tuple[int | str, ...]) -> int | None:
    return sizes[0] if sizes and isinstance(sizes[0], int) else None


def shapes(
    target: str,
    *inputs: Sequence[int | str],
    kwargs: Mapping[str, Any] | None = None,
    search_path: Sequence[str | os.PathLike[str]] = (),
    python: str | os.PathLike[str] = "",
) -> SourceShapes:
    """Return the source of a file with the shape of each tensor on each line, as its models and its script run.

    `target` is "path/to/file.py" for all of them, or what `summarize` takes for one model, which is built with `kwargs`
    and run on `inputs`. Raises UsageError if the file cannot be read, or if there is no such model.
    """
    if target.endswith(".py") and not inputs and not kwargs:
        return _shapes_of_file(target, search_path, python)
    from convlint.analysis.target import file_named
    from convlint.linting.of_model import told_of
    from convlint.shapes import source_shapes

    named = file_named(target)
    run = _run(target, inputs, (), kwargs, search_path, python, False, watch=named)
    file = run.trace.place.filename
    if file != named:  # it is known only now
        run = _run(target, inputs, (), kwargs, search_path, python, False, watch=file)
    found, notices = told_of(run.trace, file, nearest_config([file]))
    return source_shapes(file, source_lines(file), run.lines, found, whole=False, notices=notices)


def _shapes_of_file(
    path: str, search_path: Sequence[str | os.PathLike[str]], python: str | os.PathLike[str]
) -> SourceShapes:
    from convlint.linting.asked import group_of, on_disk
    from convlint.linting.one_file import FileLinter
    from convlint.linting.report import report_of
    from convlint.shapes import source_shapes

    folders = [os.fspath(folder) for folder in search_path]
    settings = Settings(None, lambda config: config.finding_packages(folders, os.fspath(python) or None))
    asked = on_disk([path], settings)
    (file,) = asked.files
    linter = FileLinter(group_of(file, settings), asked.around, watching=True)
    try:
        checked, analysis = linter.study(file.path)
    finally:
        linter.close()
    report = report_of(asked, [checked.result], settings)
    lines, held = source_lines(file.path), analysis.lines
    return source_shapes(file.path, lines, held, report.findings, whole=True, notices=report.notices)


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
    watch: str = "",
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
            watch=watch,
        )
    except TargetError as error:
        raise UsageError(str(error)) from error


def nearest_config(paths: Sequence[str | os.PathLike[str]]) -> Config:
    """Return the settings of the nearest file above all of the paths, the defaults if there is none."""
    return Settings().of(os.path.commonpath([Path(path).absolute() for path in paths]))


def source_lines(filename: str, data: bytes | None = None) -> Sequence[str]:
    """Return the lines of a file for showing, of a notebook those of the module that it is; empty if it cannot be
    read."""
    from convlint.source.kinds import python_of
    from convlint.source.text import SourceError, decode

    try:
        return decode(python_of(filename, Path(filename).read_bytes() if data is None else data)).lines
    except (OSError, SourceError, ValueError):
        return ()


def notebook_of(filename: str, data: bytes | None = None) -> Notebook | None:
    """Return a notebook for showing, None if it cannot be read."""
    from convlint.source.notebook import notebook
    from convlint.source.text import SourceError

    try:
        return notebook(Path(filename).read_bytes() if data is None else data)
    except (OSError, SourceError):
        return None


def page_subject(
    target: str,
    *inputs: Sequence[int | str],
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    search_path: Sequence[str | os.PathLike[str]] = (),
    python: str | os.PathLike[str] = "",
) -> PageSubject:
    """Return what a page about one model shows; the arguments are those of `summarize`.

    Batch and spatial sizes are left open where the model can be followed with open ones. Raises UsageError.
    """
    from convlint.linting.of_model import told_of
    from convlint.paging import subject_of

    def run(shapes: Sequence[Sequence[int | str]], training: bool, watch: str) -> TargetRun:
        return _run(target, shapes, args, kwargs, search_path, python, training, watch=watch)

    def told(trace: ModelTrace, file: str) -> list[Finding]:
        return told_of(trace, file, nearest_config([file]))[0]

    return subject_of(target, [tuple(shape) for shape in inputs], run, source_lines, told)
