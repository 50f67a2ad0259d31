"""CVL202: a linear layer that gets another number of features than it was built for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from convlint.config import Config
from convlint.evidence import Raises
from convlint.layers.core.refusal import RefusalKind
from convlint.rules.base import Claim
from convlint.rules.mismatches.refused import RefusalRule
from convlint.rules.subjects import flattened_shape
from convlint.rules.wording import factors, joined, size_text
from convlint.symbolic import Size, product
from convlint.trace import ModelTrace, Violation


class FeaturesMismatch(RefusalRule):
    """A linear or recurrent layer gets another number of features than it was built for: torch raises.

    ## What it does
    Compares the last size of the input with `in_features` or `input_size`. Where the number comes from a flattened map,
    it says which number is right, and for which input size the given number would be right.

    ## Why is this bad?
    torch raises as soon as the layer runs. The number depends on every layer before it and on the size of
    the images, so it is wrong whenever one of them changes.

    ## Example
    ```python
    nn.Linear(16 * 5 * 5, 120)  # LeNet's, on 28×28 instead of 32×32: the map is 16×4×4
    ```

    ## Use instead
    ```python
    nn.Linear(16 * 4 * 4, 120)
    ```
    or `nn.AdaptiveAvgPool2d` before the flattening, or `nn.LazyLinear(120)`.
    """

    code = "CVL202"
    name = "features-mismatch"
    kind = RefusalKind.FEATURES

    def check(self, trace: ModelTrace, settings: Config) -> Iterator[Claim]:
        for claim in super().check(trace, settings):
            expected = trace.violation.refusal.fact("expected") if trace.violation else None
            fits = (
                f"; {expected} is right for an input of {joined(trace.fits, 'or')}"
                if trace.fits and trace.remedy is None
                else ""
            )
            evidence = claim.evidence
            if fits and isinstance(evidence, Raises):
                evidence = replace(evidence, fitting=trace.fitting)
            if trace.violation is not None and _takes_a_map(trace, trace.violation):
                claim = replace(claim, fix=None)  # which would take the columns of the map for features
            yield replace(claim, message=claim.message + fits, evidence=evidence)

    def advice(self, trace: ModelTrace, violation: Violation) -> str:
        if _takes_a_map(trace, violation):
            sizes = violation.inputs[0].shape[1:]
            features = f"`in_features={size_text(product(sizes))}`, {factors(sizes)},"
            return f"`flatten(1)` before it and {features} take this input"
        for parameter, got in self.mended(violation).items():
            return f"`{parameter}={got}` takes this input{_factors(trace, violation)}"
        return ""

    def mended(self, violation: Violation) -> Mapping[str, Size]:
        got, module = violation.refusal.fact("got"), violation.module
        # A second tensor, such as a hidden state, may be wrong as well.
        if module is None or not isinstance(got, int) or len(violation.inputs) != 1:
            return {}
        names = ("in_features", "input_size")
        return {name: got for name in names if name in module.attributes}

    BAD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1 = nn.Conv2d(1, 6, 5)
                self.pool = nn.MaxPool2d(2)
                self.conv2 = nn.Conv2d(6, 16, 5)
                self.fc = nn.Linear(16 * 5 * 5, 120)

            def forward(self, x):
                x = self.pool(torch.relu(self.conv1(x)))
                x = self.pool(torch.relu(self.conv2(x)))
                return self.fc(torch.flatten(x, 1))


        Net()(torch.randn(1, 1, 28, 28))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc1 = nn.Linear(10, 20)
                self.fc2 = nn.Linear(30, 5)

            def forward(self, x):
                return self.fc2(self.fc1(x))


        Net()(torch.randn(4, 10))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.rnn = nn.LSTM(input_size=16, hidden_size=8)

            def forward(self, x):
                return self.rnn(x)[0]


        Net()(torch.randn(7, 2, 12))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv1 = nn.Conv2d(1, 6, 5)
                self.pool = nn.MaxPool2d(2)
                self.conv2 = nn.Conv2d(6, 16, 5)
                self.fc = nn.Linear(16 * 5 * 5, 120)

            def forward(self, x):
                x = self.pool(torch.relu(self.conv1(x)))
                x = self.pool(torch.relu(self.conv2(x)))
                return self.fc(torch.flatten(x, 1))


        Net()(torch.randn(1, 1, 32, 32))
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc1 = nn.Linear(10, 20)
                self.fc2 = nn.Linear(20, 5)

            def forward(self, x):
                return self.fc2(self.fc1(x))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.LazyLinear(5)

            def forward(self, x):
                return self.fc(x)


        Net()(torch.randn(2, 12))
        """,
    )


def _factors(trace: ModelTrace, violation: Violation) -> str:
    """Return ", 16·4·4" where the features come from a map that was flattened before."""
    shape = flattened_shape(trace, violation.inputs[0]) if violation.inputs else None
    return "" if shape is None else f", {factors(shape[1:])}"


def _takes_a_map(trace: ModelTrace, violation: Violation) -> bool:
    """Tell whether a linear layer is given a map over which windows slid, none of whose axes holds features."""
    module, given = violation.module, violation.inputs[0] if violation.inputs else None
    if module is None or given is None or module.torch_name != "torch.nn.Linear" or given.ndim != 4:
        return False
    return isinstance(product(given.shape[1:]), int) and any(event.windows for event in trace.events)
