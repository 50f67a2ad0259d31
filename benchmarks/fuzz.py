"""Damaged programs.

    python -m benchmarks.fuzz COUNT [SEED] [--jobs N] [--seconds S] [--folder FOLDER] [--largest SIZE] [--summary FILE]

Model files (the rules' examples, the corpus, the fixtures, and what lies in the folders) are damaged at random and
linted, as a file in memory, the way the language server does. Printed are internal failures, processes that died and
files that took long, each kind once with a seed that makes it again, and the counts. `--one SEED` prints the damaged
file of one seed. A summary on disk is gone on from: the same command again does the rest.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks.lanes import shared
from convlint import api
from convlint.config import Config
from convlint.config.resolve import Settings
from convlint.interp.natives.failures import Strictness
from convlint.report.rule_page import program
from convlint.rules import RULES
from tests.soundness.fuzz import damaged

ROOT = Path(__file__).parents[1]
OWN = (ROOT / "tests/soundness/corpus", ROOT / "fixtures")
MEMORY = 4 << 30
SLOW = 12.0
HANGS = 120.0
"""Seconds of the processor."""
LARGEST = 60_000
"""Bytes: larger files only take longer."""
GOOD = ("linted", "refused")
SETTINGS = Settings(Config())
"""One for all files, as a language server has it: they lie beside the same packages."""
KEEP_EVERY = 200
"""After how many files the summary is written: the run may be ended at any moment."""


class Source(NamedTuple):
    """A file to damage: the name that it is linted under, and its text."""

    name: str
    text: str


class Verdict(NamedTuple):
    """What became of one damaged file: `seconds` are of the processor."""

    name: str
    kind: str
    detail: str
    seconds: float


def sources(folders: Sequence[str], largest: int = LARGEST) -> list[Source]:
    """Return the files to damage, those that name torch; with the examples of the rules, which are small programs."""
    paths = [path for folder in (*OWN, *map(Path, folders)) for path in sorted(folder.rglob("*.py"))]
    small = [path for path in paths if path.stat().st_size < largest and b"torch" in path.read_bytes()]
    return [*examples(), *(Source(str(path), path.read_bytes().decode("utf-8", "replace")) for path in small)]


def examples() -> Iterator[Source]:
    for rule in RULES:
        for number, text in enumerate((*rule.BAD, *rule.GOOD)):
            yield Source(str(ROOT / "examples" / f"{rule.code}_{number}.py"), program(text))


def damaged_file(files: Sequence[Source], seed: int) -> Source:
    """Return what a seed makes of the file that it chooses, a short one rather than a long one."""
    rng = random.Random(seed)
    ((name, text),) = rng.choices(files, [1 / len(source.text) for source in files])
    return Source(name, damaged(text, rng))


def work(files: Sequence[Source], seed: int) -> Verdict:
    """Lint one damaged file."""
    path, text = damaged_file(files, seed)
    name = Path(path).name
    before = time.process_time()
    try:
        report = api.lint_bytes(text.encode("utf-8", "surrogatepass"), path, config=SETTINGS)
    except BaseException as error:
        return Verdict(name, "escaped", repr(error), time.process_time() - before)
    seconds = time.process_time() - before
    if report.failures:
        return Verdict(name, "failure", report.failures[0].traceback, seconds)
    kind = "refused" if any(it.code == "CVL900" for it in report.findings) else "linted"
    return Verdict(name, "slow" if seconds > SLOW else kind, "", seconds)


def warm() -> None:
    """Load here what every process would load again: they are forked from this one."""
    for name, text in examples():
        api.lint_bytes(text.encode(), name, config=SETTINGS)


def prepare(strict: bool) -> None:
    Strictness.on = strict
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    signal.signal(signal.SIGINT, signal.SIG_IGN)


class Summary:
    """The counts of a run; on disk, if it has a place there, with which files are done."""

    def __init__(self, path: Path | None, key: list[object]) -> None:
        self._path, self._key = path, key
        self.counts: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.slowest = 0.0
        self.done: set[int] = set()
        if path is not None and path.exists():
            kept = json.loads(path.read_text())
            if kept["key"] == key:
                self.counts, self.kinds = Counter(kept["counts"]), Counter(kept["kinds"])
                self.slowest, self.done = kept["slowest"], set(kept["done"])

    def take(self, seed: int, verdict: Verdict) -> None:
        self.done.add(seed)
        self.counts[verdict.kind] += 1
        self.slowest = max(self.slowest, verdict.seconds)
        if len(self.done) % KEEP_EVERY == 0:
            self.keep()
        if verdict.kind in GOOD:
            return
        sort = _sort(verdict)
        self.kinds[sort] += 1
        if self.kinds[sort] == 1:
            print(f"--- {verdict.kind}: {verdict.name} seed {seed}, {verdict.seconds:.1f} s\n{verdict.detail[-1500:]}")
            sys.stdout.flush()

    def keep(self) -> None:
        if self._path is not None:
            body = {"key": self._key, "counts": self.counts, "kinds": self.kinds, "slowest": self.slowest}
            self._path.write_text(json.dumps({**body, "done": sorted(self.done)}))

    def tell(self) -> None:
        for sort, count in self.kinds.most_common():
            print(f"{count:6d} {sort}")
        print(sum(self.counts.values()), "files:", dict(self.counts), f"slowest {self.slowest:.1f} s")


def _sort(verdict: Verdict) -> str:
    """Return what failures have in common that are the same fault: where it was raised, and which exception."""
    lines = verdict.detail.strip().splitlines()
    where = next((line.strip() for line in reversed(lines) if line.lstrip().startswith("File ")), verdict.name)
    return f"{verdict.kind}: {where}: {lines[-1][:100] if lines else ''}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("count", type=int)
    parser.add_argument("seed", type=int, nargs="?", default=0)
    parser.add_argument("--folder", action="append", default=[], help="more files to damage")
    parser.add_argument("--largest", type=int, default=LARGEST, help="damage no files of more bytes than these")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long and print the counts")
    parser.add_argument("--summary", type=Path, help="where the counts are kept, and gone on from")
    parser.add_argument("--one", type=int, help="print what this seed makes, and stop")
    parser.add_argument("--strict", action="store_true", help="count as failures what natives do not foresee, too")
    options = parser.parse_args()
    files = sources(options.folder, options.largest)
    if options.one is not None:
        sys.stdout.buffer.write(damaged_file(files, options.one).text.encode("utf-8", "surrogatepass"))
        return 0
    summary = Summary(options.summary, [options.seed, options.strict, len(files)])
    rng = random.Random(options.seed)
    seeds = [seed for _ in range(options.count) if (seed := rng.randrange(2**31)) not in summary.done]
    end = time.monotonic() + options.seconds
    warm()
    todo = (partial(work, files), options.jobs)
    for seed, found in shared(seeds, *todo, hangs=HANGS, prepare=partial(prepare, options.strict)):
        summary.take(seed, found if isinstance(found, Verdict) else Verdict("", "died", found, 0.0))
        if time.monotonic() > end:
            break
    summary.keep()
    summary.tell()
    return int(any(kind not in GOOD for kind in summary.counts))


if __name__ == "__main__":
    sys.exit(main())
