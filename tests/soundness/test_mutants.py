"""Mistakes put into correct programs: no error on those that torch runs, and most found of those that it refuses."""

from __future__ import annotations

import random
from collections import Counter

import pytest
import torch

from convlint.api import lint_source
from tests.depth import some
from tests.limits import limit
from tests.soundness.mutate import damage, mistake
from tests.soundness.outcome import compare
from tests.soundness.programs import CORPUS

MISTAKEN, DAMAGED = some(170), some(60)
RECALL = 0.8
SLOW = frozenset({"recursion", "argparse_main", "diffusion", "transformer_lm", "rl"})
"""Programs that take torch long; `python -m benchmarks.mutants` has them too."""
NAMES = [name for name in CORPUS if name not in SLOW]

torch.set_num_threads(1)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_mistakes_are_judged_as_torch_does(capsys: pytest.CaptureFixture[str]) -> None:
    rng = random.Random(1)
    outcomes: Counter[str] = Counter()
    for _ in range(MISTAKEN):
        name, source = rng.choice(NAMES), None
        while source is None or not _compiles(source):
            source = mistake(CORPUS[name], rng)
        kind, detail, raised = compare(source, name)
        assert kind not in ("false", "number", "slow"), f"{name}: {detail}\n{source}"
        outcomes[kind] += 1
        if raised:
            outcomes["refused"] += 1
            outcomes["reported"] += kind in ("found", "elsewhere")
    with capsys.disabled():
        print(f"\nmutants: {dict(outcomes)}")
    assert outcomes["refused"] >= some(20)
    assert outcomes["passed"] >= some(20)
    assert outcomes["reported"] / outcomes["refused"] >= RECALL


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_damaged_programs_are_survived() -> None:
    rng = random.Random(2)
    for _ in range(DAMAGED):
        name = rng.choice(NAMES)
        source = damage(CORPUS[name], rng) or ""
        with limit(20):
            report = lint_source(source, f"{name}.py")
        assert not report.failures, f"{report.failures[0].traceback}\n{source}"


def _compiles(source: str) -> bool:
    try:
        compile(source, "mutant", "exec")
    except (SyntaxError, ValueError):
        return False
    return True
