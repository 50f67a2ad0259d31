"""The calls of a run as a graph: what torch computes as nodes, and which result goes where."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from convlint.leaves import grouped
from convlint.receptive_field import is_cellwise
from convlint.rules.subjects import SLIDING, is_primitive, repeats_cells
from convlint.trace import Event, ModelTrace

INPUT = -1
"""Stands for what the model is given."""
_MEASURING = frozenset(
    {"dim", "ndimension", "size", "numel", "nelement", "stride", "is_contiguous", "is_floating_point"}
)
"""What asks for sizes of a tensor, not for its cells."""
_SPELT = {
    "iadd": "add", "radd": "add", "isub": "sub", "rsub": "sub", "imul": "mul", "rmul": "mul", "truediv": "div",
    "itruediv": "div", "rtruediv": "div", "imatmul": "matmul", "rmatmul": "matmul", "ipow": "pow", "rpow": "pow",
}  # fmt: skip
"""What operators are called that Python has several methods for."""


class Node(Struct, frozen=True):
    """A call, the places of the nodes whose results it takes, and the path of the module around it."""

    event: Event
    inner: tuple[Event, ...]
    """The calls that the program's own code of a layer of torch's makes."""
    sources: tuple[int, ...]
    parent: str
    name: str
    """The last part of a layer's path, or what a function is called."""


def nodes(trace: ModelTrace) -> list[Node]:
    """Return the calls of a run that give tensors, in order; parameters and constants are no sources."""
    found: list[Node] = []
    makers: dict[int, int] = {id(tensor): INPUT for tensor in trace.inputs}
    for event, inner in grouped(trace.events):
        if not is_shown(event):
            continue
        given = [one for call in (event, *inner) for one in call.inputs if id(one) in makers]
        sources = tuple(dict.fromkeys(makers[id(one)] for one in given))
        for output in [one for call in (event, *inner) for one in call.outputs]:
            makers[id(output)] = len(found)
        found.append(Node(event, inner, sources, *_place(event)))
    return found


def is_shown(event: Event) -> bool:
    """Whether a call computes a tensor from others, or is one of a layer."""
    if not (is_primitive(event) or event.computes_whole):
        return False
    return event.module is not None or bool(event.outputs and event.inputs) or not event.output_known


def _place(event: Event) -> tuple[str, str]:
    if event.module is not None:
        parent, _, name = event.module.path.rpartition(".")
        return parent, name or event.module.kind
    name = event.name.rpartition(".")[2].strip("_")
    return "" if event.within is None else event.within.path, _SPELT.get(name, name)


def reads(node: Node) -> str:
    """Tell what of its inputs one cell of a result hangs on: a "window", the cell of the "same" place, or "all"."""
    event = node.event
    if node.inner:
        return "all"
    if not event.windows:
        return "same" if is_cellwise(event) else "all"
    computed = [tensor for tensor in event.inputs if not tensor.is_parameter]
    alone = len(event.windows) == len(computed) == 1 and len(event.windows[0].axes) == computed[0].ndim - 2
    return "window" if alone and event.windows[0].kind in SLIDING and not repeats_cells(event) else "all"


def is_tracked(trace: ModelTrace) -> bool:
    """Tell whether all that reads a result is known."""
    if not trace.complete or trace.doubts or trace.unknown_outputs:
        return False
    return all(
        event.inputs_known and event.output_known and not event.unknown and (is_shown(event) or not _reads_cells(event))
        for event in trace.events
    )


def _reads_cells(event: Event) -> bool:
    return is_primitive(event) and bool(event.inputs) and event.name.rpartition(".")[2] not in _MEASURING


def ends(trace: ModelTrace, graph: list[Node]) -> Iterator[int]:
    """Yield the nodes whose results the model returns."""
    makers = {id(tensor): place for place, node in enumerate(graph) for tensor in node.event.outputs}
    yield from dict.fromkeys(makers[id(one)] for one in trace.outputs if id(one) in makers)
