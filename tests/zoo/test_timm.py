"""A sample of timm's registry, unchanged source: every leaf call and the parameters as torch shows them."""

from __future__ import annotations

from pathlib import Path

import pytest

import convlint
from benchmarks.scoreboard.compare import judge
from benchmarks.scoreboard.truth import Truth, read

pytestmark = pytest.mark.sampled

SAMPLE = [truth for truth in read(Path(__file__).with_name("timm_sample.jsonl.gz")) if truth.error is None]
TRUTHS = SAMPLE[1::2]
"""Half of the sample, which keeps the run to a minute or two; `benchmarks/zoo.py` runs all of it."""


def test_the_sample_is_large_enough() -> None:
    assert len(TRUTHS) >= 60
    assert len({truth.target.partition(":")[0] for truth in TRUTHS}) >= 40


@pytest.mark.parametrize("truth", TRUTHS, ids=[truth.name for truth in TRUTHS])
def test_summary_is_what_torch_shows(truth: Truth, zoo_source: Path) -> None:
    summary = convlint.summarize(truth.target, *truth.inputs, kwargs=dict(truth.kwargs), search_path=(zoo_source,))
    verdict = judge(truth, summary)
    assert verdict.status == "exact", f"{verdict.status}: {verdict.cause}: {verdict.detail}"
