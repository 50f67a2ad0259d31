"""The calls of a run as a graph: what torch computes as nodes, and which result goes where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from convlint.rules.subjects import is_primitive
from convlint.trace import Event, ModelTrace

INPUT = -1
"""Stands for what the model is given."""


@dataclass(frozen=True, slots=True)
class Node:
    """A call, the places of the nodes whose results it takes, and the path of the module around it."""

    event: Event
    sources: tuple[int, ...]
    parent: str
    name: str
    """The last part of a layer's path, or what a function is called."""


def nodes(trace: ModelTrace) -> list[Node]:
    """Return the calls of a run that give tensors, in order; parameters and constants are no sources."""
    found: list[Node] = []
    makers: dict[int, int] = {id(tensor): INPUT for tensor in trace.inputs}
    for event in trace.events:
        if not is_shown(event):
            continue
        sources = tuple(dict.fromkeys(makers[id(one)] for one in event.inputs if id(one) in makers))
        for output in event.outputs:
            makers[id(output)] = len(found)
        found.append(Node(event, sources, *_place(event)))
    return found


def is_shown(event: Event) -> bool:
    """Whether a call computes a tensor from others, or is one of a layer."""
    whole = event.name == "torch.nn.MultiheadAttention"
    if not (is_primitive(event) or whole):
        return False
    return event.module is not None or bool(event.outputs and event.inputs) or not event.output_known


def _place(event: Event) -> tuple[str, str]:
    if event.module is not None:
        parent, _, name = event.module.path.rpartition(".")
        return parent, name or event.module.kind
    return "" if event.within is None else event.within.path, event.name.rpartition(".")[2].strip("_")


def ends(trace: ModelTrace, graph: list[Node]) -> Iterator[int]:
    """Yield the nodes whose results the model returns."""
    makers = {id(tensor): place for place, node in enumerate(graph) for tensor in node.event.outputs}
    yield from dict.fromkeys(makers[id(one)] for one in trace.outputs if id(one) in makers)
