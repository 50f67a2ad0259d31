"""One unknown size is one unknown size: what stands beside it is followed, and nothing is claimed of it."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from convlint.api import lint_source
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import Unknown
from convlint.layers.core.tensor import Tensor
from tests.interp.running import interpret

HEAD = "import torch\nimport torch.nn.functional as F\nfrom nowhere import b, n, x\n"
VALUES: dict[str, Any] = {"b": 4, "n": 6, "x": torch.zeros(4, 6, 5)}


def shape_of(text: str) -> tuple[object, ...] | None:
    """The shape of a value, None for each size that is not known; None for what has no known rank."""
    value = interpret(f"{HEAD}r = {text}")[0]["r"]
    if isinstance(value, Unknown) and not hasattr(value, "shape"):
        return None
    return tuple(size if isinstance(size, int) else None for size in value.shape)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("torch.zeros(b, 3, 2)", (None, 3, 2)),
        ("torch.randn((b, 7))", (None, 7)),
        ("torch.full([b, 3], 1.0)", (None, 3)),
        ("torch.randint(0, 9, (b, 7))", (None, 7)),
        ("torch.zeros(b)", None),
        ("torch.zeros(b, 1).expand(b, 5)", (None, 5)),
        ("torch.zeros(4, 6).view(b, -1, 3)", (None, None, 3)),
        ("torch.zeros(24, 5).reshape(b, n, 5)", (None, None, 5)),
        ("torch.zeros(2, 3).repeat(b, 1, 2)", (None, 2, 6)),
        ("x.reshape(-1, 30)", (None, 30)),
        ("x.reshape((b, 30))", (None, 30)),
        ("x.reshape(b)", None),
        ("x.view(b, -1)", (None, None)),
        ("x.view(torch.int32)", None),
        ("torch.from_numpy(x.reshape(-1, 30))", (None, 30)),
        ("x.reshape(-1, 30).astype('float32')", (None, 30)),
        ("x.reshape(-1, 2, 15).permute(0, 2, 1)", (None, 15, 2)),
        ("F.interpolate(x, (8, 9))", (None, None, 8, 9)),
        ("F.interpolate(x, scale_factor=2, mode='bilinear')", (None, None, None, None)),
        ("F.interpolate(x, size=8)", None),
    ],
)
def test_what_stands_beside_an_unknown_size_is_known(text: str, shape: tuple[object, ...] | None) -> None:
    assert shape_of(text) == shape


@pytest.mark.parametrize(
    "text",
    [
        "torch.zeros(24, 5).reshape(b, n, 5)",
        "torch.zeros(24, 5).view(b, -1)",
        "torch.zeros(b, n).view(n, b)",
        "x.reshape(b, 30).view(-1, 15) + torch.zeros(8, 15)",
        "torch.zeros(b, 3).expand(-1, 3) + torch.zeros(b, 1)",
    ],
)
def test_nothing_is_refused_that_torch_takes(text: str) -> None:
    eval(text, {"torch": torch, **VALUES})
    interpret(f"{HEAD}r = {text}")


@pytest.mark.parametrize("minus", ["torch.zeros(24, 5).view(b, 5)", "torch.zeros(7, 5).reshape(b, 7)"])
def test_an_unknown_size_may_be_minus_one(minus: str) -> None:
    eval(minus, {"torch": torch, "b": -1})
    names, _ = interpret(f"{HEAD}r = {minus}\nsame = b == r.shape[0]\ntwice = b * 2")
    assert isinstance(names["r"], Tensor)
    assert isinstance(names["same"], Unknown)


@pytest.mark.parametrize("text", ["torch.zeros(25, 5).view(b, 3)", "torch.zeros(b, 5) + torch.zeros(b, 6)"])
def test_what_no_size_mends_is_refused(text: str) -> None:
    with pytest.raises(PyRaise):
        interpret(f"{HEAD}r = {text}")


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("torch.zeros(9, 5)[:b]", (None, 5)),
        ("torch.zeros(9, 5)[b:b + n]", (None, 5)),
        ("torch.zeros(9, 5)[:, b:]", (9, None)),
    ],
)
def test_a_slice_with_unknown_bounds_leaves_the_other_axes(text: str, shape: tuple[object, ...]) -> None:
    assert shape_of(text) == shape


@pytest.mark.parametrize("given", ["x / 255.0", "2 * x.float() - 1", "-x", "(x ** 2) // 1", "x % 3"])
def test_an_input_that_is_scaled_first_has_the_rank_that_the_layer_behind_shows(given):
    source = f"""
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(4, 32, 8, stride=4), nn.Conv2d(16, 3, 3)

    def forward(self, x):
        return self.second(self.first({given}))
"""
    (finding,) = (it for it in lint_source(source, "net.py").findings if it.severity.value == "error")
    assert finding.code == "CVL201"


def test_an_input_of_unknown_rank_is_called_a_tensor():
    source = """
from torch import nn


class Net(nn.Module):
    def forward(self, batch):
        return [value for value in batch.items()]
"""
    reasons = [gap.reason for gap in lint_source(source, "net.py").gaps]
    assert "the program raises AttributeError: 'Tensor' object has no attribute 'items'" in reasons
