"""CVL209: an `assert` or `raise` of the program itself that is reached for certain."""

from __future__ import annotations

from convlint.layers.core.refusal import RefusalKind
from convlint.rules.mismatches.refused import RefusalRule, nearest_text
from convlint.trace import ModelTrace, Violation


class FailedCheck(RefusalRule):
    """An `assert` or `raise` of the program itself is reached for certain: the program refuses this itself.

    ## What it does
    Reports a check in a constructor, in a forward or in the script itself that fails on every path, with the program's
    own text. What is caught, what methods raise that a derived class has, and what speaks of the machine (missing files
    or packages) is left out.

    ## Why is this bad?
    The program ends there as soon as it runs.

    ## Example
    ```python
    class Patches(nn.Module):
        def forward(self, x):
            assert x.shape[-1] % 16 == 0, "the width must be a multiple of 16"
            return self.proj(x)


    Patches()(torch.randn(1, 3, 224, 216))
    ```

    ## Use instead
    ```python
    Patches()(torch.randn(1, 3, 224, 224))
    ```
    """

    code = "CVL209"
    name = "failed-check"
    needs_sizes = False
    kind = RefusalKind.CHECK

    def advice(self, trace: ModelTrace, violation: Violation) -> str:
        return nearest_text(trace)

    BAD = (
        """
        import torch
        from torch import nn


        class Patches(nn.Module):
            def __init__(self):
                super().__init__()
                self.proj = nn.Conv2d(3, 8, 16, stride=16)

            def forward(self, x):
                assert x.shape[-1] % 16 == 0, "the width must be a multiple of 16"
                return self.proj(x)


        Patches()(torch.randn(1, 3, 224, 216))
        """,
        """
        import torch
        from torch import nn


        class Heads(nn.Module):
            def __init__(self, width, heads):
                super().__init__()
                if width % heads:
                    raise ValueError(f"{heads} heads do not divide {width}")
                self.proj = nn.Linear(width, width)

            def forward(self, x):
                return self.proj(x)


        Heads(64, 7)(torch.randn(2, 64))
        """,
        """
        import torch
        from torch import nn

        net = nn.Conv2d(3, 8, 3)
        assert net(torch.randn(1, 3, 32, 32)).shape == (1, 8, 32, 32)
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn


        class Patches(nn.Module):
            def __init__(self):
                super().__init__()
                self.proj = nn.Conv2d(3, 8, 16, stride=16)

            def forward(self, x):
                assert x.shape[-1] % 16 == 0, "the width must be a multiple of 16"
                return self.proj(x)


        Patches()(torch.randn(1, 3, 224, 224))
        """,
        """
        import torch
        from torch import nn


        class Base(nn.Module):
            def forward(self, x):
                raise NotImplementedError


        class Net(Base):
            def forward(self, x):
                return x * 2


        Net()(torch.randn(2, 64))
        """,
        """
        import torch
        from torch import nn


        class Heads(nn.Module):
            def __init__(self, width, heads):
                super().__init__()
                if width % heads:
                    raise ValueError(f"{heads} heads do not divide {width}")
                self.proj = nn.Linear(width, width)

            def forward(self, x):
                return self.proj(x)


        try:
            Heads(64, 7)
        except ValueError:
            print("as expected")
        """,
    )
