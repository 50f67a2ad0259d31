"""CVL107: a kernel that is larger than the map it slides over."""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from msgspec.structs import replace

from convlint.config import Config
from convlint.evidence import KernelTooLarge
from convlint.findings import Severity
from convlint.layers.core.facts import Window, WindowAxis
from convlint.rules.base import Claim, Rule
from convlint.rules.subjects import at_definition, sliding_windows, subject
from convlint.rules.wording import axis_names, group_axes, joined, size_text
from convlint.trace import Event, ModelTrace

_IDLE = 1 / 3 + 1e-9
"""The largest share of a kernel that is at work when the rest is most of it."""


class KernelMostlyPadding(Rule):
    """The kernel is larger than the map it slides over, so that it reads mostly padding.

    ## What it does
    Checks convolutions and poolings that run, thanks to their padding, although the (dilated) kernel is larger than
    the unpadded input. It is a `warning` where two thirds of the kernel or more never meet anything but padding,
    wherever it stands, and a `note` where less is idle, or where a clip is too short for a kernel over three axes.

    ## Why is this bad?
    Weights that only ever meet zeros do nothing: they cost memory and time and learn nothing. It is the sign of a model
    that was designed for larger inputs, or of one pooling too many.

    ## Example
    ```python
    nn.Conv2d(256, 256, kernel_size=3, padding=1)  # on a 1×1 map eight of nine weights meet only padding
    ```

    ## Use instead
    ```python
    nn.Conv2d(256, 256, kernel_size=1)
    ```
    or one pooling less before it.
    """

    code = "CVL107"
    name = "kernel-mostly-padding"
    severity = Severity.WARNING
    of_sizes = True

    def check(self, trace: ModelTrace, settings: Config) -> Iterator[Claim]:
        for event, window in sliding_windows(trace):
            if any(_is_larger(axis) for axis in window.axes):
                claim = _claim(trace, event, window)
                is_grave = _mostly_idle(window) and not _is_short_clip(window)
                yield claim if is_grave else replace(claim, severity=Severity.NOTE)

    BAD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.pool = nn.AdaptiveAvgPool2d(1)
                self.conv = nn.Conv2d(8, 8, 3, padding=1)

            def forward(self, x):
                return self.conv(self.pool(x))


        Net()(torch.randn(1, 8, 32, 32))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.context = nn.Conv2d(8, 8, 3, padding=18, dilation=18)

            def forward(self, x):
                return self.context(x)


        Net()(torch.randn(1, 8, 14, 14))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv1d(4, 4, 7, padding="same")

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(1, 4, 5))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(8, 8, 3, padding=1)

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(1, 8, 3, 3))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.context = nn.Conv2d(8, 8, 3, padding=6, dilation=6)

            def forward(self, x):
                return self.context(x)


        Net()(torch.randn(1, 8, 14, 14))
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv1d(4, 4, 7, padding="same")

            def forward(self, x):
                return self.conv(x)
        """,
    )


def _is_larger(axis: WindowAxis) -> bool:
    span = axis.extent
    return isinstance(span, int) and isinstance(axis.size_in, int) and span > axis.size_in


def _is_short_clip(window: Window) -> bool:
    """Tell whether a kernel is too large along the first of three axes only: models of videos take pictures, too."""
    first, *others = window.axes
    return len(others) == 2 and _is_larger(first) and not any(map(_is_larger, others))


def _mostly_idle(window: Window) -> bool:
    """Tell whether most of the kernel lies in the padding wherever the window stands."""
    return prod(map(_alive, window.axes)) <= _IDLE


def _alive(axis: WindowAxis) -> float:
    """Return which share of the kernel meets the map anywhere along an axis: all of it where that is not known."""
    kernel, dilation, stride, before = axis.kernel, axis.dilation, axis.stride, axis.pad_before
    if not (isinstance(kernel, int) and isinstance(dilation, int) and isinstance(stride, int)):
        return 1.0
    if not (isinstance(axis.size_in, int) and isinstance(axis.size_out, int) and isinstance(before, int)):
        return 1.0
    real, reach = range(axis.size_in), axis.size_out * stride
    starts = (tap * dilation - before for tap in range(kernel))
    return sum(any(cell in real for cell in range(start, start + reach, stride)) for start in starts) / kernel


def _claim(trace: ModelTrace, event: Event, window: Window) -> Claim:
    texts = [f"{size_text(axis.extent)} against {axis.size_in}" if _is_larger(axis) else None for axis in window.axes]
    groups = group_axes(axis_names(len(window.axes)), texts)
    dilated = "dilated " if any(axis.dilation != 1 and _is_larger(axis) for axis in window.axes) else ""
    detail = "; ".join(f"{text} in {joined(axes)}" for axes, text in groups)
    return at_definition(
        event,
        f"{subject(event)}: the {dilated}kernel is larger than the map it slides over: {detail}",
        advice="a smaller kernel, or a larger map: less pooling or stride before it",
        evidence=KernelTooLarge(event, window, trace.assumed),
    )
