"""Conditions are written as Python writes them."""

from __future__ import annotations

import ast

import pytest

from convlint.ir import nodes
from convlint.ir.load import load
from convlint.ir.unparse import condition_of

WRITTEN = [
    "timm.__version__ == '0.3.2'",
    "x.shape[-1] % 16 == 0",
    "0 < len(sizes) <= 3",
    "not isinstance(x, Tensor)",
    "mode in ['a', 'b']",
    "-1 != width",
    "net(x).shape == (1, 8, 32)",
]
NOT_WRITTEN = ["f(key=1)", "a and b", "(lambda: 1)()", "[x for x in y]"]


def _parsed(text: str) -> nodes.Expr:
    (statement,) = load(f"assert {text}\n".encode(), "program.py").module.body
    assert isinstance(statement, nodes.Assert)
    return statement.test


@pytest.mark.parametrize("text", WRITTEN)
def test_a_condition_is_written_as_in_python(text: str) -> None:
    assert condition_of(_parsed(text)) == ast.unparse(ast.parse(text))


@pytest.mark.parametrize("text", NOT_WRITTEN)
def test_what_takes_more_is_not_written(text: str) -> None:
    assert condition_of(_parsed(text)) is None
