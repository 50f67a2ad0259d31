"""Compares what convlint says of each size with what torch did. Needs no torch."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.acceptance.answers import Answers, Size, sizes
from benchmarks.acceptance.cases import ROOT
from benchmarks.scoreboard import processes
from convlint import api


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found for one model.

    `wrong` are sizes of which convlint says the opposite of what torch does. Where the set is not decided, `undecided`
    says why, and `wrong` are sizes that convlint excludes all the same and torch takes.
    """

    truth: Answers
    wrong: tuple[Size, ...] = ()
    undecided: tuple[str, ...] = ()
    excluded: int = 0
    """How many sizes are rightly refused though the set is not decided."""
    text: tuple[str, ...] = ()
    seconds: float = 0.0
    """Of processor time for convlint."""


class Judge:
    """Compares one model; a class so that it can be sent to another process."""

    def __init__(self, source: Path) -> None:
        self.source = source

    def __call__(self, truth: Answers) -> Verdict:
        file, _, name = truth.target.rpartition(":")
        target = f"{ROOT / file}:{name}" if file.endswith(".py") else truth.target
        began = time.process_time()
        accepted = api.accepted_inputs(
            target,
            ("N", truth.channels, "H", "W"),
            kwargs=truth.kwargs,
            search_path=[] if target != truth.target else [str(self.source)],
        )
        seconds = time.process_time() - began
        said = {size: accepted.takes((1, truth.channels, *size)) for size in sizes()}
        wrong = tuple(size for size in said if said[size] is not None and said[size] is not (size in truth.taken))
        if accepted.decided:
            wrong = tuple(size for size in said if said[size] is not (size in truth.taken))
        why = tuple(dict.fromkeys(gap.reason for gap in accepted.undecided))
        excluded = 0 if accepted.decided else sum(answer is False for answer in said.values())
        return Verdict(truth, wrong, why, excluded, tuple(accepted.lines()), seconds)


def judged(known: Sequence[Answers], source: Path, jobs: int) -> Iterator[Verdict]:
    """Yield the verdict on each model that torch could run; one that cannot be judged is undecided."""
    limits = processes.Limits(300.0, 16 << 30)
    asked = [truth for truth in known if truth.error is None]
    for outcome in processes.run(Judge(source), asked, jobs=jobs, limits=limits):
        yield outcome.value or Verdict(outcome.task, undecided=(f"not compared: {outcome.error}",))
