"""CVL208: a model whose layers put conditions on the input that exclude each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convlint.config import Config
from convlint.evidence import NothingFits
from convlint.findings import Related, Severity
from convlint.rules.base import Claim, Rule
from convlint.rules.subjects import layer_name, layer_path
from convlint.rules.wording import condition_text
from convlint.symbolic.conditions import condition_symbols
from convlint.symbolic.solve import solve
from convlint.trace import ModelTrace, OpenCondition


class NoInputFits(Rule):
    """No sizes of the input meet what the layers demand together: torch raises on all of them.

    ## What it does
    Solves the conditions that all layers of a model put on a batch whose sizes are open. Reports a model of which no
    sizes meet all of them, and names two that exclude each other. Where layers take single samples as well as
    batches, it is silent unless these do not fit either.

    ## Why is this bad?
    Each layer by itself accepts some input, so that nothing looks wrong; but the model as a whole cannot run.

    ## Example
    ```python
    self.fc(self.patches(x).flatten(1)), self.wide(x)  # fc takes 28×28 images, and wide needs 40×40 or more
    ```

    ## Use instead
    Layers that were built for the same images: here a kernel of at most 28 in `wide`, or an `fc` for larger maps.
    """

    code = "CVL208"
    name = "no-input-fits"
    severity = Severity.ERROR

    def check_model(self, traces: Sequence[ModelTrace], settings: Config) -> Iterator[Claim]:
        if all(_is_hopeless(trace) for trace in traces):
            yield _claim(traces[0])

    BAD = (
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.norm = nn.BatchNorm2d(3)
                self.patches = nn.Conv2d(3, 4, kernel_size=4, stride=4)
                self.fc = nn.Linear(4 * 7 * 7, 10)
                self.wide = nn.Conv2d(3, 4, kernel_size=40)

            def forward(self, x):
                x = self.norm(x)
                return self.fc(self.patches(x).flatten(1)), self.wide(x)
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Sequential(nn.Conv2d(1, 2, kernel_size=3), nn.BatchNorm2d(2))
                self.fc = nn.Linear(2 * 5, 3)
                self.pad = nn.ReflectionPad2d(2)

            def forward(self, x):
                y = self.conv(x)
                return self.fc(torch.flatten(y, 1)), self.pad(y)
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.first = nn.Linear(45, 8)
                self.pool = nn.MaxPool2d(8)

            # convlint: input=(N, 1, H, W)
            def forward(self, image):
                return self.first(image.flatten(1)), self.pool(image)
        """,
    )
    GOOD = (
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.patches = nn.Conv2d(3, 4, kernel_size=4, stride=4)
                self.fc = nn.Linear(4 * 7 * 7, 10)
                self.wide = nn.Conv2d(3, 4, kernel_size=20)

            def forward(self, x):
                return self.fc(self.patches(x).flatten(1)), self.wide(x)
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(1, 2, kernel_size=3)
                self.fc = nn.Linear(2 * 25, 3)
                self.pad = nn.ReflectionPad2d(2)

            def forward(self, x):
                y = self.conv(x)
                return self.fc(torch.flatten(y, 1)), self.pad(y)
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.patches = nn.Conv2d(3, 4, kernel_size=4, stride=4)
                self.fc = nn.Linear(4 * 7 * 7, 10)
                self.wide = nn.Conv2d(3, 4, kernel_size=40)

            def forward(self, x):
                if x.shape[2] < 40:
                    return self.fc(self.patches(x).flatten(1))
                return self.wide(x)
        """,
    )


def _is_hopeless(trace: ModelTrace) -> bool:
    """Tell whether every input must meet conditions of which no size meets all."""
    if trace.violation is not None or not trace.only_path:
        return False
    conditions = [item.condition for item in trace.conditions]
    # Conditions on one size each were decided, exactly, as they came.
    if all(len(condition_symbols(condition)) < 2 for condition in conditions):
        return False
    return solve(conditions).impossible


def _claim(trace: ModelTrace) -> Claim:
    """Return the claim at the first demand that cannot be met, with one before it that keeps it from being met."""
    demands = trace.conditions
    count = next(n for n in range(1, len(demands) + 1) if _impossible(demands[:n]))
    last, before = demands[count - 1], demands[: count - 1]
    needed = [item for item in before if not _impossible([other for other in demands[:count] if other is not item])]
    other = max(needed, key=lambda item: len(condition_symbols(item.condition)), default=before[-1])
    form = ", ".join(f"({', '.join(map(str, tensor.shape))})" for tensor in trace.inputs)
    message = (
        f"no input {form} fits: {_subject(last)} needs {condition_text(last.condition)}, "
        f"and {_subject(other)} needs {condition_text(other.condition)} of the same input"
    )
    related = (Related(other.place, f"{condition_text(other.condition)} is needed here"),)
    evidence = NothingFits(trace, (other, last))
    return Claim(message, last.place, last.stack, layer_path(last.module), None, related, evidence=evidence)


def _impossible(demands: Sequence[OpenCondition]) -> bool:
    return solve([item.condition for item in demands]).impossible


def _subject(item: OpenCondition) -> str:
    return layer_name(item.module) if item.module is not None else "the model"
