"""CVL901: a comment that tells to leave out what is not found."""

from __future__ import annotations

from convlint.findings import Severity
from convlint.rules.base import Rule


class UnusedSuppression(Rule):
    """A comment tells convlint to leave out a finding that it does not have.

    ## What it does
    Reports the codes of `# convlint: ignore[…]`, `# convlint: file-ignore[…]` and `# noqa: …` that silence nothing.
    Only rules that are selected and were really evaluated there count: where sizes, arguments or paths stay open, a
    comment may be needed for what another run shows, and nothing is said of it.

    ## Why is this bad?
    The comment outlives what it was written for, and silences the next finding of that kind, which nobody has seen.

    ## Example
    ```python
    self.conv = nn.Conv2d(3, 8, 3, padding=1)  # convlint: ignore[CVL102]
    ```

    ## Use instead
    ```python
    self.conv = nn.Conv2d(3, 8, 3, padding=1)
    ```
    """

    code = "CVL901"
    name = "unused-suppression"
    severity = Severity.WARNING
    needs_sizes = False

    BAD = (
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, 3, padding=1)  # convlint: ignore[CVL102]

            def forward(self, x):
                return self.conv(x)
        """,
        """
        # convlint: file-ignore[CVL305]
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, 3, padding=1, bias=False)
                self.norm = nn.BatchNorm2d(8)

            def forward(self, x):
                return self.norm(self.conv(x))
        """,
        """
        from torch import nn


        # convlint: input=(1, 3, 32, 32)
        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(3072, 10)

            def forward(self, x):
                return self.fc(x.flatten(1))  # noqa: CVL202
        """,
    )
    GOOD = (
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, 3)  # convlint: ignore[CVL102]

            def forward(self, x):
                return self.conv(x)
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self, size):
                super().__init__()
                self.conv = nn.Conv2d(3, 8, size, padding=1)  # convlint: ignore[CVL102]

            def forward(self, x):
                return self.conv(x)
        """,
        """
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(3072, 10)

            def forward(self, x):
                return self.fc(x.flatten(1))  # convlint: ignore[CVL202] for the images of another script
        """,
    )
