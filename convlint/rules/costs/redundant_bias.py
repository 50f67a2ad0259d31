"""CVL305: a convolution's bias that the batch norm behind it subtracts again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convlint.config import Config
from convlint.evidence import BiasIsSubtracted
from convlint.findings import Severity
from convlint.rules.base import Claim, Rule
from convlint.rules.mending import WEIGHTS, set_argument
from convlint.rules.subjects import at_definition, layer_name
from convlint.rules.wording import size_text
from convlint.symbolic import product
from convlint.trace import Event, ModelTrace, ModuleInfo

_NORMS = frozenset(f"torch.nn.{name}" for name in ("BatchNorm1d", "BatchNorm2d", "BatchNorm3d", "SyncBatchNorm"))
_CONVOLUTIONS = frozenset(
    f"torch.nn.{lazy}Conv{transpose}{n}d" for lazy in ("", "Lazy") for transpose in ("", "Transpose") for n in (1, 2, 3)
)


class RedundantBias(Rule):
    """A convolution straight before a batch norm has a bias, which the norm subtracts again.

    ## What it does
    Reports a convolution with a bias whose output goes to a batch norm and nowhere else, in every call of every
    run that was seen, and only where nothing of the model remained unknown.

    ## Why is this bad?
    The norm subtracts the mean of each channel, and with it the bias: it is stored, downloaded, optimised and
    synchronised between machines without any effect on training.

    ## Example
    ```python
    nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.BatchNorm2d(16))
    ```

    ## Use instead
    ```python
    nn.Sequential(nn.Conv2d(3, 16, 3, padding=1, bias=False), nn.BatchNorm2d(16))
    ```
    """

    code = "CVL305"
    name = "redundant-bias"
    severity = Severity.NOTE
    needs_sizes = False

    def check_model(self, traces: Sequence[ModelTrace], settings: Config) -> Iterator[Claim]:
        if any(trace.gaps or not trace.complete for trace in traces):
            return
        kept = {layer.path for trace in traces for event, layer in _biased(trace) if _norm(trace, event) is None}
        for trace in traces:
            for event, layer in _biased(trace):
                if layer.path not in kept:
                    yield _claim(trace, event, layer, _norm(trace, event))

    BAD = (
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
                self.body = nn.Sequential(nn.Conv1d(4, 8, 3, padding=1), nn.BatchNorm1d(8), nn.ReLU())

            def forward(self, x):
                return self.body(x)


        Net()(torch.randn(2, 4, 50))
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.up = nn.ConvTranspose2d(8, 4, 2, stride=2)
                self.norm = nn.BatchNorm2d(4)

            def forward(self, x):
                return self.norm(self.up(x)).relu()
        """,
    )
    GOOD = (
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 16, 3, padding=1, bias=False)
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
                self.body = nn.Sequential(nn.Conv1d(4, 8, 3, padding=1), nn.ReLU(), nn.BatchNorm1d(8))

            def forward(self, x):
                return self.body(x)


        Net()(torch.randn(2, 4, 50))
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(8, 8, 3, padding=1)
                self.norm = nn.BatchNorm2d(8)

            def forward(self, x):
                y = self.conv(x)
                return y + self.norm(y)
        """,
    )


def _biased(trace: ModelTrace) -> Iterator[tuple[Event, ModuleInfo]]:
    """Yield the calls of convolutions that have a bias."""
    for event in trace.events:
        if event.module is not None and event.name in _CONVOLUTIONS and "bias" in event.module.parameters:
            yield event, event.module


def _norm(trace: ModelTrace, event: Event) -> Event | None:
    """Return the call of the batch norm that alone reads the output of `event`, or None if others read it too."""
    if len(event.outputs) != 1 or any(output is event.outputs[0] for output in trace.outputs):
        return None
    readers = [other for other in trace.events if _computes(other) and any(t is event.outputs[0] for t in other.inputs)]
    return readers[0] if len(readers) == 1 and readers[0].name in _NORMS else None


def _computes(event: Event) -> bool:
    """Tell whether an event is more than the frame of a container, whose parts leave events of their own."""
    return event.module is None or event.leaf


def _claim(trace: ModelTrace, event: Event, layer: ModuleInfo, norm: Event | None) -> Claim:
    size = size_text(product(layer.parameters["bias"].shape))
    by = layer_name(norm.module) if norm is not None and norm.module is not None else "the batch norm"
    message = f"{layer_name(layer)} has a bias ({size} parameters) that {by} subtracts again"
    evidence = None if norm is None else BiasIsSubtracted(event, norm, trace.assumed)
    fix = set_argument(layer, "bias", False, WEIGHTS)
    advice = "`bias=False` saves it: the norm subtracts the mean, and a constant with it"
    return at_definition(event, message, advice=advice, evidence=evidence, fix=fix)
