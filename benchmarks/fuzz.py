"""Damaged programs: `python -m benchmarks.fuzz COUNT [SEED] [--jobs N] [--seconds S] [--folder FOLDER]`.

Real model files (the corpus, the fixtures, and what lies in the folders) are damaged at random and linted, as a file in
memory, the way the language server does. Printed are internal failures and files that took long, with the seed that
makes them again, and the counts. `--one SEED` prints the damaged file of one seed.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from tests.soundness.fuzz import damaged

ROOT = Path(__file__).parents[1]
OWN = (ROOT / "tests/soundness/corpus", ROOT / "fixtures")
MEMORY = 4 << 30
SLOW = 12.0
LARGEST = 60_000
"""Characters: larger files only take longer."""

Verdict = tuple[int, str, str, str, float]
"""Seed, file, kind, detail, CPU seconds."""


def sources(folders: list[str]) -> list[Path]:
    """Return the files to damage, those that name torch."""
    found = [path for folder in (*OWN, *map(Path, folders)) for path in sorted(folder.rglob("*.py"))]
    return [path for path in found if path.stat().st_size < LARGEST and b"torch" in path.read_bytes()]


def damaged_file(files: list[Path], seed: int) -> tuple[Path, str]:
    """Return the file that a seed chooses, and what it makes of it."""
    rng = random.Random(seed)
    path = rng.choice(files)
    return path, damaged(path.read_bytes().decode("utf-8", "replace"), rng)


def work(task: tuple[list[Path], int]) -> Verdict:
    """Lint one damaged file."""
    from convlint import api

    files, seed = task
    path, text = damaged_file(files, seed)
    before = time.process_time()
    try:
        report = api.lint_bytes(text.encode("utf-8", "surrogatepass"), str(path))
    except BaseException as error:
        return seed, path.name, "escaped", repr(error), time.process_time() - before
    seconds = time.process_time() - before
    if report.failures:
        return seed, path.name, "failure", report.failures[0].traceback, seconds
    kind = "refused" if any(it.code == "CVL900" for it in report.findings) else "linted"
    return seed, path.name, "slow" if seconds > SLOW else kind, "", seconds


def prepare(strict: bool) -> None:
    from convlint.interp.natives.failures import Strictness

    Strictness.on = strict
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def verdicts(count: int, seed: int, folders: list[str], jobs: int, *, strict: bool) -> Iterator[Verdict]:
    """Yield what becomes of `count` damaged files."""
    files = sources(folders)
    rng = random.Random(seed)
    tasks = [(files, rng.randrange(2**31)) for _ in range(count)]
    with multiprocessing.Pool(jobs, prepare, (strict,), maxtasksperchild=200) as pool:
        yield from pool.imap_unordered(work, tasks)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("seed", type=int, nargs="?", default=0)
    parser.add_argument("--folder", action="append", default=[], help="more files to damage")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long and print the counts")
    parser.add_argument("--one", type=int, help="print what this seed makes, and stop")
    parser.add_argument("--strict", action="store_true", help="count as failures what natives do not foresee, too")
    options = parser.parse_args()
    if options.one is not None:
        print(damaged_file(sources(options.folder), options.one)[1])
        return 0
    counts: Counter[str] = Counter()
    end, slowest = time.monotonic() + options.seconds, 0.0
    found = verdicts(options.count, options.seed, options.folder, options.jobs, strict=options.strict)
    for seed, name, kind, detail, seconds in found:
        counts[kind] += 1
        slowest = max(slowest, seconds)
        if kind in ("failure", "escaped", "slow"):
            print(f"--- {kind}: {name} seed {seed}, {seconds:.1f} s", detail, sep="\n")
            sys.stdout.flush()
        if time.monotonic() > end:
            break
    print(dict(counts), f"slowest {slowest:.1f} s")
    return int(any(counts[kind] for kind in ("failure", "escaped", "slow")))


if __name__ == "__main__":
    sys.exit(main())
