"""Every rule's page and examples: the form that they must have, what torch says to them, and what convlint does."""

from __future__ import annotations

import re

import pytest

from convlint.api import lint_source
from convlint.findings import Severity
from convlint.report.rule_page import program
from convlint.rules import RULES

SECTIONS = ["What it does", "Why is this bad?", "Example", "Use instead"]
EXAMPLES = [
    pytest.param(rule, program(example), is_bad, id=f"{rule.code}-{'bad' if is_bad else 'good'}{number}")
    for rule in RULES
    for is_bad, examples in ((True, rule.BAD), (False, rule.GOOD))
    for number, example in enumerate(examples, 1)
]
RUNNABLE = [example for example in EXAMPLES if example.values[0].code != "CVL900"]


def test_codes_and_names_are_unique_and_sorted():
    codes = [rule.code for rule in RULES]
    assert codes == sorted(set(codes))
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_form_of_a_rule(rule):
    assert re.fullmatch(r"CVL\d{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", rule.name)
    assert rule.page.splitlines()[1] == ""
    assert rule.summary.endswith(".")
    assert re.findall(r"^## (.*)$", rule.page, re.M) == SECTIONS
    assert len(rule.BAD) >= 3
    assert len(rule.GOOD) >= 3
    module = type(rule).__module__.rpartition(".")[2]
    assert module == rule.name.replace("-", "_")
    assert type(rule).__name__ == "".join(part.title() for part in rule.name.split("-"))


def raises(source: str) -> bool:
    try:
        exec(compile(source, "example.py", "exec"), {"__name__": "__main__"})
    except Exception:
        return True
    return False


@pytest.mark.parametrize(("rule", "source", "is_bad"), RUNNABLE)
def test_torch_raises_on_errors_only(rule, source, is_bad):
    """An example of an error raises if it calls the model; everything else runs."""
    is_error = rule.severity is Severity.ERROR or "MaxPool2d(2, padding=2)" in source
    if not (is_bad and is_error):
        assert not raises(source)
    elif "Net()(" in source:
        assert raises(source)


@pytest.mark.parametrize(("rule", "source", "is_bad"), EXAMPLES)
def test_convlint_reports_the_bad_and_not_the_good(rule, source, is_bad):
    report = lint_source(source, "example.py", config=rule.EXAMPLE_SETTINGS)
    assert not report.failures, report.failures[0].traceback
    assert (rule.code in {finding.code for finding in report.findings}) == is_bad
    if not is_bad:
        assert not [finding for finding in report.findings if finding.severity is Severity.ERROR]
