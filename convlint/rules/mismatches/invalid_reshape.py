"""CVL204: a view, reshape or unflatten to another number of elements."""

from __future__ import annotations

from convlint.layers.core.refusal import RefusalKind
from convlint.rules.mismatches.refused import RefusalRule, nearest_text
from convlint.trace import ModelTrace, Violation


class InvalidReshape(RefusalRule):
    """A `view`, `reshape` or `unflatten` to another number of elements: torch raises.

    ## What it does
    Compares the number of elements before and after; a size of -1 must come out whole.

    ## Why is this bad?
    torch raises as soon as the operation runs; and if the number happens to divide, the elements end up in
    other samples (CVL207).

    ## Example
    ```python
    x.view(-1, 500)  # of a 3×20×4×4 tensor: 960 elements
    ```

    ## Use instead
    ```python
    x.flatten(1)
    ```
    """

    code = "CVL204"
    name = "invalid-reshape"
    kind = RefusalKind.RESHAPE

    def advice(self, trace: ModelTrace, violation: Violation) -> str:
        whole = violation.refusal.fact("wanted") is not None  # not one dimension only, as a pattern takes apart
        ways = ["`flatten(1)` keeps the first size and needs no numbers" if whole else "", nearest_text(trace)]
        return "; ".join(filter(None, ways))

    BAD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def forward(self, x):
                return x.view(-1, 500)


        Net()(torch.randn(3, 20, 4, 4))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def forward(self, x):
                return torch.reshape(x, (4, 100))


        Net()(torch.randn(4, 3, 6, 6))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.split = nn.Unflatten(1, (4, 5))

            def forward(self, x):
                return self.split(x)


        Net()(torch.randn(2, 24))
        """,
    )
    GOOD = (
        """
        from torch import nn


        class Net(nn.Module):
            def forward(self, x):
                return x.view(x.size(0), -1)
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def forward(self, x):
                return x.reshape(4, 108)


        Net()(torch.randn(4, 3, 6, 6))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.split = nn.Unflatten(1, (4, 6))

            def forward(self, x):
                return self.split(x)


        Net()(torch.randn(2, 24))
        """,
    )
