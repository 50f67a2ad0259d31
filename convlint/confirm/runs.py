"""Writes a whole run as steps: the calls of a trace in order, joined by the tensors that go from one to the next."""

from __future__ import annotations

from convlint.analysis.fitting import LARGEST
from convlint.confirm.choices import told
from convlint.confirm.encoding import Encoder, NotRebuildable, Plain, Unfit
from convlint.layers.core.tensor import Tensor
from convlint.trace import Event, Fitting, ModelTrace

MOST_RUNS = 4

Step = dict[str, Plain]


def whole_run(encoder: Encoder, trace: ModelTrace) -> list[Step]:
    """Return every call with the shapes that it puts out. Raises NotRebuildable if one cannot be repeated."""
    if trace.gaps:
        raise NotRebuildable(f"a part of the run is not known: {trace.gaps[0].reason}")
    return [
        {**step, "shapes": [encoder.shape(tensor.shape) for tensor in event.outputs]}
        for event, step in _steps(encoder, trace)
    ]


def broken_run(encoder: Encoder, trace: ModelTrace) -> list[Step]:
    """Return every call of a run that should not come to its end: what it would put out is not known."""
    return [step for _, step in _steps(encoder, trace)]


def sizes_around(fitting: Fitting) -> dict[str, list[Step]]:
    """Return runs at both ends of every range of sizes that fit, and right outside of them."""
    fit = frozenset(fitting.sizes)
    inside = [size for size in fitting.sizes if not {size - 1, size + 1} <= fit]
    outside = sorted({near for size in inside for near in (size - 1, size + 1) if 0 < near <= LARGEST} - fit)
    try:
        return {
            "inside": [_run_at(fitting, size) for size in inside[:MOST_RUNS]],
            "outside": [_run_at(fitting, size) for size in outside[:MOST_RUNS]],
        }
    except (NotRebuildable, Unfit):
        return {"inside": [], "outside": []}


def advised_run(trace: ModelTrace) -> list[Step]:
    """Return the run as it is with what is advised, [] where it cannot be repeated or has open sizes."""
    encoder = Encoder({})
    try:
        steps = broken_run(encoder, trace)
    except (NotRebuildable, Unfit):
        return []
    return [{"steps": steps, "tensors": encoder.tensors, "sizes": []}]


def _run_at(fitting: Fitting, size: int) -> Step:
    numbers = {fitting.symbol: size}
    encoder = Encoder(numbers)
    steps = broken_run(encoder, fitting.run)
    return {"steps": steps, "tensors": encoder.tensors, "sizes": told(numbers)}


def _steps(encoder: Encoder, trace: ModelTrace) -> list[tuple[Event, Step]]:
    for tensor in trace.inputs:
        encoder.tensor(tensor)
    made: list[Tensor] = list(trace.inputs)
    steps: list[tuple[Event, Step]] = []
    for event in trace.events:
        if not event.output_known:
            raise NotRebuildable(f"what `{event.name}` puts out is not known")
        in_place = event.module is None and event.name.endswith("_")
        fresh = [tensor for tensor in event.outputs if not any(tensor is other for other in made)]
        if not fresh and not in_place:
            continue  # a container repeats what its parts have made
        step = {"call": encoder.whole_call(event), "outputs": [encoder.number(tensor) for tensor in event.outputs]}
        made += fresh
        steps.append((event, step))
    return steps
