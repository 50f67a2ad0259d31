"""Every finding on the examples of all rules and on the fixtures: torch confirms it, or it is said why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from convlint.api import lint_paths, lint_source
from convlint.confirm.findings import confirm
from convlint.report.rule_page import program
from convlint.rules import RULES
from tests.confirm.asking import Here, status, statuses

pytestmark = [pytest.mark.sampled, pytest.mark.asks_torch]

NEEDS_RUN = "that a layer is never used shows only when the whole model runs: needs --run"
CHECKS_RUN = "that a check of the program's own fails shows only when the program runs: needs --run"
TRAINS_RUN = "what training takes in memory shows only when the whole model trains"
NOTHING_TO_SHOW = "there is no evidence that torch could show"
EXAMPLES = [
    pytest.param(rule, program(example), id=f"{rule.code}-{number}")
    for rule in RULES
    for number, example in enumerate(rule.BAD, 1)
]


@pytest.mark.parametrize(("rule", "source"), EXAMPLES)
def test_examples_are_confirmed(rule, source):
    report = confirm(lint_source(source, "example.py", config=rule.EXAMPLE_SETTINGS), Here())
    assert rule.code in {finding.code for finding in report.findings}
    for finding in report.findings:
        assert finding.confirmation is not None
        if finding.code == "CVL401":
            assert (status(finding), finding.confirmation.detail) == ("not-checked", NEEDS_RUN)
        elif finding.code == "CVL209":
            assert (status(finding), finding.confirmation.detail) == ("not-checked", CHECKS_RUN)
        elif finding.code == "CVL307":
            assert (status(finding), finding.confirmation.detail) == ("not-checked", TRAINS_RUN)
        elif finding.code == "CVL901":
            assert (status(finding), finding.confirmation.detail) == ("not-checked", NOTHING_TO_SHOW)
        else:
            assert status(finding) == "confirmed", finding.confirmation
            assert finding.confirmation.detail


def test_fixtures_are_confirmed():
    report = confirm(lint_paths([str(Path(__file__).parents[2] / "fixtures")]), Here())
    found = statuses(report)
    assert {code for code, said in found if said == "not-checked"} == {"CVL401"}
    assert not [finding for finding in report.findings if finding.is_refuted]
    assert {code for code, said in found if said == "confirmed"} == {
        "CVL101", "CVL102", "CVL105", "CVL106", "CVL202", "CVL203", "CVL305", "CVL900",
    }  # fmt: skip
