"""What autograd saves of recurrent layers on the CPU: of `RNN` and `GRU` step by step, of `LSTM` in what oneDNN keeps.

torch hands an `LSTM` of float32 without projections to oneDNN, which keeps a workspace of its own: seven parts, each of
whole pages, with rows of whole cache lines. All of it was measured on torch 2.13.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from convlint.layers.core.tensor import Tensor
from convlint.memory.saving import Call, Kept, Made, volume
from convlint.symbolic import Size, product

_PAGE = 4096
_LINE = 16
"""How many numbers of float32 a cache line holds."""
_STEP = {"LSTM": 7, "GRU": 7, "RNN": 1}
"""How many values each unit leaves at each step, the state before it included where it is needed."""


class _Layer(Struct, frozen=True):
    """What a recurrent layer was built with, and the length and the batch of what it is given."""

    kind: str
    inputs: int
    hidden: int
    projected: int
    layers: int
    directions: int
    biased: bool
    dropout: bool
    batch_first: bool
    steps: Size
    batch: Size

    @property
    def state(self) -> int:
        """How wide the hidden state is."""
        return self.projected or self.hidden

    def width(self, layer: int) -> int:
        """How wide the input of one of the layers is."""
        return self.state * self.directions if layer else self.inputs


def recurrent(call: Call) -> Kept | None:
    """The input of each layer and what each step leaves; states that nobody gives are zeros, and kept, too."""
    layer = _layer_of(call)
    if layer is None:
        return None
    given = call.event.inputs[1:]
    kept, made = _input(call, layer)
    size = layer.layers * layer.directions * layer.batch
    if given:
        kept += given
    else:
        made += ((size * layer.state, ""),) + (((size * layer.hidden, ""),) if layer.kind == "LSTM" else ())
    if layer.kind == "LSTM" and call.floats == "float32" and call.first.dtype == "float32" and not layer.projected:
        return _of_onednn(call, layer, kept, made)
    for at in range(layer.layers):
        if at:
            made += (_between(layer),) * (2 if layer.dropout else 1)
        made += ((layer.directions * _steps(layer), ""),)
    return Kept(kept, made)


def _steps(layer: _Layer) -> Size:
    """What all steps of one direction leave, but for the state that the first one is given."""
    before: Size = 0 if layer.kind == "RNN" else layer.batch * layer.hidden
    each = _STEP[layer.kind] * layer.hidden
    if layer.kind == "LSTM":
        each, before = each + layer.projected, before + layer.batch * layer.state
    return layer.steps * layer.batch * each - before


def _between(layer: _Layer) -> Made:
    """What one layer hands to the next."""
    return (layer.steps * layer.batch * layer.directions * layer.state, "")


def _of_onednn(call: Call, layer: _Layer, kept: tuple[Tensor, ...], made: tuple[Made, ...]) -> Kept:
    ends = 2 * layer.batch * layer.hidden
    for at in range(layer.layers):
        width = layer.width(at)
        weights = 0 if layer.biased else 4 * layer.hidden * (width + layer.hidden)  # zeros in the place of biases
        workspace = _workspace(layer.steps, layer.batch, width, layer.hidden)
        made += ((layer.directions * (ends + weights), ""), (layer.directions * workspace, "uint8"))
        last = at == layer.layers - 1
        if last and layer.directions == 1:
            kept += (call.out,)
            continue
        made += (_between(layer),)
        if not last:
            made += (_between(layer),) * (
                (layer.directions == 2) + layer.dropout + (layer.dropout and layer.directions == 1)
            )
    return Kept(kept, made)


def _workspace(steps: Size, batch: Size, inputs: int, hidden: int) -> Size:
    """Return the bytes that oneDNN keeps of one direction of one layer."""
    states = 2 * (steps + 1) * batch
    parts = [
        steps * batch * _row(4 * hidden),
        steps * batch * _row(hidden),
        *[states * _row(max(inputs, hidden))] * 3,
        *[states * hidden] * 2,
    ]
    total: Size = 0
    for part in parts:
        total = total + (4 * part + _PAGE - 1) // _PAGE * _PAGE
    return total


def _row(width: int) -> int:
    """Return how long a row is: whole cache lines, and one more where rows would lie 1024 bytes apart."""
    lines = -(-width // _LINE) * _LINE
    return lines + _LINE if lines % 256 == 0 else lines


def _input(call: Call, layer: _Layer) -> tuple[tuple[Tensor, ...], tuple[Made, ...]]:
    """The input, steps first: a copy unless it lies so."""
    alone = 1 in (layer.steps, layer.batch)
    if call.storages.in_order(call.first) and (alone or not layer.batch_first):
        return (call.first,), ()
    return (), ((volume(call.first), ""),)


def _layer_of(call: Call) -> _Layer | None:
    event, module = call.event, call.event.module
    if module is None or call.first.ndim not in (2, 3) or not event.inputs_known:
        return None
    if not all(parameter.requires_grad for parameter in module.parameters.values()):
        return None
    held = module.attributes
    names = ("input_size", "hidden_size", "proj_size", "num_layers")
    numbers = [held.get(name, 0 if name == "proj_size" else None) for name in names]
    flags = [held.get(name) for name in ("bias", "batch_first", "bidirectional")]
    dropout, training = held.get("dropout", 0.0), held.get("training", True)
    if not all(type(number) is int for number in numbers) or not all(isinstance(flag, bool) for flag in flags):
        return None
    if not isinstance(dropout, (int, float)) or not isinstance(training, bool):
        return None
    inputs, hidden, projected, layers = (int(str(number)) for number in numbers)
    biased, first, both = map(bool, flags)
    kind = module.torch_name.rpartition(".")[2]
    sizes = call.first.shape
    steps, batch = (sizes[0], 1) if len(sizes) == 2 else (sizes[1], sizes[0]) if first else (sizes[0], sizes[1])
    drops = bool(dropout) and training
    return _Layer(
        kind,
        inputs,
        hidden,
        projected,
        layers,
        2 if both else 1,
        biased,
        drops,
        first and len(sizes) == 3,
        steps,
        batch,
    )


def cell(call: Call) -> Kept | None:
    """One step: input, state, and what the gates leave; of `RNNCell` the result."""
    module = call.event.module
    hidden = None if module is None else module.attributes.get("hidden_size")
    if module is None or not isinstance(hidden, int) or not call.event.inputs_known:
        return None
    kind, batch = module.torch_name.rpartition(".")[2], product(call.first.shape[:-1])
    states: Sequence[Made] = () if len(call.event.inputs) > 1 else ((batch * hidden, ""),)
    if kind == "RNNCell":
        return Kept((*call.event.inputs, call.out), tuple(states))
    gates = 5 if kind == "LSTMCell" else 6
    return Kept(call.event.inputs, (*states, (gates * batch * hidden, "")))
