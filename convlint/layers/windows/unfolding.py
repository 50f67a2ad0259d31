"""Cutting an image into sliding blocks and back: `Unfold`, `Fold` and their functions.

Source: ATen/native/im2col_shape_check.h.
"""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.facts import Window, WindowAxis
from convlint.layers.core.refusal import Refusal, RefusalKind
from convlint.layers.core.registry import State, layer, operation
from convlint.layers.core.tensor import Shape, Sizes, Tensor
from convlint.layers.shared.window import (
    AXES,
    per_axis,
    require_cells,
    require_positive,
    shown,
    slide,
    spatial,
    tensor_argument,
)
from convlint.symbolic import divides, equal, product

PLACE = "torch.nn.modules.fold."


def _pairs(subject: str, names: tuple[str, ...], values: tuple[Any, ...]) -> tuple[Shape, ...]:
    return tuple(per_axis(subject, name, value, 2, repeat_one=False) for name, value in zip(names, values, strict=True))


def _check_window(ctx: Context, subject: str, kernel: Shape, dilation: Shape, padding: Shape, stride: Shape) -> None:
    require_positive(ctx, subject, ("kernel", "dilation", "stride"), (kernel, dilation, stride))
    require_positive(ctx, subject, ("padding",), (padding,), 0)


def _blocks(
    ctx: Context, subject: str, sizes: Shape, kernel: Shape, dilation: Shape, padding: Shape, stride: Shape
) -> tuple[WindowAxis, ...]:
    return tuple(
        slide(ctx, subject, axis, size, k, s, (p, p), d)
        for axis, size, k, s, p, d in zip(AXES[2], sizes, kernel, stride, padding, dilation, strict=True)
    )


def unfold_blocks(
    ctx: Context, subject: str, input: Any, kernel_size: Any, dilation: Any, padding: Any, stride: Any
) -> Tensor:
    """([N,] C, H, W) → ([N,] C·k·k, number of blocks)."""
    names = ("kernel_size", "dilation", "padding", "stride")
    values = (kernel_size, dilation, padding, stride)
    kernel, dilations, pads, strides = _pairs(subject, names, values)
    _check_window(ctx, subject, kernel, dilations, pads, strides)
    tensor = tensor_argument(subject, "input", input)
    lead, sizes = spatial(subject, tensor, 2, IndexError if tensor.ndim < 3 else RuntimeError)
    windows = _blocks(ctx, subject, sizes, kernel, dilations, pads, strides)
    require_cells(ctx, subject, (*lead[-1:], *sizes))
    ctx.note(Window("unfold", windows))
    blocks = product(window.size_out for window in windows)
    return Tensor((*lead[:-1], lead[-1] * product(kernel), blocks), tensor.dtype)


def fold_blocks(
    ctx: Context, subject: str, input: Any, output_size: Any, kernel_size: Any, dilation: Any, padding: Any, stride: Any
) -> Tensor:
    """([N,] C·k·k, number of blocks) → ([N,] C, *output_size), the blocks as `unfold` would cut them."""
    names = ("output_size", "kernel_size", "dilation", "padding", "stride")
    values = (output_size, kernel_size, dilation, padding, stride)
    out, kernel, dilations, pads, strides = _pairs(subject, names, values)
    tensor = tensor_argument(subject, "input", input)
    _check_window(ctx, subject, kernel, dilations, pads, strides)
    lead, (count,) = spatial(subject, tensor, 1)
    require_positive(ctx, subject, ("output size",), (out,))
    windows = _blocks(ctx, subject, out, kernel, dilations, pads, strides)
    require_cells(ctx, subject, (*lead[-1:], count))
    area, blocks = product(kernel), product(window.size_out for window in windows)
    text = f"`{subject}` takes a multiple of the kernel's {area} cells for the channels and gets {shown(tensor.shape)}"
    ctx.require(divides(area, lead[-1]), Refusal(RefusalKind.SIZES, text, (("expected", area), ("got", lead[-1]))))
    text = f"`{subject}` takes {blocks} blocks for an output of {shown(out)} and gets {count}"
    ctx.require(equal(count, blocks), Refusal(RefusalKind.SIZES, text, (("expected", blocks), ("got", count))))
    return Tensor((*lead[:-1], lead[-1] // area, *out), tensor.dtype)


@operation("torch.nn.functional.unfold")
def unfold(
    ctx: Context, input: Tensor, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1
) -> Tensor:
    return unfold_blocks(ctx, "unfold", input, kernel_size, dilation, padding, stride)


@operation("torch.nn.functional.fold")
def fold(
    ctx: Context,
    input: Tensor,
    output_size: Sizes,
    kernel_size: Sizes,
    dilation: Sizes = 1,
    padding: Sizes = 0,
    stride: Sizes = 1,
) -> Tensor:
    return fold_blocks(ctx, "fold", input, output_size, kernel_size, dilation, padding, stride)


@layer("torch.nn.Unfold", f"{PLACE}Unfold", input_rank=4)
class Unfold:
    @staticmethod
    def init(
        ctx: Context, state: State, kernel_size: Sizes, dilation: Sizes = 1, padding: Sizes = 0, stride: Sizes = 1
    ) -> None:
        state.kernel_size, state.dilation = kernel_size, dilation
        state.padding, state.stride = padding, stride

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        arguments = (state.kernel_size, state.dilation, state.padding, state.stride)
        return unfold_blocks(ctx, "Unfold", input, *arguments)


@layer("torch.nn.Fold", f"{PLACE}Fold", input_rank=3)
class Fold:
    @staticmethod
    def init(
        ctx: Context,
        state: State,
        output_size: Sizes,
        kernel_size: Sizes,
        dilation: Sizes = 1,
        padding: Sizes = 0,
        stride: Sizes = 1,
    ) -> None:
        state.output_size, state.kernel_size, state.dilation = output_size, kernel_size, dilation
        state.padding, state.stride = padding, stride

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        arguments = (state.output_size, state.kernel_size, state.dilation, state.padding, state.stride)
        return fold_blocks(ctx, "Fold", input, *arguments)
