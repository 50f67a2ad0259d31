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


HABIT = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Sequential(nn.Conv2d(3, 8, 3, padding=1), nn.BatchNorm2d(8))
        self.b = nn.Sequential(nn.Conv2d(8, 8, 3, padding=1), nn.BatchNorm2d(8))
        self.c = nn.Sequential(nn.Conv2d(8, 8, 1), nn.BatchNorm2d(8))

    def forward(self, x):
        return self.c(self.b(self.a(x)))


Net()(torch.zeros(2, 3, {size}, {size}))
"""


def test_a_habit_is_told_once_for_a_model():
    (finding,) = checked(HABIT.format(size=8)).findings
    assert (finding.code, finding.severity.value, finding.place.span[0]) == ("CVL305", "note", 9)
    assert finding.message.endswith("so it is in 2 more places of this model")
    assert [it.place.span[0] for it in finding.related][-2:] == [10, 11]
    assert status(finding) == "confirmed"
    assert len(finding.evidence) == 3
    assert finding.fix is not None
    assert len(finding.fix.edits) == 3


def test_what_is_silenced_in_one_place_is_told_of_the_others():
    text = HABIT.format(size=8).replace("nn.BatchNorm2d(8))\n", "nn.BatchNorm2d(8))  # convlint: ignore[CVL305]\n", 1)
    (finding,) = lint_source(text, "net.py").findings
    assert finding.place.span[0] == 10
    assert "1 more place of" in finding.message


def test_a_map_that_is_too_small_is_one_cause():
    (finding,) = [it for it in checked(HABIT.format(size=1)).findings if it.code == "CVL107"]
    assert finding.severity.value == "warning"
    assert finding.place.span[0] == 9
    assert [it.place.span[0] for it in finding.related][-1] == 10
    assert status(finding) == "confirmed"


def test_models_are_told_apart():
    text = HABIT.format(size=8)
    twice = f"{text}\n\n{text.replace('class Net', 'class Other').replace('Net()(', 'Other()(')}"
    assert [it.model for it in lint_source(twice, "net.py").findings] == ["Net", "Other"]
