"""CVL103: an output size that would be zero or negative."""

from __future__ import annotations

from convlint.layers.core.refusal import RefusalKind
from convlint.rules.mismatches.refused import RefusalRule, nearest_text
from convlint.trace import ModelTrace, Violation


class CollapsedOutput(RefusalRule):
    """The output size would be zero or negative, or the kernel exceeds its padded input: torch raises.

    ## What it does
    Reports a convolution, pooling or other window whose kernel is larger than the padded input that reaches it, or
    whose output would have no cells.

    ## Why is this bad?
    torch raises as soon as the layer runs. It happens when a network is used on smaller images than it was designed
    for, or has one pooling too many.

    ## Example
    ```python
    nn.Conv2d(64, 64, kernel_size=5)  # on a 3×3 map
    ```

    ## Use instead
    ```python
    nn.Conv2d(64, 64, kernel_size=3)
    ```
    or fewer poolings and strides before it.
    """

    code = "CVL103"
    name = "collapsed-output"
    kind = RefusalKind.COLLAPSED

    def advice(self, trace: ModelTrace, violation: Violation) -> str:
        ways = ["less pooling or stride before it, a smaller kernel, or a larger input", nearest_text(trace)]
        return "; ".join(filter(None, ways))

    BAD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.pool = nn.MaxPool2d(4)
                self.conv = nn.Conv2d(3, 8, kernel_size=9)

            def forward(self, x):
                return self.conv(self.pool(x))


        Net()(torch.randn(1, 3, 32, 32))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv1d(4, 8, kernel_size=5, dilation=8)

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(1, 4, 30))
        """,
        """
        import torch
        import torch.nn.functional as F
        from torch import nn


        class Net(nn.Module):
            def forward(self, x):
                return F.max_pool2d(x, 4)


        Net()(torch.randn(1, 3, 3, 8))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.pool = nn.MaxPool2d(4)
                self.conv = nn.Conv2d(3, 8, kernel_size=8)

            def forward(self, x):
                return self.conv(self.pool(x))


        Net()(torch.randn(1, 3, 32, 32))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv1d(4, 8, kernel_size=5, dilation=8)

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(1, 4, 33))
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, kernel_size=9)

            def forward(self, x):
                return self.conv(x)
        """,
    )
