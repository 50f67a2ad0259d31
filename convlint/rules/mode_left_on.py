"""CVL508: dropout that is active whatever the model's mode, for want of `training=self.training`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convlint.config import Config
from convlint.evidence import Drops
from convlint.findings import Severity
from convlint.rules.base import Claim, Rule
from convlint.trace import Event, ModelTrace

_DROPPING = frozenset(f"torch.nn.functional.{name}" for name in ("dropout", "dropout1d", "dropout2d", "dropout3d"))


class ModeLeftOn(Rule):
    """A functional dropout is active in evaluation too: it is not told the mode of the model.

    ## What it does
    Reports `F.dropout` and its like in a `forward` without `training=…`, where nothing keeps evaluation mode from
    coming there. Whoever writes `training=True` means it, and is left alone.

    ## Why is this bad?
    The default is `training=True`, and functions know nothing of `eval()`: predictions are random, each run gives
    other numbers, and accuracy is lower than it need be.

    ## Example
    ```python
    x = F.dropout(x, 0.5)
    ```

    ## Use instead
    ```python
    x = F.dropout(x, 0.5, training=self.training)
    ```
    """

    code = "CVL508"
    name = "mode-left-on"
    severity = Severity.WARNING
    needs_sizes = False

    def check_model(self, traces: Sequence[ModelTrace], settings: Config) -> Iterator[Claim]:
        for trace in traces:
            if not trace.training or not trace.mode_matters:
                yield from (_claim(event, trace) for event in trace.events if _always_drops(event))

    BAD = (
        """
        import torch
        from torch import nn
        from torch.nn import functional as F


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc1, self.fc2 = nn.Linear(20, 64), nn.Linear(64, 2)

            def forward(self, x):
                return self.fc2(F.dropout(F.relu(self.fc1(x)), 0.5))


        Net()(torch.randn(8, 20))
        """,
        """
        from torch import nn
        from torch.nn import functional as F


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.body = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8), nn.ReLU())

            def forward(self, x):
                return F.dropout2d(self.body(x), p=0.2)
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self, dropout=0.1):
                super().__init__()
                self.dropout = dropout
                self.fc = nn.Linear(20, 2)

            def forward(self, x):
                return self.fc(nn.functional.dropout(x, p=self.dropout))


        net = Net()
        net.eval()
        net(torch.randn(8, 20))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn
        from torch.nn import functional as F


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc1, self.fc2 = nn.Linear(20, 64), nn.Linear(64, 2)

            def forward(self, x):
                return self.fc2(F.dropout(F.relu(self.fc1(x)), 0.5, training=self.training))


        Net()(torch.randn(8, 20))
        """,
        """
        import torch
        from torch import nn
        from torch.nn import functional as F


        class MonteCarlo(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(20, 2)

            def forward(self, x):
                return self.fc(F.dropout(x, 0.1, training=True))


        MonteCarlo()(torch.randn(8, 20))
        """,
        """
        import torch
        from torch import nn
        from torch.nn import functional as F


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(20, 2)

            def forward(self, x):
                if self.training:
                    x = F.dropout(x, 0.5)
                return self.fc(x)


        Net()(torch.randn(8, 20))
        """,
    )


def _always_drops(event: Event) -> bool:
    if event.name not in _DROPPING or event.given is None or event.within is None:
        return False
    told = "training" in event.given.named or len(event.given.positional) > 2
    chance = event.arguments.get("p", 0.5)
    return not told and isinstance(chance, int | float) and 0 < chance < 1


def _claim(event: Event, trace: ModelTrace) -> Claim:
    name = event.name.rpartition(".")[2]
    return Claim(
        f"`{name}` drops in evaluation too: it knows nothing of the model's mode unless it is told",
        event.place,
        event.stack,
        help=f"`{name}(…, training=self.training)`",
        evidence=Drops(event, trace.assumed),
    )
