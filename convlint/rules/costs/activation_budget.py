"""CVL303: an output volume over its budget."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.config import Config
from convlint.evidence import PutsOut
from convlint.findings import Severity
from convlint.rules.base import Claim, Rule
from convlint.rules.costs.budgets import count, exceeds, over
from convlint.rules.subjects import at_definition, is_primitive, subject
from convlint.rules.wording import shape_text
from convlint.symbolic import product
from convlint.trace import ModelTrace


class ActivationBudget(Rule):
    """An output volume is larger than its budget allows.

    ## What it does
    Compares the number of elements of each layer's output, the batch included, with `max-activation`.
    Off until `max-activation` is set, for all models in `[tool.convlint]` or for one in
    `[tool.convlint.models."pkg.mod:Net"]`; a number, or text such as "5M" and "1.5G".

    ## Why is this bad?
    In training every output is kept for the backward pass: early layers on large maps, not parameters, fill the
    memory.

    ## Example
    ```python
    nn.Conv2d(3, 64, 3, padding=1)  # on 1×3×1080×1920: 132,710,400 outputs
    ```

    ## Use instead
    ```python
    nn.Conv2d(3, 64, 4, stride=4)  # 8,294,400
    ```
    """

    code = "CVL303"
    name = "activation-budget"
    severity = Severity.WARNING
    of_sizes = True
    EXAMPLE_SETTINGS = Config(max_activation="1M")

    def check(self, trace: ModelTrace, settings: Config) -> Iterator[Claim]:
        limit = settings.limit_for("max_activation", trace.qualname)
        for event in filter(is_primitive, trace.events if limit is not None else ()):
            for number, output in enumerate(event.outputs):
                volume = product(output.shape)
                if limit is not None and exceeds(volume, limit):
                    text = f"{shape_text(output.shape)} = {count(volume)} elements"
                    message = f"{subject(event)} puts out {text}, {over(volume, limit)}"
                    yield at_definition(event, message, evidence=PutsOut(event, number, limit, trace.assumed))

    BAD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 64, 3, padding=1)

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(1, 3, 1080, 1920))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.up = nn.Upsample(scale_factor=8)

            def forward(self, x):
                return self.up(x)


        Net()(torch.randn(1, 32, 32, 32))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(16, 1024)

            def forward(self, x):
                return self.fc(x)


        Net()(torch.randn(2048, 16))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 64, 16, stride=16)

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(1, 3, 1088, 1920))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.up = nn.Upsample(scale_factor=2)

            def forward(self, x):
                return self.up(x)


        Net()(torch.randn(1, 32, 32, 32))
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(16, 1024)

            def forward(self, x):
                return self.fc(x)
        """,
    )
