"""Maps that become smaller on purpose: CVL102 leaves them alone, and still tells of the layer beside them."""

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
        self.norm = nn.BatchNorm2d(8)
        self.body = {body}
        self.register_buffer("blur", torch.ones(8, 1, 4, 4) / 16)
        self.kernel = nn.Parameter(torch.ones(8, 1, 4, 4))

    def forward(self, x):
        x = self.norm(x)
        {forward}

Net()(torch.zeros(2, 8, {size}, {size}))
"""

KEEPING = "nn.Conv2d(8, 8, 3, padding=1)"
VALID = "nn.Conv2d(8, 8, 3)"
HALVING = "nn.Conv2d(8, 8, 3, 2, 1)"
POOL = "nn.MaxPool2d(2)"


def shrinking(*body: str, forward: str = "return self.body(x)", size: int = 64) -> list[str]:
    """Return the layers that CVL102 names, all of which torch must confirm; those on open sizes must be the same."""
    text = NET.format(body=f"nn.Sequential({', '.join(body)})", forward=forward, size=size)
    found = [it for it in checked(text).findings if it.code == "CVL102"]
    assert {status(it) for it in found} <= {"confirmed"}
    open_sizes = lint_source(text[: text.index("Net()(")], "net.py").findings
    assert [it.layer for it in open_sizes if it.code == "CVL102"] == [it.layer for it in found]
    return [it.layer.removeprefix("body.") for it in found]


@pytest.mark.parametrize(
    ("body", "named"),
    [
        # one window for the whole map
        ([*[HALVING] * 5, "nn.AvgPool2d(7, 1)"], []),
        ([*[HALVING] * 4, "nn.Conv2d(8, 1, 4)"], []),
        ([KEEPING, "nn.AvgPool2d(7, 1)"], ["1"]),
        ([*[HALVING] * 5, VALID], ["5"]),
        # a pair of which the first keeps the size
        ([KEEPING, "nn.ReLU()", VALID, POOL, KEEPING, VALID, POOL], []),
        ([KEEPING, VALID, POOL, KEEPING, KEEPING, POOL], ["1"]),
        ([KEEPING, VALID, POOL, KEEPING, VALID, POOL, "nn.Conv2d(8, 8, 5, padding=2)", VALID], ["1", "4", "7"]),
        # a stem whose strided convolution does not pad
        (["nn.Conv2d(8, 8, 3, 2)", "nn.ReLU()", VALID, KEEPING, POOL, KEEPING], []),
        (["nn.Conv2d(8, 8, 3, 2, 1)", VALID, KEEPING, POOL, KEEPING], ["1"]),
        (["nn.Conv2d(8, 8, 3, 2)", KEEPING, VALID], ["2"]),
        (["nn.Conv2d(8, 8, 3, 2)", KEEPING, "nn.MaxPool2d(3, 2)", VALID, "nn.MaxPool2d(3, 2)"], []),
        # padding that was chosen for one axis
        ([KEEPING, "nn.Conv2d(8, 8, 3, padding=(0, 1))"], []),
        ([KEEPING, "nn.Conv2d(8, 8, (3, 5), padding=(1, 1))"], ["1"]),
        # smoothing before a stride, or with padding around it
        (["nn.MaxPool2d(2, 1)", HALVING], []),
        (["nn.AvgPool2d(2, 1)", KEEPING], ["0"]),
        (["nn.AvgPool2d(2, 1)", "nn.ZeroPad2d((1, 0, 1, 0))", KEEPING], []),
        (["nn.ZeroPad2d(5)", "nn.AvgPool2d(12, 1)", KEEPING], []),
    ],
)  # fmt: skip
def test_what_is_meant_is_left_alone(body, named):
    assert shrinking(*body, size=128) == named


@pytest.mark.parametrize(("size", "named"), [(160, []), (192, ["5"]), (224, ["5"])])
def test_steps_down_to_one_cell_are_meant(size, named):
    body = f"nn.Sequential({', '.join([*[HALVING] * 5, VALID, 'nn.ReLU()', 'nn.Conv2d(8, 8, 1)', VALID])})"
    text = NET.format(body=body, forward="return self.body(x)", size=size)
    found = [it.layer.removeprefix("body.") for it in checked(text).findings if it.code == "CVL102"]
    assert found[:1] == named


@pytest.mark.parametrize(
    ("forward", "named"),
    [
        ("return F.conv2d(F.pad(x, (1, 1, 1, 1)), self.blur, groups=8)", 0),
        ("return F.conv2d(F.conv2d(x, self.blur, groups=8), self.blur, stride=2, groups=8)", 0),
        ("return F.conv2d(F.pad(x, (1, 1, 1, 1)).flatten(0, 1).unsqueeze(1), self.blur[:1].flip(2))", 0),
        ("return F.conv2d(x, self.blur, groups=8)", 1),
        ("return F.conv2d(F.pad(x, (1, 1, 1, 1)), self.kernel, groups=8)", 1),
        ("return F.conv2d(F.pad(x, (1, 1, 1, 1)), self.kernel.softmax(0), groups=8)", 1),
    ],
)
def test_fixed_filters_with_padding_or_before_a_stride(forward, named):
    assert len(shrinking(KEEPING, forward=forward)) == named


@pytest.mark.parametrize(
    ("forward", "codes"),
    [
        ("return F.conv2d(F.pad(x, (1, 1, 1, 1)), self.blur[:, :, :3, :3], stride=2, groups=8)", []),
        ("return F.conv2d(F.pad(x, (1, 0, 1, 0)), self.blur[:, :, :2, :2], stride=2, groups=8)", ["CVL101"]),
        ("return F.conv2d(self.body(x), self.blur[:, :, :3, :3], stride=2, groups=8)", []),
        ("return F.conv2d(x, self.blur[:, :, :3, :3], stride=2, groups=8)", ["CVL101"]),
    ],
)
def test_what_a_pad_layer_put_behind_the_last_window_is_no_loss(forward, codes):
    text = NET.format(body="nn.ReflectionPad2d((1, 1, 1, 1))", forward=forward, size=32)
    found = [it for it in checked(text).findings if it.code == "CVL101"]
    assert [it.code for it in found] == codes
    assert {status(it) for it in found} <= {"confirmed"}
    open_sizes = lint_source(text[: text.index("Net()(")], "net.py").findings
    assert [it.code for it in open_sizes if it.code == "CVL101"] == codes


@pytest.mark.parametrize(
    ("made", "size", "severity"),
    [
        ("nn.Conv2d(8, 8, 3, padding=1)", 1, "warning"),
        ("nn.Conv2d(8, 8, 3, padding=1)", 2, "note"),
        ("nn.Conv2d(8, 8, 9, padding=4)", 7, "note"),
        ("nn.Conv2d(8, 8, 9, padding=4)", 4, "note"),
        ("nn.Conv2d(8, 8, 9, padding=4)", 2, "warning"),
        ("nn.Conv2d(8, 8, 3, 2, padding=1)", 2, "note"),
        ("nn.Conv2d(8, 8, 7, 2, padding=3)", 4, "note"),
        ("nn.Conv2d(8, 8, 3, padding=36, dilation=36)", 60, "note"),
        ("nn.Conv2d(8, 8, 3, padding=36, dilation=36)", 36, "warning"),
        ("nn.Conv2d(8, 8, 5, 2, padding=2)", 2, "warning"),
    ],
)
def test_weights_that_meet_nothing_but_padding_are_worth_a_warning(made, size, severity):
    text = NET.format(body=made, forward="return self.body(x)", size=size)
    (finding,) = [it for it in checked(text).findings if it.code == "CVL107"]
    assert finding.severity.value == severity
    assert status(finding) == "confirmed"
    import torch
    from torch import nn

    conv = eval(made, {"nn": nn})
    conv(torch.randn(1, 8, size, size)).square().sum().backward()
    idle = conv.weight.grad.abs().sum((0, 1)) == 0
    assert (idle.float().mean() > 0.66) == (severity == "warning")


CUTTING = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.conv = nn.Conv2d(8, 8, 3)
        self.out = nn.Conv2d(8, 8, 1)
        self.tail = nn.Conv2d(8, 8, {tail})

    def forward(self, x):
        x = self.stem(x)
        y = self.out(self.conv(x).relu())
        return self.tail({joined})

Net()(torch.zeros(1, 3, 32, 32))
"""


@pytest.mark.parametrize(
    ("joined", "tail", "named"),
    [
        ("x[:, :, 1:-1, 1:-1] + y", "1", []),
        ("x[..., : y.shape[2], : y.shape[3]] + y", "1", []),
        ("x[:, :, 1:-1, 1:-1] + y", "3", ["tail"]),
        ("y", "1", ["conv"]),
        ("x[:, :4].sum() + y", "1", ["conv"]),
    ],
)
def test_a_map_that_is_cut_to_its_size_tells_that_a_layer_is_smaller_on_purpose(joined, tail, named):
    found = checked(CUTTING.format(joined=joined, tail=tail)).findings
    assert [it.layer for it in found if it.code == "CVL102"] == named


TAKEN = """
from torch import nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 64, 3, 2, 1), nn.ReLU(), nn.Conv2d(64, 64, 3, 2, 1))
        self.pool = {pool}
        self.mask = nn.Conv2d(64, 1, 3)
        self.fc = nn.Linear(64, 10)

    def forward(self, x):
        x = self.body(x)
        return {end}
"""


@pytest.mark.parametrize("pool", ["nn.AvgPool2d(8, stride=1)", "nn.MaxPool2d(8, 1)", "nn.Conv2d(64, 64, 8)"])
@pytest.mark.parametrize(
    ("end", "named"),
    [
        ("self.fc(self.pool(x).flatten(1))", []),
        ("self.fc(self.pool(x).view(x.size(0), -1))", []),
        ("self.fc(self.pool(x).view(-1, 64))", []),
        ("self.fc(self.pool(x).relu().squeeze(3).squeeze(2))", []),
        ("self.fc(self.pool(x).squeeze())", []),
        ("self.fc(self.pool(x)[:, :, 0, 0])", []),
        ("self.pool(x)", ["pool"]),
        ("F.adaptive_avg_pool2d(self.pool(x), 1)", ["pool"]),
        ("self.pool(x).permute(0, 2, 3, 1).reshape(-1, 64)", ["pool"]),
        ("self.mask(x).squeeze(1)", ["mask"]),
        ("self.mask(x).squeeze()", ["mask"]),
    ],
)
def test_a_window_whose_output_is_taken_for_one_cell_pools_the_map(pool, end, named):
    found = lint_source(TAKEN.format(pool=pool, end=end), "net.py").findings
    assert [it.layer for it in found if it.code == "CVL102"] == named


PIECES = """
import torch
import torch.nn.functional as F
from torch import nn


class Causal(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv3d(3, 8, 3)

    def forward(self, frames):
        padded = F.pad(frames, (1, 1, 1, 1))
        past = padded[:, :, :1].expand(-1, -1, 2, -1, -1)
        first = self.conv(torch.cat([past, padded[:, :, :2]], dim=2))
        {put}


Causal()(torch.zeros(1, 3, 6, 32, 32))
"""


@pytest.mark.parametrize(
    ("put", "told"),
    [
        (
            "out = torch.empty(1, 8, 6, 32, 32)\n        out[:, :, :2] = first\n"
            "        out[:, :, 2:] = self.conv(padded)\n        return out",
            "",
        ),
        ("return torch.cat([first, self.conv(padded)], dim=2)", "depth 6 → 4, 2 smaller"),
    ],
)
def test_padding_is_seen_through_slices_of_other_axes_and_pieces_are_put_together(put, told):
    found = [it.message for it in lint_source(PIECES.format(put=put), "main.py").findings if it.code == "CVL102"]
    assert found == ([f"`conv` shrinks the map: {told}"] if told else [])
