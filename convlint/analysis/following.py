"""Which of a file's models the runs came through, and on what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from convlint.followed import Followed
from convlint.trace import Gap, ModelTrace, Place

TORCHS_OWN = "torch.nn."


def followed(traces: Sequence[ModelTrace], classes: Iterable[Place], gaps: Sequence[Gap]) -> Followed:
    """Tell of each model of a file how it was followed: of those that were run, and of classes that no run reached.

    Layers and losses of torch's own that a program calls by themselves are no models.
    """
    by_model: dict[Place, list[ModelTrace]] = {place: [] for place in classes}
    for trace in traces:
        if trace.root is None and trace.violation is None:
            continue
        if not (trace.qualname.startswith(TORCHS_OWN) and (trace.root is None or trace.root.is_leaf)):
            by_model.setdefault(trace.place, []).append(trace)
    known = sum(any(_is_known(trace) for trace in found) for found in by_model.values())
    came = sum(any(_came_through(trace) for trace in found) for found in by_model.values())
    lost = tuple(_why(found, gaps) for found in by_model.values() if not any(map(_came_through, found)))
    return Followed(known, came - known, lost)


def _is_known(trace: ModelTrace) -> bool:
    return _came_through(trace) and trace.input_source != "symbolic" and bool(trace.inputs)


def _came_through(trace: ModelTrace) -> bool:
    """Whether a run came to the end of a model, or to where torch refuses it."""
    return trace.complete or trace.violation is not None


def _why(found: Sequence[ModelTrace], gaps: Sequence[Gap]) -> str:
    reasons = [gap.reason for trace in found for gap in trace.gaps] or [gap.reason for gap in gaps]
    return reasons[-1] if reasons else "no run came to it"
