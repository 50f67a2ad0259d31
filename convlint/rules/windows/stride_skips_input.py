"""CVL105: the stride is larger than the kernel, so that no window reads the cells between."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from convlint.config import Config
from convlint.evidence import AxisReading, Unread
from convlint.findings import Severity
from convlint.layers.core.facts import Window, WindowAxis
from convlint.rules.base import Claim, Rule
from convlint.rules.subjects import at_definition, repeats_cells, sliding_windows, subject
from convlint.rules.windows.remainders import steps_over
from convlint.rules.wording import axis_names, group_axes, joined, size_text
from convlint.trace import Event, ModelTrace


class StrideSkipsInput(Rule):
    """The stride is larger than the dilated kernel: there are input cells between the windows that none reads.

    ## What it does
    Checks convolutions, poolings and `unfold` for a stride larger than `d·(k − 1) + 1`, and says how many of how many
    rows and columns are skipped. A kernel of 1, as in the shortcuts of residual networks, is a `note`: it is usually
    meant. So is a depthwise convolution, which samples each channel by itself, as the keys of pooling attention are.

    ## Why is this bad?
    What lies between the windows has no influence on the output, and gets no gradient: the layer
    computes on a part of the input that it was given at full cost by the layers before.

    ## Example
    ```python
    nn.Conv2d(64, 128, kernel_size=1, stride=2)  # reads one cell in four
    ```

    ## Use instead
    ```python
    nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(64, 128, kernel_size=1))  # reads all of them
    ```
    """

    code = "CVL105"
    name = "stride-skips-input"
    severity = Severity.WARNING
    needs_sizes = False

    def check(self, trace: ModelTrace, settings: Config) -> Iterator[Claim]:
        for event, window in sliding_windows(trace):
            if repeats_cells(event) and any(axis.pad_before != 0 for axis in window.axes):
                continue  # what lies between the windows may be read in the padding
            skipping = [axis for axis in window.axes if _skips(axis)]
            if skipping:
                claim = _claim(trace, event, window)
                samples = all(axis.kernel == 1 for axis in skipping) or _is_depthwise(event)
                yield replace(claim, severity=Severity.NOTE) if samples else claim

    BAD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.shortcut = nn.Conv2d(16, 32, kernel_size=1, stride=2)

            def forward(self, x):
                return self.shortcut(x)


        Net()(torch.randn(1, 16, 31, 31))
        """,
        """
        from torch import nn


        class Net(nn.Module):
            # convlint: input=(1, 3, 64, 64)
            def __init__(self):
                super().__init__()
                self.pool = nn.MaxPool2d(kernel_size=2, stride=3)

            def forward(self, x):
                return self.pool(x)
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv1d(4, 8, kernel_size=3, stride=8)

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(2, 4, 83))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.shortcut = nn.Conv2d(16, 32, kernel_size=2, stride=2)

            def forward(self, x):
                return self.shortcut(x)


        Net()(torch.randn(1, 16, 32, 32))
        """,
        """
        from torch import nn


        class Net(nn.Module):
            # convlint: input=(1, 3, 63, 63)
            def __init__(self):
                super().__init__()
                self.pool = nn.MaxPool2d(kernel_size=3, stride=3)

            def forward(self, x):
                return self.pool(x)
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv1d(4, 8, kernel_size=3, stride=4, dilation=2)

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(2, 4, 85))
        """,
    )


def _skips(axis: WindowAxis) -> bool:
    """Tell whether real cells lie between two windows of this axis; a size that is not known counts as large."""
    if not steps_over(axis):
        return False
    if isinstance(axis.size_in, int) and isinstance(axis.size_out, int) and isinstance(axis.pad_before, int):
        return _has_real_gap(axis.size_in, axis.size_out, axis.pad_before, axis)
    return True


def _is_depthwise(event: Event) -> bool:
    """Tell whether each channel is convolved by itself."""
    told = event.module.attributes if event.module is not None else {}
    return told.get("groups", 1) != 1 and told.get("groups") == told.get("in_channels")


def _has_real_gap(size_in: int, size_out: int, padding: int, axis: WindowAxis) -> bool:
    """Tell whether any gap between two neighbouring windows overlaps the cells `padding` … `padding + size_in`."""
    step, span = axis.stride, axis.extent
    if not isinstance(step, int) or not isinstance(span, int):
        return size_out > 1
    return any(
        number * step + span < padding + size_in and (number + 1) * step > padding for number in range(size_out - 1)
    )


def _claim(trace: ModelTrace, event: Event, window: Window) -> Claim:
    names = axis_names(len(window.axes))
    texts = [
        f"{size_text(axis.stride - axis.kernel)} of every {size_text(axis.stride)} cells" if _skips(axis) else None
        for axis in window.axes
    ]
    axis = next(axis for axis in window.axes if _skips(axis))
    span = axis.extent
    dilated = "" if axis.dilation == 1 else f" (dilated to {size_text(span)})"
    detail = joined([f"{text} along {joined(axes)}" for axes, text in group_axes(names, texts)])
    message = (
        f"{subject(event)}: stride {size_text(axis.stride)} exceeds kernel {size_text(axis.kernel)}{dilated}: "
        f"{detail} are never read"
    )
    return at_definition(
        event,
        message,
        advice=f"a kernel of at least {size_text(axis.stride)} reads every cell",
        evidence=Unread(event, window, tuple(map(_reading, window.axes)), trace.assumed),
    )


def _reading(axis: WindowAxis) -> AxisReading:
    skipped = axis.stride - axis.kernel
    return AxisReading(skipped_per_stride=skipped if _skips(axis) and isinstance(skipped, int) else None)
