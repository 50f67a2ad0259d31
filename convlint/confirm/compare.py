"""Compares what convlint says of a model's leaf layers with the calls that torch makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar, Protocol

from msgspec import Struct

from convlint.comparing import Compared

Shape = tuple[int | None, ...]
"""A size of None is one that depends on the values in the tensors, not on shapes alone."""


class Call(Compared, Struct, frozen=True):
    """One call of a leaf module, as a forward hook sees it."""

    apart: ClassVar = frozenset({"bytes"})
    path: str
    kind: str
    """The class name."""
    inputs: tuple[Shape, ...]
    """The shapes of the tensors among the arguments, containers flattened."""
    outputs: tuple[Shape, ...]
    """The shapes of the tensors in the result, containers flattened."""
    params: int
    """The elements of the module's own parameters."""
    bytes: int = 0
    """What the tensors in the result take; it is not compared."""

    @staticmethod
    def of(seen: Mapping[str, Any]) -> Call:
        """Return a call as the child process tells it."""
        inputs, outputs = shapes_of(seen["inputs"]), shapes_of(seen["outputs"])
        return Call(seen["path"], seen["kind"], inputs, outputs, seen["params"], seen["bytes"])


def shapes_of(lists: Iterable[Sequence[int]]) -> tuple[Shape, ...]:
    """Return shapes that came as lists, as JSON has them."""
    return tuple(tuple(sizes) for sizes in lists)


class Layer(Protocol):
    """One entry of `ModelSummary.layers`; a size or a number that is not an integer is one that is not known."""

    @property
    def path(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def input_shapes(self) -> Any: ...
    @property
    def output_shape(self) -> Any: ...
    @property
    def params(self) -> Any: ...


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


class Row(Struct, frozen=True):
    """What convlint says of a call, beside the call that torch makes; None where there is no such thing.

    `fields` are those in which a claim is false: "output shape", "input shapes", "parameters", or "call" for a call
    that torch does not make, or of which convlint says nothing without naming a gap.
    """

    said: Layer | None
    seen: Call | None
    fields: tuple[str, ...] = ()


def side_by_side(layers: Sequence[Layer], calls: Sequence[Call], *, whole: bool) -> tuple[Row, ...]:
    """Return each claim beside the call that it is about, in the order of the calls; `whole` if there are no gaps.

    A claim is taken to be about the next call that it fits; if it fits none, about the next one of the same module.
    """
    rows: list[Row] = []
    position = 0
    for layer in layers:
        rest = range(position, len(calls))
        same = [at for at in rest if not conflicts(layer, calls[at])] or [at for at in rest if _same(layer, calls[at])]
        if not same:
            rows.append(Row(layer, None, ("call",)))
            continue
        rows += [Row(None, call, ("call",) if whole else ()) for call in calls[position : same[0]]]
        rows.append(Row(layer, calls[same[0]], tuple(conflicts(layer, calls[same[0]]))))
        position = same[0] + 1
    rows += [Row(None, call, ("call",) if whole else ()) for call in calls[position:]]
    return tuple(rows)


def _same(layer: Layer, call: Call) -> bool:
    return (layer.path, layer.kind) == (call.path, call.kind)


def first_falsehood(calls: Sequence[Call], params: int, summary: Summary) -> tuple[str, str] | None:
    """The first claim that torch contradicts: (cause, detail). torch ran the model, so that it raises is false too.

    The calls that convlint names must be a subsequence of torch's. Taking the earliest call that fits is enough: if
    any assignment exists, that one does.
    """
    if summary.error:
        return "says that torch raises", f"after {len(summary.layers)} of {len(calls)} calls: {summary.error}"
    position = 0
    for layer in summary.layers:
        fitting = (at for at in range(position, len(calls)) if not conflicts(layer, calls[at]))
        found = next(fitting, None)
        if found is None:
            return _explain(layer, calls, position)
        position = found + 1
    if len(summary.layers) < len(calls) and not summary.gaps:
        lost = first_missing(calls, summary.layers)
        return f"{lost.kind} call left out without a gap", f"{lost.path} is not among the layers"
    if summary.params is not None and summary.params != params:
        return "total parameters", f"said {summary.params}, torch has {params}"
    return None


def first_missing(calls: Sequence[Call], layers: Sequence[Layer]) -> Call:
    """The first of torch's calls that the earliest fitting assignment passes over."""
    remaining = iter(layers)
    layer = next(remaining, None)
    for call in calls:
        if layer is None or conflicts(layer, call):
            return call
        layer = next(remaining, None)
    raise ValueError("no call is missing")


def _explain(layer: Layer, calls: Sequence[Call], position: int) -> tuple[str, str]:
    """Why no call from `position` on fits: the fields that differ from the next call of the same module, if any."""
    same = next((call for call in calls[position:] if (call.path, call.kind) == (layer.path, layer.kind)), None)
    if same is None:
        expected = calls[position].path if position < len(calls) else "no more calls"
        return f"{layer.kind} call that torch does not make", f"said {layer.path}, torch has {expected}"
    fields = conflicts(layer, same)
    said = {"output shape": layer.output_shape, "input shapes": layer.input_shapes, "parameters": layer.params}
    true = {"output shape": same.outputs, "input shapes": same.inputs, "parameters": same.params}
    if not fields:
        return f"{layer.kind} call out of order", f"{layer.path} comes again"
    return f"{layer.kind} {fields[0]}", f"{layer.path}: said {said[fields[0]]}, torch has {true[fields[0]]}"


def conflicts(layer: Layer, call: Call) -> list[str]:
    """The fields in which a claim about a call is false; unknown values conflict with nothing."""
    if (layer.path, layer.kind) != (call.path, call.kind):
        return ["module"]
    fields = []
    if not all_fit(flatten(layer.output_shape), call.outputs):
        fields.append("output shape")
    if not all_fit(flatten(layer.input_shapes), call.inputs):
        fields.append("input shapes")
    if layer.params is not None and layer.params != call.params:
        fields.append("parameters")
    return fields


def all_fit(said: tuple[Any, ...] | None, true: tuple[Shape, ...]) -> bool:
    """Whether shapes, in part unknown, can be the true ones."""
    if said is None or (said == ((),) and not true):
        return True
    return len(said) == len(true) and all(_fits(one, other) for one, other in zip(said, true, strict=True))


def _fits(said: Any, true: Shape) -> bool:
    if said is None:
        return True
    pairs = zip(said, true, strict=False)
    return len(said) == len(true) and all(not isinstance(one, int) or one == other for one, other in pairs)


def all_known(said: Any, true: tuple[Shape, ...]) -> bool:
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
