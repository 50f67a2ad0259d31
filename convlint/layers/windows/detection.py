"""The operators that torchvision registers with torch: boxes, pooling of regions, deformable convolution.

Their shapes and checks are those of torchvision's own fake kernels (`torchvision/_meta_registrations.py`) and of the
C++ schemas that its Python side calls.
"""

from __future__ import annotations

from typing import Any

from convlint.layers.core.context import Context
from convlint.layers.core.refusal import RefusalKind, Unmodelled
from convlint.layers.core.registry import operation
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared.axes import refusal, refuse, shown
from convlint.symbolic import Size, divides, equal


def _operator(name: str) -> tuple[str, str]:
    return f"torch.ops.torchvision.{name}", f"torch.ops.torchvision.{name}.default"


@operation(*_operator("nms"), harmless=("iou_threshold",))
def nms(ctx: Context, dets: Tensor, scores: Tensor, iou_threshold: Any) -> Tensor:
    """(n, 4) and (n) → int64 (kept): how many boxes are kept depends on their values."""
    _need_rank("nms", "boxes", dets, 2)
    text = f"`nms` takes boxes of 4 numbers and gets {shown(dets.shape)}"
    ctx.require(equal(dets.shape[1], 4), refusal(RefusalKind.SIZES, text, expected=4, got=dets.shape[1]))
    _need_rank("nms", "scores", scores, 1)
    count, scored = dets.shape[0], scores.shape[0]
    text = f"`nms` takes one score for every box, and gets {scored} for {count}"
    ctx.require(equal(count, scored), refusal(RefusalKind.SIZES, text, expected=count, got=scored))
    return Tensor((ctx.unknown_size("the number of boxes that non-maximum suppression keeps"),), "int64")


@operation(*_operator("roi_align"), harmless=("spatial_scale", "sampling_ratio", "aligned"))
def roi_align(
    ctx: Context,
    input: Tensor,
    rois: Tensor,
    spatial_scale: Any,
    pooled_height: Size,
    pooled_width: Size,
    sampling_ratio: Any,
    aligned: Any,
) -> Tensor:
    """(N, C, H, W) and regions (k, 5) → (k, C, pooled height, pooled width)."""
    count, channels = _regions(ctx, "roi_align", input, rois)
    return Tensor((count, channels, pooled_height, pooled_width), input.dtype)


@operation(*_operator("roi_pool"), harmless=("spatial_scale",))
def roi_pool(
    ctx: Context, input: Tensor, rois: Tensor, spatial_scale: Any, pooled_height: Size, pooled_width: Size
) -> tuple[Tensor, Tensor]:
    """The same shape as `roi_align`, and the places of the maxima."""
    shape = (*_regions(ctx, "roi_pool", input, rois), pooled_height, pooled_width)
    return Tensor(shape, input.dtype), Tensor(shape, "int32")


@operation(*_operator("ps_roi_align"), harmless=("spatial_scale", "sampling_ratio"))
def ps_roi_align(
    ctx: Context,
    input: Tensor,
    rois: Tensor,
    spatial_scale: Any,
    pooled_height: Size,
    pooled_width: Size,
    sampling_ratio: Any,
) -> tuple[Tensor, Tensor]:
    """(N, C, H, W) and regions (k, 5) → (k, C / (h·w), h, w), and which channels were read."""
    return _position_sensitive(ctx, "ps_roi_align", input, rois, pooled_height, pooled_width)


@operation(*_operator("ps_roi_pool"), harmless=("spatial_scale",))
def ps_roi_pool(
    ctx: Context, input: Tensor, rois: Tensor, spatial_scale: Any, pooled_height: Size, pooled_width: Size
) -> tuple[Tensor, Tensor]:
    return _position_sensitive(ctx, "ps_roi_pool", input, rois, pooled_height, pooled_width)


@operation(*_operator("deform_conv2d"), harmless=("use_mask",))
def deform_conv2d(
    ctx: Context,
    input: Tensor,
    weight: Tensor,
    offset: Tensor,
    mask: Tensor,
    bias: Tensor,
    stride_h: Size,
    stride_w: Size,
    pad_h: Size,
    pad_w: Size,
    dilation_h: Size,
    dilation_w: Size,
    groups: Size,
    offset_groups: Size,
    use_mask: Any,
) -> Tensor:
    """(N, C, H, W) → (N, C_out, *spatial sizes of the offset*); what else the kernel checks is not refused here."""
    for name, tensor in (("input", input), ("weight", weight), ("offset", offset)):
        _need_rank("deform_conv2d", name, tensor, 4)
    return Tensor((input.shape[0], weight.shape[0], *offset.shape[-2:]), input.dtype)


def _position_sensitive(
    ctx: Context, name: str, input: Tensor, rois: Tensor, height: Size, width: Size
) -> tuple[Tensor, Tensor]:
    count, channels = _regions(ctx, name, input, rois)
    if not (isinstance(height, int) and isinstance(width, int) and height > 0 and width > 0):
        raise Unmodelled(f"`{name}` into a grid that is not known")
    text = f"`{name}` takes channels that are a multiple of {height}·{width} and gets {channels}"
    why = refusal(RefusalKind.CHANNELS, text, expected=height * width, got=channels)
    ctx.require(divides(height * width, channels), why)
    shape = (count, channels // (height * width), height, width)
    return Tensor(shape, input.dtype), Tensor(shape, "int32")


def _regions(ctx: Context, name: str, input: Tensor, rois: Tensor) -> tuple[Size, Size]:
    """Return the number of regions and the channels of the map that they are cut from."""
    _need_rank(name, "input", input, 4)
    _need_rank(name, "rois", rois, 2)
    width = rois.shape[1]
    text = f"`{name}` takes regions of 5 numbers, the image's index and a box, and gets {shown(rois.shape)}"
    ctx.require(equal(width, 5), refusal(RefusalKind.SIZES, text, expected=5, got=width))
    return rois.shape[0], input.shape[1]


def _need_rank(name: str, what: str, tensor: Tensor, rank: int) -> None:
    if not isinstance(tensor, Tensor):
        raise Unmodelled(f"`{what}` of `{name}` is not a tensor")
    if tensor.ndim != rank:
        text = f"`{name}` takes {rank}-dimensional {what} and gets {shown(tensor.shape)}"
        refuse(RefusalKind.RANK, text, expected=rank, got=tensor.ndim)
