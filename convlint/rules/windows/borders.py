"""What puts cells around a map, and of which map: pad layers, `cat`, indices, a canvas, windows beyond "same"."""

from __future__ import annotations

import re

from convlint.layers.core.tensor import Tensor
from convlint.trace import Event

PADS = re.compile(r"torch\.nn\.(functional\.pad|\w+Pad[123]d)")
PICKS = frozenset({"torch.index_select", "torch.Tensor.index_select", "torch.Tensor.__getitem__"})
JOINS = frozenset({"torch.cat", "torch.concat", "torch.concatenate"})


def map_of(event: Event, made: Tensor, count: int) -> Tensor | None:
    """Return the map that a call works on: its first tensor; of those that a `cat` joins along one of the last `count`
    axes, the only largest."""
    if not event.inputs or event.name not in JOINS or any(given.ndim != made.ndim for given in event.inputs):
        return event.inputs[0] if event.inputs else None
    axis = next((axis for axis in range(made.ndim) if event.inputs[0].shape[axis] != made.shape[axis]), 0)
    if axis < made.ndim - count:
        return event.inputs[0]
    lengths = [(length, given) for given in event.inputs if isinstance(length := given.shape[axis], int)]
    if len(lengths) == len(event.inputs):
        largest = max(length for length, _ in lengths)
        found = [given for length, given in lengths if length == largest]
    else:
        found = [given for given in event.inputs if not isinstance(given.shape[axis], int)]
    return found[0] if len(found) == 1 else None


def pads(event: Event) -> bool:
    """Tell whether a call adds cells around a map: a pad layer, `pad`, a `cat`, indices that repeat cells, or a window
    with more than "same"."""
    if event.name in PICKS:
        return event.inputs[0].ndim == event.outputs[0].ndim and has_grown(event.inputs[0], event.outputs[0])
    return bool(PADS.fullmatch(kind(event))) or event.name in JOINS or (slides_by_one(event) and grows(event))


def is_put_into(reader: Event, made: Tensor) -> bool:
    """Tell whether a call writes a smaller map of the same rank into a tensor."""
    if reader.name != "torch.Tensor.__setitem__" or len(reader.inputs) != 2 or reader.inputs[0] is not made:
        return False
    return reader.inputs[1].ndim == made.ndim and has_grown(reader.inputs[1], made)


def has_grown(before: Tensor, after: Tensor) -> bool:
    growths = [new - old for old, new in zip(before.shape, after.shape, strict=True)]
    return any(isinstance(growth, int) and growth > 0 for growth in growths)


def has_shrunk(before: Tensor, after: Tensor) -> bool:
    """Tell whether a tensor has certainly not become larger along any axis."""
    growths = [new - old for old, new in zip(before.shape, after.shape, strict=False)]
    return before.ndim != after.ndim or all(isinstance(growth, int) and growth <= 0 for growth in growths)


def grows(event: Event) -> bool:
    growths = [axis.size_out - axis.size_in for window in event.windows for axis in window.axes]
    return any(isinstance(growth, int) and growth > 0 for growth in growths)


def slides_by_one(event: Event) -> bool:
    return bool(event.windows) and all(axis.stride == 1 for window in event.windows for axis in window.axes)


def kind(event: Event) -> str:
    return event.module.torch_name if event.module is not None else event.name
