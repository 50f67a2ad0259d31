"""Writing into a tensor in place, with constants, random numbers or another tensor, and `torch.nn.init`."""

from __future__ import annotations

import math
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.naming import methods, tensor_operation
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared import constants
from convlint.layers.shared.axes import refuse, shown
from convlint.layers.shared.broadcasting import broadcast_to
from convlint.symbolic import Size, product

_RANDOM = ("normal_", "uniform_", "random_", "bernoulli_", "exponential_", "geometric_", "log_normal_", "cauchy_")
_INIT = "torch.nn.init"


@tensor_operation("torch.Tensor.zero_", f"{_INIT}.zeros_", "torch.zero_")
def zero_(ctx: Context, tensor: Tensor) -> Tensor:
    return _filled(tensor, 0)


@tensor_operation(f"{_INIT}.ones_")
def ones_(ctx: Context, tensor: Tensor) -> Tensor:
    return _filled(tensor, 1)


@tensor_operation("torch.Tensor.fill_", "torch.fill_", harmless=("value",))
def fill_(ctx: Context, input: Tensor, value: Any) -> Tensor:
    if isinstance(value, Tensor) and value.shape:
        text = f"`fill_` takes a number or a scalar tensor and gets {shown(value.shape)}"
        refuse(RefusalKind.RANK, text, expected=0, got=value.ndim)
    return _filled(input, value)


@tensor_operation("torch.fill", harmless=("value",))
def fill(ctx: Context, input: Tensor, value: Any) -> Tensor:
    return fill_(ctx, Tensor(input.shape, input.dtype), value)  # type: ignore[no-any-return]


@tensor_operation(f"{_INIT}.constant_", f"{_INIT}.constant", harmless=("val",))
def constant_(ctx: Context, tensor: Tensor, val: Any) -> Tensor:
    return _filled(tensor, val)


@tensor_operation("torch.Tensor.fill_diagonal_", harmless=("fill_value", "wrap"))
def fill_diagonal_(ctx: Context, input: Tensor, fill_value: Any, wrap: Any = False) -> Tensor:
    if input.ndim < 2:
        refuse(RefusalKind.RANK, f"`fill_diagonal_` takes 2 or more dimensions and gets {shown(input.shape)}")
    if input.ndim > 2:
        raise Unmodelled("`fill_diagonal_` of more than 2 dimensions")
    return constants.overwritten(input)


@tensor_operation("torch.Tensor.copy_", harmless=("non_blocking",))
def copy_(ctx: Context, input: Tensor, src: Any, non_blocking: Any = False) -> Tensor:
    """The source must broadcast to the shape of `input`."""
    if isinstance(src, Tensor):
        broadcast_to(ctx, src.shape, input.shape, "copy_")
        if src.data is not None and src.shape == input.shape:
            return constants.overwritten(input, constants.rounded(src.data, input.dtype))
    elif not isinstance(src, (int, float)):
        raise Unmodelled("`copy_` of a value that is not known")
    return constants.overwritten(input)


@tensor_operation(*methods(*_RANDOM))
def random_(ctx: Context, input: Tensor, *args: Any, **named: Any) -> Tensor:
    return constants.overwritten(input)


@tensor_operation(
    f"{_INIT}.uniform_", f"{_INIT}.normal_", f"{_INIT}.trunc_normal_", f"{_INIT}.uniform", f"{_INIT}.normal",
    harmless=("args", "a", "b", "mean", "std", "generator"),
)  # fmt: skip
def random_init(ctx: Context, tensor: Tensor, *args: Any, **named: Any) -> Tensor:
    return constants.overwritten(tensor)


@tensor_operation(
    f"{_INIT}.xavier_uniform_", f"{_INIT}.xavier_normal_", f"{_INIT}.kaiming_uniform_", f"{_INIT}.kaiming_normal_",
    f"{_INIT}.xavier_uniform", f"{_INIT}.xavier_normal", f"{_INIT}.kaiming_uniform", f"{_INIT}.kaiming_normal",
    harmless=("args", "gain", "a", "mode", "nonlinearity", "generator"),
)  # fmt: skip
def fan_init(ctx: Context, tensor: Tensor, *args: Any, **named: Any) -> Tensor:
    """The fans need 2 or more dimensions (ValueError); `kaiming` leaves empty tensors alone."""
    if tensor.ndim < 2:
        if any(size == 0 for size in tensor.shape):
            raise Unmodelled("initialisation of an empty tensor")
        text = f"fan-in and fan-out need 2 or more dimensions, and the tensor is {shown(tensor.shape)}"
        refuse(RefusalKind.RANK, text, ValueError, expected=2, got=tensor.ndim)
    return constants.overwritten(tensor)


@tensor_operation(f"{_INIT}.orthogonal_", f"{_INIT}.orthogonal", harmless=("gain", "generator"))
def orthogonal_(ctx: Context, tensor: Tensor, gain: Any = 1, generator: Any = None) -> Tensor:
    if tensor.ndim < 2:
        text = f"`orthogonal_` takes 2 or more dimensions and gets {shown(tensor.shape)}"
        refuse(RefusalKind.RANK, text, ValueError, expected=2, got=tensor.ndim)
    return constants.overwritten(tensor)


@tensor_operation(f"{_INIT}.eye_", f"{_INIT}.eye")
def eye_(ctx: Context, tensor: Tensor) -> Tensor:
    return _only_rank(tensor, (2,), "eye_")


@tensor_operation(f"{_INIT}.sparse_", harmless=("sparsity", "std", "generator"))
def sparse_(ctx: Context, tensor: Tensor, sparsity: Any, std: Any = 0.01, generator: Any = None) -> Tensor:
    return _only_rank(tensor, (2,), "sparse_")


@tensor_operation(f"{_INIT}.dirac_", f"{_INIT}.dirac")
def dirac_(ctx: Context, tensor: Tensor, groups: int = 1) -> Tensor:
    """The first size must be a multiple of `groups` (ValueError)."""
    _only_rank(tensor, (3, 4, 5), "dirac_")
    if groups != 1 and (not isinstance(tensor.shape[0], int) or not isinstance(groups, int) or groups < 1):
        raise Unmodelled("`dirac_` of symbolic groups")
    if isinstance(tensor.shape[0], int) and tensor.shape[0] % groups:
        text = f"`dirac_` needs a first size that {groups} groups divide, not {tensor.shape[0]}"
        refuse(RefusalKind.LAYER, text, ValueError, expected=groups, got=tensor.shape[0])
    return tensor


@tensor_operation(f"{_INIT}._calculate_fan_in_and_fan_out")
def fans(ctx: Context, tensor: Tensor) -> tuple[Size, Size]:
    """fan_in = shape[1] · receptive field, fan_out = shape[0] · receptive field."""
    if tensor.ndim < 2:
        text = f"fan-in and fan-out need 2 or more dimensions, and the tensor is {shown(tensor.shape)}"
        refuse(RefusalKind.RANK, text, ValueError, expected=2, got=tensor.ndim)
    field = product(tensor.shape[2:])
    return tensor.shape[1] * field, tensor.shape[0] * field


_LINEAR = frozenset({"linear", "sigmoid", *(f"conv{kind}{rank}d" for kind in ("", "_transpose") for rank in (1, 2, 3))})


@tensor_operation(f"{_INIT}.calculate_gain")
def calculate_gain(ctx: Context, nonlinearity: str, param: Any = None) -> float:
    """The gains of torch.nn.init's table."""
    if nonlinearity in _LINEAR:
        return 1
    if nonlinearity == "leaky_relu" and (param is None or isinstance(param, (int, float))):
        slope = 0.01 if param is None else float(param)
        return math.sqrt(2.0 / (1 + slope**2))
    gains = {"tanh": 5.0 / 3, "relu": math.sqrt(2.0), "selu": 3.0 / 4}
    if nonlinearity == "leaky_relu":
        raise Unmodelled("the gain of a slope that is no number")
    if nonlinearity not in gains:
        refuse(RefusalKind.LAYER, f"torch knows no gain of {nonlinearity!r}", ValueError)
    return gains[nonlinearity]


def _filled(tensor: Tensor, value: Any) -> Tensor:
    if isinstance(value, Tensor):
        value = value.data[0] if value.data else None
    if tensor.is_parameter or not isinstance(value, (int, float)):
        return constants.overwritten(tensor)
    return constants.overwritten(tensor, constants.filled(tensor.shape, tensor.dtype, value).data)


def _only_rank(tensor: Tensor, ranks: tuple[int, ...], name: str) -> Tensor:
    if tensor.ndim not in ranks:
        text = f"`{name}` takes {' or '.join(map(str, ranks))} dimensions and gets {shown(tensor.shape)}"
        refuse(RefusalKind.RANK, text, ValueError, expected=ranks, got=tensor.ndim)
    return constants.overwritten(tensor)
