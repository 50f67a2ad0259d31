"""CVL504: a softmax along the axis of the samples, where that of the classes is meant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convlint.axes import Axes, Role, Said, axes_of
from convlint.axes.operations import argument, last_name
from convlint.axes.saying import CLASSIFYING, LOADER
from convlint.evidence import Assumed, Mixes
from convlint.findings import Related
from convlint.layers.core.tensor import Tensor
from convlint.rules.base import Claim
from convlint.rules.silent.base import SilentRule, is_linear, softmax_axis, source_of
from convlint.rules.subjects import at_definition, is_primitive, subject
from convlint.rules.wording import shape_text, size_text
from convlint.trace import Event

_PRODUCTS = frozenset({"__matmul__", "matmul", "mm", "bmm", "baddbmm"})
_SCALING = frozenset(
    {"__mul__", "__rmul__", "mul", "__truediv__", "div", "masked_fill", "__add__", "add", "mul_", "div_"}
)
_TURNING = frozenset({"t", "T", "mT", "transpose", "swapaxes", "permute"})
_MULTIPLYING = frozenset({"__mul__", "__rmul__", "mul", "multiply"})
_NORMALIZE = "torch.nn.functional.normalize"
_READING = frozenset({"argmax", "max", "topk", "log", "detach", "cpu"})
"""What is done with the final scores of a model."""
_HOMES = ("torch", "torch.Tensor", "torch.nn.functional", "torch.special", "torch.nn")
_NAMES = ("softmax", "log_softmax", "softmin", "Softmax", "LogSoftmax", "Softmin")


class SoftmaxOverBatch(SilentRule):
    """A softmax runs along the batch: the scores of different samples compete, not those of the classes.

    ## What it does
    Reports `softmax`, `log_softmax` and their layers along the first axis of class scores, where that axis is known to
    be the samples': a loss of classes, a data loader, or a convolution before says so. So is `normalize` along the
    samples, where the vectors of samples are then compared (`z @ z.t()`), and a softmax across the matrices of scores
    of attention: without `dim`, it runs along the first of three axes. Weights over a set (attention along axis 0,
    `softmax` of one number for each sample) are left alone.

    ## Why is this bad?
    Each sample's probabilities depend on what else is in its batch, and do not sum to 1. The loss still falls, and a
    single image at test time gets 1 for every class.

    ## Example
    ```python
    F.nll_loss(F.log_softmax(self.fc(x), dim=0), target)
    ```

    ## Use instead
    ```python
    F.nll_loss(F.log_softmax(self.fc(x), dim=1), target)
    ```
    """

    code = "CVL504"
    name = "softmax-over-batch"
    triggers = frozenset({_NORMALIZE}) | frozenset(f"{home}.{name}" for home in _HOMES for name in _NAMES)

    def claims(self, events: Sequence[Event], assumed: Assumed) -> Iterator[Claim]:
        axes = axes_of(events)
        for event in events:
            if event.name not in self.triggers or not event.inputs:
                continue
            if event.name == _NORMALIZE:
                told = _of_normalized(axes, event)
            elif softmax_axis(event) == 0:
                told = _of_samples(axes, event) or _of_attention(axes, event)
            else:
                told = None
            if told is not None:
                yield _claim(event, told, assumed)

    BAD = (
        """
        import torch
        from torch import nn
        from torch.nn import functional as F


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.fc = nn.Linear(20, 10)

            def forward(self, x):
                return F.log_softmax(self.fc(x), dim=0)


        nn.NLLLoss()(Net()(torch.randn(64, 20)), torch.zeros(64, dtype=torch.long))
        """,
        """
        import torch
        from torch import nn
        from torch.utils.data import DataLoader, TensorDataset

        data = TensorDataset(torch.randn(100, 20), torch.zeros(100, dtype=torch.long))
        net = nn.Sequential(nn.Linear(20, 10), nn.Softmax(dim=0))
        for x, y in DataLoader(data, batch_size=10):
            right = (net(x).argmax(1) == y).sum()
        """,
        """
        import torch
        from torch import nn

        net = nn.Sequential(nn.Conv2d(1, 8, 3), nn.Flatten(), nn.Linear(8 * 26 * 26, 10), nn.LogSoftmax(0))
        nn.functional.nll_loss(net(torch.randn(32, 1, 28, 28)), torch.zeros(32, dtype=torch.long))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn
        from torch.nn import functional as F

        fc = nn.Linear(20, 10)
        nn.NLLLoss()(F.log_softmax(fc(torch.randn(64, 20)), dim=1), torch.zeros(64, dtype=torch.long))
        """,
        """
        import torch
        from torch import nn


        class Pooled(nn.Module):
            def __init__(self):
                super().__init__()
                self.features = nn.Sequential(nn.Conv2d(1, 20, 5), nn.ReLU(), nn.Flatten(), nn.Linear(20 * 24 * 24, 64))
                self.attention = nn.Sequential(nn.Linear(64, 32), nn.Tanh(), nn.Linear(32, 4))
                self.classify = nn.Linear(4 * 64, 1)

            def forward(self, bag):
                h = self.features(bag)
                weights = torch.softmax(self.attention(h), dim=0)
                return torch.sigmoid(self.classify((weights.t() @ h).reshape(1, -1)))


        Pooled()(torch.randn(12, 1, 28, 28))
        """,
        """
        import torch
        from torch import nn
        from torch.nn import functional as F

        images, texts = nn.Linear(512, 64)(torch.randn(8, 512)), nn.Linear(300, 64)(torch.randn(8, 300))
        logits = images @ texts.t()
        both = logits.softmax(dim=1) * logits.softmax(dim=0)
        """,
        """
        import torch
        from torch import nn

        advantage = nn.Linear(16, 1)(torch.randn(64, 16))
        weights = torch.softmax(advantage / 0.5, dim=0)
        """,
    )


def _of_samples(axes: Axes, event: Event) -> Said | None:
    """Return what says that the first axis of class scores is that of the samples; None where it may be anything."""
    scores = event.inputs[0]
    source = _unscaled(axes, scores, most=1)
    if scores.ndim != 2 or scores.shape[1] == 1 or source is None or not is_linear(source):
        return None
    first, classes = axes.of(scores)
    for said in axes.said_of(first, Role.BATCH):
        if said.event.name in CLASSIFYING and any(other.event is said.event for other in axes.said_of(classes)):
            return said
        if said.event.name == LOADER and not _is_mixed(axes, event):
            return said
        if _is_convolution(said) and _is_final(axes, event):
            return said
    return None


def _unscaled(axes: Axes, scores: Tensor, most: int) -> Event | None:
    """Return what made scores, before operations of at most so many tensors scaled or masked them."""
    source = source_of(axes, scores)
    while source is not None and last_name(source) in _SCALING and 0 < len(source.inputs) <= most:
        source = source_of(axes, source.inputs[0])
    return source


def _of_attention(axes: Axes, event: Event) -> Said | None:
    """Return the product that gave a score for each query and key, one matrix for each sample, if the weights that are
    made of it across the matrices are multiplied with values then."""
    scores = event.inputs[0]
    if scores.ndim not in (3, 4) or scores.shape[0] == 1 or not event.outputs:
        return None
    source = _unscaled(axes, scores, most=2)
    if source is None or last_name(source) not in _PRODUCTS or source.outputs[0].ndim != scores.ndim:
        return None
    return Said(Role.BATCH, source) if _weighs(axes, event.outputs[0]) else None


def _weighs(axes: Axes, weights: Tensor) -> bool:
    """Whether a product takes a tensor as its first factor, dropout left aside."""
    for taker in filter(is_primitive, axes.takers(weights)):
        if last_name(taker) in _PRODUCTS and taker.inputs[0] is weights:
            return True
        if last_name(taker) in ("Dropout", "dropout") and taker.outputs and _weighs(axes, taker.outputs[0]):
            return True
    return False


def _of_normalized(axes: Axes, event: Event) -> Said | None:
    """Return what says that vectors are scaled along the samples, which are then compared."""
    vectors = event.inputs[0]
    if vectors.ndim != 2 or argument(event, "dim", 2, 1) not in (0, -2) or vectors.shape[1] == 1 or not event.outputs:
        return None
    found = (
        it for it in axes.said_of(axes.of(vectors)[0], Role.BATCH) if it.event.name == LOADER or _is_convolution(it)
    )
    compares = any(_compares(axes, taker, event.outputs[0]) for taker in axes.takers(event.outputs[0]))
    return next(found, None) if compares else None


def _compares(axes: Axes, taker: Event, vectors: Tensor) -> bool:
    """Whether a product takes vectors as rows, and other vectors as columns."""
    if last_name(taker) not in _PRODUCTS or taker.inputs[0] is not vectors or len(taker.inputs) != 2:
        return False
    turned = axes.maker(taker.inputs[1])
    return turned is not None and last_name(turned) in _TURNING


def _is_convolution(said: Said) -> bool:
    return last_name(said.event).lower().startswith("conv")


def _is_final(axes: Axes, event: Event) -> bool:
    """Whether nothing more is made of what comes out than an answer."""
    takers = [taker for output in event.outputs for taker in axes.takers(output) if is_primitive(taker)]
    return all(last_name(taker) in _READING or _is_loss(taker) for taker in takers)


def _is_mixed(axes: Axes, event: Event) -> bool:
    """Whether the result is multiplied with something, as weights are, or nothing is known to take it."""
    takers = [taker for output in event.outputs for taker in axes.takers(output) if taker is not event]
    own = [taker for taker in takers if not any(given is event.outputs[0] for given in taker.outputs)]
    return not own or any(
        len(taker.inputs) > 1 and not _is_loss(taker) and not _is_likelihood(axes, event, taker) for taker in own
    )


def _is_likelihood(axes: Axes, event: Event, taker: Event) -> bool:
    """Whether log-probabilities are multiplied with the probabilities that each sample should have of its classes."""
    if "log" not in last_name(event).lower() or last_name(taker) not in _MULTIPLYING:
        return False
    makers = [axes.maker(given) for given in taker.inputs if given is not event.outputs[0]]
    return any(maker is not None and _is_softmax(maker) and softmax_axis(maker) == 1 for maker in makers)


def _is_softmax(event: Event) -> bool:
    return event.name in SoftmaxOverBatch.triggers and event.name != _NORMALIZE and bool(event.inputs)


def _is_loss(event: Event) -> bool:
    name = last_name(event)
    return event.name in CLASSIFYING or name.lower().endswith("loss") or "cross_entropy" in name or name == "kl_div"


def _claim(event: Event, told: Said, assumed: Assumed) -> Claim:
    given = event.inputs[0]
    count, width = (size_text(size) for size in given.shape[:2])
    where = "here, the first axis is that of the samples"
    if event.name == _NORMALIZE:
        effect = (
            f"the vectors of {count} samples are compared, and it is each of the {width} features that has length 1"
        )
        advice = "`dim=1` gives each sample's vector length 1"
    elif given.ndim > 2:
        effect = f"the weights of {count} samples sum to 1 together, and not those of all keys for one query"
        advice, where = "`dim=-1` runs along the keys", "the scores come from here, a matrix for each sample"
    else:
        effect = f"for each of the {width} classes, the {count} samples share a probability of 1"
        advice = "`dim=1` runs along the classes"
    return at_definition(
        event,
        f"{subject(event)} of {shape_text(given.shape)} runs along the batch: {effect}",
        advice=advice,
        extra=(Related(told.event.place, where),),
        evidence=Mixes(event, 0, assumed),
    )
