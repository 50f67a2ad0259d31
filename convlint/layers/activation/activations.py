"""The activation functions: element-wise ones, `glu`, `prelu` and the softmax functions, also as tensor methods."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.registry import operation
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared.axes import axis, refuse, replaced, shown, written
from convlint.layers.shared.constants import overwritten
from convlint.layers.shared.demands import demand, demand_tensor
from convlint.layers.shared.dtypes import FLOATS, floating
from convlint.symbolic import any_of, divides, equal

_F = "torch.nn.functional"
_T = "torch.Tensor"


def _same(input: Tensor, who: str, inplace: bool | None = False, dtype: Callable[[str], str] | None = None) -> Tensor:
    """Return a tensor of the same shape. Without `dtype` the function takes floats only."""
    demand_tensor(input, f"the input of `{who}`")
    if inplace:
        return overwritten(input)
    if dtype is not None:
        return Tensor(input.shape, dtype(input.dtype))
    return Tensor(input.shape, demand_float(input, who))


def demand_float(input: Tensor, who: str) -> str:
    """Return the dtype of a tensor of floats; torch has no such function for integers."""
    if input.dtype and input.dtype not in FLOATS and not input.dtype.startswith("complex"):
        raise Unmodelled(f"`{who}` of {input.dtype}")
    return input.dtype


def _kept(dtype: str) -> str:
    if dtype == "bool":
        raise Unmodelled("this function of bool")
    return dtype


@operation(f"{_F}.relu", "torch.relu", f"{_T}.relu", harmless=("inplace",))
def relu(ctx: Context, input: Tensor, inplace: bool = False) -> Tensor:
    return _same(input, "relu", inplace, _kept)


@operation(f"{_F}.relu6", harmless=("inplace",))
def relu6(ctx: Context, input: Tensor, inplace: bool = False) -> Tensor:
    return _same(input, "relu6", inplace, _kept)


@operation(f"{_F}.hardtanh", harmless=("inplace",))
def hardtanh(ctx: Context, input: Tensor, min_val: Any = -1.0, max_val: Any = 1.0, inplace: bool = False) -> Tensor:
    if isinstance(min_val, (int, float)) and isinstance(max_val, (int, float)) and min_val > max_val:
        refuse(RefusalKind.LAYER, f"`hardtanh` cannot clip from {min_val} to {max_val}", ValueError)
    return _same(input, "hardtanh", inplace, _kept)


@operation(f"{_F}.threshold", f"{_F}._threshold", "torch.threshold", harmless=("threshold", "value", "inplace"))
def threshold(ctx: Context, input: Tensor, threshold: Any, value: Any, inplace: bool = False) -> Tensor:
    return _same(input, "threshold", inplace, lambda dtype: dtype)


@operation(f"{_F}.sigmoid", "torch.sigmoid", f"{_T}.sigmoid", "torch.special.expit", harmless=("out",))
def sigmoid(ctx: Context, input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return _same(input, "sigmoid", False, floating)


@operation(f"{_F}.tanh", "torch.tanh", f"{_T}.tanh", harmless=("out",))
def tanh(ctx: Context, input: Tensor, *, out: Tensor | None = None) -> Tensor:
    return _same(input, "tanh", False, floating)


@operation(f"{_F}.softsign")
def softsign(ctx: Context, input: Tensor) -> Tensor:
    return _same(input, "softsign", False, lambda dtype: floating(_kept(dtype)))


@operation(f"{_F}.tanhshrink")
def tanhshrink(ctx: Context, input: Tensor) -> Tensor:
    return _same(input, "tanhshrink", False, lambda dtype: floating(_kept(dtype)))


@operation(f"{_F}.elu", harmless=("alpha", "inplace"))
def elu(ctx: Context, input: Tensor, alpha: Any = 1.0, inplace: bool = False) -> Tensor:
    return _same(input, "elu", inplace)


@operation(f"{_F}.selu", "torch.selu", harmless=("inplace",))
def selu(ctx: Context, input: Tensor, inplace: bool = False) -> Tensor:
    return _same(input, "selu", inplace)


@operation(f"{_F}.celu", "torch.celu", harmless=("alpha", "inplace"))
def celu(ctx: Context, input: Tensor, alpha: Any = 1.0, inplace: bool = False) -> Tensor:
    return _same(input, "celu", inplace)


@operation(f"{_F}.leaky_relu", harmless=("negative_slope", "inplace"))
def leaky_relu(ctx: Context, input: Tensor, negative_slope: Any = 0.01, inplace: bool = False) -> Tensor:
    return _same(input, "leaky_relu", inplace)


@operation(f"{_F}.rrelu", "torch.rrelu", harmless=("lower", "upper", "training", "inplace", "generator"))
def rrelu(
    ctx: Context,
    input: Tensor,
    lower: Any = 1.0 / 8,
    upper: Any = 1.0 / 3,
    training: bool = False,
    inplace: bool = False,
    generator: Any = None,
) -> Tensor:
    return _same(input, "rrelu", inplace)


@operation(f"{_F}.gelu")
def gelu(ctx: Context, input: Tensor, *, approximate: str = "none") -> Tensor:
    if approximate not in ("none", "tanh"):
        refuse(RefusalKind.LAYER, f"`gelu` takes 'none' or 'tanh' as `approximate` and gets {written(approximate)}")
    return _same(input, "gelu")


@operation(f"{_F}.silu", harmless=("inplace",))
def silu(ctx: Context, input: Tensor, inplace: bool = False) -> Tensor:
    return _same(input, "silu", inplace)


@operation(f"{_F}.mish", harmless=("inplace",))
def mish(ctx: Context, input: Tensor, inplace: bool = False) -> Tensor:
    return _same(input, "mish", inplace)


@operation(f"{_F}.hardswish", harmless=("inplace",))
def hardswish(ctx: Context, input: Tensor, inplace: bool = False) -> Tensor:
    return _same(input, "hardswish", inplace)


@operation(f"{_F}.hardsigmoid", harmless=("inplace",))
def hardsigmoid(ctx: Context, input: Tensor, inplace: bool = False) -> Tensor:
    return _same(input, "hardsigmoid", inplace)


@operation(f"{_F}.logsigmoid")
def logsigmoid(ctx: Context, input: Tensor) -> Tensor:
    return _same(input, "logsigmoid")


@operation(f"{_F}.softplus", harmless=("beta", "threshold"))
def softplus(ctx: Context, input: Tensor, beta: Any = 1.0, threshold: Any = 20.0) -> Tensor:
    return _same(input, "softplus")


@operation(f"{_F}.hardshrink", "torch.hardshrink", f"{_T}.hardshrink", harmless=("lambd",))
def hardshrink(ctx: Context, input: Tensor, lambd: Any = 0.5) -> Tensor:
    return _same(input, "hardshrink")


@operation(f"{_F}.softshrink", harmless=("lambd",))
def softshrink(ctx: Context, input: Tensor, lambd: Any = 0.5) -> Tensor:
    return _same(input, "softshrink")


def _register_in_place() -> None:
    """Register the functions with a trailing underscore, which write to their input and return it."""
    everywhere = {"relu_", "sigmoid_", "tanh_"}
    for name in ("relu_", "sigmoid_", "tanh_", "selu_", "celu_", "rrelu_", "threshold_"):
        places = ["torch"] + ([_T] if name in everywhere else []) + ([] if name in {"sigmoid_", "tanh_"} else [_F])
        _in_place(name, *places)
    for name in ("hardtanh_", "elu_", "leaky_relu_"):
        _in_place(name, _F)


def _in_place(name: str, *places: str) -> None:
    def rule(ctx: Context, input: Tensor, *args: Any, **kwargs: Any) -> Tensor:
        return overwritten(demand_tensor(input, f"the input of `{name}`"))

    operation(*(f"{place}.{name}" for place in places), harmless=("args", "kwargs"))(rule)


_register_in_place()


@operation(f"{_F}.glu")
def glu(ctx: Context, input: Tensor, dim: int = -1) -> Tensor:
    """Halve one dimension. https://pytorch.org/docs/stable/generated/torch.nn.functional.glu.html"""
    return halve(ctx, input, dim, "`glu`")


def halve(ctx: Context, input: Tensor, dim: Any, who: str) -> Tensor:
    """Return the gated half of `input` along `dim`, whose size must be even."""
    demand_tensor(input, f"the input of {who}")
    if input.ndim == 0:
        refuse(RefusalKind.RANK, f"{who} cannot halve a scalar", RuntimeError, got=0)
    index = axis(ctx, dim, input.ndim)
    size = input.shape[index]
    text = f"{who} halves dimension {index} of {shown(input.shape)}, which is odd: {size}"
    demand(ctx, divides(2, size), RefusalKind.SIZES, text, got=size)
    return Tensor(replaced(input.shape, index, size // 2), demand_float(input, "glu"))


@operation(f"{_F}.prelu", "torch.prelu", f"{_T}.prelu", harmless=("weight",))
def prelu(ctx: Context, input: Tensor, weight: Tensor | None) -> Tensor:
    """https://pytorch.org/docs/stable/generated/torch.nn.functional.prelu.html"""
    return scale_channels(ctx, input, weight, "`prelu`")


def scale_channels(ctx: Context, input: Tensor, weight: Tensor | None, who: str) -> Tensor:
    """Check that `weight` has one number, or one for each channel (dimension 1) of the input."""
    demand_tensor(input, f"the input of {who}")
    if weight is not None and weight.ndim > 1:
        refuse(RefusalKind.RANK, f"{who} takes a weight of one dimension, not {shown(weight.shape)}", got=weight.ndim)
    if weight is not None and weight.ndim == 1:
        expected, got = weight.shape[0], input.shape[1] if input.ndim > 1 else 1
        text = f"{who} was built for {expected} channels and gets {got}"
        fits = any_of(equal(expected, 1), equal(got, expected))
        demand(ctx, fits, RefusalKind.CHANNELS, text, expected=expected, got=got)
    return Tensor(input.shape, demand_float(input, "prelu"))


def soft(ctx: Context, input: Tensor, dim: Any, dtype: str | None, who: str) -> Tensor:
    """Check the dimension of a softmax. For None torch takes 0 for rank 0, 1 and 3, else 1, and warns."""
    demand_tensor(input, f"the input of {who}")
    axis(ctx, (0 if input.ndim in (0, 1, 3) else 1) if dim is None else dim, input.ndim)
    return Tensor(input.shape, dtype or demand_float(input, who.strip("`")))


@operation(f"{_F}.softmax", harmless=("_stacklevel", "dtype"))
def softmax(
    ctx: Context, input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: str | None = None
) -> Tensor:
    """https://pytorch.org/docs/stable/generated/torch.nn.functional.softmax.html"""
    return soft(ctx, input, dim, dtype, "`softmax`")


@operation(f"{_F}.log_softmax", harmless=("_stacklevel", "dtype"))
def log_softmax(
    ctx: Context, input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: str | None = None
) -> Tensor:
    """https://pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html"""
    return soft(ctx, input, dim, dtype, "`log_softmax`")


@operation(f"{_F}.softmin", harmless=("_stacklevel", "dtype"))
def softmin(
    ctx: Context, input: Tensor, dim: int | None = None, _stacklevel: int = 3, dtype: str | None = None
) -> Tensor:
    """https://pytorch.org/docs/stable/generated/torch.nn.functional.softmin.html"""
    return soft(ctx, input, dim, dtype, "`softmin`")


@operation("torch.softmax", f"{_T}.softmax", "torch.special.softmax", harmless=("dtype", "out"))
def torch_softmax(ctx: Context, input: Tensor, dim: int, dtype: str | None = None, *, out: Any = None) -> Tensor:
    """https://pytorch.org/docs/stable/generated/torch.softmax.html"""
    return soft(ctx, input, dim, dtype, "`softmax`")


@operation("torch.log_softmax", f"{_T}.log_softmax", "torch.special.log_softmax", harmless=("dtype", "out"))
def torch_log_softmax(ctx: Context, input: Tensor, dim: int, dtype: str | None = None, *, out: Any = None) -> Tensor:
    """https://pytorch.org/docs/stable/generated/torch.nn.functional.log_softmax.html"""
    return soft(ctx, input, dim, dtype, "`log_softmax`")


@operation(f"{_F}.gumbel_softmax", harmless=("tau", "hard", "eps"))
def gumbel_softmax(
    ctx: Context, logits: Tensor, tau: float = 1, hard: bool = False, eps: float = 1e-10, dim: int = -1
) -> Tensor:
    """https://pytorch.org/docs/stable/generated/torch.nn.functional.gumbel_softmax.html"""
    return soft(ctx, logits, dim, None, "`gumbel_softmax`")
