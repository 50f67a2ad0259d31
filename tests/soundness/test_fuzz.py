"""A short run of the damaged programs; the long one is `benchmarks/fuzz.py`, every night."""

from __future__ import annotations

import os
import random

import pytest

import convlint
from convlint.interp.natives.failures import Strictness
from tests.soundness.fuzz import DAMAGES, damaged
from tests.soundness.programs import CORPUS

SEEDS = range(40)


@pytest.mark.sampled
@pytest.mark.parametrize("seed", SEEDS)
def test_a_damaged_program_is_linted_or_refused(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Strictness, "on", False)  # as users have it
    rng = random.Random(seed if os.environ.get("CONVLINT_TEST_SEEDS") != "random" else None)
    name = rng.choice(sorted(CORPUS))
    text = damaged(CORPUS[name], rng)
    report = convlint.lint_source(text, name)
    assert not report.failures, report.failures[0].traceback


def test_every_damage_changes_something() -> None:
    text = next(iter(CORPUS.values()))
    for damage in DAMAGES:
        assert any(damage(text, random.Random(seed)) != text for seed in range(20)), damage.__name__
