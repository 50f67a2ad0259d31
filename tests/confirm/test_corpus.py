"""No run of a model of the corpus is refuted: what convlint says of programs that torch runs is true."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from convlint.analysis import AnalysisSettings, FileInput, analyse
from convlint.confirm.judging import Outcome
from convlint.confirm.models import Workers, check_models
from convlint.confirm.process import Worker

pytestmark = [pytest.mark.sampled, pytest.mark.asks_torch]

CORPUS = sorted((Path(__file__).resolve().parents[1] / "soundness" / "corpus").glob("*.py"))
SAMPLE = random.Random(8).sample(CORPUS, 6)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(Worker) as made:
        yield made


@pytest.mark.parametrize("path", SAMPLE, ids=lambda path: path.stem)
def test_nothing_is_refuted(path: Path, workers: Workers) -> None:
    (analysis,) = analyse([FileInput(str(path), path.read_bytes())], AnalysisSettings())
    checks = check_models(analysis, workers)
    assert [made.reason for made in checks if made.outcome in (Outcome.REFUTED, Outcome.RAISES)] == []


def test_the_sample_is_run(workers: Workers) -> None:
    files = [FileInput(str(path), path.read_bytes()) for path in SAMPLE[:2]]
    checks = [made for analysis in analyse(files, AnalysisSettings()) for made in check_models(analysis, workers)]
    assert sum(made.outcome is Outcome.CONFIRMED for made in checks) > 1
