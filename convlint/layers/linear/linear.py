"""Linear maps of the last dimension: `Linear`, `Bilinear`, `Identity` and their functions."""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.facts import Cost
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.registry import State, layer, operation
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared.axes import refuse, shown
from convlint.layers.shared.demands import (
    CONSTANTS,
    agreed_dtype,
    constructor_size,
    demand,
    demand_same_shape,
    demand_tensor,
    dtype_name,
)
from convlint.symbolic import Size, any_of, at_least, equal, product


@operation("torch.nn.functional.linear", harmless=("bias",))
def linear(ctx: Context, input: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """`y = x Wᵀ + b`: (*, in) with a weight (out, in) or (in,) → (*, out) or (*).

    https://pytorch.org/docs/stable/generated/torch.nn.functional.linear.html
    """
    weight = demand_tensor(weight, "the weight of `linear`")
    output = _multiply(ctx, input, weight, bias, "`linear` has a weight for")
    ctx.note(Cost(_macs(input, weight)))
    return output


def _multiply(ctx: Context, input: Tensor, weight: Tensor, bias: Tensor | None, built_for: str) -> Tensor:
    demand_tensor(input, "the input of a linear map")
    if input.ndim == 0 or weight.ndim not in (1, 2):
        text = f"a linear map takes (*, in) and a weight (out, in), not {shown(input.shape)} and {shown(weight.shape)}"
        refuse(RefusalKind.RANK, text, got=input.ndim)
    expected, got = weight.shape[-1], input.shape[-1]
    text = f"{built_for} {expected} input features and gets {got}"
    demand(ctx, equal(got, expected), RefusalKind.FEATURES, text, expected=expected, got=got)
    if bias is not None:
        _check_bias(ctx, bias, weight)
    return Tensor(input.shape[:-1] + weight.shape[:-1], agreed_dtype(input, weight))


def _check_bias(ctx: Context, bias: Tensor, weight: Tensor) -> None:
    if weight.ndim != 2 or bias.ndim > 1:
        raise Unmodelled(f"a linear map with a bias of shape {shown(bias.shape)}")
    if bias.ndim == 1:
        size, out = bias.shape[0], weight.shape[0]
        text = f"a linear map to {out} features cannot add a bias of {size}"
        demand(ctx, any_of(equal(size, out), equal(size, 1)), RefusalKind.SIZES, text, expected=out, got=size)


def _macs(input: Tensor, weight: Tensor) -> Size:
    """One multiplication for each weight at each position: torch counts 2·macs FLOPs for its matrix product."""
    return product(input.shape[:-1]) * product(weight.shape)


def _parameters(*parameters: Tensor | None) -> Size:
    total: Size = 0
    for parameter in parameters:
        total = total + (0 if parameter is None else product(parameter.shape))
    return total


def _unshared(parameters: Size, output: Tensor) -> Size:
    """Return the parameters of a map to (N, …, features) that had its own weights at every position."""
    return parameters * product(output.shape[1:-1])


_LINEAR = "torch.nn.modules.linear"
_BASES = ("torch.nn.Linear",)


@layer("torch.nn.Linear", f"{_LINEAR}.Linear", harmless=CONSTANTS)
class Linear:
    """https://pytorch.org/docs/stable/generated/torch.nn.Linear.html"""

    @staticmethod
    def init(
        ctx: Context,
        state: State,
        in_features: Size,
        out_features: Size,
        bias: bool = True,
        device: Any = None,
        dtype: str | None = None,
    ) -> None:
        state.in_features = in_features
        state.out_features = out_features
        columns = constructor_size(ctx, in_features, "Linear", "in_features")
        rows = constructor_size(ctx, out_features, "Linear", "out_features")
        state.parameter("weight", Tensor((rows, columns), dtype_name(dtype)))
        state.parameter("bias", Tensor((rows,), dtype_name(dtype)) if bias else None)

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        weight, bias = demand_tensor(state.weight, "the weight of `Linear`"), state.bias
        output = _multiply(ctx, input, weight, bias, "`Linear` was built for")
        ctx.note(Cost(_macs(input, weight), _unshared(_parameters(weight, bias), output)))
        return output


@layer(f"{_LINEAR}.NonDynamicallyQuantizableLinear", bases=_BASES, harmless=CONSTANTS)
class NonDynamicallyQuantizableLinear(Linear):
    """The output projection of `MultiheadAttention`: a `Linear` under another name."""


@layer("torch.nn.LazyLinear", f"{_LINEAR}.LazyLinear", bases=_BASES, harmless=CONSTANTS)
class LazyLinear:
    """A `Linear` whose first input gives `in_features`.

    https://pytorch.org/docs/stable/generated/torch.nn.LazyLinear.html
    """

    @staticmethod
    def init(
        ctx: Context, state: State, out_features: Size, bias: bool = True, device: Any = None, dtype: str | None = None
    ) -> None:
        state.in_features = 0
        state.out_features = out_features
        rows = constructor_size(ctx, out_features, "LazyLinear", "out_features")
        columns = ctx.unknown_size("the features of a lazy layer's input are inferred at its first call")
        state.parameter("weight", Tensor((rows, columns), dtype_name(dtype)))
        state.parameter("bias", Tensor((rows,), dtype_name(dtype)) if bias else None)

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        if state.in_features == 0:
            if demand_tensor(input, "the input of `LazyLinear`").ndim == 0:
                refuse(RefusalKind.RANK, "`LazyLinear` gets a scalar", IndexError, got=0)
            state.in_features = input.shape[-1]
            weight = demand_tensor(state.weight, "the weight of `LazyLinear`")
            state.parameter("weight", Tensor((weight.shape[0], input.shape[-1]), weight.dtype))
        return Linear.forward(ctx, state, input)


@operation("torch.nn.functional.bilinear", "torch.bilinear", harmless=("bias",))
def bilinear(ctx: Context, input1: Tensor, input2: Tensor, weight: Tensor, bias: Tensor | None = None) -> Tensor:
    """`y = x₁ᵀ A x₂ + b`: (*, in1) and (*, in2) with A (out, in1, in2) → (*, out).

    torch's FLOP counter does not count it; by definition it is one multiplication for each entry of A at each
    position, and one more for each of A's in1 rows. https://pytorch.org/docs/stable/generated/torch.nn.Bilinear.html
    """
    for tensor in (input1, input2, weight):
        demand_tensor(tensor, "an argument of `bilinear`")
    if weight.ndim != 3 or 0 in (input1.ndim, input2.ndim):
        raise Unmodelled("`bilinear` with a scalar, or a weight that is not 3-D")
    if input1.ndim != input2.ndim:
        text = f"`bilinear` gets {shown(input1.shape)} and {shown(input2.shape)}, which differ in rank"
        refuse(RefusalKind.RANK, text, expected=input1.ndim, got=input2.ndim)
    for index, (a, b) in enumerate(zip(input1.shape[:-1], input2.shape[:-1], strict=True)):
        text = f"`bilinear` gets {shown(input1.shape)} and {shown(input2.shape)}, which differ in dimension {index}"
        demand(ctx, equal(a, b), RefusalKind.SIZES, text, expected=a, got=b)
    for index, (tensor, expected) in enumerate(zip((input1, input2), weight.shape[1:], strict=True), start=1):
        got = tensor.shape[-1]
        text = f"`bilinear` was built for {expected} features of input {index} and gets {got}"
        demand(ctx, equal(got, expected), RefusalKind.FEATURES, text, expected=expected, got=got)
    if bias is not None:
        text = f"`bilinear` to {weight.shape[0]} features gets a bias of shape {shown(bias.shape)}"
        demand_same_shape(ctx, weight.shape[:1], bias.shape, text)
    ctx.note(Cost(product(input1.shape[:-1]) * (product(weight.shape) + weight.shape[0] * weight.shape[1])))
    return Tensor((*input1.shape[:-1], weight.shape[0]), agreed_dtype(input1, input2, weight))


@layer("torch.nn.Bilinear", f"{_LINEAR}.Bilinear", harmless=CONSTANTS)
class Bilinear:
    """https://pytorch.org/docs/stable/generated/torch.nn.Bilinear.html"""

    @staticmethod
    def init(
        ctx: Context,
        state: State,
        in1_features: Size,
        in2_features: Size,
        out_features: Size,
        bias: bool = True,
        device: Any = None,
        dtype: str | None = None,
    ) -> None:
        state.in1_features = in1_features
        state.in2_features = in2_features
        state.out_features = out_features
        rows, one, two = (
            constructor_size(ctx, size, "Bilinear", name)
            for size, name in (
                (out_features, "out_features"),
                (in1_features, "in1_features"),
                (in2_features, "in2_features"),
            )
        )
        text = f"`Bilinear` cannot have `in1_features` = {one}"
        demand(ctx, at_least(one, 1), RefusalKind.LAYER, text, ValueError, got=one)
        state.parameter("weight", Tensor((rows, one, two), dtype_name(dtype)))
        state.parameter("bias", Tensor((rows,), dtype_name(dtype)) if bias else None)

    @staticmethod
    def forward(ctx: Context, state: State, input1: Tensor, input2: Tensor) -> Tensor:
        output: Tensor = bilinear(ctx, input1, input2, state.weight, state.bias)
        return output


@layer("torch.nn.Identity", f"{_LINEAR}.Identity")
class Identity:
    """https://pytorch.org/docs/stable/generated/torch.nn.Identity.html"""

    @staticmethod
    def init(ctx: Context, state: State, *args: Any, **kwargs: Any) -> None:
        return None

    @staticmethod
    def forward(ctx: Context, state: State, input: Any) -> Any:
        return input
