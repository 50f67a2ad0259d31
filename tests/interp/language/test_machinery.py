"""What programs ask of Python's own machinery: each question has CPython's answer, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interp.questions import Paragraph, known, paragraphs, wrong

HEAD = """
import abc, collections, collections.abc, contextlib, copy, dataclasses, enum, functools, inspect, itertools, math
import numbers, operator, re, string, sys, types, typing, weakref, os
"""
HERE = Path(__file__).parent
PARAGRAPHS = paragraphs(HERE / "machinery.txt", HEAD)
FROM_CPYTHON = paragraphs(HERE / "from_cpython.txt", HEAD)
"""What CPython's own tests have shown."""


@pytest.mark.parametrize("paragraph", [*PARAGRAPHS, *FROM_CPYTHON], ids=lambda part: part.title)
def test_says_what_python_says(paragraph: Paragraph) -> None:
    answers = wrong(paragraph)
    assert not answers, "\n".join(answers)


def test_most_are_known() -> None:
    total = sum(len(paragraph.asked) for paragraph in PARAGRAPHS)
    assert total > 400
    assert sum(map(known, PARAGRAPHS)) > 0.7 * total
