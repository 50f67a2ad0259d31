"""Fixes mend what they are for, once and for all, and change nothing else; those that do not hold are not made."""

from __future__ import annotations

import pytest

from convlint import api
from convlint.config import Config
from convlint.fixes.applying import fix
from convlint.report.rule_page import program
from convlint.rules import RULES

pytestmark = pytest.mark.sampled

FIXABLE = ("CVL102", "CVL104", "CVL201", "CVL202", "CVL305", "CVL505", "CVL506", "CVL901")
EXAMPLES = [
    pytest.param(rule, program(example), id=f"{rule.code}-{number}")
    for rule in RULES
    for number, example in enumerate(rule.BAD, 1)
]

NET = """\
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, 5{padding})
        self.fc = nn.Linear({features}, 10)

    def forward(self, x):
        return self.fc(self.conv(x).flatten(1))


Net()(torch.randn(1, 3, 8, 8))
"""


def fixed(text, *, unsafe=True, settings=None):
    data = text if isinstance(text, bytes) else text.encode()
    config = Config() if settings is None else settings
    return fix({"a.py": data}, lambda files: api.lint_contents(files, config=config), unsafe=unsafe)


def source(done, text):
    return done.contents.get("a.py", text.encode()).decode()


@pytest.mark.parametrize(("rule", "text"), EXAMPLES)
def test_the_fixes_of_the_examples_hold_and_there_is_no_more_to_do(rule, text):
    """What is told after fixing is what linting the result tells, and fixing that changes nothing."""
    done = fixed(text, settings=rule.EXAMPLE_SETTINGS)
    after = source(done, text)
    told = {finding.code for finding in done.report.findings}
    if any(finding.code == rule.code for finding in done.made):
        assert rule.code in FIXABLE
        assert rule.code not in told
    again = fixed(after, settings=rule.EXAMPLE_SETTINGS)
    assert again.contents == {}
    assert [finding.message for finding in again.report.findings] == [it.message for it in done.report.findings]


@pytest.mark.parametrize("code", FIXABLE)
def test_every_fixable_rule_has_an_example_that_is_fixed(code):
    made = {it.code for rule in RULES for text in rule.BAD for it in fixed(program(text)).made}
    assert code in made


@pytest.mark.parametrize(("rule", "text"), EXAMPLES)
def test_safe_fixes_only_touch_comments(rule, text):
    done = fixed(text, unsafe=False, settings=rule.EXAMPLE_SETTINGS)
    assert {finding.code for finding in done.made} <= {"CVL901"}


def test_bytes_that_are_not_fixed_stay():
    text = (
        NET.format(padding="", features=3200).replace("\n", "\r\n").replace("import torch\r\n", "import torch  # é\r\n")
    )
    data = b"\xef\xbb\xbf" + text.encode()
    done = fixed(data, settings=Config(select=("CVL202",)))
    assert done.contents["a.py"] == data.replace(b"3200", b"128")


def test_what_torch_raises_on_is_mended_before_what_is_only_a_waste():
    text = NET.format(padding="", features=3200)
    done = fixed(text)
    assert source(done, text) == NET.format(padding="", features=128)
    assert [(it.finding.code, it.reason) for it in done.dropped] == [("CVL102", "torch would raise in `Net`")]
    assert [finding.code for finding in done.report.findings] == ["CVL102"]


def test_a_fix_after_which_torch_would_raise_is_not_made():
    text = NET.format(padding="", features=128)
    done = fixed(text)
    assert done.contents == {}
    assert [it.reason for it in done.dropped] == ["torch would raise in `Net`"]


def test_a_fix_after_which_the_finding_is_still_there_is_not_made():
    text = NET.format(padding=", padding=2", features=3200).replace("x).flatten", "x)[:, :, ::2].flatten")
    report = api.lint_contents({"a.py": text.encode()})
    (finding,) = [it for it in report.findings if it.code == "CVL202"]
    assert finding.fix is not None
    stubborn = fix({"a.py": text.encode()}, lambda files: report, unsafe=True)
    assert stubborn.contents == {}
    assert stubborn.dropped[0].reason == "the finding would still be there"


def test_one_definition_that_would_have_to_be_two_things_is_left_alone():
    text = NET.format(padding=", padding=2", features=7) + "Net()(torch.randn(1, 3, 4, 4))\n"
    done = fixed(text)
    assert done.contents == {}
    assert "CVL202" in {finding.code for finding in done.report.findings}


def test_only_files_of_the_run_are_changed():
    text = "import torch\nfrom torch import nn\nfrom layers import fc\nfc(torch.randn(1, 4))\n"
    done = fixed(text)
    assert done.contents == {}
