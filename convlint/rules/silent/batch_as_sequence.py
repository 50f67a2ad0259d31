"""CVL503: a recurrent or attention layer runs along the batch, for want of `batch_first`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from convlint.axes import Axes, Axis, Role, axes_of
from convlint.axes.operations import argument, batch_first, last_name
from convlint.axes.saying import ATTENDING, LOADER, RECURRENT
from convlint.evidence import Assumed, Mixes
from convlint.findings import Related
from convlint.layers.core.tensor import Tensor
from convlint.rules.base import Claim
from convlint.rules.silent.base import SilentRule, is_linear
from convlint.rules.silent.positions import learnt_for_steps
from convlint.rules.subjects import at_definition, subject
from convlint.rules.wording import shape_text
from convlint.symbolic import Dim, Size, SymbolKind, symbols_of
from convlint.trace import Event, Place

_OF_FRAMES = ("video", "frame", "clip", "action", "gesture", "tag", "seq", "temporal", "stream", "speech", "track")
_POOLED = frozenset({"mean", "sum", "amax", "max"})
_BEFORE_LINEAR = frozenset({"Dropout", "dropout", "relu", "ReLU", "LayerNorm", "BatchNorm1d"})


class _Sign(Struct, frozen=True):
    """What shows that the first axis of a layer's input is not that of the steps."""

    place: Place
    text: str


class BatchAsSequence(SilentRule):
    """A recurrent or attention layer takes the batch for the sequence: `batch_first` is missing.

    ## What it does
    Reports `LSTM`, `GRU`, `RNN` and `MultiheadAttention` (in `TransformerEncoderLayer` too) without `batch_first`,
    where the program shows that the first axis of their input is that of the samples: it comes so from a data loader,
    or from a convolution whose positions became the second axis; or a parameter or table that has a row for each place
    along the second axis was added to it, or put before it there, as positions and class tokens are; or what comes out
    has its second axis flattened into the features, or taken at its last place, or averaged, before a linear layer.
    So is a batch of vectors that a recurrent layer takes for one sequence: a shuffled one, or pictures behind
    convolutions of which each has an answer of its own, in a class that is not named after frames. Code that keeps
    torch's own layout (steps, samples, features) is left alone.

    ## Why is this bad?
    Each sample is computed from the samples before it in the batch, and steps do not see each other. The sizes fit, the
    loss falls a little, and the order of a batch changes the answers.

    ## Example
    ```python
    self.lstm = nn.LSTM(16, 64)
    self.fc = nn.Linear(64 * 12, 5)
    ...
    out, _ = self.lstm(x)  # 32×12×16: 12 steps of 32 samples, for torch 32 steps of 12 samples
    return self.fc(out.reshape(x.size(0), -1))
    ```

    ## Use instead
    ```python
    self.lstm = nn.LSTM(16, 64, batch_first=True)
    ```
    """

    code = "CVL503"
    name = "batch-as-sequence"
    triggers = RECURRENT | ATTENDING

    def claims(self, events: Sequence[Event], assumed: Assumed) -> Iterator[Claim]:
        axes = axes_of(events)
        for event in events:
            if event.name in self.triggers and event.inputs and _may_run_along_samples(event):
                sign = _sign(axes, event)
                if sign is not None:
                    yield _claim(event, sign, assumed)

    BAD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.lstm = nn.LSTM(16, 64)
                self.fc = nn.Linear(64 * 12, 5)

            def forward(self, x):
                out, _ = self.lstm(x)
                return self.fc(out.reshape(x.size(0), -1))


        Net()(torch.randn(32, 12, 16))
        """,
        """
        import torch
        from torch import nn


        class CRNN(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv = nn.Conv1d(1, 16, 5, padding=2)
                self.lstm = nn.LSTM(16, 32)

            def forward(self, x):
                out, _ = self.lstm(self.conv(x).transpose(1, 2))
                return out[:, -1]


        CRNN()(torch.randn(4, 1, 100))
        """,
        """
        import torch
        from torch import nn
        from torch.utils.data import DataLoader, TensorDataset

        loader = DataLoader(TensorDataset(torch.randn(100, 12, 16), torch.randn(100, 1)), batch_size=20, shuffle=True)
        gru, head = nn.GRU(16, 32), nn.Linear(32, 1)
        for x, y in loader:
            steps, _ = gru(x)
        """,
        """
        import torch
        from torch import nn


        class Encoder(nn.Module):
            def __init__(self):
                super().__init__()
                self.encode = nn.TransformerEncoder(nn.TransformerEncoderLayer(64, 4), 2)
                self.fc = nn.Linear(64, 10)

            def forward(self, x):
                return self.fc(self.encode(x).mean(dim=1))


        Encoder()(torch.randn(8, 20, 64))
        """,
    )
    GOOD = (
        """
        import torch
        from torch import nn


        class Net(nn.Module):
            def __init__(self):
                super().__init__()
                self.lstm = nn.LSTM(16, 64, batch_first=True)
                self.fc = nn.Linear(64 * 12, 5)

            def forward(self, x):
                out, _ = self.lstm(x)
                return self.fc(out.reshape(x.size(0), -1))


        Net()(torch.randn(32, 12, 16))
        """,
        """
        import torch
        from torch import nn


        class Text(nn.Module):
            def __init__(self):
                super().__init__()
                self.embed, self.lstm, self.fc = nn.Embedding(1000, 16), nn.LSTM(16, 32), nn.Linear(32, 2)

            def forward(self, text):
                out, (h, c) = self.lstm(self.embed(text))
                return self.fc(out[-1]) + self.fc(h.squeeze(0))


        Text()(torch.zeros(30, 8, dtype=torch.long))
        """,
        """
        import torch
        from torch import nn


        class Tagger(nn.Module):
            def __init__(self):
                super().__init__()
                self.embed, self.lstm, self.fc = nn.Embedding(100, 6), nn.LSTM(6, 6), nn.Linear(6, 3)

            def forward(self, sentence):
                embeds = self.embed(sentence)
                out, _ = self.lstm(embeds.view(len(sentence), 1, -1))
                return self.fc(out.view(len(sentence), -1)).log_softmax(1)


        nn.NLLLoss()(Tagger()(torch.zeros(5, dtype=torch.long)), torch.zeros(5, dtype=torch.long))
        """,
        """
        import torch
        from torch import nn


        class Video(nn.Module):
            def __init__(self):
                super().__init__()
                self.frame = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2), nn.AdaptiveAvgPool2d(1), nn.Flatten())
                self.lstm, self.fc = nn.LSTM(8, 16), nn.Linear(16, 4)

            def forward(self, frames):
                out, _ = self.lstm(self.frame(frames).unsqueeze(1))
                return self.fc(out[-1])


        Video()(torch.randn(10, 3, 32, 32))
        """,
        """
        import torch
        from torch import nn


        class Reader(nn.Module):
            def __init__(self):
                super().__init__()
                self.conv, self.lstm, self.fc = nn.Conv2d(1, 16, (32, 3)), nn.LSTM(16, 32), nn.Linear(32, 11)

            def forward(self, x):
                columns = self.conv(x).squeeze(2).permute(2, 0, 1)
                out, _ = self.lstm(columns)
                return self.fc(out)


        Reader()(torch.randn(4, 1, 32, 100))
        """,
    )


def _may_run_along_samples(event: Event) -> bool:
    samples_first = batch_first(event)
    return samples_first is False or (samples_first is True and event.inputs[0].ndim == 2)


def _sign(axes: Axes, event: Event) -> _Sign | None:
    given = event.inputs[0]
    if given.ndim == 2:
        return _of_single(axes, event)
    if given.ndim != 3 or not _is_several(given.shape[1]):
        return None
    steps, samples = axes.of(given)[:2]
    return _from_before(axes, steps, samples) or _from_positions(axes, event) or _from_behind(axes, event, samples)


def _is_several(size: Size) -> bool:
    """Whether there is certainly more than one, or as many as the input has."""
    if isinstance(size, int):
        return size > 1
    return isinstance(size, Dim) and all(symbol.kind is SymbolKind.INPUT for symbol in symbols_of(size))


def _of_single(axes: Axes, event: Event) -> _Sign | None:
    """A shuffled batch of vectors is no sequence, nor are pictures of which each has an answer of its own."""
    if event.name not in RECURRENT:
        return None
    for said in axes.said_of(axes.of(event.inputs[0])[0], Role.BATCH):
        if said.event.name == LOADER and said.event.arguments.get("shuffle") is True:
            return _Sign(said.event.place, "here, a shuffled loader gives the samples along the first axis")
        if "conv" in last_name(said.event).lower() and _answers_each(axes, event) and not _is_of_frames(event):
            return _Sign(said.event.place, "this convolution has the samples along what is now the first axis")
    return None


def _answers_each(axes: Axes, event: Event) -> bool:
    """Whether a linear layer takes every row of what a recurrent layer puts out."""
    reached = list(event.outputs[:1])
    for made in reached:
        for taker in axes.takers(made):
            if is_linear(taker) and taker.inputs[0].ndim == 2:
                return True
            if last_name(taker) in _BEFORE_LINEAR:
                reached += [output for output in taker.outputs if not any(output is known for known in reached)]
    return False


def _is_of_frames(event: Event) -> bool:
    """Whether the class that calls a layer is named after something that has frames."""
    name = event.within.kind.lower() if event.within is not None else ""
    return any(word in name for word in _OF_FRAMES)


def _from_before(axes: Axes, steps: Axis, samples: Axis) -> _Sign | None:
    for said in axes.said_of(steps, Role.BATCH):
        if said.event.name == LOADER:
            return _Sign(said.event.place, "here, the loader gives the samples along the first axis")
        if "conv" in last_name(said.event).lower():
            positions = (other.event for piece in samples for other in axes.said_of((piece,), Role.SPACE))
            if any(position is said.event for position in positions):
                text = "this convolution has the samples along what is now the first axis, and slides along the second"
                return _Sign(said.event.place, text)
    return None


def _from_positions(axes: Axes, event: Event) -> _Sign | None:
    found = learnt_for_steps(axes, event)
    return None if found is None else _Sign(found[0].place, found[1])


def _from_behind(axes: Axes, event: Event, samples: Axis) -> _Sign | None:
    """What comes out shows it: the second axis is treated as steps, not as samples."""
    reached: list[Tensor] = [event.outputs[0]] if event.outputs else []
    met: set[int] = set()
    while reached:
        tensor = reached.pop()
        if id(tensor) in met:
            continue
        met.add(id(tensor))
        for taker in axes.takers(tensor):
            sign = _of_taker(axes, taker, tensor, samples)
            if sign is not None:
                return sign
            reached += [output for output in taker.outputs if _holds(axes, output, samples)]
    return None


def _holds(axes: Axes, tensor: Tensor, samples: Axis) -> bool:
    return any(set(samples) <= set(axis) for axis in axes.of(tensor))


def _of_taker(axes: Axes, taker: Event, tensor: Tensor, samples: Axis) -> _Sign | None:
    if is_linear(taker) and taker.inputs[0] is tensor:
        last = axes.of(tensor)[-1] if tensor.ndim else ()
        if set(samples) < set(last):
            text = "this layer takes the second axis, by which torch counts the samples, among its features"
            return _Sign(taker.place, text)
        return None
    if _takes_one(axes, taker, tensor, samples) and _goes_to_linear(axes, taker):
        return _Sign(taker.place, "here, the second axis is taken for the steps; for torch it is that of the samples")
    return None


def _takes_one(axes: Axes, taker: Event, tensor: Tensor, samples: Axis) -> bool:
    """Whether an operation takes the last place along the axis of the samples, or averages over it."""
    place = next((number for number, axis in enumerate(axes.of(tensor)) if axis == samples), None)
    if place != 1 or tensor.ndim != 3:
        return False
    if last_name(taker) == "__getitem__":
        index = argument(taker, "index", 1)
        return isinstance(index, tuple) and len(index) >= 2 and index[0] == slice(None) and index[1] == -1
    return last_name(taker) in _POOLED and argument(taker, "dim", 1) in (1, -2)


def _goes_to_linear(axes: Axes, taker: Event) -> bool:
    for output in taker.outputs:
        for following in axes.takers(output):
            if is_linear(following):
                return True
            in_place = output in following.outputs  # what follows it takes the same tensor
            if last_name(following) in _BEFORE_LINEAR and not in_place:
                return _goes_to_linear(axes, following)
    return False


def _advice(event: Event) -> str:
    if event.inputs[0].ndim == 3:
        return "`batch_first=True` makes the first axis that of the samples"
    return f"`unsqueeze({1 if batch_first(event) else 0})` makes each sample a sequence of one step"


def _claim(event: Event, sign: _Sign, assumed: Assumed) -> Claim:
    shape = event.inputs[0].shape
    what = "attends" if event.name in ATTENDING else "runs"
    if len(shape) == 2:
        text = f"takes the {shape_text(shape)} batch for one sequence of {shape[0]} steps"
    else:
        text = f"{what} along the first axis of {shape_text(shape)}, which is that of the samples"
    return at_definition(
        event,
        f"{subject(event)} {text}",
        advice=_advice(event),
        extra=(Related(sign.place, sign.text),),
        evidence=Mixes(event, 0, assumed),
    )
