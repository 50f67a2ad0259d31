"""The corpus: where its programs lie, how torch runs one, and what convlint says of one."""

from __future__ import annotations

import contextlib
import io
import random
import re
import sys
import types
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import nn

from convlint.config import Config
from convlint.config.resolve import Settings
from convlint.findings import Finding, Severity
from convlint.linting.asked import group_of, in_memory
from convlint.linting.one_file import FileLinter
from convlint.linting.report import report_of
from convlint.trace import ModelTrace

CORPUS = {path.stem: path.read_text() for path in sorted((Path(__file__).parent / "corpus").glob("*.py"))}

Shape = tuple[int, ...]
Row = tuple[str, Shape | None]


@dataclass
class TorchRun:
    """One outermost call of a module as torch ran it: its leaf layers in call order, with the shape of each output."""

    model: str
    inputs: tuple[Shape, ...]
    training: bool
    rows: list[Row] = field(default_factory=list)
    finished: bool = False
    opaque: bool = False
    """Whether it is a scripted module, whose layers no Python code calls."""


def run_in_torch(source: str, name: str) -> None:
    """Run a program as `__main__` would be; raises what it raises."""
    module = types.ModuleType("__main__")
    module.__dict__["__file__"] = f"{name}.py"
    outer = sys.modules["__main__"]
    sys.modules["__main__"] = module  # dataclasses and pickles look their module up
    torch.manual_seed(0)
    random.seed(0)
    try:
        with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
            warnings.simplefilter("ignore")
            exec(compile(source, f"{name}.py", "exec", dont_inherit=True), module.__dict__)
    finally:
        sys.modules["__main__"] = outer


@contextlib.contextmanager
def recording() -> Iterator[list[TorchRun]]:
    """Yield the list that outermost module calls are noted in while the context lasts."""
    runs: list[TorchRun] = []
    stack: list[nn.Module] = []
    called: list[tuple[nn.Module, Row]] = []
    original = nn.Module.__call__

    def call(self: nn.Module, *args: object, **kwargs: object) -> object:
        if not stack:
            called.clear()  # what a call that failed has left
            shapes = tuple(tuple(tensor.shape) for tensor in _tensors([*args, *kwargs.values()]))
            runs.append(TorchRun(getattr(self, "original_name", type(self).__name__), shapes, self.training))
            runs[-1].opaque = isinstance(self, torch.jit.ScriptModule)
        stack.append(self)
        run = runs[-1]
        try:
            result = original(self, *args, **kwargs)
        finally:
            stack.pop()
        if next(self.children(), None) is None:
            shape = tuple(result.shape) if isinstance(result, torch.Tensor) else None
            called.append((self, (type(self).__name__, shape)))
        if not stack:
            # a hook on the model sees what is a part of it, not what forward makes and throws away
            parts = set(self.modules())
            run.rows += [row for module, row in called if module in parts]
            run.finished = True
        return result

    nn.Module.__call__ = call  # type: ignore[assignment, method-assign]
    try:
        yield runs
    finally:
        nn.Module.__call__ = original  # type: ignore[method-assign]


def _tensors(values: Iterable[object]) -> Iterator[torch.Tensor]:
    """Yield the tensors among values and in their tuples and lists, as a trace counts a call's inputs."""
    for value in values:
        if isinstance(value, torch.Tensor):
            yield value
        elif isinstance(value, tuple | list):
            yield from _tensors(value)


def errors(source: str, name: str, search_path: tuple[str, ...] = ()) -> list[Finding]:
    """Return convlint's errors on a program; raises if convlint itself failed."""
    return errors_and_models(source, name, search_path)[0]


def errors_and_models(
    source: str, name: str, search_path: tuple[str, ...] = ()
) -> tuple[list[Finding], list[ModelTrace]]:
    """Return the errors, and of the same analysis the traces of the models that the program calls itself, each with all
    of its inputs known."""
    settings = Settings(Config(search_path=search_path))
    asked = in_memory({f"{name}.py": source.encode()}, read_all=True)
    (file,) = asked.files
    linter = FileLinter(group_of(file, settings), asked.around)
    try:
        checked, analysis = linter.look(file.path)
    finally:
        linter.close()
    report = report_of(asked, [checked.result], settings)
    if report.failures:
        raise AssertionError(report.failures[0].traceback)
    told = [finding for finding in report.findings if finding.severity is Severity.ERROR]
    return told, [trace for trace in analysis.models if trace.input_source == "call"]


def disagreement(trace: ModelTrace, runs: list[TorchRun]) -> str:
    """Tell how a complete trace differs from every torch run of that model on those inputs, "" if not from each."""
    shapes = tuple(tensor.shape for tensor in trace.inputs)
    if not all(isinstance(size, int) for shape in shapes for size in shape):
        return ""  # which of torch's runs it is, is not known
    same = [run for run in runs if run.model == trace.name and run.inputs == shapes and run.training == trace.training]
    same = [run for run in same if run.finished]
    if not same and trace.name not in {run.model for run in runs}:
        return ""  # in a function that the program does not call
    if not same:
        return f"torch has no such run of {trace.name} on {shapes}" if not trace.gaps else ""
    if any(run.opaque for run in same):
        return ""
    rows = [
        _row(event.module.kind, event.output_known, event.result)
        for event in trace.events
        if event.leaf and event.module
    ]
    problems = [_difference(rows, run.rows) for run in same]
    return "" if "" in problems else problems[0]


def _row(kind: str, known: bool, result: object) -> tuple[str, Shape | None]:
    shape = getattr(result, "shape", None) if known else None
    numbers = shape is not None and all(isinstance(size, int) for size in shape)
    return kind, shape if numbers else None


def _difference(static: list[Row], real: list[Row]) -> str:
    kinds = [re.sub("^Lazy", "", kind) for kind, _ in static]
    if kinds != [re.sub("^(Lazy|Parametrized)", "", kind) for kind, _ in real]:
        return f"layers {kinds} are not {[kind for kind, _ in real]}"
    for (kind, ours), (_, theirs) in zip(static, real, strict=True):
        if ours is not None and theirs is not None and ours != theirs:
            return f"{kind} gives {ours}, not {theirs}"
    return ""
