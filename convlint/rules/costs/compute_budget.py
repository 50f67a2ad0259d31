"""CVL304: a model whose multiply-accumulates are over the budget."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.config import Config
from convlint.evidence import Computes
from convlint.findings import Severity
from convlint.rules.base import Claim, Rule
from convlint.rules.costs.budgets import count, exceeds, over
from convlint.rules.subjects import input_origin
from convlint.trace import ModelTrace


class ComputeBudget(Rule):
    """A model needs more multiply-accumulates than its budget allows.

    ## What it does
    Adds up the multiply-accumulates of one forward, the batch included, and compares them with `max-macs`. They are
    counted as torch's FLOP counter does (2 FLOPs each); what is not known counts nothing, so that the true number may
    be larger.
    Off until `max-macs` is set, for all models in `[tool.convlint]` or for one in
    `[tool.convlint.models."pkg.mod:Net"]`; a number, or text such as "5M" and "1.5G".

    ## Why is this bad?
    Compute is what a device's frame rate and a cluster's bill depend on, and it grows with the square of the image's
    side.

    ## Example
    ```toml
    [tool.convlint.models."shop.vision:Detector"]
    input = [1, 3, 640, 640]
    max-macs = "2G"
    ```

    ## Use instead
    A stride early in the network, depthwise convolutions, or fewer channels on the large maps.
    """

    code = "CVL304"
    name = "compute-budget"
    severity = Severity.WARNING
    of_sizes = True
    EXAMPLE_SETTINGS = Config(max_macs="100M")

    def check(self, trace: ModelTrace, settings: Config) -> Iterator[Claim]:
        limit = settings.limit_for("max_macs", trace.qualname)
        if limit is None:
            return
        working = tuple(event for event in trace.events if event.cost is not None)
        total = sum((event.cost.macs for event in working if event.cost is not None), start=0)
        if exceeds(total, limit):
            least = "at least " if trace.gaps or not trace.complete else ""
            text = f"{least}{count(total)} multiply-accumulates, {over(total, limit)}"
            evidence = Computes(working, total, limit, trace.assumed)
            yield Claim(f"`{trace.name}` needs {text}", trace.place, related=input_origin(trace), evidence=evidence)

    BAD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(64, 64, 3, padding=1)

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(1, 64, 224, 224))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(4096, 4096)

            def forward(self, x):
                return self.fc(x)


        Net()(torch.randn(64, 4096))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.up = nn.ConvTranspose2d(64, 64, 4, stride=2, padding=1)

            def forward(self, x):
                return self.up(x)


        Net()(torch.randn(1, 64, 128, 128))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(64, 64, 3, padding=1, groups=64)

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(1, 64, 224, 224))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(4096, 4096)

            def forward(self, x):
                return self.fc(x)


        Net()(torch.randn(4, 4096))
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(64, 64, 3, padding=1)

            def forward(self, x):
                return self.conv(x)
        """,
    )
