"""CVL102: a layer with stride 1 makes the map smaller because its padding is less than "same"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convlint.config import Config
from convlint.findings import Severity
from convlint.rules.base import Claim, Rule
from convlint.rules.windows.meant import planned
from convlint.rules.windows.shrinking import shrinking
from convlint.rules.windows.unpadded import of_the_model, pads_nowhere
from convlint.trace import ModelTrace


class ShrinkingLayer(Rule):
    """With stride 1 the output is smaller than the input, because the padding is less than "same".

    ## What it does
    Checks convolutions and poolings with stride 1 and a kernel larger than 1 for an output that is smaller than the
    input, says by how much, and which padding keeps the size. What counts is the net effect: after a pad layer,
    `F.pad`, a `cat` or a layer that made the map larger, it may become smaller again, down to its size before. In a
    model of which no convolution pads this is a style: it is told once, with every layer as a related place.

    Left alone is what is meant:

    - a window that pools the whole map: one that ends in 1×1, or a 7×7 one behind a stride of 32;
    - pooling and fixed filters with padding before them, or before nothing but strides;
    - a layer with the padding that keeps one axis, and 0 for the others: `padding=(0, 1)`;
    - the second of two convolutions of which the first keeps the size, where a model is made of such pairs;
    - a layer whose output meets a map that is cut to its size;
    - a stem whose strided convolution does not pad either, and models that do not pad at any stride;
    - an even kernel that padding cannot help (CVL104).

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
        layers = list(shrinking(trace))
        by_plan = planned(trace) if layers else frozenset()
        yield from (layer.claim(trace) for layer in layers if id(layer.event) not in by_plan)

    def check_model(self, traces: Sequence[ModelTrace], settings: Config) -> Iterator[Claim]:
        if pads_nowhere(traces):
            yield from (claim for trace in traces for claim in of_the_model(trace, list(shrinking(trace))))
        else:
            yield from super().check_model(traces, settings)

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
        """
        import torch
        import torch.nn.functional as F
        from torch import nn


        class LeNet(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1 = nn.Conv2d(1, 6, 5)
                self.conv2 = nn.Conv2d(6, 16, 5)
                self.classify = nn.Linear(16 * 5 * 5, 10)

            def forward(self, x):
                x = F.max_pool2d(F.relu(self.conv1(x)), 2)
                x = F.max_pool2d(F.relu(self.conv2(x)), 2)
                return self.classify(torch.flatten(x, 1))


        LeNet()(torch.randn(1, 1, 32, 32))
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
