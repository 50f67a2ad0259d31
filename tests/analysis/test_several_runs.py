"""A program that calls its models several times: each run is told as it was, whatever happens to the model later."""

from __future__ import annotations

from textwrap import dedent

import convlint
from convlint.analysis import AnalysisSettings, FileInput, analyse
from convlint.trace import ModelTrace

HEAD = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Linear(8, 8)
        self.aux = nn.Linear(8, 2)

    def forward(self, x):
        x = self.body(x)
        return (x, self.aux(x)) if self.training else x


net = Net()
net(torch.zeros(2, 8))
"""


def traces(source: str) -> tuple[ModelTrace, ...]:
    text = (HEAD + dedent(source)).encode()
    (analysis,) = analyse([FileInput("example.py", text)], AnalysisSettings(use_cache=False))
    return analysis.models


def paths(trace: ModelTrace) -> list[str]:
    return [event.module.path for event in trace.events if event.module is not None]


def test_a_layer_that_only_one_of_the_runs_uses_is_used() -> None:
    source = HEAD + "net.eval()\nnet(torch.zeros(2, 8))\n"
    assert "CVL401" not in {finding.code for finding in convlint.lint_source(source).findings}


def test_a_layer_that_none_of_the_runs_uses_is_not_used() -> None:
    source = HEAD.replace("self.aux(x))", "x)") + "net.eval()\nnet(torch.zeros(2, 8))\n"
    assert "CVL401" in {finding.code for finding in convlint.lint_source(source).findings}


def test_a_part_that_is_called_by_itself_keeps_its_path_in_the_whole() -> None:
    whole, part = traces("net.body(torch.zeros(3, 8))")
    assert paths(whole) == ["body", "aux"]
    assert paths(part) == [""]


def test_what_is_changed_later_is_not_counted_before() -> None:
    before, after = traces("net.more = nn.Linear(8, 100)\nnet.eval()\nnet(torch.zeros(2, 8))")
    assert before.total_parameters == 72 + 18
    assert after.total_parameters == 72 + 18 + 900
