"""The long run of the mutants: `python -m benchmarks.mutants COUNT [SEED] [--damage]`.

Each mutant of the corpus runs in torch in a child process, and through convlint. Printed are: mutants that torch runs
and convlint calls an error, numbers that differ, errors where torch raises elsewhere, failures and hangs of convlint,
and the share found of those that torch refuses.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass

from tests.soundness.mutate import damage, mistake
from tests.soundness.programs import CORPUS

MEMORY = 6 << 30


@dataclass
class Verdict:
    kind: str
    detail: str
    exception: str = ""
    seconds: float = 0.0


def judge(source: str, name: str) -> Verdict:
    """Run one mutant both ways."""
    from tests.soundness.outcome import compare

    before = time.perf_counter()
    kind, detail, exception = compare(source, name)
    return Verdict(kind, detail, exception, time.perf_counter() - before)


def work(task: tuple[int, str, bool]) -> tuple[int, str, str, Verdict]:
    seed, name, odd = task
    source = None
    rng = random.Random(seed)
    while source is None or source == CORPUS[name]:
        source = (damage if odd else mistake)(CORPUS[name], rng)
        try:
            compile(source or "", name, "exec")
        except (SyntaxError, ValueError):
            source = None
    try:
        return seed, name, source, judge(source, name)
    except BaseException:
        return seed, name, source, Verdict("broken", traceback.format_exc())


def prepare() -> None:
    import torch

    torch.set_num_threads(1)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("seed", type=int, nargs="?", default=0)
    parser.add_argument("--damage", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--skip", default="")
    parser.add_argument("--missed", action="store_true", help="show the mutants that torch refuses and convlint passes")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long and print the counts")
    options = parser.parse_args()
    names = [name for name in CORPUS if options.only in name and name not in options.skip.split(",")]
    rng = random.Random(options.seed)
    tasks = [(rng.randrange(2**31), rng.choice(names), options.damage) for _ in range(options.count)]
    counts: Counter[str] = Counter()
    raised: Counter[str] = Counter()
    found: Counter[str] = Counter()
    slowest = 0.0
    end = time.monotonic() + options.seconds
    with multiprocessing.Pool(options.jobs, prepare) as pool:
        for seed, name, source, verdict in pool.imap_unordered(work, tasks):
            if time.monotonic() > end:
                break
            counts[verdict.kind] += 1
            slowest = max(slowest, verdict.seconds)
            if verdict.exception:
                raised[verdict.exception] += 1
                found[verdict.exception] += verdict.kind in ("found", "elsewhere")
            loud = {"false", "number", "broken", "slow"} | ({"elsewhere"} if not options.damage else set())
            if verdict.kind in loud or (options.missed and verdict.kind == "missed"):
                print(
                    f"--- {verdict.kind}: {name} seed {seed}", verdict.detail, _changed(CORPUS[name], source), sep="\n"
                )
                sys.stdout.flush()
    print(dict(counts), f"slowest {slowest:.1f} s")
    for kind, total in raised.most_common(12):
        print(f"{kind}: {found[kind]} of {total} found")


def _changed(old: str, new: str) -> str:
    import difflib

    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=1)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++")))


if __name__ == "__main__":
    main()
