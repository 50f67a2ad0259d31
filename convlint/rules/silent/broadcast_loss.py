"""CVL501: input and target of a loss differ in shape, and broadcast to more elements than either has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convlint.evidence import Assumed, Broadcasts
from convlint.layers.core.tensor import Shape
from convlint.rules.base import Claim
from convlint.rules.silent.base import SilentRule
from convlint.rules.subjects import subject
from convlint.rules.wording import shape_text
from convlint.symbolic import Size
from convlint.trace import Event

_LOSSES = ("mse_loss MSELoss", "l1_loss L1Loss", "smooth_l1_loss SmoothL1Loss", "huber_loss HuberLoss")


class BroadcastLoss(SilentRule):
    """Input and target of a loss differ in shape, and each output is compared with each target.

    ## What it does
    Reports `mse_loss`, `l1_loss`, `smooth_l1_loss` and `huber_loss`, and their layers, of two tensors of different rank
    that broadcast to more elements than either of them has, as N×1 and N do. Losses with `reduction="none"` are
    left alone: there, the pairs may be what is wanted.

    ## Why is this bad?
    torch runs it, with a warning that is printed once. The loss is the mean over N² pairs of which N belong together:
    the best that a model can do is to put out the mean of all targets, whatever its input.

    ## Example
    ```python
    out = nn.Linear(10, 1)(x)  # N×1
    F.mse_loss(out, y)  # y has N elements: the mean over N×N differences
    ```

    ## Use instead
    ```python
    F.mse_loss(out.squeeze(1), y)
    ```
    """

    code = "CVL501"
    name = "broadcast-loss"
    triggers = frozenset(
        f"torch.nn.{'' if name[0].isupper() else 'functional.'}{name}" for names in _LOSSES for name in names.split()
    )

    def claims(self, events: Sequence[Event], assumed: Assumed) -> Iterator[Claim]:
        for event in events:
            if event.name in self.triggers and len(event.inputs) >= 2 and _reduces(event):
                first, second = (tensor.shape for tensor in event.inputs[:2])
                if len(first) != len(second) and _grow(first, second):
                    yield _claim(event, first, second, assumed)

    BAD = (
        """
        import torch
        from torch import nn

        out = nn.Linear(10, 1)(torch.randn(16, 10))
        nn.functional.mse_loss(out, torch.randn(16))
        """,
        """
        import torch
        from torch import nn


        class Regressor(nn.Module):
            def __init__(self):
                super().__init__()
                self.body = nn.Sequential(nn.Linear(8, 32), nn.ReLU(), nn.Linear(32, 1))

            def forward(self, x):
                return self.body(x)


        net, criterion = Regressor(), nn.SmoothL1Loss()
        x, y = torch.randn(64, 8), torch.randn(64)
        for epoch in range(2):
            criterion(net(x), y).backward()
        """,
        """
        import torch
        from torch import nn
        from torch.utils.data import DataLoader, TensorDataset

        loader = DataLoader(TensorDataset(torch.randn(100, 5), torch.randn(100)), batch_size=20)
        net = nn.Linear(5, 1)
        for features, target in loader:
            loss = nn.functional.l1_loss(net(features), target)
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn

        out = nn.Linear(10, 1)(torch.randn(16, 10))
        nn.functional.mse_loss(out.squeeze(1), torch.randn(16))
        nn.functional.mse_loss(out, torch.randn(16).unsqueeze(1))
        """,
        """
        import torch
        from torch import nn

        score = nn.Conv2d(3, 1, 4)(torch.randn(2, 3, 8, 8))
        nn.MSELoss()(score, torch.tensor(1.0))
        """,
        """
        import torch
        from torch.nn.functional import smooth_l1_loss

        quantiles, targets = torch.randn(32, 51, 1), torch.randn(32, 1, 51)
        pairs = smooth_l1_loss(quantiles, targets, reduction="none")
        """,
        """
        import torch
        from torch.nn.functional import mse_loss

        mse_loss(torch.randn(8, 3), torch.randn(3))
        """,
    )


def _reduces(event: Event) -> bool:
    """Whether one number is made of all differences, whatever the argument is called that says so."""
    return bool(event.outputs) and event.outputs[0].ndim == 0


def _grow(first: Shape, second: Shape) -> bool:
    """Whether each of two shapes is made larger by the other."""
    return _is_grown(first, second) and _is_grown(second, first)


def _is_grown(grown: Shape, other: Shape) -> bool:
    sizes = (1,) * (len(other) - len(grown)) + tuple(grown)
    pairs = zip(sizes[len(sizes) - len(other) :], other, strict=True)
    return any(size == 1 and _is_several(more, grown, other) for size, more in pairs)


def _is_several(size: Size, first: Shape, second: Shape) -> bool:
    """Whether a size is more than 1 where it is said as a number, and is the same axis in both shapes where not."""
    return size > 1 if isinstance(size, int) else size in first and size in second


def _whole(first: Shape, second: Shape) -> Shape:
    """Return what two shapes broadcast to, as torch has not refused them."""
    rank = max(len(first), len(second))
    padded = [(1,) * (rank - len(shape)) + tuple(shape) for shape in (first, second)]
    return tuple(other if size == 1 else size for size, other in zip(*padded, strict=True))


def _claim(event: Event, first: Shape, second: Shape, assumed: Assumed) -> Claim:
    whole = shape_text(_whole(first, second))
    return Claim(
        f"{subject(event)} of {shape_text(first)} and {shape_text(second)} broadcasts them to {whole}: each output is "
        "compared with each target, not with its own",
        event.place,
        event.stack,
        help=_advice(first, second),
        evidence=Broadcasts(event, assumed),
    )


def _advice(first: Shape, second: Shape) -> str:
    longer, shorter, which = (first, second, "output") if len(first) > len(second) else (second, first, "target")
    if len(longer) == len(shorter) + 1 and longer[-1] == 1 and longer[:-1] == shorter:
        return f"`squeeze(-1)` on the {which} makes both {shape_text(shorter)}"
    return ""
