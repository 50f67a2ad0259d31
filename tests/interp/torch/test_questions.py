"""What programs ask of torch's own objects: each question has torch's answer, or none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.interp.questions import Paragraph, known, paragraphs, wrong

HEAD = """
import collections.abc, copy, functools, inspect, numbers, sys, types
import torch
from torch import nn
import torch.nn.functional as F
"""
PARAGRAPHS = paragraphs(Path(__file__).parent / "questions.txt", HEAD)


@pytest.mark.parametrize("paragraph", PARAGRAPHS, ids=[part.title for part in PARAGRAPHS])
@pytest.mark.filterwarnings("ignore")
def test_says_what_torch_says(paragraph: Paragraph) -> None:
    answers = wrong(paragraph)
    assert not answers, "\n".join(answers)


def test_many_are_known() -> None:
    total = sum(len(paragraph.asked) for paragraph in PARAGRAPHS)
    assert total > 150
    assert sum(map(known, PARAGRAPHS)) > 0.5 * total
