"""CVL207: a reshape that cuts features off and counts them as further samples."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.config import Config
from convlint.evidence import ChangesBatch
from convlint.findings import Severity
from convlint.layers.core.tensor import Shape
from convlint.rules.base import Claim, Rule
from convlint.rules.subjects import RESHAPING, input_origin
from convlint.rules.wording import shape_text, size_text
from convlint.symbolic import Assumptions, Size, Verdict, equal, product
from convlint.trace import Event, ModelTrace


class BatchFolded(Rule):
    """A view or reshape moves features into the batch dimension: the output has more or fewer samples than the input.

    ## What it does
    Reports a `view` or `reshape` of a tensor whose first size is the model's batch, if the new sizes cut through a
    dimension, so that one sample is torn apart or two are merged, and the model's output has another first size than
    its input. Moving whole dimensions, as `(B, T, C)` to `(B·T, C)`, is left alone.

    ## Why is this bad?
    torch says nothing, since -1 fits whatever divides. The model answers with twice as many samples as it got,
    each computed from half of one; the loss may broadcast, and training goes wrong in silence.

    ## Example
    ```python
    x.view(-1, 16 * 7 * 14)  # of a 4×16×14×14 tensor: 8×1568
    ```

    ## Use instead
    ```python
    x.flatten(1)
    ```
    """

    code = "CVL207"
    name = "batch-folded"
    severity = Severity.WARNING

    def check(self, trace: ModelTrace, settings: Config) -> Iterator[Claim]:
        if not trace.complete or not trace.inputs or not trace.inputs[0].shape or not trace.outputs:
            return
        batch = trace.inputs[0].shape[0]
        known = Assumptions()
        if any(not output.shape or not _differ(known, output.shape[0], batch) for output in trace.outputs):
            return
        for event in trace.events:
            if event.name in RESHAPING and len(event.inputs) == 1 and len(event.outputs) == 1:
                yield from _folded(trace, event, batch, known)

    BAD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(1, 16, 5, stride=2, padding=2)
                self.fc = nn.Linear(16 * 7 * 14, 10)

            def forward(self, x):
                return self.fc(self.conv(x).view(-1, 16 * 7 * 14))


        Net()(torch.randn(4, 1, 28, 28))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def forward(self, x):
                return x.reshape(-1, 32)


        Net()(torch.randn(2, 64, 3))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(2 * 3 * 8 * 8, 10)

            def forward(self, x):
                return self.fc(torch.reshape(x, (-1, 2 * 3 * 8 * 8)))


        Net()(torch.randn(6, 3, 8, 8))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(1, 16, 5, stride=2, padding=2)
                self.fc = nn.Linear(16 * 14 * 14, 10)

            def forward(self, x):
                return self.fc(self.conv(x).view(-1, 16 * 14 * 14))


        Net()(torch.randn(4, 1, 28, 28))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(64, 10)

            def forward(self, x):
                return self.fc(x.reshape(-1, 64))


        Net()(torch.randn(2, 7, 64))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def forward(self, x):
                b, c, h, w = x.shape
                x = x.view(b * 2, c // 2, h, w)
                return x.view(b, c, h, w)


        Net()(torch.randn(2, 8, 5, 5))
        """,
    )


def _folded(trace: ModelTrace, event: Event, batch: Size, known: Assumptions) -> Iterator[Claim]:
    before, after = event.inputs[0].shape, event.outputs[0].shape
    if not before or not after or before[0] != batch or not _differ(known, after[0], before[0]):
        return
    if _cuts(before, after, known):
        count = size_text(after[0])
        yield Claim(
            f"`{event.name.rpartition('.')[2]}` of {shape_text(before)} to {shape_text(after)} moves features into the "
            f"batch dimension: {size_text(batch)} samples become {count}",
            event.place,
            event.stack,
            related=input_origin(trace),
            help=f"`flatten(1)` keeps the batch and gives {shape_text((before[0], product(before[1:])))}",
            evidence=ChangesBatch(event, trace),
        )


def _cuts(before: Shape, after: Shape, known: Assumptions) -> bool:
    """Tell whether what one new sample holds is, for certain, no product of the last of the old sizes."""
    held = product(after[1:])
    return all(_differ(known, held, product(before[start:])) for start in range(len(before) + 1))


def _differ(known: Assumptions, left: Size, right: Size) -> bool:
    """Tell whether two sizes are different for every input."""
    return known.decide(equal(left, right)) is Verdict.VIOLATED
