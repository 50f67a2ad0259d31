"""Random models: no warning of theirs is refuted, and each kind of mistake that is put in is seen (`random_models`)."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from benchmarks.random_models import model, work

SEEDS = (*range(20), 27, 42, 46)
SEEN = {"CVL101", "CVL102", "CVL103", "CVL105", "CVL401", "CVL501", "CVL502", "CVL503", "CVL504", "CVL505", "CVL506"}


@pytest.mark.filterwarnings("ignore:Using padding='same'")
def test_nothing_is_refuted() -> None:
    told: Counter[tuple[str, str]] = Counter()
    for seed in SEEDS:
        _, source, statuses, wrong = work(seed)
        assert not wrong, "\n".join([*wrong, source])
        told.update(statuses)
    confirmed = {code for (code, status), count in told.items() if status == "confirmed" and count}
    assert confirmed >= SEEN, told


def test_the_same_seed_makes_the_same_model() -> None:
    assert model(random.Random(3)) == model(random.Random(3)) != model(random.Random(4))
