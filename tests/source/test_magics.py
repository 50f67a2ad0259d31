"""What only IPython understands, put as Python of as many rows."""

from __future__ import annotations

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convlint.source.magics import as_python
from convlint.source.text import SourceText


@pytest.mark.parametrize(
    ("cell", "python"),
    [
        ("%matplotlib inline\nx = 1", "pass\nx = 1"),
        ("if x:\n    !ls\n", "if x:\n    pass\n"),
        ("!pip install \\\n  torch\nx", "pass\n\nx"),
        ("files = !ls *.py\nx", "files = get_ipython()\nx"),
        ("a, b = %time f(x)", "a, b = get_ipython()"),
        ("net?\n??net\nnet.fc??", "pass\npass\npass"),
        ("%%time\ny = f(x)\n%env A=1\n", "\ny = f(x)\npass\n"),
        ("%%bash\nfor x in y; do\n", "\n\n"),
        ("\n%%html\n<b>", "\n\n"),
        ("%run other.py\r\nx", "from IPython.core.magic import *\r\nx"),
        ("!echo it's (\nx = 1", "pass\nx = 1"),
        ("x = (1\n  % 2)\ny = '''\n%no\n'''", "x = (1\n  % 2)\ny = '''\n%no\n'''"),
        ("x = 7 \\\n% 2", "x = 7 \\\n% 2"),
        ("x != y\nx = a if b else c", "x != y\nx = a if b else c"),
        ("", ""),
    ],
)
def test_commands(cell: str, python: str) -> None:
    assert as_python(cell) == python


@pytest.mark.parametrize("code", ["x = a % b", "f(\n!= 3)", "x = [\n% 2]"])
def test_what_is_inside_of_an_expression_is_no_command(code: str) -> None:
    assert as_python(code) == code


@given(st.text("%!?=#'\"()[]\\ \r\n\tax", max_size=40))
def test_rows_stay(cell: str) -> None:
    assert len(SourceText(as_python(cell)).starts) == len(SourceText(cell).starts)


def test_it_is_linear() -> None:
    for text in ("%x\n" * 50_000, "a = " * 50_000, "?" * 200_000, "(" * 200_000, "a" * 200_000, "x=!\\\n" * 50_000):
        assert as_python(text).count("\n") == text.count("\n")


def test_what_stands_for_commands_is_python() -> None:
    ast.parse(as_python("%run a.py\nx = !ls\nif x:\n    %run b.py\n"))
