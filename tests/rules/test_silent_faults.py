"""Rules about what torch runs without a word: programs as people write them, right and wrong."""

from __future__ import annotations

import pytest

from convlint.api import lint_source
from tests.rules.correct_programs import CORRECT
from tests.rules.test_examples import raises
from tests.rules.wrong_programs import WRONG

SILENT = ("CVL5", "CVL210")


def silent_codes(source: str) -> set[str]:
    found = {finding.code for finding in lint_source(source, "program.py").findings}
    return {code for code in found if code.startswith(SILENT)}


@pytest.mark.parametrize("name", CORRECT)
def test_correct_programs_run_and_nothing_is_said(name):
    assert not raises(CORRECT[name])
    report = lint_source(CORRECT[name], "program.py")
    assert not [f.message for f in report.findings if f.code.startswith(SILENT) or f.severity.value == "error"]


@pytest.mark.parametrize(("code", "source"), WRONG)
def test_wrong_programs_are_told(code, source):
    assert code in silent_codes(source)


def test_a_swapped_pair_of_axes_is_told_with_the_permutation_that_is_meant():
    source = """
import torch
from torch import nn

x = torch.randn(8, 48, 64, 3)
nn.Conv2d(3, 4, 3)(x.view(8, 3, 48, 64))
"""
    (finding,) = [f for f in lint_source(source, "program.py").findings if f.code == "CVL502"]
    assert finding.help.startswith("`permute(0, 3, 1, 2)` before it")
    assert finding.place.span[0] == 6


def test_log_softmax_before_cross_entropy_is_a_note():
    source = """
import torch
from torch import nn

scores = nn.Sequential(nn.Linear(8, 3), nn.LogSoftmax(1))(torch.randn(4, 8))
nn.CrossEntropyLoss()(scores, torch.zeros(4, dtype=torch.long))
"""
    severities = {f.code: f.severity.value for f in lint_source(source, "program.py").findings}
    assert severities["CVL506"] == "note"
