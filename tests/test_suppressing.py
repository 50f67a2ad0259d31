"""Comments silence what they name, tell what they misspell, and are told of when they silence nothing."""

from __future__ import annotations

import pytest

import convlint
from convlint.config import Config

NET = """\
from torch import nn

class Net(nn.Module):
    def __init__(self{more}):
        super().__init__()
        self.conv = nn.Conv2d(3, 8, {arguments}){comment}

    def forward(self, x):
        return self.conv(x)
"""


def program(arguments="3", comment="", more=""):
    return NET.format(arguments=arguments, comment=comment and f"  # {comment}", more=more)


def codes(text, **settings):
    return [finding.code for finding in convlint.lint_source(text, config=Config(**settings)).findings]


@pytest.mark.parametrize(
    "comment",
    [
        "convlint: ignore[CVL102]",
        "convlint: ignore[cvl102]",
        "convlint: ignore[shrinking-layer]",
        "convlint: ignore[CVL1]",
        "convlint: ignore[ALL]",
        "convlint: ignore",
        "noqa: CVL102",
        "convlint: file-ignore[Shrinking-Layer]",
    ],
)
def test_what_silences(comment):
    assert codes(program()) == ["CVL102"]
    assert codes(program(comment=comment)) == []


def test_a_comment_that_silences_nothing_is_told_once_with_the_codes_that_do():
    text = program(comment="convlint: ignore[CVL102, CVL105, redundant-bias]")
    (finding,) = convlint.lint_source(text).findings
    assert finding.code == "CVL901"
    assert finding.message == "`CVL105`, `CVL305` in this comment silence nothing"
    assert finding.place.span == (6, 40, 6, 90)
    assert codes(text, ignore=("CVL901",)) == []
    assert codes(text.replace("redundant-bias", "redundant-bias, CVL901")) == []


@pytest.mark.parametrize(
    "text",
    [
        program("3, padding=1", "convlint: ignore[CVL101]"),
        program("size, padding=1", "convlint: ignore[CVL102]", ", size"),
        program("size, padding=1", "convlint: ignore[CVL102]", ", size=3"),
        program("unknown(), padding=1", "convlint: ignore[CVL102]"),
        program("3, padding=1", "convlint: ignore[CVL102]").replace("(nn.Module)", ""),
        program("3, padding=1", "convlint: ignore[CVL102]").replace("return ", "unknown(x)\n        return other + "),
        "import os  # convlint: ignore[CVL102]\n",
        program("3, padding=1") + "\nprint(1)  # convlint: ignore[CVL102]\n",
    ],
    ids=["size", "argument", "default", "unknown", "no-model", "gap", "no-torch", "elsewhere"],
)
def test_nothing_is_said_of_a_comment_where_the_rule_may_not_have_been_evaluated(text):
    assert "CVL901" not in codes(text)


def test_rules_that_are_not_selected_were_not_evaluated():
    text = program("3, padding=1", "convlint: ignore[CVL102]")
    assert codes(text) == ["CVL901"]
    assert codes(text, select=("CVL1", "CVL9")) == ["CVL901"]
    assert codes(text, select=("CVL2", "CVL9")) == []


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("convlint: ignore[CVL999]", "`CVL999` is no rule of convlint's; the nearest is `CVL901`"),
        ("convlint: ignore[E501]", "`E501` is no rule of convlint's"),
        (
            "convlint: ignore[shrinkng-layer]",
            "`shrinkng-layer` is no rule of convlint's; the nearest is `shrinking-layer`",
        ),
        ("convlint: file-ignore[CVL102, x]", "`x` is no rule of convlint's"),
        ("convlint: inptu=(1, 3)", "unknown directive `inptu`: did you mean `input=`?"),
    ],
)
def test_what_is_misspelt_is_a_notice_with_the_nearest(comment, message):
    report = convlint.lint_source(program("3, padding=1", comment))
    (notice,) = report.notices
    assert (notice.message, notice.place.span[0]) == (message, 6)
    assert report.exit_code == (1 if "CVL102" in comment else 0)
