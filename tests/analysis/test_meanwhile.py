"""Functions that convlint calls by itself: others of the module may have been called before."""

from __future__ import annotations

import pytest

import convlint

HEAD = """
import torch
from torch import nn

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 3)
        self.kept = []
        self.sizes = {"a": 3}

    def forward(self, x):
        self.kept.append(x)
        return self.fc(x)

kept = []
width = 3
net = Net()
"""

GROWN = "torch.zeros(2, {}) @ torch.zeros(4, 4)"

SILENT = {
    "a list is filled": ("def other(x):\n    kept.append(x)", "torch.stack(kept)"),
    "a list of an object is filled": ("def other(x):\n    net.kept.append(x)", "torch.stack(net.kept)"),
    "a part of a dict is set": ("def other(x):\n    net.sizes['a'] = x", GROWN.format("net.sizes['a']")),
    "a name is bound": ("def other(x):\n    global width\n    width = x", GROWN.format("width")),
    "an attribute is set": ("def other(x):\n    net.fc = nn.Linear(x, x)", "net.fc(torch.zeros(2, 5))"),
}
REFUSED = {
    "a model is trained": ("def other(x):\n    net.train()\n    net(x)", "net.fc(torch.zeros(2, 5))"),
    "the name is the function's own": ("def other(x):\n    kept = []\n    kept.append(x)", "torch.stack(kept)"),
    "the function is called here": ("def other():\n    kept.clear()", "(other(), torch.stack(kept))"),
}


def _errors(other: str, value: str) -> list[str]:
    report = convlint.lint_source(f"{HEAD}\n{other}\n\ndef called():\n    return {value}\n", "program.py")
    return [found.code for found in report.findings if found.severity is convlint.Severity.ERROR]


@pytest.mark.parametrize("case", SILENT.values(), ids=SILENT)
def test_what_another_function_may_have_changed_is_not_known(case: tuple[str, str]) -> None:
    assert not _errors(*case)


@pytest.mark.parametrize("case", REFUSED.values(), ids=REFUSED)
def test_what_no_other_function_changes_is_as_the_module_left_it(case: tuple[str, str]) -> None:
    assert len(_errors(*case)) == 1
