"""CVL506: an activation before a loss that has it inside, or a loss that needs one and gets none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from msgspec import Struct
from msgspec.structs import replace

from convlint.axes import Axes, axes_of
from convlint.axes.operations import last_name
from convlint.axes.saying import CLASSIFYING
from convlint.evidence import Assumed, Clips, Misjudges
from convlint.findings import Related, Severity
from convlint.layers.core.tensor import Tensor
from convlint.rules.base import Claim
from convlint.rules.mending import leave_out
from convlint.rules.silent.base import SilentRule, is_linear, softmax_axis, source_of
from convlint.rules.subjects import at_definition, is_primitive, subject
from convlint.rules.wording import shape_text
from convlint.trace import Event

_CROSS_ENTROPY = frozenset({"torch.nn.CrossEntropyLoss", "torch.nn.functional.cross_entropy"})
_NLL = frozenset({"torch.nn.NLLLoss", "torch.nn.functional.nll_loss"})
_BCE = frozenset({"torch.nn.BCELoss", "torch.nn.functional.binary_cross_entropy"})
_BCE_LOGITS = frozenset({"torch.nn.BCEWithLogitsLoss", "torch.nn.functional.binary_cross_entropy_with_logits"})
_SOFTMAXES = frozenset(
    f"{home}.{name}"
    for home, names in (("torch.nn", "Softmax LogSoftmax"), ("torch", "softmax log_softmax"),
                        ("torch.Tensor", "softmax log_softmax"), ("torch.nn.functional", "softmax log_softmax"))
    for name in names.split()
)  # fmt: skip
_READING = frozenset({"argmax", "max", "topk", "log", "detach", "cpu", "numpy", "clamp", "item", "multinomial"})
"""What is done with probabilities on the way to an answer or a loss."""
_KINDS = {
    "softmax": "softmax", "Softmax": "softmax", "Softmax2d": "softmax", "log_softmax": "log_softmax",
    "LogSoftmax": "log_softmax", "sigmoid": "sigmoid", "Sigmoid": "sigmoid", "sigmoid_": "sigmoid", "relu": "relu",
    "ReLU": "relu", "relu_": "relu", "Linear": "scores", "linear": "scores", "Conv1d": "scores", "Conv2d": "scores",
    "Conv3d": "scores",
}  # fmt: skip


class ActivationLossMismatch(SilentRule):
    """An activation stands before a loss that has it inside, or a loss that needs one gets plain scores.

    ## What it does
    Reports `Softmax` or `Sigmoid` before `CrossEntropyLoss`, any activation before `BCEWithLogitsLoss`, anything but
    `LogSoftmax` before `NLLLoss`, `LogSoftmax` or plain scores before `BCELoss`, and `ReLU` between the last linear
    layer and `CrossEntropyLoss`, or the softmax of its classes. `LogSoftmax` before `CrossEntropyLoss` is a `note`: it
    changes nothing, since the second one leaves log-probabilities as they are.

    ## Why is this bad?
    A softmax of values between 0 and 1 can never come near certainty: with 10 classes the loss stays above 1.46 even
    for perfect predictions, and its gradient vanishes. `NLLLoss` of scores or of probabilities is no likelihood, and
    falls without end; `BCELoss` refuses the first score outside of 0 to 1. Behind a ReLU all scores below zero are
    the same.

    ## Example
    ```python
    net = nn.Sequential(nn.Linear(20, 10), nn.Softmax(dim=1))
    nn.CrossEntropyLoss()(net(x), target)
    ```

    ## Use instead
    ```python
    net = nn.Linear(20, 10)
    nn.CrossEntropyLoss()(net(x), target)
    ```
    """

    code = "CVL506"
    name = "activation-loss-mismatch"
    triggers = CLASSIFYING | _BCE | _BCE_LOGITS | _SOFTMAXES

    def claims(self, events: Sequence[Event], assumed: Assumed) -> Iterator[Claim]:
        axes = axes_of(events)
        for event in events:
            if event.name in _SOFTMAXES and event.inputs:
                yield from _clipped(axes, event, assumed, events)
            elif event.name in self.triggers and event.inputs:
                yield from _of_loss(axes, event, assumed, events)

    BAD = (
        """
        import torch
        from torch import nn

        net = nn.Sequential(nn.Linear(20, 10), nn.Softmax(dim=1))
        nn.CrossEntropyLoss()(net(torch.randn(8, 20)), torch.zeros(8, dtype=torch.long))
        """,
        """
        import torch
        from torch import nn
        from torch.nn import functional as F


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(20, 1)

            def forward(self, x):
                return torch.sigmoid(self.fc(x)).squeeze(1)


        criterion = nn.BCEWithLogitsLoss()
        criterion(Net()(torch.randn(8, 20)), torch.ones(8))
        """,
        """
        import torch
        from torch import nn
        from torch.nn import functional as F


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc1, self.fc2 = nn.Linear(784, 128), nn.Linear(128, 10)

            def forward(self, x):
                return self.fc2(F.relu(self.fc1(x)))


        F.nll_loss(Net()(torch.randn(8, 784)), torch.zeros(8, dtype=torch.long))
        """,
        """
        import torch
        from torch import nn

        scores = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(128, 10), nn.ReLU())(torch.randn(8, 784))
        nn.CrossEntropyLoss()(scores, torch.zeros(8, dtype=torch.long))
        """,
        """
        import torch
        from torch import nn
        from torch.nn import functional as F

        net = nn.Linear(784, 10)
        F.nll_loss(F.softmax(net(torch.randn(8, 784)), dim=1), torch.zeros(8, dtype=torch.long))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn

        net = nn.Linear(20, 10)
        nn.CrossEntropyLoss()(net(torch.randn(8, 20)), torch.zeros(8, dtype=torch.long))
        """,
        """
        import torch
        from torch import nn
        from torch.nn import functional as F

        net = nn.Linear(784, 10)
        F.nll_loss(F.log_softmax(net(torch.randn(8, 784)), dim=1), torch.zeros(8, dtype=torch.long))
        F.nll_loss(torch.log(net(torch.randn(8, 784)).softmax(1)), torch.zeros(8, dtype=torch.long))
        """,
        """
        import torch
        from torch import nn

        net = nn.Sequential(nn.Linear(20, 1), nn.Sigmoid())
        nn.BCELoss()(net(torch.randn(8, 20)), torch.ones(8, 1))
        """,
        """
        import torch
        from torch import nn

        student, teacher = nn.Linear(20, 10), nn.Linear(20, 10)
        x = torch.randn(8, 20)
        nn.functional.cross_entropy(student(x), teacher(x).softmax(dim=1))
        """,
    )


class _Mismatch(Struct, frozen=True):
    """What is wrong with an activation before a loss, and what is right."""

    what: str
    advice: str
    severity: Severity | None = None
    goes: bool = False
    """Whether all is right without the activation."""


_ONCE_MORE = "is done once more inside of the loss"
_MISMATCHES: list[tuple[frozenset[str], str, _Mismatch]] = [
    (_CROSS_ENTROPY, "softmax", _Mismatch(_ONCE_MORE, "give the loss the scores", goes=True)),
    (_CROSS_ENTROPY, "log_softmax",
     _Mismatch(f"{_ONCE_MORE}, which changes nothing", "leave it out, or use `NLLLoss`", Severity.NOTE, goes=True)),
    (_CROSS_ENTROPY, "relu", _Mismatch("leaves no score below 0", "leave the last activation out", goes=True)),
    (_CROSS_ENTROPY, "sigmoid",
     _Mismatch("leaves the scores between 0 and 1", "give the loss the scores, or use `BCEWithLogitsLoss`", goes=True)),
    (_BCE_LOGITS, "sigmoid", _Mismatch(_ONCE_MORE, "give the loss the scores, or use `BCELoss`", goes=True)),
    (_BCE_LOGITS, "softmax",
     _Mismatch("gives probabilities, and the loss takes scores", "use `CrossEntropyLoss` on scores")),
    (_BCE_LOGITS, "log_softmax",
     _Mismatch("gives log-probabilities, and the loss takes scores", "use `CrossEntropyLoss` on scores")),
    (_BCE, "log_softmax",
     _Mismatch("gives log-probabilities, and the loss takes probabilities", "use `CrossEntropyLoss` on scores")),
    *((_NLL, kind, _Mismatch("gives probabilities, and the loss takes their logarithms", "use `log_softmax`"))
      for kind in ("softmax", "sigmoid")),
]  # fmt: skip


def _of_loss(axes: Axes, loss: Event, assumed: Assumed, events: Sequence[Event]) -> Iterator[Claim]:
    source = source_of(axes, loss.inputs[0])
    kind = _KINDS.get(last_name(source), "") if source is not None else ""
    if source is None or (kind == "relu" and not _is_of_scores(axes, source)):
        return
    if loss.name in _NLL | _BCE and kind == "scores":
        yield _plain_scores(source, loss, assumed)
    for losses, activation, mismatch in _MISMATCHES:
        if loss.name in losses and kind == activation and not _is_along_others(axes, source, loss):
            claim = _before(source, loss, mismatch, assumed)
            yield replace(claim, fix=leave_out(source, events)) if mismatch.goes else claim


def _clipped(axes: Axes, softmax: Event, assumed: Assumed, events: Sequence[Event]) -> Iterator[Claim]:
    """Yield a ReLU between the last linear layer and the softmax of its classes."""
    relu = source_of(axes, softmax.inputs[0])
    rank = softmax.inputs[0].ndim
    if relu is None or _KINDS.get(last_name(relu)) != "relu" or not _is_of_scores(axes, relu):
        return
    if rank == 2 and softmax_axis(softmax) == 1 and _is_of_classes(axes, softmax, events):
        name = subject(softmax)
        where = Related(softmax.place, f"{name} takes its output here")
        message = f"{subject(relu)} before {name} leaves no score below 0: no class can get less than the others"
        claim = at_definition(relu, message, advice="leave it out", extra=(where,), evidence=Clips(relu, assumed))
        yield replace(claim, fix=leave_out(relu, events))


def _is_of_classes(axes: Axes, softmax: Event, events: Sequence[Event]) -> bool:
    """Whether what a softmax puts out goes to a loss of classes, or is the answer of a whole model, and no weight."""
    reached, waiting = [], list(softmax.outputs)
    while waiting:
        made = waiting.pop()
        reached.append(made)
        for taker in filter(is_primitive, axes.takers(made)):
            if taker.name in _NLL:
                return True
            if last_name(taker) not in _READING:
                return False
            waiting += [output for output in taker.outputs if not any(output is known for known in reached)]
    return any(made is answer for made in reached for answer in _answers(events))


def _answers(events: Sequence[Event]) -> Iterator[Tensor]:
    """Yield what comes last in each model that a program calls. A model that is run alone may be a part of another."""
    calls = list(filter(is_primitive, events))
    if all(event.within is not None for event in events):
        return
    for call, following in zip_longest(calls, calls[1:]):
        if call.within is not None and (following is None or following.within is None):
            yield from call.outputs


def _is_of_scores(axes: Axes, relu: Event) -> bool:
    before = source_of(axes, relu.inputs[0]) if relu.inputs else None
    return before is not None and is_linear(before)


def _is_along_others(axes: Axes, activation: Event, loss: Event) -> bool:
    """Whether what is known of a softmax is that it runs along another axis than that of the loss's classes."""
    along = softmax_axis(activation) if "softmax" in last_name(activation).lower() else None
    if along is None or loss.name not in CLASSIFYING:
        return False
    scores, made = axes.of(loss.inputs[0]), axes.of(activation.outputs[0])
    classes = scores[1 if len(scores) > 1 else 0] if scores else ()
    return bool(classes) and classes in made and made[along] != classes


def _before(activation: Event, loss: Event, mismatch: _Mismatch, assumed: Assumed) -> Claim:
    name, of = subject(activation), subject(loss)
    where = Related(loss.place, f"{of} takes its output here")
    evidence = None if mismatch.severity is Severity.NOTE else Misjudges(activation, loss, assumed)
    message = f"{name} before {of} {mismatch.what}"
    claim = at_definition(activation, message, advice=mismatch.advice, extra=(where,), evidence=evidence)
    return replace(claim, severity=mismatch.severity)


def _plain_scores(layer: Event, loss: Event, assumed: Assumed) -> Claim:
    takes, instead = "log-probabilities", "CrossEntropyLoss"
    if loss.name in _BCE:
        takes, instead = "probabilities", "BCEWithLogitsLoss"
    shape = shape_text(layer.outputs[0].shape)
    return Claim(
        f"{subject(loss)} takes {takes}, and gets the plain scores of {subject(layer)}, {shape}",
        loss.place,
        loss.stack,
        related=(Related(layer.place, "the scores come from here"),),
        help=f"`{instead}` takes scores",
        evidence=Misjudges(None, loss, assumed),
    )
