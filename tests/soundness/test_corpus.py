"""Correct programs of many styles: torch runs them, convlint reports no error, and its shapes are torch's."""

from __future__ import annotations

import pytest
import torch

from tests.soundness.programs import CORPUS, called_models, disagreement, errors, recording, run_in_torch

torch.set_num_threads(1)


def test_the_corpus_is_large() -> None:
    assert len(CORPUS) >= 40


@pytest.mark.parametrize("name", CORPUS)
def test_program_is_right(name: str) -> None:
    source = CORPUS[name]
    with recording() as runs:
        run_in_torch(source, name)
    assert errors(source, name) == []
    for trace in called_models(source, name):
        if trace.complete and not trace.gaps:
            assert disagreement(trace, runs) == "", trace.call
