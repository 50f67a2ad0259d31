"""CVL208: what it names, and that anything that another path or size could save says nothing."""

from __future__ import annotations

import pytest

from convlint.api import lint_source

NET = """
import contextlib

import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 4, kernel_size=4, stride=4)
        self.fc = nn.Linear(196, 10)
        self.wide = nn.Conv2d(3, 4, kernel_size=40)
        self.norm = nn.BatchNorm2d(3)

    def small(self, x):
        return self.fc(self.patches(x).flatten(1))

    def forward(self, x):
        {forward}
"""
HOPELESS = "x = self.norm(x)\nreturn self.small(x), self.wide(x)"


def findings(forward: str, after: str = ""):
    return lint_source(NET.format(forward=forward.replace("\n", "\n        ")) + after, "net.py").findings


def test_two_conditions_are_named_where_they_are_put():
    (finding,) = [finding for finding in findings(HOPELESS) if finding.code == "CVL208"]
    assert finding.message == (
        "no input (N, C, H, W) fits: `wide` needs W ≥ 40, and `fc` needs 4·(H//4)·(W//4) = 196 of the same input"
    )
    assert finding.place.span[0] == 21
    assert [related.place.span[0] for related in finding.related] == [17]


@pytest.mark.parametrize(
    "forward",
    [
        "return self.small(x), self.wide(x)",  # single samples fit: flatten(1) leaves their channels
        "return self.small(x)",
        "return self.wide(x)",
        "if x.shape[2] > 60:\n    return self.wide(x)\nreturn self.small(x)",
        "y = self.small(x)\ntry:\n    return y, self.wide(x)\nexcept RuntimeError:\n    return y",
        "y = self.small(x)\nwith contextlib.suppress(RuntimeError):\n    self.wide(x)\nreturn y",
        "return self.small(x), self.wide(torch.cat([x, x], 2).repeat(1, 1, 2, 2))",
        "return self.small(x), self.wide(x.new_zeros(1, 3, 40, 40))",
    ],
)
def test_what_some_input_fits_is_not_reported(forward):
    assert not [finding for finding in findings(forward) if finding.code == "CVL208"]


def test_a_refused_call_is_reported_as_what_is_refused():
    codes = {finding.code for finding in findings(HOPELESS, "\n\nNet()(torch.randn(1, 3, 28, 28))\n")}
    assert "CVL103" in codes
    assert "CVL208" not in codes
