"""What convolutions and transposed convolutions share: the arguments that they store, their weights, their checks.

Sources: torch.nn.modules.conv (`_ConvNd.__init__`, `_LazyConvXdMixin`), ATen/native/Convolution.cpp
(`check_shape_forward`).
"""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import Refusal, RefusalKind, Unmodelled
from convlint.layers.core.registry import State
from convlint.layers.core.tensor import Shape, Tensor
from convlint.layers.shared.window import (
    integer,
    refuse,
    require_at_least,
    require_positive,
    shown,
    spatial,
    tensor_argument,
)
from convlint.symbolic import Size, Verdict, at_least, divides, equal

MODES = ("zeros", "reflect", "replicate", "circular")


def as_tuple(value: Any, count: int) -> tuple[Any, ...]:
    """Return what torch's constructors make of an argument: any iterable as a tuple, all else repeated."""
    return tuple(value) if isinstance(value, (tuple, list, str)) else (value,) * count


def reversed_twice(values: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return each value twice, the last axis first, as `pad` takes them."""
    return tuple(value for value in reversed(values) for _ in range(2))


def dtype_name(dtype: Any) -> str:
    """Return the name of a parameter's dtype: torch's default for None, "" for one that is not known."""
    if dtype is None:
        return "float32"
    return dtype.removeprefix("torch.") if isinstance(dtype, str) else ""


def init_convolution(
    ctx: Context,
    state: State,
    subject: str,
    channels: tuple[Any, Any],
    window: tuple[Any, Any, Any, Any],
    groups: Any,
    padding_mode: Any,
    *,
    transposed: bool = False,
    output_padding: tuple[Any, ...],
) -> None:
    """Check and store the arguments of `_ConvNd.__init__`, in its order.

    `window` is (kernel, stride, padding, dilation). Raises `ValueError` for groups, padding and padding mode.
    """
    kernel, stride, padding, dilation = window
    _check_groups(ctx, subject, channels, groups)
    if isinstance(padding, str):
        if padding not in ("same", "valid"):
            refuse(RefusalKind.LAYER, f"`{subject}` takes no padding '{padding}': 'same' or 'valid'", ValueError)
        if padding == "same" and any(s != 1 for s in stride):
            refuse(RefusalKind.LAYER, f"`{subject}` takes no padding 'same' with a stride of {stride}", ValueError)
    if padding_mode not in MODES:
        text = f"`{subject}` takes no padding mode `{padding_mode}`: one of {', '.join(MODES)}"
        refuse(RefusalKind.LAYER, text, ValueError)
    state.in_channels, state.out_channels = channels
    state.kernel_size, state.stride, state.padding, state.dilation = kernel, stride, padding, dilation
    state.transposed, state.output_padding = transposed, output_padding
    state.groups, state.padding_mode = groups, padding_mode
    state._reversed_padding_repeated_twice = _stored_padding(subject, kernel, padding, dilation)


def _check_groups(ctx: Context, subject: str, channels: tuple[Any, Any], groups: Any) -> None:
    for name, value in (("groups", groups), ("in_channels", channels[0]), ("out_channels", channels[1])):
        if isinstance(value, bool):
            raise Unmodelled(f"`{name}` is a bool")
        integer(subject, name, value)
    require_at_least(
        ctx, groups, 1, lambda: Refusal(RefusalKind.LAYER, f"`{subject}` takes no groups of {groups}", (), ValueError)
    )
    for name, value in (("in_channels", channels[0]), ("out_channels", channels[1])):
        if groups == 1 or value == groups:
            continue
        text = f"`{subject}` with groups={groups} takes no {name}={value}: it must be a multiple of {groups}"
        facts = (("argument", name), ("value", value), ("groups", groups))
        ctx.require(divides(groups, value), Refusal(RefusalKind.LAYER, text, facts, ValueError))


def _stored_padding(subject: str, kernel: tuple[Any, ...], padding: Any, dilation: tuple[Any, ...]) -> Any:
    if not isinstance(padding, str):
        return reversed_twice(padding)
    pads = [0, 0] * len(kernel)
    if padding == "same":
        for index, (k, d) in enumerate(zip(kernel, dilation, strict=False)):
            before, after = same_pads(integer(subject, "kernel_size", k), integer(subject, "dilation", d))
            place = 2 * (len(kernel) - 1 - index)
            pads[place : place + 2] = [before, after]  # type: ignore[list-item]
    return pads


def same_pads(kernel: Size, dilation: Size) -> tuple[Size, Size]:
    """Return the cells that padding='same' adds before and after: the odd one goes after."""
    total = dilation * (kernel - 1)
    return total // 2, total - total // 2


def weight_tensor(ctx: Context, subject: str, shape: tuple[Any, ...], dtype: Any) -> Tensor:
    """Return a new weight, refused where `torch.empty` refuses its sizes."""
    for size in shape:
        if isinstance(size, bool):
            raise Unmodelled("a size of the weight is a bool")
        integer(subject, "kernel_size", size)
    if any(ctx.decide(at_least(size, 0)) is Verdict.VIOLATED for size in shape):
        refuse(RefusalKind.LAYER, f"`{subject}` takes no negative sizes: its weight would be {shown(shape)}")
    return Tensor(shape, dtype_name(dtype))


def register_weights(ctx: Context, state: State, subject: str, bias: bool, dtype: Any) -> None:
    """Register `weight` and `bias` as `_ConvNd.__init__` does."""
    outer, inner = state.out_channels, state.in_channels
    if state.transposed:
        outer, inner = inner, outer
    state.parameter("weight", weight_tensor(ctx, subject, (outer, inner // state.groups, *state.kernel_size), dtype))
    state.parameter("bias", Tensor((state.out_channels,), dtype_name(dtype)) if bias else None)


def register_lazy(ctx: Context, state: State, out_channels: Any, bias: bool, dtype: Any) -> None:
    """Register parameters whose input channels the first call will tell."""
    state.out_channels = out_channels
    unknown = ctx.unknown_size("the input channels of a lazy layer are inferred at its first call")
    outer, inner = (unknown, out_channels) if state.transposed else (out_channels, unknown)
    state.parameter("weight", Tensor((outer, inner, *state.kernel_size), dtype_name(dtype)))
    state.parameter("bias", Tensor((out_channels,), dtype_name(dtype)) if bias else None)


def materialize(ctx: Context, state: State, subject: str, axes: int, input: Any) -> None:
    """Infer the input channels of a lazy layer from its first input (`_LazyConvXdMixin.initialize_parameters`)."""
    if state.in_channels != 0:
        return
    channels = spatial(subject, input, axes)[0][-1]
    _check_groups(ctx, subject, (channels, 0), state.groups)
    state.in_channels = channels
    bias, dtype = state.bias, state.weight.dtype
    integer(subject, "out_channels", state.out_channels)
    register_weights(ctx, state, subject, bias is not None, dtype)


def check_weight(
    ctx: Context, subject: str, channels: Size, weight: Tensor, bias: Any, groups: Size, *, transposed: bool
) -> tuple[Size, Size]:
    """Check weight, bias and groups against the input's channels; return the channels (in, out) of the weight."""
    require_positive(ctx, subject, ("groups",), ((groups,),))
    outer, inner = weight.shape[0], weight.shape[1]
    require_at_least(
        ctx,
        outer,
        1,
        lambda: Refusal(RefusalKind.LAYER, f"`{subject}` takes no empty weight, and gets {shown(weight.shape)}"),
    )
    if groups != 1:
        text = f"`{subject}` with groups={groups} takes no weight of {shown(weight.shape)}: {outer} is no multiple"
        ctx.require(divides(groups, outer), Refusal(RefusalKind.LAYER, text))
    expected, out = (outer, inner * groups) if transposed else (inner * groups, outer)
    if channels != expected:
        text = f"`{subject}` was built for {expected} input channels and gets {channels}"
        facts = (("expected", expected), ("got", channels))
        ctx.require(equal(channels, expected), Refusal(RefusalKind.CHANNELS, text, facts))
    if bias is not None:
        bias = tensor_argument(subject, "bias", bias)
        text = f"`{subject}` makes {out} channels and takes no bias of {shown(bias.shape)}"
        if bias.ndim != 1:
            refuse(RefusalKind.SIZES, text)
        ctx.require(equal(bias.shape[0], out), Refusal(RefusalKind.SIZES, text))
    return expected, out


def check_weight_rank(subject: str, weight: Any, axes: int) -> Tensor:
    """Return the weight, refused unless it has two dimensions more than there are spatial axes."""
    tensor = tensor_argument(subject, "weight", weight)
    if tensor.ndim != axes + 2:
        text = f"`{subject}` takes a {axes + 2}-D weight and gets {shown(tensor.shape)}"
        refuse(RefusalKind.RANK, text, facts=(("expected", axes + 2), ("got", tensor.ndim)))
    return tensor


def require_dilation(ctx: Context, subject: str, dilations: Shape) -> None:
    """torch refuses a negative dilation; at 0 it depends on the backend."""
    if 0 in dilations:
        raise Unmodelled("a dilation of 0: whether torch raises depends on its backend")
    require_positive(ctx, subject, ("dilation",), (dilations,))
