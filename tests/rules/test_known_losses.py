"""Cells that a layer leaves out, of which the program knows: read beside it, taken back, or cut off elsewhere."""

from __future__ import annotations

import pytest

from convlint.api import lint_source
from tests.confirm.asking import checked, status

NET = """
import torch
from torch import nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        {made}

    def forward(self, x):
        {forward}


Net()(torch.zeros(2, 3, {size}, {size}))
"""


def told(code: str, made: str, forward: str, size: int) -> list[str]:
    """Return the layers that a rule names, all of which torch must confirm."""
    found = [it for it in checked(NET.format(made=made, forward=forward, size=size)).findings if it.code == code]
    assert {status(it) for it in found} <= {"confirmed"}
    return [it.layer for it in found if it.severity.value == "warning"]


@pytest.mark.parametrize(
    ("forward", "named"),
    [
        ("y = self.conv(x); return self.pool(y)", ["pool"]),
        ("y = self.conv(x); return self.pool(y.relu())", ["pool"]),
        ("y = self.conv(x).relu_(); return self.pool(y)", ["pool"]),
        ("y = self.conv(x); return self.pool(y), y[:, :1, :4]", ["pool"]),
        ("y = self.conv(x); return self.pool(y), self.pool(y)", ["pool"]),
        ("y = self.conv(x); return self.pool(y), y.mean((2, 3))", []),
        ("y = self.conv(x); up = F.interpolate(self.pool(y), y.shape[2:]); return torch.cat([up, y], 1)", []),
        ("y = self.conv(x); return self.pool(y), F.grid_sample(y, torch.zeros(2, 5, 5, 2))", []),
    ],
)
def test_what_something_else_reads_is_not_lost(forward, named):
    made = "self.conv, self.pool = nn.Conv2d(3, 8, 3, padding=1), nn.MaxPool2d(2)"
    assert told("CVL101", made, forward, 15) == named
    assert told("CVL101", made, forward, 16) == []


@pytest.mark.parametrize(
    ("kernels", "named"),
    [
        ("nn.Conv2d(3, 8, 4, padding=2), nn.Conv2d(8, 8, 4, padding=1)", []),
        ("nn.Conv2d(3, 8, 4, padding=2), nn.ReLU(), nn.Conv2d(8, 8, 2)", []),
        ("nn.Conv2d(3, 8, 4, padding=2), nn.Conv2d(8, 8, 3, padding=1)", ["body.0"]),
        ("nn.Conv2d(3, 8, 4, padding=2), nn.Conv2d(8, 8, 4, padding=2)", ["body.0", "body.1"]),
        ("nn.Conv2d(3, 8, 4, padding=2), nn.MaxPool2d(2)", ["body.0"]),
        ("nn.Conv2d(3, 8, 4, padding=1), nn.Conv2d(8, 8, 3)", ["body.0"]),
        ("nn.Conv2d(3, 8, 4, padding=2)", ["body.0"]),
    ],
)
def test_a_cell_more_that_the_next_window_takes_back(kernels, named):
    assert told("CVL104", f"self.body = nn.Sequential({kernels})", "return self.body(x)", 17) == named


@pytest.mark.parametrize(
    ("joined", "is_told"),
    [
        ("x[:, :, 1:-1, 1:-1] + y", False),
        ("x[:, :, :-2, :-2] + y", False),
        ("torch.cat([x[:, :, 1:-1, 1:-1], y], 1)", True),
        ("y", True),
    ],
)
def test_a_sum_with_what_is_cut_to_size_tells_of_a_plan(joined, is_told):
    made = "self.one, self.two = nn.Conv2d(3, 3, 3), nn.Conv2d(3, 3, 3)"
    forward = f"x = self.one(x); y = self.two(x); return {joined}"
    assert bool(told("CVL102", made, forward, 16)) == is_told


@pytest.mark.parametrize(
    ("weight", "is_learnt"),
    [
        ("self.layer.weight.data.copy_(self.kernel)", False),
        ("self.layer.weight.detach().copy_(self.kernel)", True),
        ("self.layer.weight.data.copy_(self.other.weight)", True),
        ("pass", True),
    ],
)
def test_filters_that_the_program_fills_are_not_learnt(weight, is_learnt):
    made = f"""self.layer, self.other = nn.Conv2d(3, 3, 4, padding=2), nn.Conv2d(3, 3, 4)
        self.register_buffer("kernel", torch.ones(3, 3, 4, 4))
        {weight}"""
    forward = """w = self.layer.weight.to(x.dtype)
        x = F.conv2d(x, w, None, 1, self.layer.padding)
        return F.conv2d(x, w, None, 1, 0), F.conv2d(x, w, None, 1, 1)"""
    assert bool(told("CVL102", made, forward, 17)) == is_learnt


@pytest.mark.parametrize(
    ("border", "is_told"),
    [
        ("y = x.new_zeros(2, 3, 18, 18); y[:, :, 1:-1, 1:-1] = x", False),
        ("y = torch.zeros(2, 3, x.size(2) + 2, x.size(3) + 2); y[..., 1:17, 1:17] = x", False),
        ("y = torch.zeros(2, 3, 17, 17); y[..., 1:, 1:] = x", True),
        ("y = torch.zeros(2, 3, 18, 18); y[..., 1:-1, 1:-1] = 1", True),
        ("y = x", True),
    ],
)
def test_a_map_that_is_put_into_a_border_is_padded(border, is_told):
    made = "self.stem, self.conv = nn.Conv2d(3, 3, 3, padding=1), nn.Conv2d(3, 3, 3)"
    assert bool(told("CVL102", made, f"x = self.stem(x); {border}; return self.conv(y)", 16)) == is_told


CAUSAL = """
import torch
from torch import nn
import torch.nn.functional as F


class Causal(nn.Conv1d):
    def __init__(self, *given, **named):
        super().__init__(*given, **named)
        self.before, self.padding = {pad}, (0,)

    def forward(self, x):
        return super().forward(F.pad(x, (self.before, 0)))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.conv = nn.Conv1d(3, 8, 3, padding=1), Causal(8, 8, 3, padding=1)

    def forward(self, x):
        return self.conv(self.first(x))
"""


@pytest.mark.parametrize(("pad", "is_told"), [("2 * self.padding[0]", False), ("self.padding[0]", True), ("3", False)])
@pytest.mark.parametrize("call", ["", "\n\nNet()(torch.zeros(1, 3, 20))\n"])
def test_a_layer_that_pads_before_it_calls_the_one_of_torch(pad, is_told, call):
    found = lint_source(CAUSAL.format(pad=pad) + call, "net.py").findings
    assert [it.layer for it in found if it.code == "CVL102"] == ["conv"] * is_told


REPEATED = """
import torch
from torch import nn


class Causal(nn.Module):
    def __init__(self, given, made, kernel):
        super().__init__()
        self.border, self.conv = {border}, nn.Conv1d(given, made, kernel)

    def forward(self, x):
        return self.conv(torch.concatenate((x[:, :, :1].repeat(1, 1, self.border), x), dim=2))


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv1d(3, 8, 3, padding=1), Causal(8, 8, 5)

    def forward(self, x):
        return self.second(self.first(x))
"""


@pytest.mark.parametrize(("border", "is_told"), [("kernel - 1", False), ("kernel - 2", True)])
@pytest.mark.parametrize("call", ["", "\n\nNet()(torch.zeros(1, 3, 20))\n"])
def test_the_first_step_repeated_before_the_others_pads_them(border, is_told, call):
    found = lint_source(REPEATED.format(border=border) + call, "net.py").findings
    assert [it.layer for it in found if it.code == "CVL102"] == ["second.conv"] * is_told


@pytest.mark.parametrize(("frames", "severity"), [(1, "note"), (2, "note")])
def test_a_clip_of_one_frame_is_no_fault_of_the_kernel(frames, severity):
    source = (
        f"import torch\nfrom torch import nn\n\nnn.Conv3d(3, 8, 3, padding=1)(torch.zeros(1, 3, {frames}, 16, 16))\n"
    )
    (finding,) = [it for it in checked(source).findings if it.code == "CVL107"]
    assert (finding.severity.value, status(finding)) == (severity, "confirmed")
