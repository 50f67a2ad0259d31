"""What the long run of the mutants is made with: programs of modules, processes of their own, lines that are run."""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest

from benchmarks.mutants import KeptVerdicts, Task, Verdict, mutant, rows_run, work
from benchmarks.mutation.children import DiedError, in_child
from benchmarks.mutation.extracting import extracted
from benchmarks.mutation.programs import Program, programs

MODULE = '''
"""A module of a package."""
from __future__ import annotations

from torch import nn

from ._registry import register_model
from ..layers import act

__all__ = ["net", "other"]


class Net(nn.Module):
    """A network."""

    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(WIDTH, 2)

    def forward(self, x):
        return self.fc(x)


class Other(Net):
    pass


WIDTH = 4


@register_model
def net():
    return Net()


def other():
    return Other()


register_deprecations(__name__, {"old": "net"})
if __name__ == "__main__":
    other()
'''
SMALL = """import torch
from torch import nn


def never():
    return nn.Linear(1, 1)


out = nn.Linear(4, 2)(torch.zeros(3, 4))
"""


def test_a_program_holds_what_its_model_needs() -> None:
    assert extracted(MODULE, "pkg.models", "net()\n") == (
        "from __future__ import annotations\nimport torch\nfrom torch import nn\nfrom pkg.models._registry import "
        "register_model\nfrom pkg.layers import act\n\nclass Net(nn.Module):\n\n    def __init__(self):\n"
        "        super().__init__()\n        self.fc = nn.Linear(WIDTH, 2)\n\n    def forward(self, x):\n"
        "        return self.fc(x)\nWIDTH = 4\n\ndef net():\n    return Net()\nnet()\n"
    )


def test_processes_answer_or_are_said_to_have_died() -> None:
    assert in_child(lambda: os.getpid() != 0, 20) is True
    with pytest.raises(DiedError):
        in_child(lambda: os._exit(3), 20)
    with pytest.raises(DiedError):
        in_child(lambda: [None for _ in iter(int, 1)], 0.3)


def test_only_lines_that_are_run_are_changed() -> None:
    program = Program("corpus", "small", SMALL)
    rows = rows_run(program)
    assert isinstance(rows, frozenset)
    assert 9 in rows
    assert 6 not in rows
    for seed in range(30):
        changed = mutant(Task(random.Random(seed).randrange(2**31), program, rows, False, None))
        assert changed != SMALL
        assert "    return nn.Linear(1, 1)\n" in changed


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_mutants_are_judged() -> None:
    program = Program("corpus", "small", SMALL)
    verdicts = [work(Task(seed, program, frozenset({9}), False, None)) for seed in range(25)]
    kinds = {verdict.kind for verdict in verdicts}
    assert {"passed", "found"} <= kinds <= {"passed", "found", "other", "endless"}


def test_what_became_of_a_mutant_is_kept(tmp_path: Path) -> None:
    program, path = Program("corpus", "small", SMALL), tmp_path / "kept.jsonl"
    tasks = [Task(seed, program, frozenset({9}), False, None) for seed in (1, 2)]
    KeptVerdicts(path).keep(Verdict(tasks[0], "torch", "missed", "why", "ValueError", 0.5))
    again = KeptVerdicts(path)
    assert again.of(tasks[0]) == Verdict(tasks[0], "", "missed", "why", "ValueError", 0.5)
    assert again.of(tasks[1]) is None


def test_fixtures_and_corpus_are_programs_that_torch_runs() -> None:
    fixtures = [program for program in programs(None, None) if program.group == "fixtures"]
    assert len(fixtures) >= 4
    for program in fixtures:
        assert isinstance(rows_run(program), frozenset), program.name
