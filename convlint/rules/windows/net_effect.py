"""How a map's size changes by a window together with the padding before it and what is cut off behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from convlint.layers.core.facts import Window
from convlint.layers.core.tensor import Tensor
from convlint.rules.subjects import is_primitive
from convlint.symbolic import Size
from convlint.trace import Event, ModelTrace

_PADS = re.compile(r"torch\.nn\.(functional\.pad|\w+Pad[123]d)")
_JOINS = frozenset({"torch.cat", "torch.concat", "torch.concatenate"})


class NetEffect:
    """Follows the maps of one run from the windows that slide over them, backwards and to what reads their output."""

    def __init__(self, trace: ModelTrace) -> None:
        self._events = [event for event in trace.events if is_primitive(event)]
        self._makers: dict[int, int] = {}
        """Which event made a tensor; one that changes it in place did not."""
        for number, event in enumerate(self._events):
            for made in event.outputs:
                if not any(made is given for given in event.inputs):
                    self._makers.setdefault(id(made), number)

    def losses(self, event: Event, window: Window) -> tuple[Size | None, ...]:
        """Return by how much each axis is smaller than before it was padded (negative for larger), None where nothing
        was padded before. Of several paddings the one counts that explains most."""
        if not event.inputs:
            return (None,) * len(window.axes)
        padded = list(self._before_padding(event.inputs[0], len(window.axes)))
        found: list[Size | None] = []
        for place, axis in zip(range(-len(window.axes), 0), window.axes, strict=True):
            losses = [tensor.shape[place] - axis.size_out for tensor, wider in padded if wider[place]]
            whole = [loss for loss in losses if isinstance(loss, int)]
            found.append(min(whole) if whole else next(iter(losses), None))
        return tuple(found)

    def is_cut_back(self, event: Event, window: Window, number: int) -> bool:
        """Tell whether something that reads a window's output cuts an axis back to the size of the window's input."""
        size, place = window.axes[number].size_in, number - len(window.axes)
        return any(
            not reader.windows and made.ndim >= -place and made.shape[place] == size
            for reader in self._events
            if any(given is output for given in reader.inputs for output in event.outputs)
            for made in reader.outputs
        )

    def is_chain(self, events: Sequence[Event]) -> bool:
        """Tell whether each of these calls works on what came of the one before it."""
        wanted = {id(event) for event in events}
        behind: list[frozenset[int]] = []
        for event in self._events:
            makers = {self._makers[id(given)] for given in event.inputs if id(given) in self._makers}
            earlier = [number for number in makers if number < len(behind)]
            found = frozenset[int]().union(*(behind[number] for number in earlier))
            behind.append(found | {id(self._events[it]) for it in earlier if id(self._events[it]) in wanted})
        before = {id(event): seen for event, seen in zip(self._events, behind, strict=True)}
        return all(id(first) in before.get(id(second), ()) for first, second in pairwise(events))

    def _before_padding(self, tensor: Tensor, count: int) -> Iterator[tuple[Tensor, tuple[bool, ...]]]:
        """Yield the maps that were padded on the way to a tensor, and along which axes, back to where the size of its
        last `count` axes was changed otherwise."""
        limit = len(self._events)
        while (number := self._makers.get(id(tensor), limit)) < limit:
            maker, limit = self._events[number], number
            source = _source(maker, tensor)
            if source is None or source.ndim != tensor.ndim or source.ndim <= count:
                return
            same = source.shape[-count:] == tensor.shape[-count:]
            if _pads(maker):
                yield source, tuple(old != new for old, new in zip(source.shape, tensor.shape, strict=True))
            elif not same and not _slides_by_one(maker):
                return
            tensor = source


def _pads(event: Event) -> bool:
    """Tell whether a call adds cells around a map: a pad layer, `pad`, a `cat`, or a window with more than "same"."""
    kind = event.module.torch_name if event.module is not None else event.name
    return bool(_PADS.fullmatch(kind)) or event.name in _JOINS or (_slides_by_one(event) and _grows(event))


def _slides_by_one(event: Event) -> bool:
    return bool(event.windows) and all(axis.stride == 1 for window in event.windows for axis in window.axes)


def _grows(event: Event) -> bool:
    growths = [axis.size_out - axis.size_in for window in event.windows for axis in window.axes]
    return any(isinstance(growth, int) and growth > 0 for growth in growths)


def _source(event: Event, made: Tensor) -> Tensor | None:
    """Return the map that a call works on: its first tensor; of those that a `cat` joins, the only largest."""
    if not event.inputs or event.name not in _JOINS or any(given.ndim != made.ndim for given in event.inputs):
        return event.inputs[0] if event.inputs else None
    axis = next((axis for axis in range(made.ndim) if event.inputs[0].shape[axis] != made.shape[axis]), 0)
    lengths = [(length, given) for given in event.inputs if isinstance(length := given.shape[axis], int)]
    if len(lengths) == len(event.inputs):
        largest = max(length for length, _ in lengths)
        found = [given for length, given in lengths if length == largest]
    else:
        found = [given for given in event.inputs if not isinstance(given.shape[axis], int)]
    return found[0] if len(found) == 1 else None
