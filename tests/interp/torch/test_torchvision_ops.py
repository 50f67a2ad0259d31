"""`torchvision.ops` where torchvision's own source is not found; and the small tools of torch that it uses."""

from __future__ import annotations

import textwrap

import torch
from torch.nn.modules import utils

from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Size, SymbolKind, symbols_of
from tests.interp.running import interpret

HEAD = """
import torch
import torchvision
from torch import nn
from torch.nn.modules import utils
from torchvision import ops
from torchvision.ops import roi_align
"""


def shapes(body: str) -> list[tuple[Size | None, ...]]:
    """The shapes of the tensors of `result`, None for sizes that are not known."""
    tensors = interpret(HEAD + textwrap.dedent(body))[0]["result"]
    assert all(isinstance(tensor, Tensor) for tensor in tensors), tensors
    return [tuple(map(known, tensor.shape)) for tensor in tensors]


def known(size: Size) -> Size | None:
    return None if any(symbol.kind is SymbolKind.UNKNOWN for symbol in symbols_of(size)) else size


def test_boxes() -> None:
    body = """
    boxes, scores = torch.rand(6, 4), torch.rand(6)
    keep = ops.nms(boxes, scores, 0.5)
    result = [
        keep, boxes[keep], torchvision.ops.batched_nms(boxes, scores, torch.ones(6), 0.5),
        ops.remove_small_boxes(boxes, 0.1), ops.clip_boxes_to_image(boxes, (8, 9)), ops.box_area(boxes),
        ops.box_iou(boxes, torch.rand(3, 4)),
    ]
    """
    assert shapes(body) == [(None,), (None, 4), (None,), (None,), (6, 4), (6,), (6, 3)]


def test_regions() -> None:
    body = """
    maps, rois = torch.rand(2, 18, 16, 16), torch.rand(5, 5)
    result = [
        roi_align(maps, rois, 7), roi_align(maps, [torch.rand(2, 4), torch.rand(1, 4)], (3, 4), 0.5, 2, True),
        ops.roi_pool(maps, rois, (2, 3)), ops.ps_roi_align(maps, rois, 3), ops.ps_roi_pool(maps, rois, (3, 2)),
        ops.RoIAlign(7, 0.5, 2)(maps, rois), ops.PSRoIPool(3, 1.0)(maps, rois),
    ]
    """
    assert shapes(body) == [
        (5, 18, 7, 7), (3, 18, 3, 4), (5, 18, 2, 3), (5, 2, 3, 3), (5, 3, 3, 2), (5, 18, 7, 7), (5, 2, 3, 3),
    ]  # fmt: skip


def test_layers() -> None:
    body = """
    x = torch.rand(2, 4, 8, 8)
    layer = ops.DeformConv2d(4, 6, 3, stride=2, padding=1, groups=2, bias=False)
    squeeze = ops.SqueezeExcitation(4, 2)
    result = [
        layer(x, torch.rand(2, 18, 4, 4)), layer.weight, squeeze(x), squeeze.fc1.weight,
        ops.FrozenBatchNorm2d(4)(x), ops.StochasticDepth(0.2, "row")(x), ops.Permute([0, 2, 3, 1])(x),
        ops.sigmoid_focal_loss(x, x, reduction="mean"),
    ]
    """
    assert shapes(body) == [
        (2, 6, 4, 4), (6, 2, 3, 3), (2, 4, 8, 8), (2, 4, 1, 1), (2, 4, 8, 8), (2, 4, 8, 8), (2, 8, 8, 4), (),
    ]  # fmt: skip


def test_what_torchvision_refuses() -> None:
    body = """
    result = []
    for wrong in (
        lambda: ops.nms(torch.rand(6, 5), torch.rand(6), 0.5),
        lambda: roi_align(torch.rand(1, 2, 4, 4), torch.rand(3, 4), 2),
        lambda: ops.DeformConv2d(4, 6, 3, groups=3), lambda: ops.stochastic_depth(torch.rand(2), 2.0, "row"),
    ):
        try:
            wrong()
            result.append("ran")
        except Exception as error:
            result.append(type(error).__name__)
    """
    expected = ["RuntimeError", "AssertionError", "ValueError", "ValueError"]
    assert interpret(HEAD + textwrap.dedent(body))[0]["result"] == expected


def test_tuples_of_arguments() -> None:
    body = """
    result = [
        utils._pair(3), utils._pair((1, 2)), utils._triple([4]), utils._single(2), utils._ntuple(5)(0),
        utils._pair((1, 2, 3)), utils._reverse_repeat_tuple((1, 2), 2), utils._quadruple(range(2)),
    ]
    """
    truth: dict[str, object] = {"torch": torch, "utils": utils}
    exec(textwrap.dedent(body), truth)
    assert interpret(HEAD + textwrap.dedent(body))[0]["result"] == truth["result"]
