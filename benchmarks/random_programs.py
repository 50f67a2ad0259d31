"""Random programs in CPython and in the interpreter: what it believes afterwards is what Python has, or unknown.

    python -m benchmarks.random_programs [--seconds S] [--jobs N] [--seed SEED]

Prints each program after which no path of the interpreter has what Python has, and at the end how many were tried.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.soundness.random_programs import HEAD, programs
from tests.soundness.test_random_programs import differing

PER_SEED = 200
"""How many programs are drawn from one seed."""

Found = list[tuple[int, str, list[str]]]
"""For each program that differs: its seed, its text without the head, and what differs."""


def drawn(start: int, until: float) -> tuple[int, Found]:
    """Try the programs of one seed until a moment; return how many were tried, and those that differ."""
    found: Found = []
    tried = 0

    @seed(start)
    @given(programs())
    @settings(
        max_examples=PER_SEED,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def attempt(program: str) -> None:
        nonlocal tried
        if time.time() > until:
            return
        tried += 1
        differences = differing(HEAD + program)
        if differences:
            found.append((start, program, differences))

    attempt()
    return tried, found


def _round_of(task: tuple[int, float]) -> tuple[int, Found]:
    return drawn(*task)


def main() -> int:
    """Try programs for a while, and say by the exit status whether some differ."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    until = time.time() + options.seconds
    start, tried, wrong = options.seed, 0, 0
    with ProcessPoolExecutor(options.jobs) as processes:
        while time.time() < until:
            tasks = [(start + index, until) for index in range(options.jobs)]
            start += options.jobs
            for count, found in processes.map(_round_of, tasks):
                tried += count
                wrong += len(found)
                for origin, program, differences in found:
                    print(f"--- seed {origin}: {'; '.join(differences[:3])}\n{program}", flush=True)
    print(f"{tried} programs, {wrong} of which Python leaves otherwise")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
