"""Convolutions: `Conv1d`…`Conv3d`, their lazy forms, and `conv1d`…`conv3d`.

Sources: torch.nn.modules.conv, ATen/native/Convolution.cpp (`check_shape_forward`, `_convolution_same`).
"""

from __future__ import annotations

from typing import Any

from convlint.layers.context import Context
from convlint.layers.facts import Cost, Window
from convlint.layers.padding import pad_output
from convlint.layers.refusal import Refusal, RefusalKind, Unmodelled
from convlint.layers.registry import State, layer, operation
from convlint.layers.tensor import Shape, Sizes, Tensor
from convlint.layers.window import (
    AXES,
    integer,
    per_axis,
    refuse,
    require_at_least,
    require_cells,
    require_positive,
    shown,
    slide,
    spatial,
    tensor_argument,
)
from convlint.symbolic import Size, Verdict, at_least, divides, equal, product

Pads = tuple[tuple[Size, Size], ...]
MODES = ("zeros", "reflect", "replicate", "circular")


# --- what convolutions and transposed convolutions share -------------------------------------------------


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
    window: tuple[tuple[Any, ...], tuple[Any, ...], Any, tuple[Any, ...]],
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
        ctx.require(divides(value, groups), Refusal(RefusalKind.LAYER, text, facts, ValueError))


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
        if ctx.decide(at_least(integer(subject, "kernel_size", size), 0)) is Verdict.VIOLATED:
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
        ctx.require(divides(outer, groups), Refusal(RefusalKind.LAYER, text))
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


def result_dtype(input: Tensor, weight: Tensor) -> str:
    """Return the dtype of the output: torch raises for two that differ, unless autocast makes them one."""
    return input.dtype if input.dtype == weight.dtype else ""


def check_weight_rank(subject: str, weight: Any, axes: int) -> Tensor:
    """Return the weight, refused unless it has two dimensions more than there are spatial axes."""
    weight = tensor_argument(subject, "weight", weight)
    if weight.ndim != axes + 2:
        text = f"`{subject}` takes a {axes + 2}-D weight and gets {shown(weight.shape)}"
        refuse(RefusalKind.RANK, text, facts=(("expected", axes + 2), ("got", weight.ndim)))
    return weight


# --- convolution -----------------------------------------------------------------------------------------


def convolve(
    ctx: Context,
    subject: str,
    axes: int,
    input: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    groups: Any,
    mode: str = "zeros",
    mode_pads: Any = None,
) -> Tensor:
    """Convolve ([N,] C_in, *spatial) with (C_out, C_in/groups, *kernel) to ([N,] C_out, *out).

    `mode_pads` are pads in the order of `pad`, put on by `mode` before a convolution without padding.
    """
    if mode_pads is not None:
        pad_output(ctx, subject, input, mode_pads, mode)
    strides, dilations = per_axis(subject, "stride", stride, axes), per_axis(subject, "dilation", dilation, axes)
    groups = integer(subject, "groups", groups)
    lead, sizes = spatial(subject, input, axes)
    weight = check_weight_rank(subject, weight, axes)
    kernel = weight.shape[2:]
    pads = _pads(subject, padding, kernel, strides, dilations)
    require_positive(ctx, subject, ("padding",), ((*(p for p, _ in pads),),), 0)
    require_positive(ctx, subject, ("kernel", "stride", "dilation"), (kernel, strides, dilations))
    out_channels = check_weight(ctx, subject, lead[-1], weight, bias, groups, transposed=False)[1]
    if lead[-1] == 0:
        raise Unmodelled("a convolution over no channels")
    if mode_pads is not None:
        pads = tuple(zip(mode_pads[::2], mode_pads[1::2], strict=True))[::-1]
    windows = tuple(
        slide(ctx, subject, *axis) for axis in zip(AXES[axes], sizes, kernel, strides, pads, dilations, strict=True)
    )
    if not (len(lead) == 2 and lead[0] == 0):
        require_cells(ctx, subject, sizes)
    out = tuple(window.size_out for window in windows)
    ctx.note(Window("conv", windows))
    _note_cost(ctx, lead, out, weight, bias is not None)
    return Tensor((*lead[:-1], out_channels, *out), result_dtype(input, weight))


def _pads(subject: str, padding: Any, kernel: Shape, strides: Shape, dilations: Shape) -> Pads:
    if not isinstance(padding, str):
        return tuple((p, p) for p in per_axis(subject, "padding", padding, len(kernel)))
    if padding == "valid":
        return ((0, 0),) * len(kernel)
    if padding != "same":
        refuse(RefusalKind.LAYER, f"`{subject}` takes no padding '{padding}': 'same' or 'valid'")
    if any(s != 1 for s in strides):
        refuse(RefusalKind.LAYER, f"`{subject}` takes no padding 'same' with a stride of {strides}")
    return tuple(same_pads(k, d) for k, d in zip(kernel, dilations, strict=True))


def _note_cost(ctx: Context, lead: Shape, out: Shape, weight: Tensor, bias: bool) -> None:
    positions, weights = product(out), product(weight.shape)
    batch = lead[0] if len(lead) == 2 else 1
    per_position = weights + weight.shape[0] if bias else weights
    ctx.note(Cost(batch * positions * weights, positions * per_position))


def _register(axes: int) -> None:
    public, defined = f"torch.nn.Conv{axes}d", f"torch.nn.modules.conv.Conv{axes}d"
    function, kind = f"conv{axes}d", f"Conv{axes}d"

    @operation(f"torch.nn.functional.{function}", f"torch.{function}", input_rank=axes + 2)
    def conv(
        ctx: Context,
        input: Tensor,
        weight: Tensor,
        bias: Tensor | None = None,
        stride: Sizes = 1,
        padding: Sizes | str = 0,
        dilation: Sizes = 1,
        groups: Size = 1,
    ) -> Tensor:
        return convolve(ctx, function, axes, input, weight, bias, stride, padding, dilation, groups)

    class Conv:
        @staticmethod
        def init(
            ctx: Context,
            state: State,
            in_channels: Size,
            out_channels: Size,
            kernel_size: Sizes,
            stride: Sizes = 1,
            padding: Sizes | str = 0,
            dilation: Sizes = 1,
            groups: Size = 1,
            bias: bool = True,
            padding_mode: str = "zeros",
            device: Any = None,
            dtype: Any = None,
        ) -> None:
            window = _window(kernel_size, stride, padding, dilation, axes)
            channels = (in_channels, out_channels)
            init_convolution(ctx, state, kind, channels, window, groups, padding_mode, output_padding=(0,) * axes)
            register_weights(ctx, state, kind, bool(bias), dtype)

        @staticmethod
        def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
            return _forward(ctx, state, kind, axes, input)

    class LazyConv:
        @staticmethod
        def init(
            ctx: Context,
            state: State,
            out_channels: Size,
            kernel_size: Sizes,
            stride: Sizes = 1,
            padding: Sizes | str = 0,
            dilation: Sizes = 1,
            groups: Size = 1,
            bias: bool = True,
            padding_mode: str = "zeros",
            device: Any = None,
            dtype: Any = None,
        ) -> None:
            window = _window(kernel_size, stride, padding, dilation, axes)
            init_convolution(
                ctx, state, f"Lazy{kind}", (0, 0), window, groups, padding_mode, output_padding=(0,) * axes
            )
            weight_tensor(ctx, f"Lazy{kind}", (0, 0, *state.kernel_size), dtype)
            register_lazy(ctx, state, out_channels, bool(bias), dtype)

        @staticmethod
        def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
            materialize(ctx, state, f"Lazy{kind}", axes, input)
            return _forward(ctx, state, kind, axes, input)

    base = "torch.nn.modules.conv._ConvNd"
    register = layer(public, defined, bases=(base,), harmless=("device", "dtype"), input_rank=axes + 2)
    register(Conv)
    lazy = (base, public, "torch.nn.modules.conv._LazyConvXdMixin")
    names = (f"torch.nn.LazyConv{axes}d", f"torch.nn.modules.conv.LazyConv{axes}d")
    layer(*names, bases=lazy, harmless=("device", "dtype"), input_rank=axes + 2)(LazyConv)


def _window(kernel: Any, stride: Any, padding: Any, dilation: Any, axes: int) -> tuple[Any, Any, Any, Any]:
    pads = padding if isinstance(padding, str) else as_tuple(padding, axes)
    return as_tuple(kernel, axes), as_tuple(stride, axes), pads, as_tuple(dilation, axes)


def _forward(ctx: Context, state: State, subject: str, axes: int, input: Any) -> Tensor:
    """`_conv_forward`: other modes than zeros pad first, by what the constructor stored."""
    mode = state.padding_mode
    padding, mode_pads = (state.padding, None) if mode == "zeros" else (0, state._reversed_padding_repeated_twice)
    arguments = (input, state.weight, state.bias, state.stride, padding, state.dilation, state.groups)
    return convolve(ctx, subject, axes, *arguments, mode, mode_pads)


for _axes in (1, 2, 3):
    _register(_axes)
