"""How many paths are run: all of them, or only as many as it takes to answer what is asked."""

from __future__ import annotations

import pytest

from convlint.analysis.explore import Outcome, Steps, explore, goes_on
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
    assert sorted(outcome.vm.taken.count(False) for outcome in found.outcomes) == [0, *[1] * 10]
