"""The recurrent modules `RNN`, `LSTM` and `GRU`: their many parameters, their states, and the work of each step."""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.facts import Cost
from convlint.layers.core.refusal import Refusal, RefusalKind, Refused, Unmodelled
from convlint.layers.core.registry import State, layer
from convlint.layers.core.tensor import Shape, Tensor
from convlint.layers.recurrent.packing import PackedSequence
from convlint.layers.shared.axes import refuse, shown, written
from convlint.layers.shared.demands import CONSTANTS, agreed_dtype, demand, demand_same_shape, dtype_name
from convlint.symbolic import Dim, Size, Verdict, at_least, equal

_RNN = "torch.nn.modules.rnn"
GATES = {"RNN_TANH": 1, "RNN_RELU": 1, "LSTM": 4, "GRU": 3}
_HARMLESS = CONSTANTS | {"hx", "dropout"}
CHECKED_SINCE = (2, 11)
"""Earlier releases look at neither `bias`, `batch_first` nor `input_size`."""
MOST_LAYERS = 10_000
"""More have too many parameters to be looked at one by one."""


def _check_arguments(ctx: Context, state: State, name: str) -> None:
    """Refuse what `RNNBase` refuses, in its order."""
    dropout, layers, projection = state.dropout, state.num_layers, state.proj_size
    if isinstance(dropout, bool) or (isinstance(dropout, (int, float)) and not 0 <= dropout <= 1):
        refuse(RefusalKind.LAYER, f"`{name}` takes a dropout between 0 and 1 and gets {dropout}", ValueError)
    for key in ("bias", "batch_first"):
        value = getattr(state, key)
        if not isinstance(value, bool):
            text = f"`{name}` takes True or False as `{key}` and gets {written(value)}"
            raise Refused(Refusal(RefusalKind.LAYER, text, (), TypeError, CHECKED_SINCE))
    for key in ("input_size", "hidden_size"):
        value = getattr(state, key)
        since = CHECKED_SINCE if key == "input_size" else None
        if not isinstance(value, (int, Dim)):
            text = f"`{name}` takes an integer as `{key}` and gets {written(value)}"
            refuse(RefusalKind.LAYER, text, TypeError)  # where it is not checked, no parameter can be made of it
        text = f"`{name}` cannot have `{key}` = {value}"
        ctx.require(at_least(value, 1), Refusal(RefusalKind.LAYER, text, (("got", value),), ValueError, since))
    if not isinstance(layers, int) or not isinstance(projection, (int, Dim)):
        raise Unmodelled(f"`{name}` with a number of layers or a projection that is not known")
    if layers <= 0:
        refuse(RefusalKind.LAYER, f"`{name}` cannot have {layers} layers", ValueError, got=layers)
    text = f"`{name}` cannot have `proj_size` = {projection}: it is at least 0 and less than {state.hidden_size}"
    for condition in (at_least(projection, 0), at_least(state.hidden_size, projection + 1)):
        demand(ctx, condition, RefusalKind.LAYER, text, ValueError, got=projection)


def _build(ctx: Context, state: State, name: str, dtype: str | None) -> None:
    """Register the parameters of every layer and direction in torch's order."""
    _check_arguments(ctx, state, name)
    if isinstance(state.num_layers, int) and state.num_layers > MOST_LAYERS:
        raise Unmodelled(f"`{name}` of more than {MOST_LAYERS:,} layers")
    dropout = state.dropout
    state.dropout = float(dropout) if dropout is not None else None
    hidden, out, dtype = state.hidden_size, _hidden_out(ctx, state), dtype_name(dtype)
    gate = GATES[state.mode] * hidden
    names: list[list[str]] = []
    for index in range(state.num_layers):
        inputs = state.input_size if index == 0 else out * _directions(state)
        for suffix in ("", "_reverse")[: _directions(state)]:
            shapes: dict[str, Shape] = {"weight_ih": (gate, inputs), "weight_hh": (gate, out)}
            if state.bias:
                shapes |= {"bias_ih": (gate,), "bias_hh": (gate,)}
            if out is not hidden:
                shapes["weight_hr"] = (out, hidden)
            for key, shape in shapes.items():
                state.parameter(f"{key}_l{index}{suffix}", Tensor(shape, dtype))
            names.append([f"{key}_l{index}{suffix}" for key in shapes])
    state._all_weights = names
    state._flat_weights_names = [name for group in names for name in group]


def _directions(state: State) -> int:
    return 2 if state.bidirectional else 1


def _hidden_out(ctx: Context, state: State) -> Size:
    """Return the size of the state that is put out: the projection if there is one."""
    projection: Size = state.proj_size
    verdict = ctx.decide(at_least(projection, 1))
    if verdict is Verdict.OPEN:
        raise Unmodelled("whether there is a projection is not known")
    hidden: Size = state.hidden_size
    return projection if verdict is Verdict.PROVED else hidden


def _time_and_batch(state: State, input: Tensor) -> tuple[Size, Size]:
    if input.ndim == 2:
        return input.shape[0], 1
    time, batch = (1, 0) if state.batch_first else (0, 1)
    return input.shape[time], input.shape[batch]


def _check_input(input: Any, name: str) -> None:
    if not isinstance(input, Tensor):
        raise Unmodelled(f"`{name}` of a packed sequence")
    if input.ndim not in (2, 3):
        text = f"`{name}` takes 2-D or 3-D input and gets {input.ndim}-D {shown(input.shape)}"
        refuse(RefusalKind.RANK, text, ValueError, expected=(2, 3), got=input.ndim)


def _check_features(ctx: Context, state: State, input: Tensor, name: str) -> None:
    expected, got = state.input_size, input.shape[-1]
    text = f"`{name}` was built for {expected} input features and gets {got}"
    demand(ctx, equal(got, expected), RefusalKind.FEATURES, text, expected=expected, got=got)


def _check_hidden_rank(hidden: Tensor, input: Tensor, name: str) -> None:
    if hidden.ndim != input.ndim:
        text = f"`{name}` of {input.ndim}-D input takes a {input.ndim}-D state and gets {hidden.ndim}-D"
        refuse(RefusalKind.RANK, text, expected=input.ndim, got=hidden.ndim)


def _check_hidden(ctx: Context, hidden: Tensor, expected: Shape, name: str) -> None:
    text = f"`{name}` takes a state of shape {shown(expected)} and gets {shown(hidden.shape)}"
    demand_same_shape(ctx, expected, hidden.shape, text)


def _run(ctx: Context, state: State, input: Tensor, name: str, dtype: str) -> tuple[Tensor, Shape, Shape]:
    """Return the output, and the shapes of the hidden and of the cell state."""
    time, batch = _time_and_batch(state, input)
    text = f"`{name}` needs at least one step and gets {shown(input.shape)}"
    demand(ctx, at_least(time, 1), RefusalKind.SIZES, text, got=time)
    out, directions = _hidden_out(ctx, state), _directions(state)
    steps = state.num_layers * directions
    middle: Shape = () if input.ndim == 2 else (batch,)
    shape = (*input.shape[:-1], out * directions)
    ctx.note(Cost(_macs(state, out) * time * batch))
    return Tensor(shape, dtype), (steps, *middle, out), (steps, *middle, state.hidden_size)


def _macs(state: State, out: Size) -> Size:
    """Return the multiplications of one step of one sequence: all weights once, as torch counts `RNN` and `GRU`.

    torch's FLOP counter counts nothing for an `LSTM` on CPU without a projection; the definition is the same.
    """
    directions, hidden = _directions(state), state.hidden_size
    gate = GATES[state.mode] * hidden
    total: Size = 0
    for index in range(state.num_layers):
        inputs = state.input_size if index == 0 else out * directions
        projection = 0 if out is hidden else out * hidden
        total = total + directions * (gate * (inputs + out) + projection)
    return total


def _forward_packed(
    ctx: Context, state: State, input: PackedSequence, given: tuple[Tensor | None, ...], name: str
) -> tuple[PackedSequence, Tensor, Tensor]:
    """Run on a packed sequence: its rows are the steps, and the states have its number of sequences."""
    rows = input.data
    if rows.ndim != 2:
        raise Unmodelled(f"`{name}` of a packed sequence of {rows.ndim} dimensions")
    _check_features(ctx, state, rows, name)
    dtype = agreed_dtype(rows, state.weight_ih_l0)
    output, hidden, cell = _run(ctx, state, rows, name, dtype)
    shapes = [(shape[0], input.batch, shape[1]) for shape in (hidden, cell)]
    for tensor, shape in zip(given, shapes, strict=False):
        if tensor is not None:
            _check_hidden(ctx, tensor, shape, name)
    return input.holding(output), Tensor(shapes[0], dtype), Tensor(shapes[1], dtype)


def _forward_one(ctx: Context, state: State, input: Any, hx: Any, name: str) -> tuple[Any, Tensor]:
    """Run an `RNN` or a `GRU`, which have one state (layers · directions, N, hidden)."""
    if isinstance(input, PackedSequence):
        return _forward_packed(ctx, state, input, (hx if isinstance(hx, Tensor) else None,), name)[:2]
    _check_input(input, name)
    given = hx if isinstance(hx, Tensor) else None
    if given is not None:
        _check_hidden_rank(given, input, name)
    _check_features(ctx, state, input, name)
    dtype = agreed_dtype(input, state.weight_ih_l0)
    output, hidden, _ = _expected(ctx, state, input, name, dtype, (given,))
    return output, Tensor(hidden, dtype)


def _expected(
    ctx: Context, state: State, input: Tensor, name: str, dtype: str, given: tuple[Tensor | None, ...]
) -> tuple[Tensor, Shape, Shape]:
    output, *shapes = _run(ctx, state, input, name, dtype)
    for tensor, shape in zip(given, shapes, strict=False):
        if tensor is not None:
            _check_hidden(ctx, tensor, shape, name)
    return output, shapes[0], shapes[1]


@layer("torch.nn.RNN", f"{_RNN}.RNN", bases=("torch.nn.RNNBase",), harmless=_HARMLESS, input_rank=3)
class RNN:
    """https://pytorch.org/docs/stable/generated/torch.nn.RNN.html"""

    @staticmethod
    def init(
        ctx: Context,
        state: State,
        input_size: Size,
        hidden_size: Size,
        num_layers: int = 1,
        nonlinearity: str = "tanh",
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: str | None = None,
    ) -> None:
        if nonlinearity not in ("tanh", "relu"):
            text = f"`RNN` takes 'tanh' or 'relu' as `nonlinearity` and gets {written(nonlinearity)}"
            refuse(RefusalKind.LAYER, text, ValueError, got=nonlinearity)
        state.nonlinearity = nonlinearity
        state.mode = f"RNN_{nonlinearity.upper()}"
        _set_arguments(state, input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional)
        _build(ctx, state, "RNN", dtype)

    @staticmethod
    def forward(ctx: Context, state: State, input: Any, hx: Tensor | None = None) -> tuple[Any, Tensor]:
        return _forward_one(ctx, state, input, hx, "RNN")


@layer("torch.nn.GRU", f"{_RNN}.GRU", bases=("torch.nn.RNNBase",), harmless=_HARMLESS, input_rank=3)
class GRU:
    """https://pytorch.org/docs/stable/generated/torch.nn.GRU.html"""

    @staticmethod
    def init(
        ctx: Context,
        state: State,
        input_size: Size,
        hidden_size: Size,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        device: Any = None,
        dtype: str | None = None,
    ) -> None:
        state.mode = "GRU"
        _set_arguments(state, input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional)
        _build(ctx, state, "GRU", dtype)

    @staticmethod
    def forward(ctx: Context, state: State, input: Any, hx: Tensor | None = None) -> tuple[Any, Tensor]:
        return _forward_one(ctx, state, input, hx, "GRU")


def _set_arguments(
    state: State,
    input_size: Any,
    hidden_size: Any,
    num_layers: Any,
    bias: Any,
    batch_first: Any,
    dropout: Any,
    bidirectional: Any,
    proj_size: Any = 0,
) -> None:
    state.input_size = input_size
    state.hidden_size = hidden_size
    state.num_layers = num_layers
    state.bias = bias
    state.batch_first = batch_first
    state.dropout = dropout
    state.bidirectional = bidirectional
    state.proj_size = proj_size


@layer("torch.nn.LSTM", f"{_RNN}.LSTM", bases=("torch.nn.RNNBase",), harmless=_HARMLESS, input_rank=3)
class LSTM:
    """https://pytorch.org/docs/stable/generated/torch.nn.LSTM.html"""

    @staticmethod
    def init(
        ctx: Context,
        state: State,
        input_size: Size,
        hidden_size: Size,
        num_layers: int = 1,
        bias: bool = True,
        batch_first: bool = False,
        dropout: float = 0.0,
        bidirectional: bool = False,
        proj_size: Size = 0,
        device: Any = None,
        dtype: str | None = None,
    ) -> None:
        state.mode = "LSTM"
        _set_arguments(state, input_size, hidden_size, num_layers, bias, batch_first, dropout, bidirectional, proj_size)
        _build(ctx, state, "LSTM", dtype)

    @staticmethod
    def forward(ctx: Context, state: State, input: Any, hx: Any = None) -> tuple[Any, tuple[Tensor, Tensor]]:
        if isinstance(input, PackedSequence):
            packed, *states = _forward_packed(ctx, state, input, _pair(hx), "LSTM")
            return packed, (states[0], states[1])
        _check_input(input, "LSTM")
        given = _pair(hx)
        for tensor in given:
            if tensor is not None:
                _check_hidden_rank(tensor, input, "LSTM")
        _check_features(ctx, state, input, "LSTM")
        dtype = agreed_dtype(input, state.weight_ih_l0)
        output, hidden, cell = _expected(ctx, state, input, "LSTM", dtype, given)
        return output, (Tensor(hidden, dtype), Tensor(cell, dtype))


def _pair(hx: Any) -> tuple[Tensor | None, ...]:
    """Return hidden and cell state, None for what is not known: neither changes a shape."""
    if not isinstance(hx, (tuple, list)) or len(hx) != 2:
        return ()
    return tuple(h if isinstance(h, Tensor) else None for h in hx)


@layer("torch.nn.RNNBase", f"{_RNN}.RNNBase")
class RNNBase:
    """What the modules of this file derive from; not modelled by itself."""

    @staticmethod
    def init(ctx: Context, state: State, *args: Any, **kwargs: Any) -> None:
        raise Unmodelled("`RNNBase` itself")

    @staticmethod
    def forward(ctx: Context, state: State, *args: Any, **kwargs: Any) -> Tensor:
        raise Unmodelled("`RNNBase` itself")
