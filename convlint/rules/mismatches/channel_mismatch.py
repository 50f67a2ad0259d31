"""CVL201: a convolution or normalisation that gets another number of channels than it was built for."""

from __future__ import annotations

from collections.abc import Mapping

from convlint.layers.core.refusal import RefusalKind
from convlint.rules.mismatches.refused import RefusalRule
from convlint.symbolic import Size
from convlint.trace import ModelTrace, Violation


class ChannelMismatch(RefusalRule):
    """A convolution or normalisation gets another number of channels than it was built for: torch raises.

    ## What it does
    Compares the channels of the input with `in_channels` of a convolution and `num_features` or `num_channels` of a
    normalisation.

    ## Why is this bad?
    torch raises as soon as the layer runs.

    ## Example
    ```python
    nn.Sequential(nn.Conv2d(3, 16, 3), nn.Conv2d(32, 64, 3))
    ```

    ## Use instead
    ```python
    nn.Sequential(nn.Conv2d(3, 32, 3), nn.Conv2d(32, 64, 3))
    ```
    """

    code = "CVL201"
    name = "channel-mismatch"
    kind = RefusalKind.CHANNELS

    def advice(self, trace: ModelTrace, violation: Violation) -> str:
        for parameter, got in self.mended(violation).items():
            return f"`{parameter}={got}` takes this input"
        return ""

    def mended(self, violation: Violation) -> Mapping[str, Size]:
        got, module = violation.refusal.fact("got"), violation.module
        if module is None or not isinstance(got, int) or module.attributes.get("groups", 1) != 1:
            return {}
        groups = module.attributes.get("num_groups", 1)
        if not isinstance(groups, int) or got % groups:
            return {}
        if not _kernel_fits(violation):
            return {}
        names = ("in_channels", "num_features", "num_channels")
        return {name: got for name in names if name in module.attributes}

    BAD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1 = nn.Conv2d(3, 16, 3, padding=1)
                self.conv2 = nn.Conv2d(32, 64, 3, padding=1)

            def forward(self, x):
                return self.conv2(self.conv1(x))


        Net()(torch.randn(1, 3, 32, 32))
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 16, 3, padding=1)
                self.norm = nn.BatchNorm2d(3)

            def forward(self, x):
                return self.norm(self.conv(x))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.down = nn.Conv2d(3, 8, 2, stride=2)
                self.up = nn.ConvTranspose2d(16, 3, 2, stride=2)

            def forward(self, x):
                return self.up(self.down(x))


        Net()(torch.randn(2, 3, 8, 8))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1 = nn.Conv2d(3, 16, 3, padding=1)
                self.conv2 = nn.Conv2d(16, 64, 3, padding=1)

            def forward(self, x):
                return self.conv2(self.conv1(x))


        Net()(torch.randn(1, 3, 32, 32))
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 16, 3, padding=1)
                self.norm = nn.BatchNorm2d(16)

            def forward(self, x):
                return self.norm(self.conv(x))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.LazyConv2d(8, 3, padding=1)

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(1, 5, 8, 8))
        """,
    )


def _kernel_fits(violation: Violation) -> bool:
    """Tell whether nothing but the channels is known to be in the way of a convolution; for other layers it is so."""
    told = violation.module.attributes if violation.module is not None else {}
    kernel, padding, dilation = (told.get(name) for name in ("kernel_size", "padding", "dilation"))
    if not (isinstance(kernel, tuple) and isinstance(padding, tuple) and isinstance(dilation, tuple)):
        return True
    if told.get("transposed") is True or not violation.inputs:
        return True
    if not all(isinstance(number, int) for number in (*kernel, *padding, *dilation)):
        return True
    sizes = violation.inputs[0].shape[-len(kernel) :]
    spare = [size + 2 * p - d * (k - 1) - 1 for size, p, d, k in zip(sizes, padding, dilation, kernel, strict=False)]
    return not any(isinstance(rest, int) and rest < 0 for rest in spare)
