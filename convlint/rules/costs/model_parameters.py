"""CVL302: a model over its parameter budget."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.config import Config
from convlint.evidence import HoldsParameters
from convlint.findings import Severity
from convlint.rules.base import Claim, Rule
from convlint.rules.costs.budgets import count, exceeds, over
from convlint.trace import ModelTrace


class ModelParameters(Rule):
    """A model holds more parameters than its budget allows.

    ## What it does
    Compares the parameters of the whole model, each counted once, with `max-model-params`.
    Off until `max-model-params` is set, for all models in `[tool.convlint]` or for one in
    `[tool.convlint.models."pkg.mod:Net"]`; a number, or text such as "5M" and "1.5G".

    ## Why is this bad?
    A model that must fit a device or a download grows one layer at a time; nobody sees the moment when it no longer
    fits.

    ## Example
    ```toml
    [tool.convlint]
    max-model-params = "5M"
    ```

    ## Use instead
    Narrower layers, depthwise convolutions (`groups=channels`), or pooling before the first linear layer.
    """

    code = "CVL302"
    name = "model-parameters"
    severity = Severity.WARNING
    of_sizes = True
    needs_sizes = False
    EXAMPLE_SETTINGS = Config(max_model_params="1M")

    def check(self, trace: ModelTrace, settings: Config) -> Iterator[Claim]:
        limit, total = settings.limit_for("max_model_params", trace.qualname), trace.total_parameters
        if limit is not None and total is not None and exceeds(total, limit):
            message = f"`{trace.name}` holds {count(total)} parameters, {over(total, limit)}"
            yield Claim(message, trace.place, evidence=HoldsParameters(trace.all_modules, total))

    BAD = (
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(2048, 1000)

            def forward(self, x):
                return self.fc(x)
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.Linear(800, 800)
                self.b = nn.Linear(800, 800)

            def forward(self, x):
                return self.b(self.a(x))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(512, 512, 3, padding=1)

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(1, 512, 7, 7))
        """,
    )
    GOOD = (
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(512, 1000)

            def forward(self, x):
                return self.fc(x)
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.a = nn.Linear(800, 800)
                self.b = self.a

            def forward(self, x):
                return self.b(self.a(x))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(512, 512, 3, padding=1, groups=512)

            def forward(self, x):
                return self.conv(x)


        Net()(torch.randn(1, 512, 7, 7))
        """,
    )
