"""Judges what convlint says of a model against what torch did."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

from benchmarks.scoreboard.truth import Call, Shape, Truth

Status = Literal["exact", "partial", "wrong", "failed"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How one model was judged.

    exact: the same calls in the same order, everything known and equal, and the same total of parameters.
    partial: something is unknown or missing, and convlint says so; all that it claims is true.
    wrong: a claim is false; to leave calls out without naming a gap is such a claim.
    failed: no answer.
    """

    target: str
    status: Status
    cause: str = ""
    """What stands first between this model and "exact", in words that many models can share."""
    detail: str = ""
    """The same with this model's own names and numbers."""


class Layer(Protocol):
    """One entry of `ModelSummary.layers`."""

    path: str
    kind: str
    input_shapes: Any
    output_shape: Any
    params: int | None


class Summary(Protocol):
    """What `convlint.summarize` returns."""

    @property
    def layers(self) -> Sequence[Any]: ...
    @property
    def params(self) -> Any: ...
    @property
    def gaps(self) -> Sequence[Any]: ...
    @property
    def error(self) -> str: ...


class Judge:
    """Asks convlint about one model and judges the answer; a class so that it can be sent to another process."""

    def __init__(self, source: Path) -> None:
        self.source = source

    def __call__(self, truth: Truth) -> Verdict:
        import convlint

        kwargs = dict(truth.kwargs)
        return judge(truth, convlint.summarize(truth.target, *truth.inputs, kwargs=kwargs, search_path=(self.source,)))


def judge(truth: Truth, summary: Summary) -> Verdict:
    """Compare one answer with the truth."""
    false = _first_falsehood(truth, summary)
    if false is not None:
        return Verdict(truth.target, "wrong", *false)
    missing = _first_unknown(truth, summary)
    if missing is not None:
        return Verdict(truth.target, "partial", *missing)
    return Verdict(truth.target, "exact")


def failure(truth: Truth, error: str | None) -> Verdict:
    """The verdict on a model for which there is no answer; the model's own name is left out of the cause."""
    cause = (error or "no answer").replace(truth.target, "it").replace(truth.name, "it")
    return Verdict(truth.target, "failed", cause)


def _first_falsehood(truth: Truth, summary: Summary) -> tuple[str, str] | None:
    """The first claim that torch contradicts: (cause, detail). torch ran the model, so that it raises is false too.

    The calls that convlint names must be a subsequence of torch's. Taking the earliest call that fits is enough: if
    any assignment exists, that one does.
    """
    if summary.error:
        return "says that torch raises", f"after {len(summary.layers)} of {len(truth.calls)} calls: {summary.error}"
    position = 0
    for layer in summary.layers:
        fitting = (at for at in range(position, len(truth.calls)) if not _conflicts(layer, truth.calls[at]))
        found = next(fitting, None)
        if found is None:
            return _explain(layer, truth.calls, position)
        position = found + 1
    if len(summary.layers) < len(truth.calls) and not summary.gaps:
        lost = _first_missing(truth.calls, summary.layers)
        return f"{lost.kind} call left out without a gap", f"{lost.path} is not among the layers"
    if summary.params is not None and summary.params != truth.params:
        return "total parameters", f"said {summary.params}, torch has {truth.params}"
    return None


def _first_missing(calls: Sequence[Call], layers: Sequence[Layer]) -> Call:
    """The first of torch's calls that the earliest fitting assignment passes over."""
    remaining = iter(layers)
    layer = next(remaining, None)
    for call in calls:
        if layer is None or _conflicts(layer, call):
            return call
        layer = next(remaining, None)
    raise ValueError("no call is missing")


def _explain(layer: Layer, calls: Sequence[Call], position: int) -> tuple[str, str]:
    """Why no call from `position` on fits: the fields that differ from the next call of the same module, if any."""
    same = next((call for call in calls[position:] if (call.path, call.kind) == (layer.path, layer.kind)), None)
    if same is None:
        expected = calls[position].path if position < len(calls) else "no more calls"
        return f"{layer.kind} call that torch does not make", f"said {layer.path}, torch has {expected}"
    fields = _conflicts(layer, same)
    said = {"output shape": layer.output_shape, "input shapes": layer.input_shapes, "parameters": layer.params}
    true = {"output shape": same.outputs, "input shapes": same.inputs, "parameters": same.params}
    if not fields:
        return f"{layer.kind} call out of order", f"{layer.path} comes again"
    return f"{layer.kind} {fields[0]}", f"{layer.path}: said {said[fields[0]]}, torch has {true[fields[0]]}"


def _conflicts(layer: Layer, call: Call) -> list[str]:
    """The fields in which a claim about a call is false; unknown values conflict with nothing."""
    if (layer.path, layer.kind) != (call.path, call.kind):
        return ["module"]
    fields = []
    if not _all_fit(flatten(layer.output_shape), call.outputs):
        fields.append("output shape")
    if not _all_fit(flatten(layer.input_shapes), call.inputs):
        fields.append("input shapes")
    if layer.params is not None and layer.params != call.params:
        fields.append("parameters")
    return fields


def _all_fit(said: tuple[Any, ...] | None, true: tuple[Shape, ...]) -> bool:
    """Whether shapes, in part unknown, can be the true ones."""
    if said is None or (said == ((),) and not true):
        return True
    return len(said) == len(true) and all(_fits(one, other) for one, other in zip(said, true, strict=True))


def _fits(said: Any, true: Shape) -> bool:
    if said is None:
        return True
    pairs = zip(said, true, strict=False)
    return len(said) == len(true) and all(not isinstance(one, int) or one == other for one, other in pairs)


def _first_unknown(truth: Truth, summary: Summary) -> tuple[str, str] | None:
    """What keeps a true answer from being complete: (cause, detail). The first gap is the cause, if there is one."""
    detail = _unknown_detail(truth, summary)
    if detail is None:
        return None
    if not summary.gaps:
        return "unknown without a gap", detail
    gap = summary.gaps[0]
    where = f"{Path(gap.place.filename).name}:{gap.place.span[0]}" if gap.place is not None else "no place"
    return str(gap.reason), f"{detail} ({where})"


def _unknown_detail(truth: Truth, summary: Summary) -> str | None:
    if len(summary.layers) < len(truth.calls):
        lost = _first_missing(truth.calls, summary.layers)
        return f"{len(summary.layers)} of {len(truth.calls)} calls, the first missing is {lost.path}"
    for layer, call in zip(summary.layers, truth.calls, strict=True):
        if layer.params is None or not _all_known(layer.output_shape, call.outputs):
            return f"{layer.path}: said {layer.output_shape} and {layer.params} parameters"
        if flatten(layer.input_shapes) is not None and not _all_known(layer.input_shapes, call.inputs):
            return f"{layer.path}: said input {layer.input_shapes}"
    return "total parameters" if summary.params is None else None


def _all_known(said: Any, true: tuple[Shape, ...]) -> bool:
    """Whether every size is said; one that depends on values has none to say."""
    shapes = flatten(said)
    if shapes is None:
        return False
    if shapes == ((),) and not true:
        return True
    return all(
        one is not None and all(size is None or isinstance(part, int) for part, size in zip(one, other, strict=True))
        for one, other in zip(shapes, true, strict=True)
    )


def flatten(shapes: Any) -> tuple[Any, ...] | None:
    """The flat tuple of shapes in a nest of them; None for a nest that is not known, and for each part that is not.

    A tuple without containers is one shape: `(None, 3)` has an unknown size and a size of 3.
    """
    if shapes is None:
        return None
    if isinstance(shapes, dict):
        shapes = tuple(shapes.values())
    if not any(isinstance(part, (tuple, list, dict)) for part in shapes):
        return (tuple(shapes),)
    return tuple(_parts(shapes))


def _parts(shapes: Iterable[Any]) -> Iterable[Any]:
    for shape in shapes:
        yield from (None,) if shape is None else flatten(shape) or ()
