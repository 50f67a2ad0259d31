"""One step of a recurrent network: `RNNCell`, `LSTMCell` and `GRUCell`."""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.facts import Cost
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.registry import State, layer
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared.axes import refuse, written
from convlint.layers.shared.demands import (
    CONSTANTS,
    agreed_dtype,
    constructor_size,
    demand,
    demand_rank,
    demand_tensor,
    dtype_name,
)
from convlint.symbolic import Size, equal

_RNN = "torch.nn.modules.rnn"
_BASES = ("torch.nn.RNNCellBase",)
_HARMLESS = CONSTANTS | {"hx"}


def _build(
    ctx: Context, state: State, name: str, gates: int, input_size: Any, hidden_size: Any, bias: Any, dtype: str | None
) -> None:
    state.input_size = input_size
    state.hidden_size = hidden_size
    state.bias = bias
    dtype = dtype_name(dtype)
    hidden = constructor_size(ctx, hidden_size, name, "hidden_size")
    inputs = constructor_size(ctx, input_size, name, "input_size")
    state.parameter("weight_ih", Tensor((gates * hidden, inputs), dtype))
    state.parameter("weight_hh", Tensor((gates * hidden, hidden), dtype))
    state.parameter("bias_ih", Tensor((gates * hidden,), dtype) if bias else None)
    state.parameter("bias_hh", Tensor((gates * hidden,), dtype) if bias else None)


def _step(ctx: Context, state: State, name: str, input: Any, states: tuple[Tensor, ...]) -> Tensor:
    """Return the next state (N, hidden) or (hidden,) of an input (N, in) or (in,).

    Work: every weight once for each sample, as torch's FLOP counter has it.
    """
    demand_tensor(input, f"the input of `{name}`")
    demand_rank(input, (1, 2), f"`{name}`", ValueError)
    for hidden in states:
        demand_rank(hidden, (1, 2), f"the state of `{name}`", ValueError)
    expected, got = state.weight_ih.shape[1], input.shape[-1]
    text = f"`{name}` was built for {expected} input features and gets {got}"
    demand(ctx, equal(got, expected), RefusalKind.FEATURES, text, expected=expected, got=got)
    hidden_size, gates = state.weight_hh.shape[1], state.weight_hh.shape[0]
    batch = input.shape[0] if input.ndim == 2 else 1
    for hidden in states:
        if hidden.ndim != input.ndim:
            # an unbatched state counts as one row, a batched state of an unbatched input as several
            raise Unmodelled(f"`{name}` with input and state of different rank")
        _check_state(ctx, hidden, batch, hidden_size, name)
    ctx.note(Cost(batch * gates * (expected + hidden_size)))
    return Tensor((*input.shape[:-1], hidden_size), agreed_dtype(input, state.weight_ih))


def _check_state(ctx: Context, hidden: Tensor, batch: Size, size: Size, name: str) -> None:
    rows = hidden.shape[0] if hidden.ndim == 2 else 1
    text = f"`{name}` of {batch} samples gets a state of {rows}"
    demand(ctx, equal(rows, batch), RefusalKind.SIZES, text, expected=batch, got=rows)
    text = f"`{name}` takes a state of {size} features and gets {hidden.shape[-1]}"
    demand(ctx, equal(hidden.shape[-1], size), RefusalKind.SIZES, text, expected=size, got=hidden.shape[-1])


def _known(*states: Any) -> tuple[Tensor, ...]:
    """Return the states that are known: none changes a shape."""
    return tuple(state for state in states if isinstance(state, Tensor))


@layer("torch.nn.RNNCell", f"{_RNN}.RNNCell", bases=_BASES, harmless=_HARMLESS, input_rank=2)
class RNNCell:
    """https://pytorch.org/docs/stable/generated/torch.nn.RNNCell.html"""

    @staticmethod
    def init(
        ctx: Context,
        state: State,
        input_size: Size,
        hidden_size: Size,
        bias: bool = True,
        nonlinearity: str = "tanh",
        device: Any = None,
        dtype: str | None = None,
    ) -> None:
        _build(ctx, state, "RNNCell", 1, input_size, hidden_size, bias, dtype)
        state.nonlinearity = nonlinearity

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor, hx: Tensor | None = None) -> Tensor:
        output = _step(ctx, state, "RNNCell", input, _known(hx))
        if state.nonlinearity not in ("tanh", "relu"):
            text = f"`RNNCell` takes 'tanh' or 'relu' as `nonlinearity` and gets {written(state.nonlinearity)}"
            refuse(RefusalKind.LAYER, text, got=state.nonlinearity)
        return output


@layer("torch.nn.GRUCell", f"{_RNN}.GRUCell", bases=_BASES, harmless=_HARMLESS, input_rank=2)
class GRUCell:
    """https://pytorch.org/docs/stable/generated/torch.nn.GRUCell.html"""

    @staticmethod
    def init(
        ctx: Context,
        state: State,
        input_size: Size,
        hidden_size: Size,
        bias: bool = True,
        device: Any = None,
        dtype: str | None = None,
    ) -> None:
        _build(ctx, state, "GRUCell", 3, input_size, hidden_size, bias, dtype)

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor, hx: Tensor | None = None) -> Tensor:
        return _step(ctx, state, "GRUCell", input, _known(hx))


@layer("torch.nn.LSTMCell", f"{_RNN}.LSTMCell", bases=_BASES, harmless=_HARMLESS, input_rank=2)
class LSTMCell:
    """https://pytorch.org/docs/stable/generated/torch.nn.LSTMCell.html"""

    @staticmethod
    def init(
        ctx: Context,
        state: State,
        input_size: Size,
        hidden_size: Size,
        bias: bool = True,
        device: Any = None,
        dtype: str | None = None,
    ) -> None:
        _build(ctx, state, "LSTMCell", 4, input_size, hidden_size, bias, dtype)

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor, hx: Any = None) -> tuple[Tensor, Tensor]:
        states = _known(*hx) if isinstance(hx, (tuple, list)) and len(hx) == 2 else ()
        output = _step(ctx, state, "LSTMCell", input, states)
        return output, Tensor(output.shape, output.dtype)


@layer("torch.nn.RNNCellBase", f"{_RNN}.RNNCellBase")
class RNNCellBase:
    """What the modules of this file derive from; not modelled by itself."""

    @staticmethod
    def init(ctx: Context, state: State, *args: Any, **kwargs: Any) -> None:
        raise Unmodelled("`RNNCellBase` itself")

    @staticmethod
    def forward(ctx: Context, state: State, *args: Any, **kwargs: Any) -> Tensor:
        raise Unmodelled("`RNNCellBase` itself")
