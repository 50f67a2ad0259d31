"""CVL204: a view, reshape or unflatten to another number of elements."""

from __future__ import annotations

from collections.abc import Sequence

from convlint.layers.core.refusal import RefusalKind
from convlint.origins.spelling import Spelt
from convlint.rules.mismatches.refused import RefusalRule, nearest_text
from convlint.symbolic import Size, product
from convlint.trace import ModelTrace, Violation


class InvalidReshape(RefusalRule):
    """A `view`, `reshape` or `unflatten` to another number of elements: torch raises.

    ## What it does
    Compares the number of elements before and after; a size of -1 must come out whole.

    ## Why is this bad?
    torch raises as soon as the operation runs; and if the number happens to divide, the elements end up in
    other samples (CVL207).

    ## Example
    ```python
    x.view(-1, 500)  # of a 3×20×4×4 tensor: 960 elements
    ```

    ## Use instead
    ```python
    x.flatten(1)
    ```
    """

    code = "CVL204"
    name = "invalid-reshape"
    kind = RefusalKind.RESHAPE

    def advice(self, trace: ModelTrace, violation: Violation) -> str | Spelt:
        if (wrong := _wrong_size(violation)) is not None:
            return wrong
        whole = violation.refusal.fact("wanted") is not None  # not one dimension only, as a pattern takes apart
        ways = ["`flatten(1)` keeps the first size and needs no numbers" if whole else "", nearest_text(trace)]
        return "; ".join(filter(None, ways))

    BAD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def forward(self, x):
                return x.view(-1, 500)


        Net()(torch.randn(3, 20, 4, 4))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def forward(self, x):
                return torch.reshape(x, (4, 100))


        Net()(torch.randn(4, 3, 6, 6))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.split = nn.Unflatten(1, (4, 5))

            def forward(self, x):
                return self.split(x)


        Net()(torch.randn(2, 24))
        """,
    )
    GOOD = (
        """
        from torch import nn


        class Net(nn.Module):
            def forward(self, x):
                return x.view(x.size(0), -1)
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def forward(self, x):
                return x.reshape(4, 108)


        Net()(torch.randn(4, 3, 6, 6))
        """,
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.split = nn.Unflatten(1, (4, 6))

            def forward(self, x):
                return self.split(x)


        Net()(torch.randn(2, 24))
        """,
    )


def _wrong_size(violation: Violation) -> Spelt | None:
    """Return what the only size is, of those that are asked for, with which the others would hold all elements."""
    have, want = violation.refusal.fact("input"), violation.refusal.fact("shape")
    if not isinstance(have, tuple) or not isinstance(want, tuple) or -1 in want or have[:1] != want[:1]:
        return None
    before = _alike(have, want)
    after = _alike(have[before:][::-1], want[before:][::-1])
    held, asked = have[before : len(have) - after], want[before : len(want) - after]
    if not before + after or not all(isinstance(size, int) and size > 0 for size in (*held, *asked)) or len(asked) < 2:
        return None
    right = {axis: _divided(product(held), [*asked[:axis], *asked[axis + 1 :]]) for axis in range(len(asked))}
    fitting = {axis: size for axis, size in right.items() if size}
    if len(fitting) != 1:
        return None
    ((axis, size),) = fitting.items()
    factors = [str(it) for it in asked]
    factors[axis] = "{}"
    total = "·".join(map(str, held))
    text = f"{total} = {'·'.join(factors)} holds all elements: {size} in the place of {asked[axis]}"
    return Spelt(text, violation.place, before + axis, size)


def _alike(have: Sequence[Size], want: Sequence[Size]) -> int:
    """Return how many sizes are the same at the beginning."""
    pairs = list(zip(have, want, strict=False))
    return next((index for index, (ours, theirs) in enumerate(pairs) if ours != theirs), len(pairs))


def _divided(total: Size, others: Sequence[Size]) -> int:
    """Return how often a product is in a number, 0 where it leaves a remainder."""
    whole = product(others)
    return total // whole if isinstance(total, int) and isinstance(whole, int) and total % whole == 0 else 0
