"""Pooling over sliding windows: max, average and power-average pooling, 1-D to 3-D.

Source: ATen/native/Pool.h (`pooling_output_shape`, `pool2d_shape_check`), MaxPooling.cpp, torch.nn.functional.
"""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.facts import Window
from convlint.layers.core.refusal import Refusal, RefusalKind
from convlint.layers.core.registry import State, layer, operation
from convlint.layers.core.tensor import Shape, Sizes, Tensor
from convlint.layers.shared.window import (
    AXES,
    flag,
    per_axis,
    refuse,
    require_at_least,
    require_cells,
    require_positive,
    slide,
    spatial,
)
from convlint.symbolic import Size

PLACE = "torch.nn.modules.pooling."


def pool(
    ctx: Context,
    subject: str,
    kind: str,
    axes: int,
    input: Any,
    kernel_size: Any,
    stride: Any,
    padding: Any = 0,
    dilation: Any = 1,
    ceil_mode: Any = False,
    rank_error: type[Exception] = RuntimeError,
) -> Tensor:
    """Pool ([N,] C, *spatial) to ([N,] C, *out); `kind` is the kind of `Window`. No stride means the kernel."""
    kernel = per_axis(subject, "kernel_size", kernel_size, axes)
    no_stride = stride is None or (isinstance(stride, (tuple, list)) and not stride)
    strides = kernel if no_stride else per_axis(subject, "stride", stride, axes)
    pads = per_axis(subject, "padding", padding, axes)
    dilations = per_axis(subject, "dilation", dilation, axes)
    ceil = flag(subject, "ceil_mode", ceil_mode)
    lead, sizes = spatial(subject, input, axes, rank_error)
    require_positive(ctx, subject, ("kernel", "stride", "dilation"), (kernel, strides, dilations))
    for size, pad in zip(kernel, pads, strict=True):
        _check_padding(ctx, subject, size, pad)
    windows = tuple(
        slide(ctx, subject, axis, size, k, s, (p, p), d, ceil)
        for axis, size, k, s, p, d in zip(AXES[axes], sizes, kernel, strides, pads, dilations, strict=True)
    )
    require_cells(ctx, subject, (*lead[-1:], *sizes))
    ctx.note(Window(kind, windows))
    return Tensor((*lead, *(window.size_out for window in windows)), input.dtype)


def _check_padding(ctx: Context, subject: str, kernel: Size, pad: Size) -> None:
    """torch allows a padding of at most half of the kernel, dilation not counted."""

    def refusal() -> Refusal:
        text = f"`{subject}` takes no padding of {pad} with a kernel of {kernel}: at most half of it, {kernel // 2}"
        return Refusal(RefusalKind.PADDING, text, (("padding", pad), ("kernel", kernel)))

    require_positive(ctx, subject, ("padding",), ((pad,),), 0)
    require_at_least(ctx, kernel - 2 * pad, 0, refusal)


def max_pool(
    ctx: Context,
    subject: str,
    axes: int,
    input: Any,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    dilation: Any,
    ceil_mode: Any,
    return_indices: Any,
) -> Tensor | tuple[Tensor, Tensor]:
    """Max-pool, with the indices of the maxima if asked for."""
    out = pool(ctx, subject, "max_pool", axes, input, kernel_size, stride, padding, dilation, ceil_mode)
    return (out, Tensor(out.shape, "int64")) if return_indices else out


def average_pool(
    ctx: Context,
    subject: str,
    axes: int,
    input: Any,
    kernel_size: Any,
    stride: Any,
    padding: Any,
    ceil_mode: Any,
    divisor: Any = None,
    kind: str = "avg_pool",
) -> Tensor:
    """Average-pool; torch refuses a divisor of zero, and in 3-D a kernel larger than the input without its padding."""
    rank_error = IndexError if axes == 2 and isinstance(input, Tensor) and input.ndim < 3 else RuntimeError
    if isinstance(divisor, int) and divisor == 0:
        for name, value in (("kernel_size", kernel_size), ("stride", stride or 1), ("padding", padding)):
            per_axis(subject, name, value, axes)  # torch's argument parser comes first
        refuse(RefusalKind.LAYER, f"`{subject}` takes no divisor of 0")
    out = pool(ctx, subject, kind, axes, input, kernel_size, stride, padding, 1, ceil_mode, rank_error)
    if axes == 3:
        _check_cover(ctx, subject, input, per_axis(subject, "kernel_size", kernel_size, axes))
    return out


def _check_cover(ctx: Context, subject: str, input: Tensor, kernel: Shape) -> None:
    for axis, size, k in zip(AXES[3], input.shape[-3:], kernel, strict=True):

        def refusal(axis: str = axis, size: Size = size, k: Size = k) -> Refusal:
            text = f"`{subject}` takes no kernel of {k} on a {axis} of {size}, padding not counted"
            return Refusal(RefusalKind.COLLAPSED, text, (("axis", axis), ("size_in", size), ("kernel", k)))

        require_at_least(ctx, size - k, 0, refusal)


def power_pool(
    ctx: Context, subject: str, axes: int, input: Any, norm_type: Any, kernel_size: Any, stride: Any, ceil_mode: Any
) -> Tensor:
    """Power-average-pool. torch multiplies by the kernel as it was given, so it must have one number per axis."""
    if axes > 1 and isinstance(kernel_size, (tuple, list)) and len(kernel_size) != axes:
        text = f"`{subject}` takes one integer or {axes} for `kernel_size`, and gets {len(kernel_size)}"
        refuse(RefusalKind.LAYER, text, ValueError)
    endless = isinstance(norm_type, (int, float)) and norm_type in (float("inf"), -float("inf"))
    if endless:
        return pool(ctx, subject, "lp_pool", axes, input, kernel_size, stride, 0, 1, ceil_mode)
    out = average_pool(ctx, subject, axes, input, kernel_size, stride, 0, ceil_mode, kind="lp_pool")
    if axes == 1 and isinstance(kernel_size, (tuple, list)):
        refuse(RefusalKind.LAYER, f"`{subject}` takes one integer for `kernel_size`, not a sequence", TypeError)
    if isinstance(norm_type, (int, float)) and norm_type == 0:
        refuse(RefusalKind.LAYER, f"`{subject}` takes no norm of 0", ZeroDivisionError)
    return Tensor(out.shape, out.dtype if "float" in out.dtype else "")


# --- functions -------------------------------------------------------------------------------------------


def _register_functions(axes: int) -> None:
    rank = axes + 2

    @operation(f"torch.nn.functional.max_pool{axes}d", input_rank=rank)
    def max_pool_functional(
        ctx: Context,
        input: Tensor,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        dilation: Sizes = 1,
        ceil_mode: bool = False,
        return_indices: bool = False,
    ) -> Any:
        arguments = (kernel_size, stride, padding, dilation, ceil_mode, return_indices)
        return max_pool(ctx, f"max_pool{axes}d", axes, input, *arguments)

    @operation(f"torch.nn.functional.max_pool{axes}d_with_indices", input_rank=rank)
    def max_pool_indexed(
        ctx: Context,
        input: Tensor,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        dilation: Sizes = 1,
        ceil_mode: bool = False,
        return_indices: bool = False,
    ) -> Any:
        arguments = (kernel_size, stride, padding, dilation, ceil_mode, True)
        return max_pool(ctx, f"max_pool{axes}d_with_indices", axes, input, *arguments)

    @operation(f"torch.max_pool{axes}d", input_rank=rank)
    def max_pool_builtin(
        ctx: Context,
        input: Tensor,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        dilation: Sizes = 1,
        ceil_mode: bool = False,
    ) -> Any:
        return max_pool(ctx, f"max_pool{axes}d", axes, input, kernel_size, stride, padding, dilation, ceil_mode, False)

    @operation(f"torch.nn.functional.lp_pool{axes}d", harmless=("norm_type",), input_rank=rank)
    def lp_pool(
        ctx: Context,
        input: Tensor,
        norm_type: float,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        ceil_mode: bool = False,
    ) -> Tensor:
        return power_pool(ctx, f"lp_pool{axes}d", axes, input, norm_type, kernel_size, stride, ceil_mode)

    if axes > 1:

        @operation(
            f"torch.nn.functional.avg_pool{axes}d", harmless=("count_include_pad", "divisor_override"), input_rank=rank
        )
        def avg_pool(
            ctx: Context,
            input: Tensor,
            kernel_size: Sizes,
            stride: Sizes | None = None,
            padding: Sizes = 0,
            ceil_mode: bool = False,
            count_include_pad: bool = True,
            divisor_override: int | None = None,
        ) -> Tensor:
            arguments = (kernel_size, stride, padding, ceil_mode, divisor_override)
            return average_pool(ctx, f"avg_pool{axes}d", axes, input, *arguments)


@operation("torch.nn.functional.avg_pool1d", "torch.avg_pool1d", harmless=("count_include_pad",), input_rank=3)
def avg_pool1d(
    ctx: Context,
    input: Tensor,
    kernel_size: Sizes,
    stride: Sizes | None = None,
    padding: Sizes = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Tensor:
    return average_pool(ctx, "avg_pool1d", 1, input, kernel_size, stride, padding, ceil_mode)


# --- layers ----------------------------------------------------------------------------------------------


def _register_layers(axes: int) -> None:
    rank = axes + 2

    class MaxPool:
        @staticmethod
        def init(
            ctx: Context,
            state: State,
            kernel_size: Sizes,
            stride: Sizes | None = None,
            padding: Sizes = 0,
            dilation: Sizes = 1,
            return_indices: bool = False,
            ceil_mode: bool = False,
        ) -> None:
            state.kernel_size, state.stride = kernel_size, kernel_size if stride is None else stride
            state.padding, state.dilation = padding, dilation
            state.return_indices, state.ceil_mode = return_indices, ceil_mode

        @staticmethod
        def forward(ctx: Context, state: State, input: Tensor) -> Any:
            window = (state.kernel_size, state.stride, state.padding, state.dilation)
            return max_pool(ctx, f"MaxPool{axes}d", axes, input, *window, state.ceil_mode, state.return_indices)

    class LPPool:
        @staticmethod
        def init(
            ctx: Context,
            state: State,
            norm_type: float,
            kernel_size: Sizes,
            stride: Sizes | None = None,
            ceil_mode: bool = False,
        ) -> None:
            state.norm_type, state.kernel_size = norm_type, kernel_size
            state.stride, state.ceil_mode = stride, ceil_mode

        @staticmethod
        def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
            arguments = (state.norm_type, state.kernel_size, state.stride, state.ceil_mode)
            return power_pool(ctx, f"LPPool{axes}d", axes, input, *arguments)

    names = (f"torch.nn.MaxPool{axes}d", f"{PLACE}MaxPool{axes}d")
    layer(*names, bases=(f"{PLACE}_MaxPoolNd",), input_rank=rank)(MaxPool)
    names = (f"torch.nn.LPPool{axes}d", f"{PLACE}LPPool{axes}d")
    layer(*names, bases=(f"{PLACE}_LPPoolNd",), harmless=("norm_type",), input_rank=rank)(LPPool)


@layer(
    "torch.nn.AvgPool1d",
    f"{PLACE}AvgPool1d",
    bases=(f"{PLACE}_AvgPoolNd",),
    harmless=("count_include_pad",),
    input_rank=3,
)
class AvgPool1d:
    @staticmethod
    def init(
        ctx: Context,
        state: State,
        kernel_size: Sizes,
        stride: Sizes | None = None,
        padding: Sizes = 0,
        ceil_mode: bool = False,
        count_include_pad: bool = True,
    ) -> None:
        state.kernel_size = _single(kernel_size)
        state.stride = _single(kernel_size if stride is None else stride)
        state.padding = _single(padding)
        state.ceil_mode, state.count_include_pad = ceil_mode, count_include_pad

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        window = (state.kernel_size, state.stride, state.padding)
        return average_pool(ctx, "AvgPool1d", 1, input, *window, state.ceil_mode)


def _single(value: Any) -> Shape:
    return tuple(value) if isinstance(value, (tuple, list)) else (value,)


def _register_average(axes: int) -> None:
    class AvgPool:
        @staticmethod
        def init(
            ctx: Context,
            state: State,
            kernel_size: Sizes,
            stride: Sizes | None = None,
            padding: Sizes = 0,
            ceil_mode: bool = False,
            count_include_pad: bool = True,
            divisor_override: int | None = None,
        ) -> None:
            state.kernel_size, state.stride = kernel_size, kernel_size if stride is None else stride
            state.padding, state.ceil_mode = padding, ceil_mode
            state.count_include_pad, state.divisor_override = count_include_pad, divisor_override

        @staticmethod
        def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
            window = (state.kernel_size, state.stride, state.padding)
            arguments = (*window, state.ceil_mode, state.divisor_override)
            return average_pool(ctx, f"AvgPool{axes}d", axes, input, *arguments)

    names = (f"torch.nn.AvgPool{axes}d", f"{PLACE}AvgPool{axes}d")
    harmless = ("count_include_pad", "divisor_override")
    layer(*names, bases=(f"{PLACE}_AvgPoolNd",), harmless=harmless, input_rank=axes + 2)(AvgPool)


for _axes in (1, 2, 3):
    _register_functions(_axes)
    _register_layers(_axes)
for _axes in (2, 3):
    _register_average(_axes)
