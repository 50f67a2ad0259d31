"""Rules about what torch runs without a word: programs as people write them, right and wrong."""

from __future__ import annotations

import pytest

from convlint.api import lint_source
from tests.rules.correct_programs import CORRECT
from tests.rules.pairs_of_meaning import PAIRS as OF_MEANING
from tests.rules.pairs_of_shapes import PAIRS as OF_SHAPES
from tests.rules.silent_twins import HEAD, TWINS
from tests.rules.test_examples import raises
from tests.rules.wrong_programs import WRONG

SILENT = ("CVL5", "CVL210")
PAIRS = OF_SHAPES | OF_MEANING


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


@pytest.mark.parametrize(
    ("call", "code"),
    [
        ("F.cross_entropy(F.log_softmax(scores, dim=0), target)", "CVL504"),
        ("F.cross_entropy(F.log_softmax(scores, dim=1), target)", "CVL506"),
        ("F.cross_entropy(scores.view(2, 4, 3).softmax(2).view(8, 3), target)", "CVL506"),
        ("F.cross_entropy(nn.Conv1d(3, 5, 1)(torch.randn(8, 3, 7)).softmax(2), torch.zeros(8, 7).long())", None),
        ("F.cross_entropy(nn.Conv1d(3, 5, 1)(torch.randn(8, 3, 7)).softmax(1), torch.zeros(8, 7).long())", "CVL506"),
    ],
)
def test_a_softmax_is_done_once_more_only_along_the_classes(call, code):
    source = f"""
import torch
from torch import nn
from torch.nn import functional as F

scores, target = nn.Linear(20, 3)(torch.randn(8, 20)), torch.zeros(8, dtype=torch.long)
{call}
"""
    assert silent_codes(source) == ({code} if code else set())


@pytest.mark.parametrize("line", ["up.kernel_size = (5, 5)", "norm.num_features = 4"])
def test_attributes_that_a_call_reads_have_an_effect(line):
    source = """
import torch
from torch import nn

up, norm = nn.ConvTranspose2d(4, 4, 3, stride=2), nn.InstanceNorm2d(8, affine=True)
up(torch.randn(1, 4, 5, 5), output_size=(12, 12)), norm(torch.randn(2, 8, 4, 4))
"""
    again = f"{line}\nup(torch.randn(1, 4, 5, 5), output_size=(12, 12)), norm(torch.randn(2, 8, 4, 4))\n"
    assert not raises(source)
    assert raises(source + again)
    assert not silent_codes(source + line)


@pytest.mark.parametrize("name", TWINS)
def test_twins_are_told_apart(name):
    code, program, wrong, right = TWINS[name]
    faulty, fine = (HEAD + program.replace("{0}", text).replace("{}", text) for text in (wrong, right))
    assert code in silent_codes(faulty)
    assert not silent_codes(fine)
    assert not raises(faulty)
    assert not raises(fine)


@pytest.mark.parametrize("name", PAIRS)
def test_of_whole_programs_the_one_with_a_fault_is_told(name):
    code, program, wrong, right = PAIRS[name]
    assert code in silent_codes(program.replace("@@", wrong))
    assert not silent_codes(program.replace("@@", right))
