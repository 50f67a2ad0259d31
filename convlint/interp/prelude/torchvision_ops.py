# mypy: ignore-errors
"""`torchvision.ops` as convlint interprets it where torchvision's own source is not found.

The same arguments, parameters and calls of torch; shapes as torchvision's operators have them. This file is read as
text and interpreted; convlint never imports it.
"""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.modules.utils import _pair


def nms(boxes, scores, iou_threshold):
    return torch.ops.torchvision.nms(boxes, scores, iou_threshold)


def batched_nms(boxes, scores, idxs, iou_threshold):
    return torch.ops.torchvision.nms(boxes + idxs.to(boxes)[:, None], scores, iou_threshold)


def remove_small_boxes(boxes, min_size):
    sides = boxes[:, 2:4] - boxes[:, 0:2]
    return torch.where((sides >= min_size).all(dim=1))[0]


def clip_boxes_to_image(boxes, size):
    height, width = size
    x = boxes[..., 0::2].clamp(min=0, max=width)
    y = boxes[..., 1::2].clamp(min=0, max=height)
    return torch.stack((x, y), dim=boxes.dim()).reshape(boxes.shape)


def box_area(boxes):
    return (boxes[:, 2] - boxes[:, 0]) * (boxes[:, 3] - boxes[:, 1])


def box_iou(boxes1, boxes2):
    together = box_area(boxes1)[:, None] + box_area(boxes2)
    shared = torch.min(boxes1[:, None, 2:], boxes2[:, 2:]) - torch.max(boxes1[:, None, :2], boxes2[:, :2])
    return shared.prod(dim=2) / together


def generalized_box_iou(boxes1, boxes2):
    return box_iou(boxes1, boxes2)


def _regions(boxes):
    if isinstance(boxes, (list, tuple)):
        for each in boxes:
            torch._assert(each.size(1) == 4, "The shape of the tensor in the boxes list is not correct")
        ids = torch.cat([torch.full_like(each[:, :1], index) for index, each in enumerate(boxes)])
        return torch.cat([ids, torch.cat(list(boxes))], dim=1)
    torch._assert(boxes.size(1) == 5, "The boxes tensor shape is not correct as Tensor[K, 5]")
    return boxes


def roi_align(input, boxes, output_size, spatial_scale=1.0, sampling_ratio=-1, aligned=False):
    height, width = _pair(output_size)
    rois = _regions(boxes)
    return torch.ops.torchvision.roi_align(input, rois, spatial_scale, height, width, sampling_ratio, aligned)


def roi_pool(input, boxes, output_size, spatial_scale=1.0):
    height, width = _pair(output_size)
    return torch.ops.torchvision.roi_pool(input, _regions(boxes), spatial_scale, height, width)[0]


def ps_roi_align(input, boxes, output_size, spatial_scale=1.0, sampling_ratio=-1):
    height, width = _pair(output_size)
    rois = _regions(boxes)
    return torch.ops.torchvision.ps_roi_align(input, rois, spatial_scale, height, width, sampling_ratio)[0]


def ps_roi_pool(input, boxes, output_size, spatial_scale=1.0):
    height, width = _pair(output_size)
    return torch.ops.torchvision.ps_roi_pool(input, _regions(boxes), spatial_scale, height, width)[0]


class RoIAlign(nn.Module):
    def __init__(self, output_size, spatial_scale, sampling_ratio, aligned=False):
        super().__init__()
        self.output_size = output_size
        self.spatial_scale = spatial_scale
        self.sampling_ratio = sampling_ratio
        self.aligned = aligned

    def forward(self, input, rois):
        return roi_align(input, rois, self.output_size, self.spatial_scale, self.sampling_ratio, self.aligned)


class RoIPool(nn.Module):
    def __init__(self, output_size, spatial_scale):
        super().__init__()
        self.output_size = output_size
        self.spatial_scale = spatial_scale

    def forward(self, input, rois):
        return roi_pool(input, rois, self.output_size, self.spatial_scale)


class PSRoIAlign(nn.Module):
    def __init__(self, output_size, spatial_scale, sampling_ratio):
        super().__init__()
        self.output_size = output_size
        self.spatial_scale = spatial_scale
        self.sampling_ratio = sampling_ratio

    def forward(self, input, rois):
        return ps_roi_align(input, rois, self.output_size, self.spatial_scale, self.sampling_ratio)


class PSRoIPool(nn.Module):
    def __init__(self, output_size, spatial_scale):
        super().__init__()
        self.output_size = output_size
        self.spatial_scale = spatial_scale

    def forward(self, input, rois):
        return ps_roi_pool(input, rois, self.output_size, self.spatial_scale)


def deform_conv2d(input, offset, weight, bias=None, stride=(1, 1), padding=(0, 0), dilation=(1, 1), mask=None):
    use_mask = mask is not None
    mask = input.new_zeros((input.shape[0], 1)) if mask is None else mask
    bias = input.new_zeros(weight.shape[0]) if bias is None else bias
    window = (*_pair(stride), *_pair(padding), *_pair(dilation))
    offsets = offset.shape[1] // (2 * weight.shape[-2] * weight.shape[-1])
    if offsets == 0:
        raise RuntimeError("the shape of the offset tensor at dimension 1 is not valid")
    groups = input.shape[1] // weight.shape[1]
    return torch.ops.torchvision.deform_conv2d(input, weight, offset, mask, bias, *window, groups, offsets, use_mask)


class DeformConv2d(nn.Module):
    def __init__(self, in_channels, out_channels, kernel_size, stride=1, padding=0, dilation=1, groups=1, bias=True):
        super().__init__()
        if in_channels % groups != 0:
            raise ValueError("in_channels must be divisible by groups")
        if out_channels % groups != 0:
            raise ValueError("out_channels must be divisible by groups")
        self.in_channels = in_channels
        self.out_channels = out_channels
        self.kernel_size = _pair(kernel_size)
        self.stride = _pair(stride)
        self.padding = _pair(padding)
        self.dilation = _pair(dilation)
        self.groups = groups
        self.weight = nn.Parameter(torch.empty(out_channels, in_channels // groups, *self.kernel_size))
        if bias:
            self.bias = nn.Parameter(torch.empty(out_channels))
        else:
            self.register_parameter("bias", None)

    def forward(self, input, offset, mask=None):
        window = (self.stride, self.padding, self.dilation)
        return deform_conv2d(input, offset, self.weight, self.bias, *window, mask)


def sigmoid_focal_loss(inputs, targets, alpha=0.25, gamma=2, reduction="none"):
    loss = F.binary_cross_entropy_with_logits(inputs, targets, reduction="none")
    if reduction == "none":
        return loss
    if reduction == "mean":
        return loss.mean()
    if reduction == "sum":
        return loss.sum()
    raise ValueError(f"Invalid Value for arg 'reduction': '{reduction}'")


def stochastic_depth(input, p, mode, training=True):
    if p < 0.0 or p > 1.0:
        raise ValueError(f"drop probability has to be between 0 and 1, but got {p}")
    if mode not in ["batch", "row"]:
        raise ValueError(f"mode has to be either 'batch' or 'row', but got {mode}")
    return input if not training or p == 0.0 else input * input.new_ones(())


class StochasticDepth(nn.Module):
    def __init__(self, p, mode):
        super().__init__()
        self.p = p
        self.mode = mode

    def forward(self, input):
        return stochastic_depth(input, self.p, self.mode, self.training)


class FrozenBatchNorm2d(nn.Module):
    def __init__(self, num_features, eps=1e-5):
        super().__init__()
        self.eps = eps
        self.register_buffer("weight", torch.ones(num_features))
        self.register_buffer("bias", torch.zeros(num_features))
        self.register_buffer("running_mean", torch.zeros(num_features))
        self.register_buffer("running_var", torch.ones(num_features))

    def forward(self, x):
        scale = (self.weight * (self.running_var + self.eps).rsqrt()).reshape(1, -1, 1, 1)
        return x * scale + (self.bias - self.running_mean).reshape(1, -1, 1, 1)


class Permute(nn.Module):
    def __init__(self, dims):
        super().__init__()
        self.dims = dims

    def forward(self, x):
        return torch.permute(x, self.dims)


class SqueezeExcitation(nn.Module):
    def __init__(self, input_channels, squeeze_channels, activation=nn.ReLU, scale_activation=nn.Sigmoid):
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(input_channels, squeeze_channels, 1)
        self.fc2 = nn.Conv2d(squeeze_channels, input_channels, 1)
        self.activation = activation()
        self.scale_activation = scale_activation()

    def forward(self, input):
        scale = self.activation(self.fc1(self.avgpool(input)))
        return self.scale_activation(self.fc2(scale)) * input
