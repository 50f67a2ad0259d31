"""A text that has changed a little is lowered as if it were new, and keeps what has not changed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convlint.ir import relower as relowering
from convlint.ir.load import lower_text
from convlint.ir.relower import relower
from convlint.source.text import SourceError, SourceText

TEXT = '''\
"""A module."""
import torch
from torch import nn; x = 1

# about the class
@decorated(
    with_arguments=True,
)
class Net(nn.Module):
    """Text
    in rows."""

    def forward(self, x):
        return [
            x + 1,
            f"{x!r:>{10}}",
        ]

if x:
    y = """
z = 3
"""
else:
    y = (
2
)

def f(a, *b, c=1, **d): return lambda e: e
t = a, b = \\
    1, 2
try: pass
except* E as error: raise
'''
PIECES = [
    "",
    "x",
    "\n",
    "    ",
    "(",
    ")",
    '"""',
    "'",
    "#",
    "\\",
    "\\\n",
    ":",
    "else:\n",
    "@d\n",
    "y = 2\n",
    "\r\n",
    ";",
    "é",
    "if x:\n",
]


def outcome(make) -> object:
    try:
        return make()
    except SourceError as error:
        return error.message, error.row, error.column


@settings(deadline=None, max_examples=300)
@given(st.integers(0, len(TEXT)), st.integers(0, 30), st.lists(st.sampled_from(PIECES), max_size=3).map("".join))
def test_it_is_as_if_the_text_were_new(start, length, new):
    before, text = SourceText(TEXT), SourceText(TEXT[:start] + new + TEXT[start + length :])
    assert outcome(lambda: relower(before, lower_text(before), text)) == outcome(lambda: lower_text(text))


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_only_what_is_around_the_change_is_parsed_again(line_end, monkeypatch):
    whole = TEXT.replace("\n", line_end)
    before, text = SourceText(whole), SourceText(whole.replace("*b, c=1", "*b, c=23"))
    module = lower_text(before)
    parsed: list[str] = []

    def parse(source: SourceText):
        parsed.append(source.text)
        return lower_text(source)

    monkeypatch.setattr(relowering, "lower_text", parse)
    found = relower(before, module, text)
    assert found == lower_text(text)
    assert parsed == [f"def f(a, *b, c=23, **d): return lambda e: e{line_end}"]
    assert [new is old for new, old in zip(found.body, module.body, strict=True)].count(False) == 1


def test_a_new_row_moves_what_follows():
    before = SourceText(TEXT)
    text = SourceText(TEXT.replace("import torch\n", "import torch\nimport os\n", 1))
    module = lower_text(before)
    found = relower(before, module, text)
    assert found == lower_text(text)
    assert found.body[0] is module.body[0]
    assert found.body[-1].span[0] == module.body[-1].span[0] + 1
