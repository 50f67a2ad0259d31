"""What is asked of a model that is made and run by itself: the inputs that it accepts, and the page about it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from convlint.accepts import Accepted, accepted
from convlint.analysis import TargetError, TargetRun, run_target
from convlint.analysis.inputs import Declared, opened
from convlint.analysis.loading import Kept, Sources
from convlint.errors import UsageError
from convlint.findings import Finding
from convlint.linting.of_model import told_of
from convlint.live.models import Making, Model
from convlint.source.text import SourceError, decode
from convlint.trace import ModelTrace

if TYPE_CHECKING:
    from convlint.live.linter import Asking


class Maker(Protocol):
    """Makes a model and runs it: on inputs or what its file says, in which mode, watching the lines of a file."""

    target: str

    def __call__(
        self, inputs: Declared = (), *, training: bool = False, watch: str = "", is_open: bool = False
    ) -> TargetRun: ...


class _Maker:
    def __init__(self, asking: Asking, how: Making, kept: Kept) -> None:
        self.target = how.target
        self._asking, self._how, self._kept = asking, how, kept

    def __call__(
        self, inputs: Declared = (), *, training: bool = False, watch: str = "", is_open: bool = False
    ) -> TargetRun:
        group, how = self._asking.group, self._how
        kept = self._kept.without(watch) if watch else self._kept  # what is watched is compiled otherwise
        return run_target(
            how.target, inputs, args=how.args, kwargs=how.kwargs, search_path=group.config.search_path,
            installed=group.installed, training=training, open_sizes=is_open, watch=watch,
            sources=Sources(self._asking.disk, kept=kept),
        )  # fmt: skip


def maker(asking: Asking, how: Making, kept: Kept) -> Maker:
    """Return what makes a model among the files that a text sees."""
    return _Maker(asking, how, kept)


def accepted_by(model: Model, make: Maker) -> Accepted | None:
    """Return which inputs a model accepts; None if it cannot be made.

    Where nothing else says how many axes its inputs have, what the text calls it with does.
    """
    try:
        run = make(is_open=True)
        said = accepted(run.trace, run.paths, run.exhaustive)
        given = _called_with(model)
        if said.decided or not given:
            return said
        run = make(opened(given))
    except TargetError:
        return None
    again = accepted(run.trace, run.paths, run.exhaustive)
    return again if again.decided else said


def page_of(asking: Asking, model: Model, make: Maker) -> str:
    """Return a page that shows a model, beginning with the sizes that the text calls it with. Raises UsageError."""
    from convlint.paging import subject_of
    from convlint.report.page import data, html

    config, disk = asking.group.config, asking.disk

    def run(shapes: Sequence[Sequence[int | str]], training: bool, watch: str) -> TargetRun:
        return make(tuple(tuple(shape) for shape in shapes), training=training, watch=watch)

    def content(filename: str) -> bytes:
        try:
            return disk.read(filename)
        except OSError:
            return b""

    def lines(filename: str) -> Sequence[str]:
        try:
            return decode(content(filename)).lines
        except SourceError:
            return ()

    def told(trace: ModelTrace, filename: str) -> list[Finding]:
        return told_of(trace, filename, config, content(filename))[0]

    declared = any(trace.input_source == "declared" for trace in model.traces)
    try:
        subject = subject_of(make.target, () if declared else _called_with(model), run, lines, told)
    except TargetError as error:
        raise UsageError(str(error)) from None
    return html.page(data.plain(subject, Path(asking.name).parent))


def _called_with(model: Model) -> Declared:
    """Return the sizes that the text first calls a model with; () if they are not all numbers."""
    for trace in model.traces:
        shapes = tuple(tuple(size for size in tensor.shape if isinstance(size, int)) for tensor in trace.inputs)
        if shapes and all(len(shape) == tensor.ndim for shape, tensor in zip(shapes, trace.inputs, strict=True)):
            return shapes
    return ()
