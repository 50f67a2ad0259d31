"""The calls of a run with what is inside of them: what the program's own code of a layer of torch's computes."""

from __future__ import annotations

from collections.abc import Iterable

from convlint.layers.core.facts import Window
from convlint.symbolic import Size
from convlint.trace import Event

Grouped = tuple[Event, tuple[Event, ...]]
"""A call, and the calls that its layer made, if the program has changed what a layer of torch's does."""


def grouped(events: Iterable[Event]) -> list[Grouped]:
    """Return the calls in order, those that a layer of torch's makes by code of the program with that layer's own."""
    found: list[Grouped] = []
    for event in events:
        inner: list[Event] = []
        if event.leaf and event.module is not None and event.name.startswith("torch."):
            while found and found[-1][0].within is event.module:
                own, deeper = found.pop()
                inner[:0] = [*deeper, own]
        found.append((event, tuple(inner)))
    return found


def is_replaced(event: Event, inner: tuple[Event, ...]) -> bool:
    """Tell whether what torch's own layer would do did not run: other code, which made the calls inside, did."""
    return bool(inner) and event.given is None


def windows_of(event: Event, inner: tuple[Event, ...]) -> tuple[Window, ...]:
    """Return the windows that a call slides, or the one that a call inside of it does."""
    inside = [window for one in inner for window in one.windows]
    return event.windows or (tuple(inside) if len(inside) == 1 else ())


def macs_of(event: Event, inner: tuple[Event, ...]) -> Size | None:
    """Return the multiply-accumulates of a call and of what is inside of it; None if nothing of it tells them."""
    costs = [one.cost.macs for one in (event, *inner) if one.cost is not None]
    total: Size = 0
    for macs in costs:
        total = total + macs
    return total if costs else None
