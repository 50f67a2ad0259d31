"""CVL900: a file that cannot be decoded, parsed, or is too deeply nested to parse safely."""

from __future__ import annotations

from convlint.findings import Severity
from convlint.rules.base import Rule


class UnparsableFile(Rule):
    """The file cannot be decoded or parsed, or is too deeply nested to parse safely.

    ## What it does
    Reports the place where reading stopped. Nothing in the file is checked; the other files are.

    ## Why is this bad?
    Python cannot import it either, or only at the risk of overflowing its stack.

    ## Example
    ```python
    class Net(nn.Module:
        pass
    ```

    ## Use instead
    ```python
    class Net(nn.Module):
        pass
    ```
    """

    code = "CVL900"
    name = "unparsable-file"
    severity = Severity.ERROR

    BAD = (
        """
        class Net(nn.Module:
            pass
        """,
        """
        def forward(self, x)
            return x
        """,
        """
        print "hello"
        """,
    )
    GOOD = (
        """
        class Net:
            pass
        """,
        """
        def forward(self, x):
            return x
        """,
        """
        print("hello")
        """,
    )
