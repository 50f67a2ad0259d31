"""What rules advise, and what they say of padding, where torch once showed that it was not so."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from convlint.api import lint_source
from tests.confirm.asking import checked, layer, status


def told(made: str, shape: tuple[int, ...], code: str) -> tuple[str, str]:
    """Return message and help of the only finding of a code, which torch must confirm."""
    (finding,) = [finding for finding in checked(layer(made, shape)).findings if finding.code == code]
    assert status(finding) == "confirmed"
    return finding.message, finding.help


@pytest.mark.parametrize(
    ("made", "shape", "advice"),
    [
        ("nn.Conv2d(3, 4, (2, 3))", (1, 3, 8, 8), '`padding="same"` keeps the size'),
        ("nn.Conv2d(3, 4, (2, 3), stride=(1, 2))", (1, 3, 8, 9), "an odd kernel can keep the size"),
        ("nn.LPPool2d(2, 3, stride=1)", (1, 3, 8, 8), "pad the input before it to keep the size"),
        ("nn.MaxPool2d(3, stride=1)", (1, 3, 8, 8), "`padding=1` keeps the size"),
        ("nn.MaxPool2d(3, stride=1, dilation=2)", (1, 3, 8, 8), "pad the input before it to keep the size"),
    ],
)
def test_what_keeps_the_size(made, shape, advice):
    assert told(made, shape, "CVL102")[1] == advice


@pytest.mark.parametrize(
    ("made", "shape", "advice"),
    [
        ("nn.Sequential(nn.ZeroPad2d(1), nn.ReLU(), nn.Conv2d(3, 4, 3))", (1, 3, 8, 8), None),
        ("nn.Sequential(nn.ReflectionPad2d(2), nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 3))", (1, 3, 8, 8), None),
        ("nn.Sequential(nn.Conv2d(3, 4, 3, padding=2), nn.Conv2d(4, 4, 3))", (1, 3, 8, 8), None),
        ("nn.Sequential(nn.ConstantPad1d((4, 0), 0.0), nn.Conv1d(3, 4, 3, dilation=2))", (1, 3, 8), None),
        ("nn.Sequential(nn.ZeroPad2d((1, 1, 0, 0)), nn.Conv2d(3, 4, 3))", (1, 3, 8, 8), "`padding=(1, 0)` keeps the"),
        ("nn.Sequential(nn.ZeroPad2d(1), nn.Conv2d(3, 4, 5))", (1, 3, 8, 8), "2 cells short of keeping the size"),
        ("nn.Sequential(nn.ZeroPad2d(1), nn.MaxPool2d(2), nn.Conv2d(3, 4, 3))", (1, 3, 8, 8), "`padding=1` keeps the"),
    ],
)
def test_padding_before_a_layer_counts(made, shape, advice):
    found = [finding for finding in checked(layer(made, shape)).findings if finding.code == "CVL102"]
    assert [status(finding) for finding in found] == ["confirmed"] * (advice is not None)
    assert all(advice in finding.help for finding in found)


OPEN = """
import torch
from torch import nn
import torch.nn.functional as F

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 3, 1)
        self.one = nn.Conv2d(3, 4, 3)
        self.two = nn.Conv2d(4, 4, 4, padding=1)

    def forward(self, x):
        x = self.stem(x)
        x = self.one(F.pad(torch.cat([x[..., :1], x, x[..., -1:]], -1), (0, 0, 1, {below})))
        return self.two(F.pad(x, (1, 0, {above}, 0)))
"""


@pytest.mark.parametrize(("below", "above", "codes"), [(1, 1, []), (0, 1, ["CVL102"]), (1, 0, ["CVL104"])])
def test_padding_before_a_layer_counts_on_open_sizes(below, above, codes):
    findings = lint_source(OPEN.format(below=below, above=above), "net.py").findings
    assert [finding.code for finding in findings] == codes


def test_same_padding_is_not_advised_with_a_stride():
    assert told("nn.Conv2d(3, 4, 4, padding=2)", (1, 3, 8, 8), "CVL104")[1].startswith('`padding="same"`')
    assert told("nn.Conv2d(3, 4, 4, (1, 2), 2)", (1, 3, 8, 8), "CVL104")[1] == "an odd kernel keeps the size"


def test_averages_that_leave_zeros_out():
    shape = (1, 3, 8, 8)
    counting, advice = told("nn.AvgPool2d(3, 1, 1)", shape, "CVL106")
    assert counting.endswith("averages along the border count the padding's zeros")
    assert advice == "`count_include_pad=False` leaves the zeros out"
    fewer, none = told("nn.AvgPool2d(3, 1, 1, count_include_pad=False)", shape, "CVL106")
    assert fewer.endswith("windows along the border see fewer cells")
    assert none == ""


def test_padding_that_repeats_cells_reads_them():
    for mode in ("circular", "reflect", "replicate"):
        made = f"nn.Conv2d(3, 4, 2, 5, 1, padding_mode={mode!r})"
        assert not checked(layer(made, (1, 3, 9, 9))).findings
    assert checked(layer("nn.Conv2d(3, 4, 2, 5, 1)", (1, 3, 9, 9))).findings


def test_features_where_a_hidden_state_is_given_too():
    alone = layer("nn.LSTMCell(9, 9)", (2, 6))
    (finding,) = checked(alone).findings
    assert finding.help == "`input_size=6` takes this input"
    (finding,) = checked(alone.replace("self.layer(x)", "self.layer(x, (x, x))")).findings
    assert (finding.code, finding.help, status(finding)) == ("CVL202", "", "confirmed")


def test_channels_that_the_groups_of_a_norm_do_not_divide():
    assert told("nn.GroupNorm(4, 8)", (1, 12, 3, 3), "CVL201")[1] == "`num_channels=12` takes this input"
    assert told("nn.GroupNorm(4, 8)", (1, 10, 3, 3), "CVL201")[1] == ""


def unread(made: nn.Module, size: int) -> int:
    """Count the rows of an input that have no influence on what a layer puts out."""
    x = torch.ones(1, 3, size, size, requires_grad=True)
    made(x + torch.rand(1, 3, size, size)).sum().backward()
    assert x.grad is not None
    return int((x.grad.abs().sum((0, 1, 3)) == 0).sum())


@pytest.mark.parametrize("made", ["nn.Conv2d(3, 4, 3, 2)", "nn.AvgPool2d(3, 2)", "nn.Conv2d(3, 4, 5, 2, padding=0)"])
def test_a_layer_that_fits_odd_sizes_only_is_told_what_it_needs(made):
    (known,) = [it for it in checked(layer(made, (1, 3, 32, 32))).findings if it.code == "CVL101"]
    (open_size,) = [it for it in lint_source(ONE.format(made=made), "net.py").findings if it.code == "CVL101"]
    assert "fits" not in known.help
    assert known.help == open_size.help
    argument = known.help.split("`")[1]
    mended = eval(f"{made.split(', padding')[0].rstrip(')')}, {argument})", {"nn": nn})
    assert unread(eval(made, {"nn": nn}), 32) > 0
    assert [unread(mended, size) for size in range(10, 40)] == [0] * 30


@pytest.mark.parametrize(
    ("made", "size", "fits"), [("nn.MaxPool2d(2)", 25, "24 or 26"), ("nn.Conv2d(3, 4, 3, 2)", 25, "")]
)
def test_even_sizes_are_worth_telling(made, size, fits):
    found = [it.help for it in checked(layer(made, (1, 3, size, size))).findings if it.code == "CVL101"]
    assert found == ([f"`ceil_mode=True` reads the rest; an input of {fits} fits"] if fits else [])


ONE = """
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = {made}

    def forward(self, x):
        return self.layer(x)
"""
