"""torchvision's unchanged source: every leaf call and the parameters as torch shows them, and no false error."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import convlint
from benchmarks.scoreboard.compare import judge
from benchmarks.scoreboard.truth import Truth, read
from convlint.findings import Severity

pytestmark = pytest.mark.sampled

EXACT = re.compile(r"alexnet|vgg\d+(_bn)?|resnet\d+|squeezenet1_\d|densenet121|googlenet|inception_v3|mobilenet_v2")
"""The models that must be exact, by the names of their builders."""

TRUTHS = [
    truth
    for truth in read(Path(__file__).with_name("torchvision.jsonl.gz"))
    if EXACT.fullmatch(truth.name) and truth.target.count(".") == 2
]
MODULES = sorted({truth.target.partition(":")[0] for truth in TRUTHS})


def test_the_truth_holds_every_model() -> None:
    assert len(TRUTHS) == 20
    assert all(truth.error is None and truth.calls for truth in TRUTHS)


@pytest.mark.parametrize("truth", TRUTHS, ids=[truth.name for truth in TRUTHS])
def test_summary_is_what_torch_shows(truth: Truth, zoo_source: Path) -> None:
    summary = convlint.summarize(truth.target, *truth.inputs, kwargs=dict(truth.kwargs), search_path=(zoo_source,))
    verdict = judge(truth, summary)
    assert verdict.status == "exact", f"{verdict.status}: {verdict.cause}: {verdict.detail}"


@pytest.mark.parametrize("module", MODULES)
def test_check_reports_no_error(module: str, zoo_source: Path) -> None:
    file = zoo_source.joinpath(*module.split(".")).with_suffix(".py")
    report = convlint.lint_paths([file])
    assert report.files >= 1
    assert [finding for finding in report.findings if finding.severity is Severity.ERROR] == []
