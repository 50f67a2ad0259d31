"""What programs ask of Python's own machinery: each question has CPython's answer, or none.

`machinery.txt` beside this file holds programs, one in each paragraph: statements, then expressions in lines that
begin with `>`. Most are known: the share of those that are not is bounded, so that the test cannot pass on nothing.
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from convlint.interp.values.unknown import Unknown
from tests.interp.running import interpret, python

TEXT = (Path(__file__).parent / "machinery.txt").read_text(encoding="utf-8")
PARAGRAPHS = [part for part in TEXT.split("\n\n") if part.strip()]
HEAD = """
import abc, collections, collections.abc, contextlib, copy, dataclasses, enum, functools, inspect, itertools, math
import operator, re, string, sys, types, typing, weakref, os
result = []
def show(make):
    try:
        result.append(make())
    except Exception as error:
        result.append("raises " + type(error).__name__)
"""


def _program(paragraph: str) -> tuple[str, list[str]]:
    lines = paragraph.strip("\n").splitlines()
    asked = [line[1:].strip() for line in lines if line.startswith(">")]
    statements = [line for line in lines if not line.startswith(">")]
    shown = [f"show(lambda: ({question}))" for question in asked]
    return "\n".join([HEAD, *statements, *shown]), asked


def _plain(value: object) -> bool:
    if isinstance(value, tuple | list):
        return all(map(_plain, value))
    if isinstance(value, dict):
        return _plain(list(value.items()))
    return isinstance(value, str | int | float | bool | None)


@pytest.mark.parametrize("paragraph", PARAGRAPHS, ids=[part.strip().splitlines()[0][:60] for part in PARAGRAPHS])
def test_says_what_python_says(paragraph: str) -> None:
    source, asked = _program(paragraph)
    ast.parse(source)
    expected = python(source)["result"]
    found, _ = interpret(source)
    assert len(expected) == len(asked)
    assert all(map(_plain, expected)), "ask for plain values"
    told = found["result"]
    assert len(told) == len(asked)
    wrong = [
        f"{question}: {ours!r} instead of {theirs!r}"
        for question, ours, theirs in zip(asked, told, expected, strict=True)
        if _known(ours) and (ours != theirs or type(ours) is not type(theirs))
    ]
    assert not wrong, "\n".join(wrong)


def test_most_are_known() -> None:
    known = total = 0
    for paragraph in PARAGRAPHS:
        told = interpret(_program(paragraph)[0])[0]["result"]
        known += sum(map(_known, told))
        total += len(told)
    print(f"{known} of {total} known")
    assert total > 100
    assert known > 0.6 * total


def _known(value: object) -> bool:
    if isinstance(value, tuple | list):
        return all(map(_known, value))
    if isinstance(value, dict):
        return _known(list(value.items()))
    return not isinstance(value, Unknown)
