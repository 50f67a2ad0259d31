"""The part of CVL101 on inputs of open size: for which sizes windows leave real cells at the end unread."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from convlint.evidence import UnreadAtSomeSizes
from convlint.findings import Related, Severity
from convlint.layers.core.facts import Window, WindowAxis
from convlint.rules.base import Claim
from convlint.rules.mismatches.open_sizes import Sizes, accepted_by, are_all_odd, example, sets_of, sizes_where
from convlint.rules.subjects import POOLING, at_definition, repeats_cells, sliding_windows, subject
from convlint.rules.windows.net_effect import NetEffect
from convlint.rules.wording import axis_names, cells
from convlint.symbolic import Condition, Dim, Size, SymbolKind, at_least
from convlint.trace import Event, ModelTrace

MOST_OTHERS = 4


class Loss(Struct, frozen=True):
    """A call that leaves cells unread, and for which sizes on each axis; None on an axis that is read to its end."""

    event: Event
    window: Window
    sizes: tuple[Sizes | None, ...]


def unread_at_some_sizes(trace: ModelTrace) -> Iterator[Claim]:
    """Yield one claim for a run: the first call that leaves cells unread at some sizes, and which others do."""
    known = None
    losses: list[Loss] = []
    net = NetEffect(trace)
    for event, window in sliding_windows(trace):
        open_axes = [axis if _may_lose(axis) else None for axis in window.axes]
        if any(open_axes):
            pads = zip(open_axes, net.pads_at_end(event, window), strict=True)
            open_axes = [axis if axis is not None and _may_lose(axis, end) else None for axis, end in pads]
        if not any(open_axes) or (repeats_cells(event) and any(axis.pad_before != 0 for axis in window.axes)):
            continue
        known = known or accepted_by(trace)
        if known is None or not trace.only_path:
            return
        sizes = tuple(sizes_where(_is_lost(axis), known) if axis else None for axis in open_axes)
        lost = [_is_lost(axis) for axis, item in zip(window.axes, sizes, strict=True) if item]
        found = example((*trace.assumed, *lost)) if lost else None
        if found is not None and all(symbol.kind is SymbolKind.INPUT for symbol in found):
            losses.append(Loss(event, window, sizes))
    if losses:
        always = [loss for loss in losses if any(item and item.every for item in loss.sizes)]
        chosen = always[0] if always else losses[0]
        claim = _claim(trace, chosen, losses)
        yield claim if always else replace(claim, severity=Severity.NOTE)


def _may_lose(axis: WindowAxis, end: Size = 0) -> bool:
    """Tell whether the axis has an open size, and a step so large that more than padding can be left over, that of a
    pad layer at its end included."""
    if axis.ceil_mode or steps_over(axis):
        return False
    most = axis.stride - 1 - axis.pad_after - end
    return isinstance(raster_rest(axis), Dim) and isinstance(most, int) and most > 0


def steps_over(axis: WindowAxis) -> bool:
    """Tell whether the stride leaves cells out between the windows: those at the end are then left out like any others,
    which CVL105 says."""
    gap = axis.stride - axis.extent
    return isinstance(gap, int) and gap > 0


def raster_rest(axis: WindowAxis) -> Size:
    """Return how many cells of the padded axis lie behind the last window of a whole step's raster."""
    return (axis.size_in + axis.pad_before + axis.pad_after - axis.extent) % axis.stride


def _is_lost(axis: WindowAxis) -> Condition:
    return at_least(raster_rest(axis), axis.pad_after + 1)


def _claim(trace: ModelTrace, chosen: Loss, losses: list[Loss]) -> Claim:
    names = axis_names(len(chosen.sizes))
    parts = [
        f"the last {cells(name, 2).partition(' ')[2]} {item.text}"
        for name, item in zip(names, chosen.sizes, strict=True)
        if item is not None
    ]
    others = {subject(loss.event): loss.event for loss in losses if subject(loss.event) != subject(chosen.event)}
    related = tuple(
        Related(event.place, f"{subject(event)} leaves cells unread, too")
        for event in list(others.values())[:MOST_OTHERS]
    )
    return at_definition(
        chosen.event,
        f"{subject(chosen.event)} never reads {', and '.join(parts)}",
        advice=_advice(trace, chosen, losses),
        extra=related,
        evidence=_evidence(trace, chosen),
    )


def _advice(trace: ModelTrace, chosen: Loss, losses: list[Loss]) -> str:
    """Say on which sizes the whole model loses nothing; where these are all odd, as images hardly are, what the layer
    would need."""
    read = [
        at_least(axis.pad_after, raster_rest(axis))
        for loss in losses
        for axis, item in zip(loss.window.axes, loss.sizes, strict=True)
        if item is not None
    ]
    symbols = dict.fromkeys(item.symbol for loss in losses for item in loss.sizes if item is not None)
    if any(are_all_odd((*trace.assumed, *read), symbol) for symbol in symbols):
        return _mending(chosen)
    sets = sets_of((*trace.assumed, *read), symbols)
    return f"nothing is lost on {', '.join(sets)}" if sets else ""


def _mending(loss: Loss) -> str:
    """Say what makes a layer read everything at every size, "" if its windows cannot."""
    if loss.window.kind in POOLING:
        return "`ceil_mode=True` reads the rest"
    axes = [axis for axis, item in zip(loss.window.axes, loss.sizes, strict=True) if item is not None]
    paddings = {_padding_for_every_size(axis) for axis in axes}
    padding = paddings.pop() if len(paddings) == 1 else None
    return f"`padding={padding}` reads everything" if padding is not None else ""


def _padding_for_every_size(axis: WindowAxis) -> Size | None:
    """Return the padding, smaller than the kernel, behind which no size leaves a real cell over."""
    enough = axis.stride - 1
    fits = isinstance(enough, int) and isinstance(axis.extent, int) and enough < axis.extent
    return enough if fits and axis.pad_before == axis.pad_after else None


def _evidence(trace: ModelTrace, loss: Loss) -> UnreadAtSomeSizes:
    axes = loss.window.axes
    lost = tuple(_is_lost(axis) if item is not None else None for axis, item in zip(axes, loss.sizes, strict=True))
    unread = tuple(raster_rest(axis) - axis.pad_after for axis in axes)
    return UnreadAtSomeSizes(loss.event, loss.window, lost, unread, trace.assumed)
