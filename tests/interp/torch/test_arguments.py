"""Arguments that are not what rules expect: nothing is said of them, and nothing on which nothing depends gets lost."""

from __future__ import annotations

import pytest

import convlint

BODY = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self, width, bound=None):
        super().__init__()
        self.fc = nn.Linear(3, width)
        {line}

    def forward(self, x):
        return self.fc(x)


Net(4)(torch.zeros(2, 5))
"""


def reasons(line: str) -> list[str]:
    """Return why something is not known, of a program whose error is found all the same."""
    report = convlint.lint_source(BODY.format(line=line))
    assert [it.code for it in report.findings if it.severity.value == "error"] == ["CVL202"]
    assert not report.failures
    return [gap.reason for gap in report.gaps]


@pytest.mark.parametrize(
    "line",
    [
        "nn.init.uniform_(self.fc.bias, -bound, bound)", "nn.init.uniform_(self.fc.weight, a=-bound, b=bound)",
        "self.fc.weight.data.uniform_(-torch.rand(1).item(), 1)",
    ],
)  # fmt: skip
def test_what_fills_a_tensor_need_not_be_known(line: str) -> None:
    line = line if "bound" not in line else f"bound = torch.rand(1).item()\n        {line}"
    assert not [reason for reason in reasons(line) if "uniform" in reason]


@pytest.mark.parametrize("wrong", ["{1: 2}", "{1, 2}", "print", "object()", "lambda: 0", "int", "nn.Module"])
@pytest.mark.parametrize(
    "call", ["nn.init.normal_({}, std=0.01)", "torch.relu({})", "torch.matmul(self.fc.weight, {})"]
)
def test_what_is_no_tensor_is_left_open(call: str, wrong: str) -> None:
    report = convlint.lint_source(BODY.format(line=f"y = {call.replace('{}', wrong)}"))
    assert not report.failures, report.failures[0].traceback
