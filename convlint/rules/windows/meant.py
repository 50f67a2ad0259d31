"""Where a map is made smaller on purpose: by windows that pool or smooth it, that are told to, or all by one plan."""

from __future__ import annotations

from collections.abc import Sequence

from convlint.layers.core.facts import Window, WindowAxis
from convlint.rules.subjects import CONVOLVING, POOLING, overlaps, sliding_windows
from convlint.rules.windows.net_effect import NetEffect
from convlint.symbolic import Dim, Size, Symbol, SymbolKind, evaluate, symbols_of
from convlint.trace import Event, ModelTrace

_GLOBAL = 64
"""Cells of the model's input that a window of `_WIDE` cells steps over if it is meant for the whole map."""
_WIDE = 4
_MANY = 3
_FAR, _FARTHER = 40_320, 80_640
"""Large sizes with many divisors, at which the slope of a size shows."""


def is_meant(trace: ModelTrace, net: NetEffect, event: Event, window: Window, padded: Sequence[Size | None]) -> bool:
    """Tell whether a window that makes its map smaller does so on purpose. `padded` are the losses against the map
    before it was padded, None where it was not."""
    places = range(-len(window.axes), 0)
    of_image = len(window.axes) > 1
    if of_image and any(_is_global(trace, axis, place) for axis, place in zip(window.axes, places, strict=True)):
        return True
    if _pads_other_axes(event, window) or net.leads_to_one(event, window) or net.is_taken_for_one(event, window):
        return True
    if net.is_put_together(event):
        return True
    if window.kind not in POOLING and not net.is_filter(event):
        return False
    return any(loss is not None for loss in padded) or net.is_padded_before(event) or net.is_smoothing(event, window)


def _pads_other_axes(event: Event, window: Window) -> bool:
    """Tell whether a layer was given the padding that keeps some axes, and 0 for all others: who writes (0, 1, 1) has
    chosen."""
    told = event.module.attributes.get("padding") if event.module is not None else event.arguments.get("padding")
    if not isinstance(told, tuple) or len(told) != len(window.axes):
        return False
    spans = [axis.extent - 1 for axis in window.axes]
    kept = [pad != 0 and span == 2 * pad for pad, span in zip(told, spans, strict=True)]
    return any(kept) and all(is_kept or pad == 0 for is_kept, pad in zip(kept, told, strict=True))


def _is_global(trace: ModelTrace, axis: WindowAxis, place: int) -> bool:
    """Tell whether one window takes in so much of an image, by the steps before it alone, that it is the pooling of a
    whole map, as a 7×7 window is behind a stride of 32."""
    if not isinstance(axis.extent, int) or axis.extent < _WIDE:
        return False
    ratio = _ratio(trace, axis.size_in, place)
    return ratio is not None and axis.extent * ratio >= _GLOBAL


def _ratio(trace: ModelTrace, size: Size, place: int) -> float | None:
    """Return how many cells of the input stand behind one cell of an axis."""
    if isinstance(size, int):
        given = trace.inputs[0].shape[place] if trace.inputs and trace.inputs[0].ndim >= -place else None
        return given / size if isinstance(given, int) and size else None
    symbols = symbols_of(size)
    if any(symbol.kind is not SymbolKind.INPUT for symbol in symbols):
        return None
    near, far = (_value(size, dict.fromkeys(symbols, number)) for number in (_FAR, _FARTHER))
    return (_FARTHER - _FAR) / (far - near) if far > near else None


def _value(size: Dim, values: dict[Symbol, int]) -> int:
    try:
        return evaluate(size, values)
    except (KeyError, ZeroDivisionError):
        return 0


def planned(trace: ModelTrace) -> frozenset[int]:
    """Return the ids of the convolutions that do not pad by plan: those to whose size other maps are cut, those of a
    stem whose strided convolution does not pad either, or of a model that does not pad at any stride; and, where that
    is how the model is made, the second of each pair of which the first keeps the size."""
    net = NetEffect(trace)
    valid = [call for call in sliding_windows(trace, CONVOLVING) if _steps_by_one(call[1]) and _is_valid(net, *call)]
    strides = [call for call in sliding_windows(trace) if overlaps(call[1]) and not _steps_by_one(call[1])]
    if len(strides) >= _MANY and all(_is_valid(net, *call) for call in strides):
        return frozenset(id(event) for event, _ in valid)
    cut = {id(event) for event, window in valid if net.meets_a_cut(event, window)}
    stems, seconds, others = set[int](), set[int](), set[int]()
    for event, window in valid:
        before = net.convolution_before(event)
        if before is None:
            others.add(id(event))
        elif not _steps_by_one(before[1]) and _is_valid(net, *before):
            stems.add(id(event))
        elif [axis.extent for axis in before[1].axes] == [axis.extent for axis in window.axes] and _keeps(before[1]):
            seconds.add(id(event))
        else:
            others.add(id(event))
    return frozenset(cut | stems | (seconds if len(seconds) > 1 and not others else set()))


def _is_valid(net: NetEffect, event: Event, window: Window) -> bool:
    """Tell whether windows overlap, and nothing is padded."""
    unpadded = all(axis.pad_before == 0 == axis.pad_after for axis in window.axes)
    return overlaps(window) and unpadded and all(loss is None for loss in net.losses(event, window))


def _steps_by_one(window: Window) -> bool:
    return all(axis.stride == 1 for axis in window.axes)


def _keeps(window: Window) -> bool:
    return _steps_by_one(window) and all(axis.size_in == axis.size_out for axis in window.axes)
