"""CVL301: a layer over its parameter budget."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.config import Config
from convlint.evidence import HoldsParameters
from convlint.findings import Severity
from convlint.rules.base import Claim, Rule
from convlint.rules.costs.budgets import count, exceeds, over
from convlint.rules.subjects import layer_name
from convlint.symbolic import Size, product
from convlint.trace import ModelTrace, ModuleInfo


class LayerParameters(Rule):
    """A layer holds more parameters than its budget allows.

    ## What it does
    Compares the parameters that a module itself holds, without its children's, with `max-layer-params`.
    Off until `max-layer-params` is set, for all models in `[tool.convlint]` or for one in
    `[tool.convlint.models."pkg.mod:Net"]`; a number, or text such as "5M" and "1.5G".

    ## Why is this bad?
    Parameters cost memory four times over in training (value, gradient, two moments of Adam), and the download of
    whoever uses the model.

    ## Example
    ```python
    nn.Linear(512 * 7 * 7, 4096)  # 102,764,544 parameters
    ```

    ## Use instead
    ```python
    nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 4096))  # 2,101,248
    ```
    """

    code = "CVL301"
    name = "layer-parameters"
    severity = Severity.WARNING
    of_sizes = True
    needs_sizes = False
    EXAMPLE_SETTINGS = Config(max_layer_params="1M")

    def check(self, trace: ModelTrace, settings: Config) -> Iterator[Claim]:
        limit = settings.limit_for("max_layer_params", trace.qualname)
        for module in trace.all_modules if limit is not None else ():
            held = _parameters(module)
            place = module.definition or trace.place
            if limit is not None and exceeds(held, limit):
                message = f"{layer_name(module)} holds {count(held)} parameters, {over(held, limit)}"
                evidence = HoldsParameters((module,), held)
                yield Claim(message, place, module.definition_stack, module.path, evidence=evidence)

    BAD = (
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(512 * 7 * 7, 4096)

            def forward(self, x):
                return self.fc(x)
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
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.words = nn.Embedding(30000, 512)

            def forward(self, x):
                return self.words(x)
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
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.words = nn.Embedding(1000, 512)

            def forward(self, x):
                return self.words(x)
        """,
    )


def _parameters(module: ModuleInfo) -> Size:
    return sum((product(tensor.shape) for tensor in module.parameters.values()), start=0)
