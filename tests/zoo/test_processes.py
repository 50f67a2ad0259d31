from __future__ import annotations

import os
import time

import pytest

from benchmarks.scoreboard.processes import Limits, Outcome, run


def work(task: str) -> str:
    """Stands for a model: it answers, raises, hangs, exits or dies."""
    if task == "hang":
        time.sleep(60)
    if task == "die":
        os._exit(3)
    if task == "exit":
        raise SystemExit(0)
    if task == "swell":
        return str(len(bytearray(4 << 30)))
    return task.upper()


def refuse() -> None:
    raise ValueError("no such package")


def test_each_task_has_an_outcome_whatever_the_others_do() -> None:
    tasks = ["one", "hang", "die", "exit", "swell", "two"]
    outcomes = {outcome.task: outcome for outcome in run(work, tasks, jobs=2, limits=Limits(2.0, 1 << 30))}
    assert {task: outcome.value for task, outcome in outcomes.items() if outcome.error is None} == {
        "one": "ONE",
        "two": "TWO",
    }
    errors = {task: outcome.error for task, outcome in outcomes.items() if outcome.error is not None}
    assert errors == {
        "hang": "time limit of 2 s",
        "die": "process died (3)",
        "exit": "SystemExit: 0",
        "swell": "MemoryError",
    }
    assert outcomes["one"].peak > 1 << 20


def test_no_task_is_no_outcome() -> None:
    assert list(run(work, [])) == []


def test_a_setup_that_fails_is_raised() -> None:
    with pytest.raises(RuntimeError, match="no such package"):
        list(run(work, ["one"], setup=refuse))


def test_one_worker_takes_the_tasks_in_order() -> None:
    outcomes: list[Outcome] = list(run(work, ["c", "a", "b"]))
    assert [outcome.value for outcome in outcomes] == ["C", "A", "B"]
