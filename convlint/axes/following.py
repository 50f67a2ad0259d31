"""Carries what axes mean along the events of a run, and collects what operations say of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from convlint.axes import operations
from convlint.axes.pieces import Axis, Piece, Role, Said, fresh
from convlint.axes.saying import said
from convlint.layers.core.tensor import Tensor
from convlint.trace import Event


class Axes(Struct, eq=False):
    """The axes of every tensor of a run, and all that is said of them."""

    _of: dict[int, tuple[Axis, ...]] = {}
    _said: dict[int, list[Said]] = {}
    _made: dict[int, Event] = {}
    _taken: dict[int, list[Event]] = {}
    _held: list[Tensor] = []
    """Keeps the tensors alive, whose identities are the keys."""

    def of(self, tensor: Tensor) -> tuple[Axis, ...]:
        """Return the axes of a tensor; new ones of which nothing is known if it has not been met."""
        found = self._of.get(id(tensor))
        if found is None or len(found) != tensor.ndim:
            found = self._of[id(tensor)] = tuple(map(fresh, tensor.shape))
            self._held.append(tensor)
        return found

    def said_of(self, axis: Axis, role: Role | None = None) -> Iterator[Said]:
        """Yield what is said of an axis of one piece, in whatever operation it or what it is like took part."""
        if len(axis) != 1:
            return
        for piece in axis[0].lineage():
            for said_ in self._said.get(id(piece), ()):
                if role is None or said_.role is role:
                    yield said_

    def maker(self, tensor: Tensor) -> Event | None:
        """Return the innermost operation that gave a tensor."""
        return self._made.get(id(tensor))

    def takers(self, tensor: Tensor) -> Sequence[Event]:
        """Return the operations that are given a tensor, in their order."""
        return self._taken.get(id(tensor), ())

    def add(self, event: Event) -> None:
        """Go on with the next event."""
        inputs = [self.of(tensor) for tensor in event.inputs]
        new = [tensor for tensor in event.outputs if id(tensor) not in self._made]
        outputs = operations.carried(event, inputs) if new else None
        for number, tensor in enumerate(event.outputs):
            if not any(tensor is other for other in new) or any(tensor is given for given in event.inputs):
                continue
            self._made[id(tensor)] = event
            self._held.append(tensor)
            if outputs is not None and number < len(outputs) and len(outputs[number]) == tensor.ndim:
                self._of[id(tensor)] = outputs[number]
        for given in event.inputs:
            self._taken.setdefault(id(given), []).append(event)
            self._held.append(given)
        for piece, claim in said(event, inputs, [self.of(tensor) for tensor in event.outputs]):
            self._said.setdefault(id(piece), []).append(claim)
            self._pieces.append(piece)

    _pieces: list[Piece] = []


MOST_KEPT = 32
_last: dict[int, tuple[Sequence[Event], Axes]] = {}


def axes_of(events: Sequence[Event]) -> Axes:
    """Return the axes of a run. Several rules ask for those of all runs of a model in turn, so answers are kept."""
    known = _last.get(id(events))
    if known is not None:
        return known[1]
    axes = Axes()
    for event in events:
        axes.add(event)
    if len(_last) >= MOST_KEPT:
        _last.clear()
    _last[id(events)] = events, axes
    return axes


def forget() -> None:
    """Forget the axes of all runs."""
    _last.clear()
