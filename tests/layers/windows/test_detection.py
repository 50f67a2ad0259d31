"""The operators of torchvision: shapes and refusals of its own fake kernels (`torchvision/_meta_registrations.py`)."""

from __future__ import annotations

from typing import Any

import pytest

from convlint.layers.core import registry
from convlint.layers.core.refusal import Refused
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import SymbolKind, symbol, symbols_of
from tests.layers.oracle import RecordingContext

K, C = symbol("K"), symbol("C")


def run(name: str, *args: Any) -> Any:
    entry = registry.find(f"torch.ops.torchvision.{name}")
    assert isinstance(entry, registry.Operation)
    return entry.rule(RecordingContext(), *args)


def test_how_many_boxes_are_kept_is_not_known() -> None:
    kept = run("nms", Tensor((K, 4)), Tensor((K,)), 0.5)
    assert kept.dtype == "int64"
    assert kept.ndim == 1
    assert {symbol.kind for symbol in symbols_of(kept.shape[0])} == {SymbolKind.UNKNOWN}


@pytest.mark.parametrize(
    ("boxes", "scores"), [((7, 5), (7,)), ((7,), (7,)), ((7, 4), (6,)), ((7, 4), (7, 1)), ((1, 7, 4), (7,))]
)
def test_boxes_and_scores_that_do_not_fit(boxes: tuple[int, ...], scores: tuple[int, ...]) -> None:
    with pytest.raises(Refused):
        run("nms", Tensor(boxes), Tensor(scores), 0.5)


def test_regions_are_cut_from_every_channel() -> None:
    assert run("roi_align", Tensor((2, C, 30, 40)), Tensor((K, 5)), 0.25, 7, 5, 2, False).shape == (K, C, 7, 5)
    values, places = run("roi_pool", Tensor((2, 16, 30, 40)), Tensor((9, 5)), 0.25, 7, 7)
    assert values.shape == places.shape == (9, 16, 7, 7)
    assert places.dtype == "int32"


@pytest.mark.parametrize("name", ["ps_roi_align", "ps_roi_pool"])
def test_position_sensitive_pooling_divides_the_channels(name: str) -> None:
    extra = (2,) if name == "ps_roi_align" else ()
    values, _ = run(name, Tensor((2, 3 * 49, 30, 40)), Tensor((9, 5)), 0.25, 7, 7, *extra)
    assert values.shape == (9, 3, 7, 7)
    with pytest.raises(Refused, match="multiple"):
        run(name, Tensor((2, 50, 30, 40)), Tensor((9, 5)), 0.25, 7, 7, *extra)


@pytest.mark.parametrize("rois", [(9, 4), (9,), (1, 9, 5)])
def test_regions_need_five_numbers(rois: tuple[int, ...]) -> None:
    with pytest.raises(Refused):
        run("roi_align", Tensor((2, 8, 30, 40)), Tensor(rois), 0.25, 7, 7, 2, False)


def test_a_deformable_convolution_has_the_sizes_of_its_offset() -> None:
    tensors = [Tensor((4, 3, 10, 10)), Tensor((5, 3, 3, 3)), Tensor((4, 18, 8, 8)), Tensor((4, 9, 8, 8)), Tensor((5,))]
    assert run("deform_conv2d", *tensors, 1, 1, 0, 0, 1, 1, 1, 1, True).shape == (4, 5, 8, 8)
