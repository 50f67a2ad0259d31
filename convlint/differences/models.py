"""What the models of one version are: sizes, costs, accepted inputs, and what is found in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from convlint.config.resolve import Settings
from convlint.errors import UsageError
from convlint.findings import Finding
from convlint.identity import Identity, identities
from convlint.rules.wording import shape_text, size_text
from convlint.summary import ModelSummary, summary_of
from convlint.symbolic import Size
from convlint.trace import ModelTrace

_SAID = ("declared", "config", "annotation", "call")


class Model(Struct, frozen=True):
    """One model, as text: what is not known is "unknown". `path` is relative to the version's folder."""

    path: str
    name: str
    facts: tuple[tuple[str, str], ...]
    """Parameters, multiply-accumulates, activations, input, output, accepted inputs: a label and a text for each."""


class State(Struct, frozen=True):
    """All models of a version, and its findings by what they are the same by."""

    models: tuple[Model, ...]
    findings: tuple[tuple[Identity, Finding], ...]


def state_of(folder: Path, targets: Sequence[str], python: str) -> State:
    """Return the models and findings of a version; `targets` are paths in it, perhaps with a model's name."""
    from convlint import api

    settings = Settings(change=lambda config: config.changed(python=python, baseline=""))
    paths, names = _paths(folder, targets)
    if not paths:
        return State((), ())
    models = [
        model
        for analysis in api.analyses_of(paths, config=settings)
        for model in _models(folder, Path(analysis.filename), analysis.models, python)
        if not names or (model.path, model.name) in names or (model.path, "") in names
    ]
    report = api.lint_paths(paths, config=settings)
    marks = identities(report.findings, folder, api.source_lines)
    findings = tuple(zip(marks, report.findings, strict=True))
    shown = {(model.path, model.name) for model in models}
    kept = tuple(it for it in findings if not names or (it[0].path, it[0].model) in shown or (it[0].path, "") in names)
    return State(tuple(sorted(models, key=lambda model: (model.path, model.name))), kept)


def _paths(folder: Path, targets: Sequence[str]) -> tuple[list[str], set[tuple[str, str]]]:
    """Return what to read of a version, and which models of which files; none for all."""
    if not targets:
        return [str(folder)], set()
    split = [target.rpartition(":") if ":" in target else (target, "", "") for target in targets]
    present = [(path, name) for path, _, name in split if (folder / path).exists()]
    files = {(path, name) for path, name in present if (folder / path).is_file()}
    paths = list(dict.fromkeys(str(folder / path) for path, _ in present))
    return paths, files if len(files) == len(present) else set()


def _models(folder: Path, file: Path, traces: Sequence[ModelTrace], python: str) -> Iterator[Model]:
    """Yield each model class of a file once, by the run whose sizes are best known."""
    runs: dict[str, list[ModelTrace]] = {}
    for trace in traces:
        if Path(trace.place.filename) == file:
            runs.setdefault(trace.name, []).append(trace)
    for name, theirs in runs.items():
        best = min(theirs, key=lambda trace: (trace.input_source not in _SAID, not trace.complete))
        yield Model(file.relative_to(folder).as_posix(), name, tuple(_facts(best, f"{file}:{name}", folder, python)))


def _facts(trace: ModelTrace, target: str, folder: Path, python: str) -> Iterator[tuple[str, str]]:
    summary = summary_of(trace)
    volumes = [layer.output_volume for layer in summary.layers]
    activations = None if None in volumes else sum((volume for volume in volumes if volume is not None), start=0)
    yield "parameters", _count(summary.params)
    yield "MACs", _count(summary.macs)
    yield "activations", _count(activations)
    yield "input", ", ".join(shape_text(tensor.shape) for tensor in trace.inputs) or "unknown"
    yield "output", _output(summary)
    yield "accepts", _accepts(target, folder, python)


def _output(summary: ModelSummary) -> str:
    if summary.error:
        return f"torch raises: {summary.error}"
    shapes = summary.output_shapes
    if shapes is None or any(size is None for shape in shapes for size in shape):
        return "unknown"
    return ", ".join("×".join(_factor(size) for size in shape if size is not None) or "scalar" for shape in shapes)


def _accepts(target: str, folder: Path, python: str) -> str:
    """Return the accepted inputs in one line."""
    from convlint import api

    try:
        found = api.accepted_inputs(target, search_path=[folder], python=python)
    except UsageError:
        return "unknown"
    _, *lines = found.lines()
    return "; ".join(line.strip() for line in lines) or "unknown"


def _count(size: Size | None) -> str:
    return "unknown" if size is None else f"{size:,}" if isinstance(size, int) else size_text(size)


def _factor(size: Size) -> str:
    return str(size) if isinstance(size, int) else size_text(size, tight=True)
