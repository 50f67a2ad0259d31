"""CVL106: pooling with zero padding."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from convlint.config import Config
from convlint.evidence import PaddedBorder
from convlint.findings import Severity
from convlint.layers.core.facts import Window
from convlint.layers.core.refusal import RefusalKind
from convlint.rules.base import Claim, Rule
from convlint.rules.mismatches.refused import refusal_claim
from convlint.rules.subjects import POOLING, at_definition, sliding_windows, subject
from convlint.rules.wording import size_text
from convlint.trace import Event, ModelTrace


class PaddedPooling(Rule):
    """Pooling with padding, which is uncommon; torch raises if the padding exceeds half of the kernel.

    ## What it does
    Reports poolings with padding as a `note`, and as an `error` where the padding is larger than half of the kernel,
    which torch refuses.

    ## Why is this bad?
    Pooling summarises what is there; padding adds what is not. Average pooling then counts zeros along the border
    (unless `count_include_pad=False`), and max pooling's windows see fewer cells there than elsewhere.

    ## Example
    ```python
    nn.AvgPool2d(3, stride=2, padding=1)  # the border's averages count zeros
    ```

    ## Use instead
    ```python
    nn.AvgPool2d(2, stride=2)
    nn.AvgPool2d(3, stride=2, padding=1, count_include_pad=False)  # or say that it is meant, and ignore the note
    ```
    """

    code = "CVL106"
    name = "padded-pooling"
    severity = Severity.NOTE
    needs_sizes = False

    def check(self, trace: ModelTrace, settings: Config) -> Iterator[Claim]:
        for event, window in sliding_windows(trace, POOLING):
            if any(isinstance(axis.pad_before, int) and axis.pad_before > 0 for axis in window.axes):
                yield _claim(trace, event, window)
        for claim in refusal_claim(trace, RefusalKind.PADDING, in_definition=True):
            yield replace(claim, severity=Severity.ERROR, help="the padding may be at most half of the kernel")

    BAD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.pool = nn.AvgPool2d(3, stride=2, padding=1)

            def forward(self, x):
                return self.pool(x)


        Net()(torch.randn(1, 3, 33, 33))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.pool = nn.MaxPool2d(2, padding=2)

            def forward(self, x):
                return self.pool(x)


        Net()(torch.randn(1, 3, 32, 32))
        """,
        """
        import torch.nn.functional as F
        from torch import nn


        class Net(nn.Module):
            def forward(self, x):
                return F.max_pool2d(x, 3, 2, 1)
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.pool = nn.AvgPool2d(2, stride=2)

            def forward(self, x):
                return self.pool(x)


        Net()(torch.randn(1, 3, 32, 32))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.pool = nn.AdaptiveAvgPool2d(1)

            def forward(self, x):
                return self.pool(x)


        Net()(torch.randn(1, 3, 32, 32))
        """,
        """
        import torch.nn.functional as F
        from torch import nn


        class Net(nn.Module):
            def forward(self, x):
                return F.max_pool2d(x, 3, 2)
        """,
    )


def _claim(trace: ModelTrace, event: Event, window: Window) -> Claim:
    paddings = [size_text(axis.pad_before) for axis in window.axes]
    padding = paddings[0] if len(set(paddings)) == 1 else f"({', '.join(paddings)})"
    averages = window.kind == "avg_pool" and _counts_zeros(event)
    effect = (
        "averages along the border count the padding's zeros"
        if averages
        else "windows along the border see fewer cells"
    )
    return at_definition(
        event,
        f"{subject(event)} pools with padding {padding}, which is uncommon: {effect}",
        advice="`count_include_pad=False` leaves the zeros out" if averages else "",
        evidence=PaddedBorder(event, window, averages, trace.assumed),
    )


def _counts_zeros(event: Event) -> bool:
    """Tell whether an average counts the zeros of its padding, as it does unless told not to."""
    told = event.arguments if event.module is None else event.module.attributes
    return told.get("count_include_pad", True) is True
