"""Transposed convolutions: `ConvTranspose1d`…`ConvTranspose3d`, their lazy forms, and `conv_transpose1d`…`3d`.

Sources: torch.nn.modules.conv (`_ConvTransposeNd._output_padding`), ATen/native/Convolution.cpp and
NaiveConvolutionTranspose2d.cpp (the limits of output padding).
"""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.facts import Cost, Window, WindowAxis
from convlint.layers.core.refusal import Refusal, RefusalKind, Unmodelled
from convlint.layers.core.registry import State, layer, operation
from convlint.layers.core.tensor import Shape, Sizes, Tensor
from convlint.layers.shared.demands import agreed_dtype
from convlint.layers.shared.weights import (
    as_tuple,
    check_weight,
    check_weight_rank,
    init_convolution,
    materialize,
    register_lazy,
    register_weights,
    require_dilation,
    weight_tensor,
)
from convlint.layers.shared.window import (
    AXES,
    integer,
    per_axis,
    refuse,
    require_at_least,
    require_cells,
    require_positive,
    spatial,
    tensor_argument,
)
from convlint.symbolic import Size, all_of, any_of, at_least, product


def unconvolve(
    ctx: Context,
    subject: str,
    axes: int,
    input: Any,
    weight: Any,
    bias: Any,
    stride: Any,
    padding: Any,
    output_padding: Any,
    groups: Any,
    dilation: Any,
) -> Tensor:
    """Turn ([N,] C_in, *spatial) and (C_in, C_out/groups, *kernel) into ([N,] C_out, *out)."""
    strides, dilations = per_axis(subject, "stride", stride, axes), per_axis(subject, "dilation", dilation, axes)
    pads = per_axis(subject, "padding", padding, axes)
    extra = per_axis(subject, "output_padding", output_padding, axes)
    groups = integer(subject, "groups", groups)
    lead, sizes = spatial(subject, input, axes)
    weight = check_weight_rank(subject, weight, axes)
    kernel = weight.shape[2:]
    require_positive(ctx, subject, ("padding", "output padding"), (pads, extra), 0)
    require_positive(ctx, subject, ("kernel", "stride"), (kernel, strides))
    out_channels = check_weight(ctx, subject, lead[-1], weight, bias, groups, transposed=True)[1]
    require_positive(ctx, subject, ("output channels",), ((out_channels,),))
    empty = len(lead) == 2 and lead[0] == 0
    require_dilation(ctx, subject, dilations)
    if not empty:
        _check_output_padding(ctx, subject, extra, strides, dilations)
    windows = tuple(
        _spread(ctx, subject, *axis)
        for axis in zip(AXES[axes], sizes, kernel, strides, pads, extra, dilations, strict=True)
    )
    if not empty:
        require_cells(ctx, subject, sizes)
    ctx.note(Window("conv_transpose", windows))
    batch = lead[0] if len(lead) == 2 else 1
    ctx.note(Cost(batch * product(sizes) * product(weight.shape)))
    out = tuple(window.size_out for window in windows)
    return Tensor((*lead[:-1], out_channels, *out), agreed_dtype(input, weight))


def _check_output_padding(ctx: Context, subject: str, extra: Shape, strides: Shape, dilations: Shape) -> None:
    """torch wants every output padding below the stride or the dilation of its axis."""
    for size, stride, dilation in zip(extra, strides, dilations, strict=True):
        if size == 0:
            continue
        below = any_of(at_least(stride, size + 1), at_least(dilation, size + 1))
        text = f"`{subject}` takes no output padding of {size}: it must be less than the stride or the dilation"
        ctx.require(below, Refusal(RefusalKind.LAYER, text))


def _spread(
    ctx: Context,
    subject: str,
    axis: str,
    size: Size,
    kernel: Size,
    stride: Size,
    pad: Size,
    extra: Size,
    dilation: Size,
) -> WindowAxis:
    """One axis: `(x−1)·s − 2p + d(k−1) + output_padding + 1`. Output padding is less padding after.

    torch raises below 0; at 0 it depends on the backend, and that on the batch, the groups and the machine.
    """
    out = (size - 1) * stride - 2 * pad + dilation * (kernel - 1) + extra + 1

    def refusal() -> Refusal:
        formula = f"({size} - 1)·{stride} - 2·{pad} + {dilation}·({kernel} - 1) + {extra} + 1 = {out}"
        facts = (("axis", axis), ("size_in", size), ("kernel", kernel), ("padding", pad), ("size_out", out))
        return Refusal(RefusalKind.COLLAPSED, f"`{subject}` makes an output {axis} of {formula}", facts)

    require_at_least(ctx, out, 0, refusal)
    if out == 0:
        raise Unmodelled(f"`{subject}` makes an empty output: whether torch raises depends on its backend")
    return WindowAxis(size, out, kernel, stride, pad, pad - extra, dilation)


def _wanted_padding(ctx: Context, state: State, subject: str, axes: int, input: Any, wanted: Any) -> Any:
    """Return the output padding that makes the output size that the caller asks for (`_output_padding`)."""
    if wanted is None:
        return state.output_padding
    tensor = tensor_argument(subject, "input", input)
    if not isinstance(wanted, (tuple, list)):
        refuse(RefusalKind.LAYER, f"`{subject}` takes a list for `output_size`, not `{wanted}`", TypeError)
    lead = 2 if tensor.ndim == axes + 2 else 1
    sizes = tuple(wanted[lead:] if len(wanted) == lead + axes else wanted)
    if len(sizes) != axes:
        text = f"`{subject}` takes an output size of {axes} or {axes + lead} numbers and gets {len(sizes)}"
        refuse(RefusalKind.LAYER, text, ValueError)
    if tensor.ndim < lead + axes:
        spatial(subject, input, axes, IndexError)
    result = []
    arguments = (sizes, tensor.shape[lead:], state.kernel_size, state.stride, state.padding, state.dilation)
    for target, size, kernel, stride, pad, dilation in zip(*arguments, strict=False):
        target = integer(subject, "output_size", target)
        least = (size - 1) * stride - 2 * pad + dilation * (kernel - 1) + 1
        text = f"`{subject}` makes sizes from {least} to {least + stride - 1} of {size}, and is asked for {target}"
        reachable = all_of(at_least(target, least), at_least(least + stride - 1, target))
        ctx.require(reachable, Refusal(RefusalKind.SIZES, text, (("got", target),), ValueError))
        result.append(target - least)
    return result


def _register(axes: int) -> None:
    kind, function = f"ConvTranspose{axes}d", f"conv_transpose{axes}d"

    @operation(f"torch.nn.functional.{function}", f"torch.{function}", input_rank=axes + 2)
    def conv_transpose(
        ctx: Context,
        input: Tensor,
        weight: Tensor,
        bias: Tensor | None = None,
        stride: Sizes = 1,
        padding: Sizes = 0,
        output_padding: Sizes = 0,
        groups: Size = 1,
        dilation: Sizes = 1,
    ) -> Tensor:
        return unconvolve(ctx, function, axes, input, weight, bias, stride, padding, output_padding, groups, dilation)

    class ConvTranspose:
        @staticmethod
        def init(
            ctx: Context,
            state: State,
            in_channels: Size,
            out_channels: Size,
            kernel_size: Sizes,
            stride: Sizes = 1,
            padding: Sizes = 0,
            output_padding: Sizes = 0,
            groups: Size = 1,
            bias: bool = True,
            dilation: Sizes = 1,
            padding_mode: str = "zeros",
            device: Any = None,
            dtype: Any = None,
        ) -> None:
            arguments = ((in_channels, out_channels), kernel_size, stride, padding, output_padding, dilation)
            _init(ctx, state, kind, axes, *arguments, groups, padding_mode)
            register_weights(ctx, state, kind, bool(bias), dtype)

        @staticmethod
        def forward(ctx: Context, state: State, input: Tensor, output_size: Sizes | None = None) -> Tensor:
            return _forward(ctx, state, kind, axes, input, output_size)

    class LazyConvTranspose:
        @staticmethod
        def init(
            ctx: Context,
            state: State,
            out_channels: Size,
            kernel_size: Sizes,
            stride: Sizes = 1,
            padding: Sizes = 0,
            output_padding: Sizes = 0,
            groups: Size = 1,
            bias: bool = True,
            dilation: Sizes = 1,
            padding_mode: str = "zeros",
            device: Any = None,
            dtype: Any = None,
        ) -> None:
            arguments = ((0, 0), kernel_size, stride, padding, output_padding, dilation)
            _init(ctx, state, f"Lazy{kind}", axes, *arguments, groups, padding_mode)
            weight_tensor(ctx, f"Lazy{kind}", (0, 0, *state.kernel_size), dtype)
            register_lazy(ctx, state, out_channels, bool(bias), dtype)

        @staticmethod
        def forward(ctx: Context, state: State, input: Tensor, output_size: Sizes | None = None) -> Tensor:
            materialize(ctx, state, f"Lazy{kind}", axes, input)
            return _forward(ctx, state, kind, axes, input, output_size)

    place = "torch.nn.modules.conv."
    bases = (f"{place}_ConvTransposeNd", f"{place}_ConvNd")
    names = (f"torch.nn.{kind}", f"{place}{kind}")
    layer(*names, bases=bases, harmless=("device", "dtype"), input_rank=axes + 2)(ConvTranspose)
    lazy = (*bases, f"torch.nn.{kind}", f"{place}_LazyConvXdMixin")
    names = (f"torch.nn.Lazy{kind}", f"{place}Lazy{kind}")
    layer(*names, bases=lazy, harmless=("device", "dtype"), input_rank=axes + 2)(LazyConvTranspose)


def _init(
    ctx: Context,
    state: State,
    subject: str,
    axes: int,
    channels: tuple[Any, Any],
    kernel: Any,
    stride: Any,
    padding: Any,
    output_padding: Any,
    dilation: Any,
    groups: Any,
    padding_mode: Any,
) -> None:
    if padding_mode != "zeros":
        if not isinstance(padding_mode, str):
            raise Unmodelled("the padding mode is not known")
        refuse(RefusalKind.LAYER, f"`{subject}` takes no padding mode '{padding_mode}': only 'zeros'", ValueError)
    window = (as_tuple(kernel, axes), as_tuple(stride, axes), as_tuple(padding, axes), as_tuple(dilation, axes))
    extra = as_tuple(output_padding, axes)
    init_convolution(ctx, state, subject, channels, window, groups, padding_mode, transposed=True, output_padding=extra)


def _forward(ctx: Context, state: State, subject: str, axes: int, input: Any, output_size: Any) -> Tensor:
    if state.padding_mode != "zeros":
        refuse(RefusalKind.LAYER, f"`{subject}` takes no padding mode '{state.padding_mode}'", ValueError)
    if not isinstance(state.padding, tuple):
        refuse(RefusalKind.LAYER, f"`{subject}` takes a tuple for `padding`, not `{state.padding}`", AssertionError)
    extra = _wanted_padding(ctx, state, subject, axes, input, output_size)
    weights = (input, state.weight, state.bias)
    return unconvolve(ctx, subject, axes, *weights, state.stride, state.padding, extra, state.groups, state.dilation)


for _axes in (1, 2, 3):
    _register(_axes)
