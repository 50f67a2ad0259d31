"""What several rules say of the windows of one layer is one finding, and nothing of it is lost."""

from __future__ import annotations

import pytest

from convlint.api import lint_source
from convlint.config import Config
from tests.confirm.asking import checked, status

NET = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 3, padding=1)
        self.shortcut = {made}

    def forward(self, x):
        return self.shortcut(self.conv(x))

Net()(torch.zeros(1, 3, {size}, {size}))
"""


@pytest.mark.parametrize(
    ("made", "size", "codes"),
    [
        ("nn.AvgPool2d(2, 3, padding=1)", 32, ["CVL105", "CVL106"]),
        ("nn.MaxPool2d(3, 2, padding=1)", 32, ["CVL101", "CVL106"]),
        ("nn.MaxPool2d(3, 3, padding=1)", 33, ["CVL101", "CVL106"]),
        ("nn.MaxPool2d(3, 2, padding=1)", 33, ["CVL106"]),
        ("nn.Conv2d(8, 8, 1, 2)", 32, ["CVL105"]),
    ],
)
def test_one_finding_for_the_windows_of_a_layer(made, size, codes):
    (finding,) = checked(NET.format(made=made, size=size)).findings
    assert finding.code == codes[0]
    assert [it.message[:6] for it in finding.related if it.message.startswith("CVL")] == codes[1:]
    assert status(finding) == "confirmed"
    assert len(finding.evidence) == len(codes)
    assert ("count_include_pad" in finding.help) == ("AvgPool" in made)


def test_what_is_silenced_does_not_take_the_others_with_it():
    text = NET.format(made="nn.AvgPool2d(2, 3, padding=1)  # convlint: ignore[CVL105]", size=32)
    assert [it.code for it in lint_source(text, "net.py").findings] == ["CVL106"]
    both = text.replace("CVL105", "CVL105, CVL106")
    assert not lint_source(both, "net.py").findings


def test_the_gravest_speaks_as_the_settings_weigh_it():
    text = NET.format(made="nn.AvgPool2d(2, 3, padding=1)", size=32)
    (finding,) = lint_source(text, "net.py", config=Config(severity={"CVL106": "error"})).findings
    assert (finding.code, finding.severity.value) == ("CVL106", "error")


def test_layers_of_one_line_stay_apart():
    text = NET.format(made="nn.Sequential(nn.MaxPool2d(3, 2, 1), nn.AvgPool2d(3, 3, 1))", size=32)
    assert [it.code for it in lint_source(text, "net.py").findings] == ["CVL101", "CVL106"]
