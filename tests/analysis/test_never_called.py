"""Models that a program builds and never calls on anything known; functions whose arguments default to nothing."""

from __future__ import annotations

import textwrap

import pytest

import convlint

HEAD = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.a = nn.Linear(10, hidden)
        self.b = nn.Linear(20, 2)

    def forward(self, x):
        return self.b(self.a(x))
"""

REFUSED = {
    "built once": "net = Net(21)",
    "built once, in a function that needs nothing": "def make():\n    return Net(21)",
    "given to something unknown": "from somewhere import fit\nfit(Net(21))",
    "called on something unknown": "from somewhere import x\nNet(21)(x)",
    "a chain of torch's own layers": "net = nn.Sequential(nn.Linear(784, 128), nn.ReLU(), nn.Linear(64, 3))",
    "a chain that a function builds": "def make():\n    return nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(4, 8, 3))",
    "whatever is given": "def make(name=None):\n    return Net(21)",
}
SILENT = {
    "built right": "net = Net(20)",
    "built in several ways": "a = Net(20)\nb = Net(21)",
    "a part of another one": "net = nn.Sequential(Net(20), nn.Linear(2, 3))",
    "what an argument stands for unless it is given": "def norm(width=None):\n    return nn.BatchNorm2d(width)",
    "an empty list of parts": "def joined(parts=()):\n    return torch.cat(parts)",
    "empty containers": "def joined(parts=[], names={}):\n    return torch.stack(parts), names['a']",
    "any number of sizes": "def make(*sizes):\n    return torch.zeros(2, 3).expand(*sizes)",
    "another model if it is given": "def make(net=None):\n    return nn.Sequential(net or Net(20), nn.Linear(2, 3))",
}


def errors(body: str) -> list[str]:
    report = convlint.lint_source(HEAD + textwrap.dedent(body) + "\n", "program.py")
    assert not report.failures
    return [finding.code for finding in report.findings if finding.severity.value == "error"]


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_work_is_told(name: str) -> None:
    assert len(errors(REFUSED[name])) == 1


@pytest.mark.parametrize("name", SILENT)
def test_nothing_is_told_of_what_can(name: str) -> None:
    assert errors(SILENT[name]) == []
