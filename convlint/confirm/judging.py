"""What torch's answer means for a static trace: confirmed, refuted, raising, or saying nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from convlint.accepts import Accepted
from convlint.confirm.compare import Call, Row, first_falsehood, side_by_side
from convlint.confirm.trials import Shapes, Values, number
from convlint.memory.account import memory_of
from convlint.summary import ModelSummary, summary_of
from convlint.trace import ModelTrace, Place, Violation


class Outcome(Enum):
    """What torch says to a static trace; the value is what every output format prints."""

    CONFIRMED = "confirmed"
    """All that convlint says of the run is true: what it says is refused is refused there."""
    REFUTED = "refuted"
    """Something that convlint says is false: a bug in convlint."""
    RAISES = "raises"
    """torch raises where convlint foresees nothing."""
    NOT_CHECKED = "not-checked"
    """The run could not be repeated, or says nothing; the reason tells why."""


class Raised(Struct, frozen=True):
    """What torch or the user's code raised: at the `stage` "import", "build" or "run", the innermost place first in a
    file of the user's (None if there is none), and `inside` which leaf module."""

    stage: str
    type: str
    text: str
    place: Place | None
    inside: str = ""


class ModelCheck(Struct, frozen=True):
    """One run of one model, in torch and on paper."""

    model: str
    qualname: str
    place: Place
    training: bool
    outcome: Outcome
    reason: str = ""
    inputs: Shapes = ()
    """The shapes that it was run on; sizes that were symbols are chosen."""
    rows: tuple[Row, ...] = ()
    """Every call of a leaf module, what convlint says beside what torch does."""
    params_said: int | None = None
    params: int | None = None
    """All parameters, as torch counts them."""
    macs_said: int | None = None
    macs: int | None = None
    """As torch's FLOP counter counts them, where that was asked."""
    activation_bytes: int | None = None
    """What the outputs of all calls take together."""
    saved_bytes_said: int | None = None
    """What autograd keeps for backward, parameters left out, of a run in training mode."""
    saved_bytes: int | None = None
    peak_bytes_said: int | None = None
    """The parameters and what autograd keeps: the larger parts of the next one."""
    peak_bytes: int | None = None
    """The most that torch had in use on a GPU at once, model and input included."""
    unused: tuple[str, ...] = ()
    """The leaf modules that this run did not call."""
    raised: Raised | None = None
    output: str = ""
    """The end of what the child process printed, where it was lost."""

    @property
    def differences(self) -> tuple[Row, ...]:
        """The rows in which something is false."""
        return tuple(row for row in self.rows if row.fields)


class Run(Struct, frozen=True):
    """A trace, the numbers that its symbols get, and whether an input of these sizes is known to take its path."""

    trace: ModelTrace
    values: Values
    shapes: Shapes
    certain: bool
    refused: bool = False
    """Whether the sizes were chosen to be refused."""


def _saved_bytes(run: Run) -> int | None:
    """Return what convlint says that autograd keeps, in numbers."""
    if not run.trace.training:
        return None
    return number(memory_of(run.trace).activations, run.values)


def _peak_bytes(run: Run) -> int | None:
    """Return what convlint says that the parameters take, and what autograd keeps."""
    parameters, saved = number(memory_of(run.trace).parameters, run.values), _saved_bytes(run)
    return None if parameters is None or saved is None else parameters + saved


def judged(run: Run, answer: Mapping[str, Any]) -> ModelCheck:
    """Say what torch's answer means for one path."""
    trace = run.trace
    summary = _in_numbers(summary_of(trace, Accepted(trace.name, (), (), ())), run.values)
    calls = tuple(map(Call.of, answer.get("calls", ())))
    raised = _raised(answer, trace)
    whole = trace.complete and not trace.gaps and raised is None
    rows = side_by_side(summary.layers, calls, whole=whole)
    if raised is not None:  # what convlint says of the calls that would come next, torch does not come to
        rows = tuple(row for row in rows if row.seen is not None)
    check = replace(
        blank_check(trace, Outcome.CONFIRMED),
        inputs=run.shapes,
        rows=() if run.refused else rows,
        params_said=summary.params if isinstance(summary.params, int) else None,
        params=answer.get("params"),
        macs_said=summary.macs if isinstance(summary.macs, int) else None,
        macs=answer.get("macs"),
        activation_bytes=sum(call.bytes for call in calls),
        saved_bytes_said=_saved_bytes(run),
        saved_bytes=answer.get("saved_bytes"),
        peak_bytes_said=_peak_bytes(run),
        peak_bytes=answer.get("peak_bytes"),
        unused=tuple(path for path in answer.get("leaves", ()) if path not in {call.path for call in calls}),
        raised=raised,
    )
    if run.refused:
        return _refusal_expected(check)
    if trace.violation is not None and trace.root is None and (raised is None or raised.stage == "run"):
        reason = f"convlint says that torch refuses to build it: {trace.violation.refusal.text}"
        return replace(
            check, outcome=Outcome.REFUTED if trace.violation.certain else Outcome.NOT_CHECKED, reason=reason
        )
    if trace.violation is not None:
        return _violation_expected(check, trace.violation, len(calls), len(summary.layers))
    if raised is not None:
        return _unforeseen(check, run, raised)
    false = first_falsehood(calls, int(answer["params"]), summary)
    if false is None:
        false = _false_macs(check, summary, answer.get("macs_of", ()))
    return check if false is None else replace(check, outcome=Outcome.REFUTED, reason=": ".join(false))


def _false_macs(check: ModelCheck, summary: ModelSummary, counts: Sequence[int]) -> tuple[str, str] | None:
    """Tell how the multiply-accumulates differ: in a layer, or in all that is done outside of layers.

    torch's counter counts nothing for some operations, which do their work where it does not look, such as an LSTM or
    attention on the CPU: that it counts nothing for a layer, or less outside of layers, is no difference.
    """
    if check.macs is None or check.macs_said is None or len(counts) != len(summary.layers):
        return None
    said_in_layers = 0
    for layer, count in zip(summary.layers, counts, strict=True):
        if layer.macs is not None and count not in (0, layer.macs):
            return f"{layer.kind} multiply-accumulates", f"{layer.path}: said {layer.macs}, torch counts {count}"
        said_in_layers += layer.macs if isinstance(layer.macs, int) else 0
    outside, counted = check.macs_said - said_in_layers, check.macs - sum(counts)
    if counted <= outside:
        return None
    return "multiply-accumulates outside of layers", f"said {outside}, torch counts {counted}"


def _refusal_expected(check: ModelCheck) -> ModelCheck:
    if check.raised is None:
        return replace(check, outcome=Outcome.REFUTED, reason="convlint says that it refuses this input; torch runs it")
    if check.raised.stage != "run":
        return replace(check, outcome=Outcome.NOT_CHECKED, reason=_what(check.raised))
    return replace(check, reason=f"it refuses this input, as convlint says: {_what(check.raised)}")


def _violation_expected(check: ModelCheck, violation: Violation, calls: int, said: int) -> ModelCheck:
    """Judge a trace that ends where torch is said to raise, after as many `calls` as it is `said` to make."""
    text = violation.refusal.text
    if check.raised is None or (check.raised.stage == "run" and calls > said):
        if violation.certain:
            return replace(check, outcome=Outcome.REFUTED, reason=f"convlint says that torch raises: {text}")
        reason = f"this run does not come to where torch raises: {text}"
        return replace(check, outcome=Outcome.NOT_CHECKED, reason=reason)
    in_its_layer = calls == said and _is_foreseen(check.raised, violation)
    if in_its_layer or _lies_in(check.raised.place, violation.place):
        return replace(check, reason=f"torch raises, as convlint says: {text}")
    return replace(check, outcome=Outcome.NOT_CHECKED, reason=f"another exception comes first: {_what(check.raised)}")


def _is_foreseen(raised: Raised, violation: Violation) -> bool:
    """Whether the layer raises that should, where no code of the user's calls it: `nn.Sequential(…)(x)`."""
    same = violation.module is not None and violation.module.path == raised.inside
    return same and raised.stage == "run" and raised.place is None


def _lies_in(place: Place | None, whole: Place) -> bool:
    """Whether a row is known and lies within a place."""
    if place is None:
        return False
    same = Path(place.filename).resolve() == Path(whole.filename).resolve()
    return same and whole.span[0] <= place.span[0] <= whole.span[2]


def _unforeseen(check: ModelCheck, run: Run, raised: Raised) -> ModelCheck:
    if raised.stage == "import":
        return replace(check, outcome=Outcome.NOT_CHECKED, reason=f"its module cannot be imported: {_what(raised)}")
    if not run.trace.complete:
        reason = f"what convlint follows ends early, and torch raises {_what(raised)}"
        return replace(check, outcome=Outcome.NOT_CHECKED, reason=reason)
    if not run.certain:
        reason = f"on sizes that were chosen for it, it raises {_what(raised)}"
        return replace(check, outcome=Outcome.NOT_CHECKED, reason=reason)
    return replace(check, outcome=Outcome.RAISES, reason=_what(raised))


def _what(raised: Raised) -> str:
    """One line of an exception."""
    return f"{raised.type}: {' '.join(raised.text.split())}"[:300].rstrip(": ")


def _raised(answer: Mapping[str, Any], trace: ModelTrace) -> Raised | None:
    """Return the exception, at the innermost place that lies in a file of the trace or beside the model's own."""
    error = answer.get("error")
    if error is None:
        return None
    files = {Path(place.filename).resolve() for place in _places(trace)}
    own = [frame for frame in error["frames"] if Path(frame[0]).resolve() in files]
    last = own[-1] if own else None
    names = {Path(place.filename).resolve(): place.filename for place in _places(trace)}
    place = None if last is None else Place(names[Path(last[0]).resolve()], (last[1], 0, last[1], 0))
    return Raised(error["stage"], error["type"], error["text"], place, answer.get("inside", ""))


def _places(trace: ModelTrace) -> Iterator[Place]:
    yield trace.place
    yield from (event.place for event in trace.events)
    if trace.violation is not None:
        yield trace.violation.place
        yield from trace.violation.stack
    yield from (module.definition for module in trace.all_modules if module.definition is not None)


def _in_numbers(summary: ModelSummary, values: Values) -> ModelSummary:
    """Return a summary with the chosen values in place of symbols; what depends on anything else is not known."""
    layers = tuple(
        replace(
            layer,
            input_shapes=_nested(layer.input_shapes, values),
            output_shape=_nested(layer.output_shape, values),
            params=number(layer.params, values),
            macs=number(layer.macs, values),
        )
        for layer in summary.layers
    )
    params, macs = number(summary.params, values), number(summary.macs, values)
    return replace(summary, layers=layers, params=params, macs=macs)


def _nested(shapes: Any, values: Values) -> Any:
    if isinstance(shapes, tuple):
        return tuple(_nested(part, values) for part in shapes)
    return number(shapes, values)


def blank_check(trace: ModelTrace, outcome: Outcome, reason: str = "") -> ModelCheck:
    return ModelCheck(trace.name, trace.qualname, trace.place, trace.training, outcome, reason)
