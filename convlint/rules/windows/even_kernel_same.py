"""CVL104: an even kernel with symmetric padding, which cannot keep the size of the map."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.config import Config
from convlint.evidence import Resized
from convlint.findings import Severity
from convlint.layers.core.facts import Window, WindowAxis
from convlint.rules.base import Claim, Rule
from convlint.rules.mending import set_padding
from convlint.rules.subjects import POOLING, at_definition, sliding_windows, subject
from convlint.rules.windows.net_effect import NetEffect
from convlint.rules.wording import axis_names, group_axes, joined, size_text
from convlint.symbolic import Size
from convlint.trace import Event, ModelTrace

_KINDS = POOLING | {"conv"}


class EvenKernelSame(Rule):
    """An even kernel with symmetric padding cannot keep the size: the map grows or shrinks by one.

    ## What it does
    Checks convolutions and poolings with stride 1, an even (dilated) kernel and the same padding on both sides, where
    the output is one cell larger or smaller than the input. Where a pad layer, `F.pad` or a `cat` before it, or a slice
    behind it, makes up for the one cell, or the next window takes it back, it is left alone. So are the last layers of
    a discriminator that takes the same kernel and padding with stride 2 everywhere else, where they are needed.

    ## Why is this bad?
    The padding was meant to keep the size, and it is off by one: a skip connection or a concatenation
    with the input fails, and every further layer of this kind moves the map by another half cell.

    ## Example
    ```python
    nn.Conv2d(8, 8, kernel_size=4, padding=2)  # 32×32 becomes 33×33
    ```

    ## Use instead
    ```python
    nn.Conv2d(8, 8, kernel_size=4, padding="same")  # pads one cell more at the end
    nn.Conv2d(8, 8, kernel_size=3, padding=1)  # or an odd kernel
    ```
    """

    code = "CVL104"
    name = "even-kernel-same"
    severity = Severity.WARNING
    needs_sizes = False

    def check(self, trace: ModelTrace, settings: Config) -> Iterator[Claim]:
        net = NetEffect(trace)
        calls = list(sliding_windows(trace, _KINDS))
        halves = [window.axes for _, window in calls if all(axis.stride == 2 for axis in window.axes)]
        halving = {_shape_of(axis) for axes in halves for axis in axes}
        for event, window in calls:
            off = [is_even_kernel_same(axis) and _shape_of(axis) not in halving for axis in window.axes]
            if any(off):
                losses = net.losses(event, window)
                off = [
                    is_off
                    and losses[number] != 0
                    and not net.is_cut_back(event, window, number)
                    and not (_grows(window.axes[number]) and net.is_taken_back(event, number))
                    for number, is_off in enumerate(off)
                ]
            if any(off):
                yield _claim(trace, event, window)

    BAD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, kernel_size=4, padding=2)

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(1, 3, 32, 32))
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv1d(3, 8, kernel_size=2, padding=1)

            def forward(self, x):
                return self.conv(x)
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.pool = nn.MaxPool2d(2, stride=1, padding=1)

            def forward(self, x):
                return self.pool(x)


        Net()(torch.randn(1, 3, 32, 32))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, kernel_size=4, padding="same")

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(1, 3, 32, 32))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, kernel_size=4, stride=2, padding=1)

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(1, 3, 32, 32))
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv1d(3, 8, kernel_size=3, padding=1)

            def forward(self, x):
                return self.conv(x)
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.pad = nn.ZeroPad2d((1, 0, 1, 0))
                self.conv = nn.Conv2d(3, 1, kernel_size=4, padding=1)
                self.causal = nn.Conv1d(32, 8, kernel_size=2, padding=1)

            def forward(self, x):
                y = self.conv(self.pad(x))[:, 0]
                return self.causal(y)[..., :-1]


        Net()(torch.randn(1, 3, 32, 32))
        """,
        """
        import torch
        from torch import nn


        class Discriminator(nn.Module):
            def __init__(self):
                super().__init__()
                layers, width = [], 3
                for wider, stride in ((64, 2), (128, 2), (256, 1)):
                    layers += [nn.Conv2d(width, wider, 4, stride, padding=1), nn.LeakyReLU(0.2)]
                    width = wider
                self.layers = nn.Sequential(*layers, nn.Conv2d(width, 1, 4, padding=1))

            def forward(self, x):
                return self.layers(x)


        Discriminator()(torch.randn(1, 3, 64, 64))
        """,
    )


def is_even_kernel_same(axis: WindowAxis) -> bool:
    """Tell whether symmetric padding was given and the size still changes, by exactly one."""
    if axis.stride != 1 or axis.pad_before != axis.pad_after or axis.pad_before == 0:
        return False
    change = axis.pad_before + axis.pad_after - (axis.extent - 1)
    return change in (1, -1)


def _shape_of(axis: WindowAxis) -> tuple[Size, Size]:
    return axis.extent, axis.pad_before


def _grows(axis: WindowAxis) -> bool:
    return axis.pad_before + axis.pad_after == axis.extent


def _claim(trace: ModelTrace, event: Event, window: Window) -> Claim:
    names = axis_names(len(window.axes))
    texts = [
        f"{size_text(axis.size_in)} → {size_text(axis.size_out)}" if is_even_kernel_same(axis) else None
        for axis in window.axes
    ]
    axis = next(axis for axis in window.axes if is_even_kernel_same(axis))
    detail = "; ".join(f"{joined(axes)} {text}" for axes, text in group_axes(names, texts))
    dilated = "" if axis.dilation == 1 else f" (dilated to {size_text(axis.extent)})"
    message = (
        f"{subject(event)}: kernel {size_text(axis.kernel)}{dilated} with padding {size_text(axis.pad_before)} "
        f"on both sides cannot keep the size: {detail}"
    )
    odd = "an odd kernel keeps the size"
    same = window.kind == "conv" and all(axis.stride == 1 for axis in window.axes)
    shrinks_by = tuple(_shrinks_by(axis) if is_even_kernel_same(axis) else None for axis in window.axes)
    evidence = Resized(event, window, shrinks_by, trace.assumed, "same" if same else None)
    advice = f'`padding="same"` or {odd}' if same else odd
    fix = set_padding(event, "same") if same else None
    return at_definition(event, message, advice=advice, evidence=evidence, fix=fix)


def _shrinks_by(axis: WindowAxis) -> int | None:
    """Return 1 for a map that shrinks by one cell, -1 for one that grows."""
    change = axis.extent - 1 - axis.pad_before - axis.pad_after
    return change if isinstance(change, int) else None
