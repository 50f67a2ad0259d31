"""The calls of operations in a text: which of them are at a place, and what each computes, from all models."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec import Struct

from convlint.places import Place, Span
from convlint.summary import LayerSummary, summary_of
from convlint.trace import Event, FileAnalysis, ModelTrace, ModuleInfo, Violation


class Use(Struct, frozen=True):
    """One call of a layer or function in one run of a model. `layer` is its row of the summary; None for functions."""

    trace: ModelTrace
    event: Event
    layer: LayerSummary | None
    at_definition: bool
    """Whether the place that was asked for is where the layer is built."""


def uses_at(analysis: FileAnalysis, row: int, column: int) -> list[Use]:
    """Return the uses of the innermost operation that is called, or layer that is built, around a place."""
    found: dict[Span, list[Use]] = {}
    for use, place in _all(analysis):
        if place.filename == analysis.filename and _holds(place.span, row, column):
            found.setdefault(place.span, []).append(use)
    return found[min(found, key=_length)] if found else []


def uses_of(analysis: FileAnalysis, modules: Collection[ModuleInfo]) -> list[Use]:
    """Return the calls of layers, wherever they are."""
    return [use for use, _ in _all(analysis) if not use.at_definition and use.event.module in modules]


def refusals_at(analysis: FileAnalysis, row: int, column: int) -> list[Violation]:
    """Return what torch refuses where a place is, or of the layer that is built there."""
    return [
        violation
        for violation in refusals(analysis)
        if any(_is_at(place, analysis, row, column) for place in _places(violation))
    ]


def refusals(analysis: FileAnalysis) -> list[Violation]:
    """Return what torch refuses in any run."""
    return [trace.violation for trace in analysis.models if trace.violation is not None]


def _places(violation: Violation) -> Iterator[Place]:
    yield violation.place
    if violation.module is not None and violation.module.definition is not None:
        yield violation.module.definition


def _is_at(place: Place, analysis: FileAnalysis, row: int, column: int) -> bool:
    return place.filename == analysis.filename and _holds(place.span, row, column)


def definitions(analysis: FileAnalysis) -> dict[Span, list[Use]]:
    """Return the uses of each layer that is built in the file, by where that is."""
    found: dict[Span, list[Use]] = {}
    for use, place in _all(analysis):
        if use.at_definition and place.filename == analysis.filename:
            found.setdefault(place.span, []).append(use)
    return found


def _all(analysis: FileAnalysis) -> Iterator[tuple[Use, Place]]:
    for trace in analysis.models:
        rows = iter(summary_of(trace).layers)
        for event in trace.events:
            layer = next(rows) if event.leaf and event.module is not None else None
            yield Use(trace, event, layer, False), event.place
            if event.module is not None and event.module.definition is not None:
                yield Use(trace, event, layer, True), event.module.definition


def _holds(span: Span, row: int, column: int) -> bool:
    return span[:2] <= (row, column) <= span[2:]


def _length(span: Span) -> tuple[int, int]:
    row, column, end_row, end_column = span
    return end_row - row, end_column - column if row == end_row else end_column
