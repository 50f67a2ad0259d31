"""CVL205: arguments that torch refuses whatever the input."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.config import Config
from convlint.layers.core.refusal import RefusalKind
from convlint.rules.base import Claim
from convlint.rules.mismatches.refused import RefusalRule, refusal_claim
from convlint.trace import ModelTrace


class InvalidLayer(RefusalRule):
    """Arguments of a layer or function that torch refuses whatever the input.

    ## What it does
    Reports, among others, `groups` that do not divide the channels, `padding="same"` with a stride, heads that do not
    divide the embedding, output padding that is not smaller than the stride.

    ## Why is this bad?
    torch raises as soon as the layer is built, or at the latest when it first runs.

    ## Example
    ```python
    nn.Conv2d(32, 64, 3, groups=24)
    ```

    ## Use instead
    ```python
    nn.Conv2d(32, 64, 3, groups=16)
    ```
    """

    code = "CVL205"
    name = "invalid-layer"
    needs_sizes = False
    kind = RefusalKind.LAYER

    def check(self, trace: ModelTrace, settings: Config) -> Iterator[Claim]:
        yield from refusal_claim(trace, self.kind, in_definition=True)

    BAD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(32, 64, 3, groups=24)

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(1, 32, 8, 8))
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, 3, stride=2, padding="same")

            def forward(self, x):
                return self.conv(x)
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.norm = nn.GroupNorm(5, 16)

            def forward(self, x):
                return self.norm(x)


        Net()(torch.randn(1, 16, 8, 8))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(32, 64, 3, groups=16, padding=1)

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(1, 32, 8, 8))
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, 4, stride=2, padding=1)

            def forward(self, x):
                return self.conv(x)
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.norm = nn.GroupNorm(4, 16)

            def forward(self, x):
                return self.norm(x)


        Net()(torch.randn(1, 16, 8, 8))
        """,
    )
