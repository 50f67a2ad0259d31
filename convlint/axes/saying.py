"""What operations say of the axes that they are given, by what they do with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from convlint.axes.operations import batch_first, last_name
from convlint.axes.pieces import Axis, Piece, Role, Said
from convlint.trace import Event

LOADER = "torch.utils.data.DataLoader"
RECURRENT = frozenset({"torch.nn.LSTM", "torch.nn.GRU", "torch.nn.RNN"})
ATTENDING = frozenset({"torch.nn.MultiheadAttention"})
CLASSIFYING = frozenset({
    "torch.nn.CrossEntropyLoss", "torch.nn.functional.cross_entropy", "torch.nn.NLLLoss",
    "torch.nn.functional.nll_loss",
})  # fmt: skip
"""Losses of class scores, whose second axis is that of the classes."""
_WHOLE = ("int64", "int32", "uint8", "")


def said(
    event: Event, inputs: Sequence[tuple[Axis, ...]], outputs: Sequence[tuple[Axis, ...]]
) -> Iterator[tuple[Piece, Said]]:
    """Yield what an operation says of single pieces."""
    for axis, role in _axes(event, inputs, outputs):
        if len(axis) == 1:
            yield axis[0], Said(role, event)


def _axes(
    event: Event, inputs: Sequence[tuple[Axis, ...]], outputs: Sequence[tuple[Axis, ...]]
) -> Iterator[tuple[Axis, Role]]:
    name = last_name(event)
    if event.name == LOADER:
        if event.arguments.get("batched"):
            yield from ((axes[0], Role.BATCH) for axes in outputs if axes)
    elif name.lower().startswith("conv") and name[-1] in "dD" and inputs:
        yield from _convolution(int(name[-2]), inputs[0])
        yield from ((axes[1], Role.CHANNEL) for axes in outputs[:1] if len(axes) == int(name[-2]) + 2)
    elif event.name in RECURRENT | ATTENDING and inputs and len(inputs[0]) == 3:
        yield from _in_layout(inputs[0], batch_first(event))
        if event.name in RECURRENT:
            yield from ((state[0], Role.DIRECTION) for state in outputs[1:] if len(state) == 3)
    elif event.name in CLASSIFYING and len(inputs) >= 2:
        scores, target = inputs[0], inputs[1]
        if len(scores) == len(target) + 1 and len(scores) >= 2 and event.inputs[1].dtype in _WHOLE:
            yield scores[0], Role.BATCH
            yield scores[1], Role.CLASS


def _convolution(axes: int, given: tuple[Axis, ...]) -> Iterator[tuple[Axis, Role]]:
    if len(given) != axes + 2:
        return
    yield given[0], Role.BATCH
    yield given[1], Role.CHANNEL
    yield from ((axis, Role.SPACE) for axis in given[2:])


def _in_layout(given: tuple[Axis, ...], samples_first: bool | None) -> Iterator[tuple[Axis, Role]]:
    if samples_first is not None:
        batch, sequence = (given[0], given[1]) if samples_first else (given[1], given[0])
        yield batch, Role.BATCH
        yield sequence, Role.SEQUENCE
    yield given[2], Role.FEATURE
