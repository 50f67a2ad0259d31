"""CVL306: one linear layer after a flattening that holds most of the model's parameters."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.config import Config
from convlint.evidence import HoldsParameters
from convlint.findings import Severity
from convlint.rules.base import Claim, Rule
from convlint.rules.subjects import at_definition, flattened_shape, layer_name
from convlint.rules.wording import shape_text
from convlint.symbolic import product
from convlint.trace import Event, ModelTrace, ModuleInfo

SMALL_MODEL = 1_000_000
"""A model with fewer parameters is too small for the question to matter: the gain is under 4 MB."""


class ParameterHog(Rule):
    """One `Linear` after a flattening holds most of the model's parameters.

    ## What it does
    Reports, as a `note`, a linear layer on a flattened map that holds more than half of the parameters of a model with
    more than one million.

    ## Why is this bad?
    The layer has a weight for each pixel of the map: it fixes the input size, it is the first to overfit, and all
    convolutions together weigh less. Since Network in Network, models average over the map instead.

    ## Example
    ```python
    nn.Sequential(nn.Flatten(), nn.Linear(512 * 7 * 7, 4096))  # 102,764,544 parameters
    ```

    ## Use instead
    ```python
    nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 4096))  # 2,101,248 parameters
    ```
    """

    code = "CVL306"
    name = "parameter-hog"
    severity = Severity.NOTE

    def check(self, trace: ModelTrace, settings: Config) -> Iterator[Claim]:
        total = trace.total_parameters
        if not isinstance(total, int) or total <= SMALL_MODEL:
            return
        for event in trace.events:
            if event.module is not None and event.name == "torch.nn.Linear":
                yield from _hog(trace, event, event.module, total)

    BAD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 64, 3, padding=1)
                self.fc = nn.Linear(64 * 16 * 16, 256)

            def forward(self, x):
                return self.fc(torch.flatten(self.conv(x), 1))


        Net()(torch.randn(1, 3, 16, 16))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.flatten = nn.Flatten()
                self.fc1 = nn.Linear(3 * 64 * 64, 512)
                self.fc2 = nn.Linear(512, 10)

            def forward(self, x):
                return self.fc2(self.fc1(self.flatten(x)))


        Net()(torch.randn(1, 3, 64, 64))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.drop = nn.Dropout()
                self.fc = nn.Linear(128 * 10 * 10, 100)

            def forward(self, x):
                return self.fc(self.drop(x.view(-1, 128 * 10 * 10)))


        Net()(torch.randn(2, 128, 10, 10))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 64, 3, padding=1)
                self.pool = nn.AdaptiveAvgPool2d(1)
                self.fc = nn.Linear(64, 256)

            def forward(self, x):
                return self.fc(torch.flatten(self.pool(self.conv(x)), 1))


        Net()(torch.randn(1, 3, 16, 16))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.flatten = nn.Flatten()
                self.fc = nn.Linear(3 * 8 * 8, 10)

            def forward(self, x):
                return self.fc(self.flatten(x))


        Net()(torch.randn(1, 3, 8, 8))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(2048, 1000)

            def forward(self, x):
                return self.fc(x)


        Net()(torch.randn(2, 2048))
        """,
    )


def _hog(trace: ModelTrace, event: Event, layer: ModuleInfo, total: int) -> Iterator[Claim]:
    held = sum((product(tensor.shape) for tensor in layer.parameters.values()), start=0)
    if not isinstance(held, int) or 2 * held <= total or not event.inputs:
        return
    flattened = flattened_shape(trace, event.inputs[0])
    if flattened is None:
        return
    share = f"{held:,} of the model's {total:,} parameters ({100 * held // total} %)"
    channels, width = flattened[1], layer.parameters["weight"].shape[0]
    averaged = product(flattened[2:]) != 1 and isinstance(channels, int) and isinstance(width, int)
    advice = (
        f"averaging over the map first leaves {channels}·{width} = {channels * width:,} weights" if averaged else ""
    )
    yield at_definition(
        event,
        f"{layer_name(layer)} holds {share}, on a flattened map of {shape_text(flattened[1:])}",
        advice=advice,
        evidence=HoldsParameters((layer,), held, trace.all_modules, total),
    )
