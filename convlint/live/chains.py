"""The chain of shapes that leads to what torch refuses: which operation gave the tensor, and what that was given."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.findings import Finding, Related
from convlint.layers.core.tensor import Tensor
from convlint.rules.wording import shape_text
from convlint.trace import Event, FileAnalysis, ModelTrace

MOST = 5


def chain_of(finding: Finding, analysis: FileAnalysis) -> tuple[Related, ...]:
    """Return the operations, the last one first, that made the input which a finding says is refused; () for others."""
    for trace in analysis.models:
        violation = trace.violation
        if violation is not None and finding.place in (violation.place, *violation.stack) and violation.inputs:
            return tuple(_made(violation.inputs[0], trace))[:MOST]
    return ()


def _made(tensor: Tensor, trace: ModelTrace) -> Iterator[Related]:
    makers = {id(output): event for event in trace.events for output in event.outputs}
    seen: set[int] = set()
    while (event := makers.get(id(tensor))) is not None and id(event) not in seen:
        seen.add(id(event))
        yield Related(event.place, f"`{name_of(event)}` gives {shape_text(tensor.shape)} here")
        if not event.inputs:
            return
        tensor = event.inputs[0]
    if any(tensor is given for given in trace.inputs):
        yield Related(trace.place, f"`{trace.name}` is given {shape_text(tensor.shape)}")


def name_of(event: Event) -> str:
    """Return what people call an operation: a layer by its path, a function by its name."""
    if event.module is not None:
        return event.module.path or event.module.kind
    return event.name.rpartition(".")[2].strip("_")
