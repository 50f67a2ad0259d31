"""The sizes that convlint says are accepted against what torch did: our own models, and a sample of a zoo."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.acceptance import answers, cases, judge
from benchmarks.acceptance.answers import Answers

pytestmark = pytest.mark.sampled

KNOWN = [item for item in answers.read(answers.RECORDED) if item.error is None]
OWN = [item for item in KNOWN if item.target.partition(":")[0].endswith(".py")]
ZOO = [item for item in KNOWN if item not in OWN]
SAMPLE = random.Random(1).sample(ZOO, 24)


def test_every_model_of_our_own_was_asked() -> None:
    assert {item.target for item in OWN} == {case.target for case in cases.own()}
    assert all(item.taken for item in OWN)
    assert len(ZOO) >= 60


@pytest.mark.parametrize("truth", OWN, ids=lambda truth: truth.name)
def test_own_models(truth: Answers) -> None:
    verdict = judge.Judge(Path())(truth)
    assert not verdict.undecided
    assert not verdict.wrong, (verdict.wrong[:10], verdict.text)


@pytest.mark.parametrize("truth", SAMPLE, ids=lambda truth: truth.name)
def test_a_sample_of_the_zoo(truth: Answers, zoo_source: Path) -> None:
    verdict = judge.Judge(zoo_source)(truth)
    assert not verdict.wrong, (verdict.wrong[:10], verdict.text)


def test_answers_are_read_as_they_were_written(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl.gz"
    answers.write(path, reversed(KNOWN))
    assert {item.name: item for item in answers.read(path)} == {item.name: item for item in KNOWN}
    first = path.read_bytes()
    answers.write(path, KNOWN)
    assert path.read_bytes() == first


def test_a_wrong_answer_is_seen() -> None:
    truth = next(item for item in OWN if item.target.endswith("models.py:LeNet"))
    lied = Answers(truth.target, truth.kwargs, truth.channels, truth.taken ^ {(33, 33), (1, 1)})
    assert set(judge.Judge(Path())(lied).wrong) == {(33, 33), (1, 1)}
