"""CVL102: a layer with stride 1 makes the map smaller because its padding is less than "same"."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.config import Config
from convlint.evidence import Resized
from convlint.findings import Severity
from convlint.layers.core.facts import Window, WindowAxis
from convlint.rules.base import Claim, Rule
from convlint.rules.mending import set_padding
from convlint.rules.mismatches.open_sizes import accepted_by
from convlint.rules.subjects import POOLING, at_definition, sliding_windows, subject
from convlint.rules.windows.even_kernel_same import is_even_kernel_same
from convlint.rules.windows.net_effect import NetEffect
from convlint.rules.wording import axis_names, group_axes, joined, size_text
from convlint.symbolic import Dim, Size, SymbolKind, Verdict, equal, symbols_of
from convlint.trace import Event, ModelTrace

_KINDS = POOLING | {"conv"}


class ShrinkingLayer(Rule):
    """With stride 1 the output is smaller than the input, because the padding is less than "same".

    ## What it does
    Checks convolutions and poolings with stride 1 and a kernel larger than 1 for an output that is smaller than the
    input, says by how much, and which padding keeps the size. A kernel that covers its whole input on purpose, such as
    a convolution that ends in 1×1, is left alone, and so is an even kernel that padding cannot help (CVL104). What
    counts is the net effect: after a pad layer, `F.pad`, a `cat` or a layer that made the map larger, it may become
    smaller again, down to its size before.

    ## Why is this bad?
    Every such layer cuts off the border: the map shrinks layer by layer, border cells count less than
    the others, deep stacks run out of map, and skip connections no longer fit.

    ## Example
    ```python
    nn.Conv2d(16, 16, kernel_size=3)  # 32×32 becomes 30×30
    ```

    ## Use instead
    ```python
    nn.Conv2d(16, 16, kernel_size=3, padding=1)  # 32×32 stays 32×32
    ```
    """

    code = "CVL102"
    name = "shrinking-layer"
    severity = Severity.WARNING
    needs_sizes = False

    def check(self, trace: ModelTrace, settings: Config) -> Iterator[Claim]:
        net = NetEffect(trace)
        for event, window in sliding_windows(trace, _KINDS):
            losses = [_loss(axis) for axis in window.axes]
            if not any(losses):
                continue
            padded = net.losses(event, window)
            losses = [0 if _is_made_up(less) else loss for loss, less in zip(losses, padded, strict=True)]
            if any(isinstance(axis.size_out, Dim) for axis in window.axes):
                losses = _unless_it_ends_in_one(trace, window, losses)
            if any(losses):
                yield _claim(trace, event, window, losses, padded)

    BAD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, 3)

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(1, 3, 32, 32))
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, kernel_size=(3, 5), padding=1)

            def forward(self, x):
                return self.conv(x)
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.smooth = nn.AvgPool1d(3, stride=1)

            def forward(self, x):
                return self.smooth(x)


        Net()(torch.randn(1, 8, 100))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, 3, padding=1)

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(1, 3, 32, 32))
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, kernel_size=(3, 5), padding="same")

            def forward(self, x):
                return self.conv(x)
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.features = nn.Conv2d(3, 8, 3, padding=1)
                self.head = nn.Conv2d(8, 10, kernel_size=7)

            def forward(self, x):
                return self.head(self.features(x))


        Net()(torch.randn(1, 3, 7, 7))
        """,
        """
        import torch
        import torch.nn.functional as F
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.head = nn.Sequential(nn.ReflectionPad2d(3), nn.Conv2d(3, 8, 7), nn.ReLU())
                self.body = nn.Conv2d(8, 8, 3)
                self.around = nn.Conv2d(8, 8, (1, 3))

            def forward(self, x):
                x = self.body(F.pad(self.head(x), (1, 1, 1, 1), mode="replicate"))
                return self.around(torch.cat([x[..., -1:], x, x[..., :1]], dim=-1))


        Net()(torch.randn(1, 3, 64, 64))
        """,
    )


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
    if size_text(after) == f"{size_text(before)} − {loss}":
        return change
    return f"{change}, {loss} smaller{_for_every(before)}"


def _for_every(size: Size) -> str:
    """Say of an open size that it holds whatever it is."""
    names = sorted(str(symbol) for symbol in symbols_of(size) if symbol.kind is SymbolKind.INPUT)
    return f" for every {joined(names)}" if names else ""


def _claim(
    trace: ModelTrace, event: Event, window: Window, losses: list[int], padded: tuple[Size | None, ...]
) -> Claim:
    names = axis_names(len(window.axes))
    texts = [
        _change(axis.size_in, axis.size_out, loss) if loss else None
        for axis, loss in zip(window.axes, losses, strict=True)
    ]
    detail = "; ".join(f"{joined(axes)} {text}" for axes, text in group_axes(names, texts))
    short = [less for loss, less in zip(losses, padded, strict=True) if loss and less is not None]
    made_up = [_is_made_up(less) for less in padded]
    padding = None if short else _keeping_padding(window, made_up)
    return at_definition(
        event,
        f"{subject(event)} shrinks the map: {detail}",
        advice=_padded_help(short) if short else _help(window, padding),
        evidence=Resized(event, window, tuple(loss or None for loss in losses), trace.assumed, padding),
        fix=None if padding is None or not _pads_itself(event, window) else set_padding(event, padding),
    )


def _pads_itself(event: Event, window: Window) -> bool:
    """Tell whether all padding of the window is the layer's own: what other code pads would come on top of it."""
    own = event.module.attributes.get("padding") if event.module is not None else None
    pads = (own,) * len(window.axes) if isinstance(own, int) else own
    sides = [(axis.pad_before, axis.pad_after) for axis in window.axes]
    return isinstance(pads, tuple) and sides == [(pad, pad) for pad in pads]


def _keeping_padding(window: Window, made_up: list[bool]) -> int | str | tuple[int, ...] | None:
    """Return the padding that keeps the size: numbers for odd extents, else "same" where torch takes it.

    An axis that is `made_up` for by padding before the layer keeps the padding that it has.
    """
    spans = [2 * axis.pad_before if done else axis.extent - 1 for axis, done in zip(window.axes, made_up, strict=True)]
    if any(isinstance(span, int) and span % 2 for span in spans):
        takes_same = window.kind == "conv" and all(axis.stride == 1 for axis in window.axes)
        return "same" if takes_same and not any(made_up) else None
    halves = [span // 2 for span in spans if isinstance(span, int)]
    if len(halves) < len(spans):
        return None
    if window.kind == "lp_pool":  # takes no padding
        return None
    if window.kind != "conv" and any(not _may_pad(axis, half) for axis, half in zip(window.axes, halves, strict=True)):
        return None
    return halves[0] if len(set(halves)) == 1 else tuple(halves)


def _padded_help(short: list[Size]) -> str:
    """Say how many cells the padding before a layer is too small."""
    amounts = sorted({loss for loss in short if isinstance(loss, int)})
    if not amounts:
        return "the padding before it does not make up for that"
    return f"the padding before it is {joined([str(amount) for amount in amounts])} cells short of keeping the size"


def _help(window: Window, padding: int | str | tuple[int, ...] | None) -> str:
    """Say what keeps the size."""
    if padding is not None:
        text = f'"{padding}"' if isinstance(padding, str) else str(padding)
        return f"`padding={text}` keeps the size"
    spans = [axis.extent - 1 for axis in window.axes]
    if any(isinstance(span, int) and span % 2 for span in spans):
        return "an odd kernel can keep the size"
    return "pad the input before it to keep the size"


def _may_pad(axis: WindowAxis, padding: object) -> bool:
    """Tell whether torch takes that padding for a pooling: at most half of the kernel."""
    return isinstance(padding, int) and isinstance(axis.kernel, int) and 2 * padding <= axis.kernel
