"""Convolutions: `Conv1d`…`Conv3d`, their lazy forms, and `conv1d`…`conv3d`.

Sources: torch.nn.modules.conv, ATen/native/Convolution.cpp (`check_shape_forward`, `_convolution_same`).
"""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.facts import Cost, Window
from convlint.layers.core.refusal import RefusalKind, Unmodelled
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
    same_pads,
    weight_tensor,
)
from convlint.layers.shared.window import (
    AXES,
    integer,
    per_axis,
    refuse,
    require_cells,
    require_positive,
    slide,
    spatial,
)
from convlint.layers.windows.padding import pad_output
from convlint.symbolic import Size, product

Pads = tuple[tuple[Size, Size], ...]


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
        padded = pad_output(ctx, subject, input, mode_pads, mode)
        if len(mode_pads) != 2 * axes:  # too many or too few numbers for `padding`: torch pads other axes by them
            return convolve(ctx, subject, axes, padded, weight, bias, stride, padding, dilation, groups)
    strides, dilations = per_axis(subject, "stride", stride, axes), per_axis(subject, "dilation", dilation, axes)
    groups = integer(subject, "groups", groups)
    lead, sizes = spatial(subject, input, axes)
    weight = check_weight_rank(subject, weight, axes)
    kernel = weight.shape[2:]
    pads = _pads(subject, padding, kernel, strides, dilations)
    require_positive(ctx, subject, ("padding",), ((*(p for p, _ in pads),),), 0)
    empty = len(lead) == 2 and lead[0] == 0
    require_positive(ctx, subject, ("kernel", "stride"), (kernel, strides))
    require_dilation(ctx, subject, dilations)
    out_channels = check_weight(ctx, subject, lead[-1], weight, bias, groups, transposed=False)[1]
    if lead[-1] == 0:
        raise Unmodelled("a convolution over no channels")
    if mode_pads is not None:
        pads = tuple(zip(mode_pads[::2], mode_pads[1::2], strict=True))[::-1]
    windows = tuple(
        slide(ctx, subject, *axis) for axis in zip(AXES[axes], sizes, kernel, strides, pads, dilations, strict=True)
    )
    if not empty:
        require_cells(ctx, subject, sizes)
    out = tuple(window.size_out for window in windows)
    ctx.note(Window("conv", windows))
    _note_cost(ctx, lead, out, weight, bias is not None)
    return Tensor((*lead[:-1], out_channels, *out), agreed_dtype(input, weight))


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
