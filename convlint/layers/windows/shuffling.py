"""Moving cells between channels and space: pixel shuffle and unshuffle, channel shuffle.

Source: ATen/native/PixelShuffle.cpp, ChanelShuffle.cpp.
"""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import Refusal, RefusalKind
from convlint.layers.core.registry import State, layer, operation
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared.window import integer, refuse, require_positive, shown, tensor_argument
from convlint.symbolic import Size, divides

PLACE = "torch.nn.modules."


def _checked(ctx: Context, subject: str, input: Any, name: str, factor: Any) -> tuple[Tensor, Size]:
    factor = integer(subject, name, factor)
    tensor = tensor_argument(subject, "input", input)
    if tensor.ndim < 3:
        text = f"`{subject}` takes an input of at least 3-D and gets {shown(tensor.shape)}"
        refuse(RefusalKind.RANK, text, facts=(("expected", 3), ("got", tensor.ndim)))
    require_positive(ctx, subject, (name,), ((factor,),))
    return tensor, factor


def _require_multiple(ctx: Context, subject: str, what: str, size: Size, factor: Size) -> None:
    text = f"`{subject}` takes a multiple of {factor} for the {what} and gets {size}"
    ctx.require(divides(factor, size), Refusal(RefusalKind.SIZES, text, (("expected", factor), ("got", size))))


def shuffle_pixels(ctx: Context, subject: str, input: Any, upscale_factor: Any) -> Tensor:
    """(*, C·r², H, W) → (*, C, H·r, W·r)."""
    tensor, r = _checked(ctx, subject, input, "upscale_factor", upscale_factor)
    *lead, channels, height, width = tensor.shape
    _require_multiple(ctx, subject, "channels", channels, r * r)
    return Tensor((*lead, channels // (r * r), height * r, width * r), tensor.dtype)


def unshuffle_pixels(ctx: Context, subject: str, input: Any, downscale_factor: Any) -> Tensor:
    """(*, C, H·r, W·r) → (*, C·r², H, W)."""
    tensor, r = _checked(ctx, subject, input, "downscale_factor", downscale_factor)
    *lead, channels, height, width = tensor.shape
    _require_multiple(ctx, subject, "height", height, r)
    _require_multiple(ctx, subject, "width", width, r)
    if 0 in tensor.shape:  # torch returns an empty input as it is
        return Tensor(tensor.shape, tensor.dtype)
    return Tensor((*lead, channels * r * r, height // r, width // r), tensor.dtype)


def shuffle_channels(ctx: Context, subject: str, input: Any, groups: Any) -> Tensor:
    """(N, C, *) → the same shape, C a multiple of the groups."""
    tensor, groups = _checked(ctx, subject, input, "groups", groups)
    _require_multiple(ctx, subject, "channels", tensor.shape[1], groups)
    return Tensor(tensor.shape, tensor.dtype)


@operation("torch.nn.functional.pixel_shuffle", "torch.pixel_shuffle")
def pixel_shuffle(ctx: Context, input: Tensor, upscale_factor: Size) -> Tensor:
    return shuffle_pixels(ctx, "pixel_shuffle", input, upscale_factor)


@operation("torch.nn.functional.pixel_unshuffle", "torch.pixel_unshuffle")
def pixel_unshuffle(ctx: Context, input: Tensor, downscale_factor: Size) -> Tensor:
    return unshuffle_pixels(ctx, "pixel_unshuffle", input, downscale_factor)


@operation("torch.nn.functional.channel_shuffle", "torch.channel_shuffle")
def channel_shuffle(ctx: Context, input: Tensor, groups: Size) -> Tensor:
    return shuffle_channels(ctx, "channel_shuffle", input, groups)


@layer("torch.nn.PixelShuffle", f"{PLACE}pixelshuffle.PixelShuffle", input_rank=4)
class PixelShuffle:
    @staticmethod
    def init(ctx: Context, state: State, upscale_factor: Size) -> None:
        state.upscale_factor = upscale_factor

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        return shuffle_pixels(ctx, "PixelShuffle", input, state.upscale_factor)


@layer("torch.nn.PixelUnshuffle", f"{PLACE}pixelshuffle.PixelUnshuffle", input_rank=4)
class PixelUnshuffle:
    @staticmethod
    def init(ctx: Context, state: State, downscale_factor: Size) -> None:
        state.downscale_factor = downscale_factor

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        return unshuffle_pixels(ctx, "PixelUnshuffle", input, state.downscale_factor)


@layer("torch.nn.ChannelShuffle", f"{PLACE}channelshuffle.ChannelShuffle", input_rank=4)
class ChannelShuffle:
    @staticmethod
    def init(ctx: Context, state: State, groups: Size) -> None:
        state.groups = groups

    @staticmethod
    def forward(ctx: Context, state: State, input: Tensor) -> Tensor:
        return shuffle_channels(ctx, "ChannelShuffle", input, state.groups)
