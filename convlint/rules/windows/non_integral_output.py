"""CVL101: the windows of a convolution or pooling do not fit its input a whole number of times."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from convlint.config import Config
from convlint.evidence import AxisReading, Unread
from convlint.findings import Severity
from convlint.layers.core.facts import Window, WindowAxis
from convlint.rules.base import Claim, Rule
from convlint.rules.subjects import POOLING, at_definition, repeats_cells, sliding_windows, subject
from convlint.rules.windows.net_effect import NetEffect
from convlint.rules.windows.remainders import raster_rest, steps_over, unread_at_some_sizes
from convlint.rules.wording import axis_names, cells, group_axes, joined, quotient, size_text, window_formula
from convlint.symbolic import Size
from convlint.trace import Event, ModelTrace


class NonIntegralOutput(Rule):
    """The windows do not fit: (W − F + 2P) is not a multiple of S, and torch rounds the output size down.

    ## What it does
    Checks convolutions, poolings and `unfold` for a remainder `r = (W − F + 2P) mod S`. It is a `warning` if `r` is
    larger than the padding at the end, since then `r − P` real rows or columns are never read, and a `note` if only
    padding is dropped. With dilation, F is `d·(F − 1) + 1`; with `ceil_mode=True` the last window reads the rest.
    A stride larger than the kernel skips by design: what lies behind its last window is no further loss (CVL105). Nor
    is what a pad layer or `F.pad` before the layer put there, or a map of which something else reads every cell, as
    happens to the levels of a pyramid.
    Where the input size is open, it says for which sizes real rows or columns are lost: a `note` at the first layer of
    the model that loses any, unless they are lost at every size that the model accepts.

    ## Why is this bad?
    torch says nothing: the layer runs, and the bottom rows and right columns of every image do not count.
    What is learnt depends on where in the picture a thing is, and the sizes no longer match when a decoder
    doubles them again.

    ## Example
    ```python
    nn.Conv2d(3, 96, kernel_size=11, stride=4)  # on 224×224: (224 − 11 + 2·0)/4 + 1 = 54.25
    ```

    ## Use instead
    ```python
    nn.Conv2d(3, 96, kernel_size=11, stride=4, padding=2)  # reads everything but one row of padding
    ```
    or an input of 227×227.
    """

    code = "CVL101"
    name = "non-integral-output"
    severity = Severity.WARNING
    of_sizes = True

    def check(self, trace: ModelTrace, settings: Config) -> Iterator[Claim]:
        net = NetEffect(trace)
        for event, window in sliding_windows(trace):
            remainders = [_remainder(axis) for axis in window.axes]
            if any(isinstance(rest, int) and rest > 0 for rest in remainders):
                ends = net.pads_at_end(event, window)
                rests = zip(window.axes, remainders, ends, strict=True)
                remainders = [_unless_padded(axis, rest, end) for axis, rest, end in rests]
            if repeats_cells(event) and any(axis.pad_before != 0 for axis in window.axes):
                continue  # what lies behind the last window may be read before the first
            if any(isinstance(rest, int) and rest > 0 for rest in remainders) and not _is_known(net, event, window):
                yield _claim(trace, event, window, remainders)
        yield from unread_at_some_sizes(trace)

    BAD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.stem = nn.Conv2d(3, 96, kernel_size=11, stride=4)

            def forward(self, x):
                return self.stem(x)


        Net()(torch.randn(1, 3, 224, 224))
        """,
        """
        import torch
        from torch import nn

        net = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.MaxPool2d(2))
        net(torch.randn(4, 3, 25, 32))


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.pool = nn.MaxPool2d(2)

            def forward(self, x):
                return self.pool(x)


        Net()(torch.randn(4, 3, 25, 32))
        """,
        """
        import torch
        import torch.nn.functional as F
        from torch import nn


        class Net(nn.Module):
            # convlint: input=(1, 8, 30)
            def forward(self, x):
                return F.avg_pool1d(x, kernel_size=4, stride=4)


        Net()(torch.randn(1, 8, 30))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.stem = nn.Conv2d(3, 96, kernel_size=11, stride=4)

            def forward(self, x):
                return self.stem(x)


        Net()(torch.randn(1, 3, 227, 227))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.pool = nn.MaxPool2d(2, ceil_mode=True)

            def forward(self, x):
                return self.pool(x)


        Net()(torch.randn(4, 3, 25, 32))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.down = nn.Conv2d(3, 8, kernel_size=4, stride=2, padding=1)

            def forward(self, x):
                return self.down(x)


        Net()(torch.randn(1, 3, 64, 64))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(64, 128, 4, stride=2, padding=1)
                self.shortcut = nn.Conv2d(64, 128, 1, stride=2)

            def forward(self, x):
                return self.conv(x) + self.shortcut(x)


        Net()(torch.randn(1, 64, 56, 56))
        """,
    )


def _is_known(net: NetEffect, event: Event, window: Window) -> bool:
    """Tell whether something else reads the map, or what is added to the window's output is cut to its size."""
    return net.is_read_beside(event) or net.meets_a_cut(event, window, in_a_sum=True)


def _unless_padded(axis: WindowAxis, rest: Size, end: Size) -> Size:
    """Return the remainder, 0 where a pad layer has put it there: nothing of the map is lost."""
    room = end + axis.pad_after
    made_up = end != 0 and isinstance(rest, int) and isinstance(room, int) and rest <= room
    return 0 if made_up else rest


def _remainder(axis: WindowAxis) -> Size:
    """Return how many cells of the padded axis lie behind the last window of a whole step's raster; 0 for a stride
    that leaves cells out between its windows, too."""
    if steps_over(axis):
        return 0
    return _rest_in_ceil_mode(axis) if axis.ceil_mode else raster_rest(axis)


def _rest_in_ceil_mode(axis: WindowAxis) -> Size:
    """Return the real cells that not even the added window reads, which then starts behind the input."""
    read = (axis.size_out - 1) * axis.stride + axis.extent
    rest = axis.size_in + axis.pad_before + axis.pad_after - read
    return rest if isinstance(rest, int) and isinstance(axis.pad_after, int) and rest > axis.pad_after else 0


def _unread(axis: WindowAxis, rest: Size) -> int:
    """Return how many real cells lie behind the last window."""
    if isinstance(rest, int) and isinstance(axis.pad_after, int):
        return max(0, rest - axis.pad_after)
    return 0


def _claim(trace: ModelTrace, event: Event, window: Window, remainders: list[Size]) -> Claim:
    names = axis_names(len(window.axes))
    pairs = list(zip(window.axes, remainders, strict=True))
    sums = group_axes(names, [_arithmetic(axis, rest) for axis, rest in pairs])
    lost = [cells(name, _unread(*pair)) for name, pair in zip(names, pairs, strict=True) if _unread(*pair)]
    detail = "; ".join(f"{joined(axes)}: {text}" for axes, text in sums)
    if lost:
        effect = f"{joined(lost)} at the end {'is' if lost[0][:2] == '1 ' and len(lost) == 1 else 'are'} never read"
    else:
        effect = "only padding is dropped"
    readings = tuple(AxisReading(_unread(*pair) if isinstance(pair[1], int) and pair[1] else None) for pair in pairs)
    claim = at_definition(
        event,
        f"{subject(event)}: {detail}: {effect}",
        advice=_help(window, pairs) if lost else "",
        evidence=Unread(event, window, readings, trace.assumed),
    )
    return claim if lost else replace(claim, severity=Severity.NOTE)


def _arithmetic(axis: WindowAxis, rest: Size) -> str | None:
    if not isinstance(rest, int) or rest == 0:
        return None
    padded, span = axis.size_in + axis.pad_before + axis.pad_after, axis.extent
    if isinstance(padded, int) and isinstance(span, int) and isinstance(axis.stride, int):
        value = quotient(padded - span + axis.stride, axis.stride)
        return f"{window_formula(axis)} = {value}, rounded to {size_text(axis.size_out)}"
    return f"{window_formula(axis)} is never a whole number"


def _help(window: Window, pairs: list[tuple[WindowAxis, Size]]) -> str:
    """Say what reads everything: ceil mode, a larger padding, or another input size."""
    ways = []
    if window.kind in POOLING:
        ways.append("`ceil_mode=True` reads the rest")
    else:
        paddings = {_reading_padding(axis) for axis, rest in pairs if _unread(axis, rest)}
        if len(paddings) == 1 and (padding := paddings.pop()) is not None:
            ways.append(f"`padding={padding}` reads everything")
    near = sorted({_fitting_sizes(axis, rest) for axis, rest in pairs if rest != 0} - {""})
    if near and not any(_wants_odd_sizes(axis, rest) for axis, rest in pairs):
        ways.append(f"an input of {joined(near)} fits")
    return "; ".join(ways)


def _wants_odd_sizes(axis: WindowAxis, rest: Size) -> bool:
    """Tell whether every size that fits is an odd one, next to an even one such as most images have: it is the layer
    that would have to change."""
    return axis.stride == 2 and rest == 1 and axis.size_in % 2 == 0


def _reading_padding(axis: WindowAxis) -> int | None:
    """Return the next larger padding, smaller than the kernel, behind which no real cell is left over."""
    size, span, stride, padding = axis.size_in, axis.extent, axis.stride, axis.pad_before
    if not (isinstance(size, int) and isinstance(span, int) and isinstance(stride, int) and isinstance(padding, int)):
        return None
    if axis.pad_before != axis.pad_after:
        return None
    return next((p for p in range(padding + 1, span) if (size + 2 * p - span) % stride <= p), None)


def _fitting_sizes(axis: WindowAxis, rest: Size) -> str:
    if not (isinstance(rest, int) and isinstance(axis.size_in, int) and isinstance(axis.stride, int)):
        return ""
    smaller, larger = axis.size_in - rest, axis.size_in - rest + axis.stride
    return f"{smaller} or {larger}" if smaller > 0 else str(larger)
