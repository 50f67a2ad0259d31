"""CVL206: a tensor with another number of dimensions than the operation takes."""

from __future__ import annotations

from convlint.layers.core.refusal import RefusalKind
from convlint.rules.mismatches.refused import RefusalRule


class WrongRank(RefusalRule):
    """A tensor of another rank than the operation takes, or a dimension that it does not have: torch raises.

    ## What it does
    Reports operations that get a 3-D tensor where they take 4-D, and the like, and dimension indices out of range.

    ## Why is this bad?
    torch raises as soon as the operation runs. The usual causes are a flattening too early and a missing batch.

    ## Example
    ```python
    nn.Conv2d(3, 8, 3)(torch.flatten(x, 1))
    ```

    ## Use instead
    ```python
    torch.flatten(nn.Conv2d(3, 8, 3)(x), 1)
    ```
    """

    code = "CVL206"
    name = "wrong-rank"
    kind = RefusalKind.RANK

    BAD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, 3, padding=1)

            def forward(self, x):
                return self.conv(torch.flatten(x, 1))


        Net()(torch.randn(1, 3, 8, 8))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.norm = nn.BatchNorm2d(8)

            def forward(self, x):
                return self.norm(x)


        Net()(torch.randn(4, 8))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def forward(self, x):
                return x.permute(0, 2, 3, 1)


        Net()(torch.randn(2, 3, 4))
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
                return torch.flatten(self.conv(x), 1)


        Net()(torch.randn(1, 3, 8, 8))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, 3, padding=1)

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(3, 8, 8))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def forward(self, x):
                return x.permute(0, 2, 1)


        Net()(torch.randn(2, 3, 4))
        """,
    )
