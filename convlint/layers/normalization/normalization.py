"""The normalisation functions: none changes a shape, all say for which shapes torch raises."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import Refusal, RefusalKind, Refused, Unmodelled
from convlint.layers.core.registry import operation
from convlint.layers.core.tensor import Shape, Tensor
from convlint.layers.shared.axes import axes, refuse, shown, written
from convlint.layers.shared.constants import overwritten
from convlint.layers.shared.demands import demand, demand_same_shape, demand_tensor
from convlint.layers.shared.dtypes import floating
from convlint.symbolic import Dim, Size, at_least, divides, equal, not_equal, product

Sizes = Size | Sequence[Size]
EPS_CHECKED_SINCE = (2, 10)
STATISTICS = frozenset({"running_mean", "running_var", "weight", "bias", "momentum", "eps", "cudnn_enabled"})
"""Arguments that change no shape. None of them may be refused for being None: it may stand for an unknown value."""


@operation("torch.nn.functional.batch_norm", harmless=STATISTICS)
def batch_norm(
    ctx: Context,
    input: Tensor,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """(N, C, *) → the same. https://pytorch.org/docs/stable/generated/torch.nn.functional.batch_norm.html"""
    refuse_negative_eps("`batch_norm`", eps)
    return normalize_batch(ctx, input, (running_mean, running_var, weight, bias), training, "`batch_norm`")


def refuse_negative_eps(who: str, eps: Any) -> None:
    """Refuse what would be a root of a negative number where the variance is small."""
    if isinstance(eps, int | float) and eps < 0:
        text = f"{who} takes an `eps` that is not negative and gets {eps}"
        raise Refused(Refusal(RefusalKind.LAYER, text, (("got", eps),), ValueError, EPS_CHECKED_SINCE))


@operation("torch.batch_norm", harmless=STATISTICS)
def torch_batch_norm(
    ctx: Context,
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    training: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool,
) -> Tensor:
    """`torch.nn.functional.batch_norm` without its check of the batch size."""
    return normalize_batch(ctx, input, (running_mean, running_var, weight, bias), False, "`batch_norm`")


def normalize_batch(
    ctx: Context, input: Tensor, channel_wise: Sequence[Tensor | None], one_value_raises: bool, who: str
) -> Tensor:
    """Check (N, C, *) against running mean and variance, weight and bias, those that are there."""
    demand_tensor(input, f"the input of {who}")
    if input.ndim < 2:
        raise Unmodelled(f"{who} of a {input.ndim}-D tensor")
    if one_value_raises:
        _demand_values(ctx, input.shape[:1] + input.shape[2:], input, f"{who} in training normalises over")
    _check_channels(ctx, input, channel_wise, who)
    return Tensor(input.shape, input.dtype)


def _demand_values(ctx: Context, sizes: Shape, input: Tensor, who: str) -> None:
    values = product(sizes)
    text = f"{who} {values} value per channel of an input {shown(input.shape)}, where it needs more than one"
    demand(ctx, not_equal(values, 1), RefusalKind.SIZES, text, ValueError, got=values)


def _check_channels(ctx: Context, input: Tensor, channel_wise: Sequence[Tensor | None], who: str) -> None:
    got = input.shape[1]
    for tensor in channel_wise:
        if tensor is None:
            continue
        if tensor.ndim != 1:
            raise Unmodelled(f"{who} with a parameter of shape {shown(tensor.shape)}")
        expected = tensor.shape[0]
        text = f"{who} was built for {expected} channels and gets {got}"
        demand(ctx, equal(got, expected), RefusalKind.CHANNELS, text, RuntimeError, expected=expected, got=got)


@operation("torch.nn.functional.instance_norm", harmless=STATISTICS)
def instance_norm(
    ctx: Context,
    input: Tensor,
    running_mean: Tensor | None = None,
    running_var: Tensor | None = None,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    use_input_stats: bool = True,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """(N, C, *) → the same. https://pytorch.org/docs/stable/generated/torch.nn.functional.instance_norm.html"""
    channel_wise = (running_mean, running_var, weight, bias)
    return normalize_instances(ctx, input, channel_wise, use_input_stats, "`instance_norm`")


@operation("torch.instance_norm", harmless=STATISTICS)
def torch_instance_norm(
    ctx: Context,
    input: Tensor,
    weight: Tensor | None,
    bias: Tensor | None,
    running_mean: Tensor | None,
    running_var: Tensor | None,
    use_input_stats: bool,
    momentum: float,
    eps: float,
    cudnn_enabled: bool,
) -> Tensor:
    """`torch.nn.functional.instance_norm` without its check of the spatial sizes."""
    return normalize_instances(ctx, input, (running_mean, running_var, weight, bias), False, "`instance_norm`")


def normalize_instances(
    ctx: Context, input: Tensor, channel_wise: Sequence[Tensor | None], one_value_raises: bool, who: str
) -> Tensor:
    """Check (N, C, *) as `normalize_batch` does; with statistics of the input, * has more than one element."""
    demand_tensor(input, f"the input of {who}")
    if one_value_raises:
        _demand_values(ctx, input.shape[2:], input, f"{who} normalises over")
    if input.ndim < 2:
        raise Unmodelled(f"{who} of a {input.ndim}-D tensor")
    _check_channels(ctx, input, channel_wise, who)
    return Tensor(input.shape, input.dtype)


@operation("torch.nn.functional.group_norm", harmless=("weight", "bias", "eps"))
def group_norm(
    ctx: Context,
    input: Tensor,
    num_groups: Size,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
) -> Tensor:
    """(N, C, *) → the same; `num_groups` divides C and a group has more than one value, in eval mode too.

    https://pytorch.org/docs/stable/generated/torch.nn.functional.group_norm.html
    """
    return normalize_groups(ctx, input, num_groups, weight, bias, True, "`group_norm`")


@operation("torch.group_norm", harmless=("weight", "bias", "eps", "cudnn_enabled"))
def torch_group_norm(
    ctx: Context,
    input: Tensor,
    num_groups: Size,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
    cudnn_enabled: bool = True,
) -> Tensor:
    """`torch.nn.functional.group_norm` without its check of the number of values."""
    return normalize_groups(ctx, input, num_groups, weight, bias, False, "`group_norm`")


def normalize_groups(
    ctx: Context,
    input: Tensor,
    groups: Any,
    weight: Tensor | None,
    bias: Tensor | None,
    one_value_raises: bool,
    who: str,
) -> Tensor:
    """Check (N, C, *) against the number of groups, and C against weight and bias."""
    demand_tensor(input, f"the input of {who}")
    if input.ndim < 2:
        text = f"{who} takes (N, C, *) and gets {shown(input.shape)}"
        refuse(RefusalKind.RANK, text, RuntimeError if one_value_raises else IndexError, expected=2, got=input.ndim)
    if not isinstance(groups, (int, Dim)) or isinstance(groups, bool):
        raise Unmodelled(f"{who} with {written(groups)} groups")
    error = ZeroDivisionError if groups == 0 and one_value_raises else RuntimeError
    demand(ctx, at_least(groups, 1), RefusalKind.LAYER, f"{who} has {groups} groups", error, got=groups)
    channels = input.shape[1]
    if one_value_raises:
        values = (input.shape[0] * channels // groups, *input.shape[2:])
        _demand_values(ctx, values, input, f"{who} normalises over")
    text = f"{who} divides {channels} channels into {groups} groups, which leaves a remainder"
    demand(ctx, divides(groups, channels), RefusalKind.CHANNELS, text, groups=groups, got=channels)
    _check_channels(ctx, input, (weight, bias), who)
    return Tensor(input.shape, input.dtype)


@operation("torch.nn.functional.layer_norm", "torch.layer_norm", harmless=("weight", "bias", "eps", "cudnn_enable"))
def layer_norm(
    ctx: Context,
    input: Tensor,
    normalized_shape: Sizes,
    weight: Tensor | None = None,
    bias: Tensor | None = None,
    eps: float = 1e-5,
    cudnn_enable: bool = True,
) -> Tensor:
    """(*, *normalized_shape) → the same.

    https://pytorch.org/docs/stable/generated/torch.nn.functional.layer_norm.html
    """
    return normalize_trailing(ctx, input, normalized_shape, (weight, bias), "`layer_norm`", RuntimeError)


@operation("torch.nn.functional.rms_norm", "torch.rms_norm", harmless=("weight", "eps"))
def rms_norm(
    ctx: Context, input: Tensor, normalized_shape: Sizes, weight: Tensor | None = None, eps: float | None = None
) -> Tensor:
    """(*, *normalized_shape) → the same.

    https://pytorch.org/docs/stable/generated/torch.nn.functional.rms_norm.html
    """
    return normalize_trailing(ctx, input, normalized_shape, (weight,), "`rms_norm`", ValueError)


def normalize_trailing(
    ctx: Context,
    input: Tensor,
    normalized_shape: Any,
    element_wise: Sequence[Tensor | None],
    who: str,
    rank_error: type[Exception],
) -> Tensor:
    """Check that an input ends with the sizes of `normalized_shape`, and that weight and bias have just these."""
    demand_tensor(input, f"the input of {who}")
    if isinstance(normalized_shape, (int, float, str, type(None), Tensor)):
        text = f"{who} takes a sequence of sizes and gets {written(normalized_shape)}"
        refuse(RefusalKind.LAYER, text, TypeError, got=normalized_shape)
    if not isinstance(normalized_shape, (tuple, list)) or not all(isinstance(s, (int, Dim)) for s in normalized_shape):
        raise Unmodelled(f"{who} over sizes that are not known")
    expected = tuple(normalized_shape)
    if not expected:
        refuse(RefusalKind.LAYER, f"{who} has no size to normalise over", RuntimeError)
    for tensor in element_wise:
        if tensor is not None:
            text = f"{who} over {shown(expected)} has a parameter of shape {shown(tensor.shape)}"
            demand_same_shape(ctx, expected, tensor.shape, text)
    got = input.shape[-len(expected) :]
    text = f"{who} was built for inputs that end with {shown(expected)} and gets {shown(input.shape)}"
    if len(got) < len(expected):
        refuse(RefusalKind.SIZES, text, rank_error, expected=expected, got=input.shape)
    demand_same_shape(ctx, expected, got, text)
    return Tensor(input.shape, input.dtype)


@operation("torch.nn.functional.local_response_norm", harmless=("alpha", "beta", "k"))
def local_response_norm(
    ctx: Context, input: Tensor, size: Size, alpha: float = 1e-4, beta: float = 0.75, k: float = 1.0
) -> Tensor:
    """(N, C, *) of at least three dimensions → the same.

    https://pytorch.org/docs/stable/generated/torch.nn.functional.local_response_norm.html
    """
    return normalize_responses(ctx, input, size, "`local_response_norm`")


def normalize_responses(ctx: Context, input: Tensor, size: Any, who: str) -> Tensor:
    """Check a normalisation over windows of `size` channels."""
    demand_tensor(input, f"the input of {who}")
    if input.ndim < 3:
        text = f"{who} takes at least 3-D input and gets {input.ndim}-D {shown(input.shape)}"
        refuse(RefusalKind.RANK, text, ValueError, expected=3, got=input.ndim)
    if not isinstance(size, (int, Dim)) or isinstance(size, bool):
        raise Unmodelled(f"{who} over {written(size)} channels")
    demand(ctx, at_least(size, 1), RefusalKind.LAYER, f"{who} has a window of {size} channels", got=size)
    return Tensor(input.shape, floating(input.dtype))


@operation("torch.nn.functional.normalize", harmless=("p", "eps"))
def normalize(
    ctx: Context, input: Tensor, p: float = 2.0, dim: Any = 1, eps: float = 1e-12, out: Tensor | None = None
) -> Tensor:
    """Divide by the p-norm over one or several dimensions, all of them for None: the shape stays.

    https://pytorch.org/docs/stable/generated/torch.nn.functional.normalize.html
    """
    demand_tensor(input, "the input of `normalize`")
    dims = () if dim is None else tuple(dim) if isinstance(dim, (tuple, list)) else (dim,)
    axes(ctx, dims, input.ndim)
    if out is not None:
        return overwritten(demand_tensor(out, "`out` of `normalize`"))
    return Tensor(input.shape, input.dtype)
