"""Judges what convlint says of a model against what torch did."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from benchmarks.scoreboard.truth import Truth
from convlint.confirm.compare import Summary, all_known, first_falsehood, first_missing, flatten

DOORS = Path(__file__).resolve().parents[1] / "doors"
"""Where the front doors of libraries are that take more than plain values."""
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


class Judge:
    """Asks convlint about one model and judges the answer; a class so that it can be sent to another process."""

    def __init__(self, source: Path) -> None:
        self.source = source

    def __call__(self, truth: Truth) -> Verdict:
        import convlint

        kwargs, folders = dict(truth.kwargs), (DOORS, self.source)
        return judge(truth, convlint.summarize(truth.target, *truth.inputs, kwargs=kwargs, search_path=folders))


def judge(truth: Truth, summary: Summary) -> Verdict:
    """Compare one answer with the truth."""
    false = first_falsehood(truth.calls, truth.params, summary)
    if false is not None:
        return Verdict(truth.key, "wrong", *false)
    missing = _first_unknown(truth, summary)
    if missing is not None:
        return Verdict(truth.key, "partial", *missing)
    return Verdict(truth.key, "exact")


def failure(truth: Truth, error: str | None) -> Verdict:
    """The verdict on a model for which there is no answer; the model's own name is left out of the cause."""
    cause = (error or "no answer").replace(truth.target, "it").replace(truth.name, "it")
    return Verdict(truth.key, "failed", cause)


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
        lost = first_missing(truth.calls, summary.layers)
        return f"{len(summary.layers)} of {len(truth.calls)} calls, the first missing is {lost.path}"
    for layer, call in zip(summary.layers, truth.calls, strict=True):
        if layer.params is None or not all_known(layer.output_shape, call.outputs):
            return f"{layer.path}: said {layer.output_shape} and {layer.params} parameters"
        if flatten(layer.input_shapes) is not None and not all_known(layer.input_shapes, call.inputs):
            return f"{layer.path}: said input {layer.input_shapes}"
    return "total parameters" if summary.params is None else None
