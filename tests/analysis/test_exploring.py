"""How many paths are run: all of them, or only as many as it takes to answer what is asked."""

from __future__ import annotations

import pytest

import convlint
from convlint.analysis.explore import ENOUGH, Outcome, Steps, explore, goes_on
from convlint.findings import Severity
from convlint.interp.imports.program import Program
from convlint.interp.vm import Vm

DECISIONS = 3


def decide(vm: Vm) -> int:
    """Take three decisions that nobody knows: eight paths."""
    return sum(vm.decide(f"decision {number}") for number in range(DECISIONS))


@pytest.fixture
def program() -> Program:
    return Program(lambda filename: pytest.fail(f"{filename} is read"), ())


def test_every_path_is_run(program: Program) -> None:
    found = explore(program, Steps(decide))
    assert found.exhaustive
    assert len(found.outcomes) == 2**DECISIONS


def test_one_path_is_enough_where_one_answers(program: Program) -> None:
    found = explore(program, Steps(decide), until=goes_on)
    assert not found.exhaustive
    assert [outcome.ended for outcome in found.outcomes] == ["returned"]


def test_no_path_is_run_after_the_bounds_leave_no_hope(program: Program) -> None:
    def never(outcome: Outcome) -> bool:
        return False

    found = explore(program, Steps(decide), until=never, max_paths=DECISIONS)
    assert not found.exhaustive
    assert len(found.outcomes) == 1


def test_of_too_many_paths_those_are_run_that_differ_in_one_decision(program: Program) -> None:
    def decide_alike(vm: Vm) -> None:
        for _ in range(10):
            vm.decide("whether a block is left out")

    found = explore(program, Steps(decide_alike), max_paths=24)
    assert not found.exhaustive
    left_out = [outcome.vm.taken.count(False) for outcome in found.outcomes]
    assert left_out == [0, *[1] * (ENOUGH - 1), 10 - (ENOUGH - 1)]  # and then all that are left, in one path


def test_of_too_many_paths_the_last_take_what_no_other_has_taken(program: Program) -> None:
    def decide_in_stages(vm: Vm) -> str:
        taken = "".join(str(int(vm.decide(f"{number}"))) for number in range(12))
        if taken.endswith("0"):
            vm.throw(ValueError, "the last one is refused")
        return taken

    found = explore(program, Steps(decide_in_stages), max_paths=24)
    assert not found.exhaustive
    assert len(found.outcomes) == ENOUGH + 1
    assert {outcome.ended for outcome in found.outcomes} == {"returned", "failed"}
    for number in range(12):
        assert {outcome.vm.taken[number] for outcome in found.outcomes} == {True, False}


CONDITIONS = """
import argparse
import torch
from torch import nn

parser = argparse.ArgumentParser()
parser.add_argument("--dataset", required=True)
parser.add_argument("--ngpu", type=int, default=1)
options = parser.parse_args()
if options.dataset == "one":
    size = 3
elif options.dataset == "two":
    size = 4
elif options.dataset == "three":
    size = 5
elif options.dataset == "four":
    size = 6
elif options.dataset == "five":
    size = 7


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.ngpu = int(options.ngpu)
        self.main = nn.Linear({}, 2)

    def forward(self, x):
        if (x.is_cuda or x.is_xpu) and self.ngpu > 1:
            return nn.parallel.data_parallel(self.main, x, range(self.ngpu))
        if torch.cuda.is_available() and not self.ngpu == 1:
            return None
        return self.main(x)


Net()(torch.zeros(size, 8))
"""


def test_what_a_condition_hangs_on_is_decided_only_if_it_counts() -> None:
    """Each condition of a machine would double the paths, and then they are too many to know that all are refused."""
    for features, codes in ((9, ["CVL202"]), (8, [])):
        found = convlint.lint_source(CONDITIONS.format(features)).findings
        assert [one.code for one in found if one.severity is Severity.ERROR] == codes


def test_no_more_paths_are_run_after_all_have_done_what_one_may() -> None:
    def decide_long(vm: Vm) -> None:
        vm.step(300)
        decide(vm)

    program = Program(lambda filename: pytest.fail(f"{filename} is read"), (), max_steps=500)
    found = explore(program, Steps(decide_long))
    assert not found.exhaustive
    assert len(found.outcomes) == 2


OF_ANY_RANK = """
import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(3, 4)
        self.second = {second}

    def forward(self, x):
        return self.second(self.first(x))
"""


@pytest.mark.parametrize(
    ("second", "codes"),
    [
        ("nn.Linear(5, 2)", ["CVL202"]),
        ("nn.Linear(4, 2)", []),
        ("nn.BatchNorm3d(8)", []),  # takes five dimensions
        ("nn.PixelShuffle(2)", []),  # takes three and more
    ],
)
def test_what_fits_an_input_of_some_rank_is_no_error(second: str, codes: list[str]) -> None:
    report = convlint.lint_source(OF_ANY_RANK.format(second=second))
    assert not report.failures
    assert [it.code for it in report.findings if it.severity is Severity.ERROR] == codes


def test_what_fits_a_vector_alone_is_no_error() -> None:
    source = OF_ANY_RANK.format(second="nn.Identity()").replace(
        "self.second(self.first(x))", "torch.dot(self.first(x), self.first.bias)"
    )
    assert not [it for it in convlint.lint_source(source).findings if it.severity is Severity.ERROR]
