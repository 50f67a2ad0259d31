"""CVL203: tensors whose sizes must agree or broadcast, and do not."""

from __future__ import annotations

from convlint.layers.core.refusal import RefusalKind
from convlint.rules.mismatches.refused import RefusalRule, nearest_text
from convlint.trace import ModelTrace, Violation


class ShapeMismatch(RefusalRule):
    """Sizes that must agree or broadcast do not, in `cat`, `add`, `matmul`, `stack` and the like: torch raises.

    ## What it does
    Reports operations on several tensors whose sizes neither agree nor broadcast as the operation demands.

    ## Why is this bad?
    torch raises as soon as the operation runs. The usual causes are a residual sum around a layer
    that shrinks the map, and skip connections of a U-Net for sizes that its poolings do not divide.

    ## Example
    ```python
    x + nn.Conv2d(16, 16, 3)(x)  # 32×32 against 30×30
    ```

    ## Use instead
    ```python
    x + nn.Conv2d(16, 16, 3, padding=1)(x)
    ```
    """

    code = "CVL203"
    name = "shape-mismatch"
    kind = RefusalKind.SIZES

    def advice(self, trace: ModelTrace, violation: Violation) -> str:
        return nearest_text(trace)

    BAD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(16, 16, 3)

            def forward(self, x):
                return x + self.conv(x)


        Net()(torch.randn(1, 16, 32, 32))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.pool = nn.MaxPool2d(2)
                self.up = nn.Upsample(scale_factor=2)

            def forward(self, x):
                return torch.cat([x, self.up(self.pool(x))], dim=1)


        Net()(torch.randn(1, 3, 33, 33))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.weight = nn.Parameter(torch.zeros(8, 4))

            def forward(self, x):
                return x @ self.weight


        Net()(torch.randn(2, 6))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(16, 16, 3, padding=1)

            def forward(self, x):
                return x + self.conv(x)


        Net()(torch.randn(1, 16, 32, 32))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.pool = nn.MaxPool2d(2)
                self.up = nn.Upsample(scale_factor=2)

            def forward(self, x):
                return torch.cat([x, self.up(self.pool(x))], dim=1)


        Net()(torch.randn(1, 3, 32, 32))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.scale = nn.Parameter(torch.ones(16, 1, 1))

            def forward(self, x):
                return x * self.scale
        """,
    )
