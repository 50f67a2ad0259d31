"""The part of CVL102 that looks at single layers: which make their maps smaller for want of padding, by how much."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from convlint.changes import SetArgument
from convlint.evidence import Resized
from convlint.layers.core.facts import Window, WindowAxis
from convlint.rules.base import Claim
from convlint.rules.mending import set_padding
from convlint.rules.mismatches.open_sizes import accepted_by
from convlint.rules.subjects import POOLING, at_definition, sliding_windows, subject
from convlint.rules.windows.even_kernel_same import is_even_kernel_same
from convlint.rules.windows.meant import is_meant
from convlint.rules.windows.net_effect import NetEffect
from convlint.rules.wording import axis_names, group_axes, joined, size_text
from convlint.symbolic import Dim, Size, SymbolKind, Verdict, equal, symbols_of
from convlint.trace import Event, ModelTrace

_KINDS = POOLING | {"conv"}

Padding = int | str | tuple[int, ...]


class Shrinking(Struct, frozen=True):
    """A call that makes its map smaller for want of padding: by how many cells on each axis, and how much smaller the
    map then is than before what padded it, None where nothing did."""

    event: Event
    window: Window
    losses: tuple[int, ...]
    padded: tuple[Size | None, ...]

    @property
    def message(self) -> str:
        names = axis_names(len(self.window.axes))
        texts = [
            _change(axis.size_in, axis.size_out, loss) if loss else None
            for axis, loss in zip(self.window.axes, self.losses, strict=True)
        ]
        detail = "; ".join(f"{joined(axes)} {text}" for axes, text in group_axes(names, texts))
        return f"{subject(self.event)} shrinks the map: {detail}"

    @property
    def padding(self) -> Padding | None:
        """The padding that keeps the size; None where there is none, or where other padding comes before it."""
        return None if self._short else _keeping_padding(self.window, self.losses)

    @property
    def change(self) -> SetArgument | None:
        """What gives the layer that padding."""
        if self.padding is None or not _pads_itself(self.event, self.window):
            return None
        return set_padding(self.event, self.padding)

    def evidence(self, trace: ModelTrace) -> Resized:
        losses = tuple(loss or None for loss in self.losses)
        return Resized(self.event, self.window, losses, trace.assumed, self.padding)

    def claim(self, trace: ModelTrace) -> Claim:
        """Claim it of the layer alone."""
        advice = _padded_help(self._short) if self._short else _help(self.window, self.padding)
        return at_definition(self.event, self.message, advice=advice, evidence=self.evidence(trace), fix=self.change)

    @property
    def _short(self) -> list[Size]:
        """By how much padding before the layer is less than what it takes away, where there is some."""
        return [less for loss, less in zip(self.losses, self.padded, strict=True) if loss and less is not None]


def shrinking(trace: ModelTrace) -> Iterator[Shrinking]:
    """Yield the calls of a run that make their maps smaller for want of padding, in order."""
    net = NetEffect(trace)
    for event, window in sliding_windows(trace, _KINDS):
        losses = [_loss(axis) for axis in window.axes]
        if not any(losses):
            continue
        padded = net.losses(event, window)
        if is_meant(trace, net, event, window, padded):
            continue
        losses = [0 if _is_made_up(less) else loss for loss, less in zip(losses, padded, strict=True)]
        if any(isinstance(axis.size_out, Dim) for axis in window.axes):
            losses = _unless_it_ends_in_one(trace, window, losses)
        if any(losses):
            yield Shrinking(event, window, tuple(losses), padded)


def _loss(axis: WindowAxis) -> int:
    """Return by how many cells the axis shrinks for want of padding; 0 for none, or where it is not known."""
    if axis.stride != 1 or axis.size_out == 1 or is_even_kernel_same(axis):
        return 0
    loss = axis.extent - 1 - axis.pad_before - axis.pad_after
    return loss if isinstance(loss, int) and loss > 0 else 0


def _is_made_up(loss: Size | None) -> bool:
    """Tell whether the map is not smaller than before it was padded."""
    return isinstance(loss, int) and loss <= 0


def _unless_it_ends_in_one(trace: ModelTrace, window: Window, losses: list[int]) -> list[int]:
    """Leave out axes of open size whose output is 1 for every input that the model accepts."""
    known = accepted_by(trace)
    if known is None:
        return losses
    ends = [known.decide(equal(axis.size_out, 1)) is Verdict.PROVED for axis in window.axes]
    return [0 if end else loss for end, loss in zip(ends, losses, strict=True)]


def _change(before: Size, after: Size, loss: int) -> str:
    """Say how a size changes, and by how much where the sizes themselves do not show it: "H → H − 2" does."""
    change = f"{size_text(before)} → {size_text(after)}"
    shown = _is_plain_sum(before) or size_text(after) == f"{size_text(before)} − {loss}"
    return change if shown else f"{change}, {loss} smaller{_for_every(before)}"


def _is_plain_sum(size: Size) -> bool:
    """Tell whether a size reads as a symbol plus or minus a number."""
    return re.fullmatch(r"\w+ [+−] \d+", size_text(size)) is not None


def _for_every(size: Size) -> str:
    """Say of an open size that it holds whatever it is."""
    names = sorted(str(symbol) for symbol in symbols_of(size) if symbol.kind is SymbolKind.INPUT)
    return f" for every {joined(names)}" if names else ""


def _pads_itself(event: Event, window: Window) -> bool:
    """Tell whether all padding of the window is the layer's own: what other code pads would come on top of it."""
    own = event.module.attributes.get("padding") if event.module is not None else None
    pads = (own,) * len(window.axes) if isinstance(own, int) else own
    sides = [(axis.pad_before, axis.pad_after) for axis in window.axes]
    return isinstance(pads, tuple) and sides == [(pad, pad) for pad in pads]


def _keeping_padding(window: Window, losses: Sequence[int]) -> Padding | None:
    """Return the padding that keeps the size: numbers for odd extents, else "same" where torch takes it.

    An axis that loses nothing keeps the padding that it has.
    """
    lost = list(zip(window.axes, losses, strict=True))
    if any(loss and _spans_odd(axis) for axis, loss in lost):
        takes_same = window.kind == "conv" and all(axis.stride == 1 for axis in window.axes)
        kept = all(loss or axis.pad_before + axis.pad_after == axis.extent - 1 for axis, loss in lost)
        return "same" if takes_same and kept else None
    halves = [(axis.extent - 1) // 2 if loss else axis.pad_before for axis, loss in lost]
    pads = [half for half in halves if isinstance(half, int)]
    if len(pads) < len(halves) or any(not loss and axis.pad_before != axis.pad_after for axis, loss in lost):
        return None
    if window.kind == "lp_pool":  # takes no padding
        return None
    if window.kind != "conv" and any(not _may_pad(axis, pad) for axis, pad in zip(window.axes, pads, strict=True)):
        return None
    return pads[0] if len(set(pads)) == 1 else tuple(pads)


def _spans_odd(axis: WindowAxis) -> bool:
    """Tell whether the padding that keeps the size cannot be the same on both sides."""
    span = axis.extent - 1
    return isinstance(span, int) and span % 2 == 1


def _padded_help(short: list[Size]) -> str:
    """Say how many cells the padding before a layer is too small."""
    amounts = sorted({loss for loss in short if isinstance(loss, int)})
    if not amounts:
        return "the padding before it does not make up for that"
    return f"the padding before it is {joined([str(amount) for amount in amounts])} cells short of keeping the size"


def _help(window: Window, padding: Padding | None) -> str:
    """Say what keeps the size."""
    if padding is not None:
        text = f'"{padding}"' if isinstance(padding, str) else str(padding)
        return f"`padding={text}` keeps the size"
    if any(map(_spans_odd, window.axes)):
        return "an odd kernel can keep the size"
    return "pad the input before it to keep the size"


def _may_pad(axis: WindowAxis, padding: object) -> bool:
    """Tell whether torch takes that padding for a pooling: at most half of the kernel."""
    return isinstance(padding, int) and isinstance(axis.kernel, int) and 2 * padding <= axis.kernel
