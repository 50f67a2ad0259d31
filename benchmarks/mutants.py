"""The long run of the mutants: `python -m benchmarks.mutants COUNT [SEED] [--zoo FOLDER] [--examples FOLDER]`.

One literal, argument, name or statement of a program that torch runs is changed at random; torch runs it in a process
of its own, and convlint reads it. The programs are the corpus, the fixtures, with `--zoo` the smallest model of each
module of torchvision and timm (their sources lie in FOLDER: see `fetch_sources`), with `--examples` PyTorch's examples.
Only lines that torch runs are changed; `--rows FILE` keeps which these are for the next run, `--kept FILE` what became
of each mutant: the same command again does the rest. Printed are: mutants that
torch runs and convlint calls an error, numbers that differ, errors where torch raises elsewhere, failures and hangs of
convlint, and the share found of those that torch refuses.
"""

from __future__ import annotations

import argparse
import difflib
import hashlib
import importlib
import importlib.util
import json
import multiprocessing
import os
import random
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from multiprocessing.pool import Pool
from pathlib import Path
from typing import Any

from benchmarks.mutation.children import DiedError, in_child
from benchmarks.mutation.programs import Program, programs
from tests.soundness.mutate import damage, mistake
from tests.soundness.outcome import Raised, judge, ran
from tests.soundness.programs import TorchRun

MEMORY = 6 << 30
SECONDS = 20.0
"""What torch has for one program, of the processor."""


PACKAGES = ("torchvision", "timm")
LARGE = (*PACKAGES, "examples")
"""Programs that take long to read: those that fail for a reason of Python's alone are not read."""
SHARES = {"corpus": 4, "examples": 3, "fixtures": 1, "timm": 1, "torchvision": 1}
"""How many of the mutants are of which programs, in parts."""


@dataclass(frozen=True)
class Task:
    seed: int
    program: Program
    rows: frozenset[int]
    damaged: bool
    zoo: Path | None


@dataclass(frozen=True)
class Verdict:
    """`kind` is an outcome of `tests.soundness.outcome`, or "broken": convlint failed; "died": torch's process did."""

    task: Task
    source: str
    kind: str
    detail: str = ""
    exception: str = ""
    seconds: float = 0.0


def torch_says(program: Program, source: str) -> tuple[Raised | None, list[TorchRun]]:
    """Run a program in torch, as its user does; in a process that ends after it."""
    if program.made_up:
        from benchmarks.watched import make_up_data

        make_up_data()
    os.chdir(tempfile.mkdtemp())
    Path("results").mkdir()
    sys.argv = [f"{program.name}.py"]
    return ran(source, program.name)


def rows_run(program: Program) -> frozenset[int] | str:
    """Return the lines that torch runs of a program as it is, or why it does not."""
    rows: set[int] = set()

    def watched() -> frozenset[int] | str:
        def trace(frame: object, event: str, argument: object) -> object:
            if frame.f_code.co_filename != f"{program.name}.py":  # type: ignore[attr-defined]
                return None
            rows.add(frame.f_lineno)  # type: ignore[attr-defined]
            return trace

        sys.settrace(trace)  # type: ignore[arg-type]
        raised, _ = torch_says(program, program.text)
        sys.settrace(None)
        return raised.text if raised is not None else frozenset(rows)

    try:
        return in_child(watched, 3 * SECONDS)
    except DiedError:
        return "it takes too long, or ends its process"


class KeptRows:
    """Which lines torch runs of programs, as `rows_run` says; on disk, if they have a place there, by what is run."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._known: dict[str, list[int]] = json.loads(path.read_text()) if path is not None and path.exists() else {}

    def of(self, wanted: list[Program], pool: Pool) -> Iterator[tuple[Program, frozenset[int] | str]]:
        """Yield the lines of each program; why there are none is asked anew each time."""
        new = [program for program in wanted if _digest(program) not in self._known]
        for program, rows in zip(new, pool.imap(rows_run, new), strict=True):
            if isinstance(rows, str):
                yield program, rows
            else:
                self._known[_digest(program)] = sorted(rows)
                self._keep()
        yield from ((it, frozenset(self._known[_digest(it)])) for it in wanted if _digest(it) in self._known)

    def _keep(self) -> None:
        if self._path is not None:
            self._path.write_text(json.dumps(self._known))


class KeptVerdicts:
    """What became of mutants, a line of JSON for each; on disk, if they have a place there: a run may be ended."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        lines = path.read_text().splitlines() if path is not None and path.exists() else []
        self._known: dict[str, dict[str, Any]] = {it.pop("mutant"): it for it in map(json.loads, lines)}

    def of(self, task: Task) -> Verdict | None:
        found = self._known.get(_named(task))
        return None if found is None else Verdict(task, "", **found)

    def keep(self, verdict: Verdict) -> None:
        if self._path is not None:
            told = {name: getattr(verdict, name) for name in ("kind", "detail", "exception", "seconds")}
            with self._path.open("a", encoding="utf-8") as file:
                file.write(json.dumps({"mutant": _named(verdict.task), **told}) + "\n")


def _named(task: Task) -> str:
    return f"{task.program.group}/{task.program.name} {task.seed} {_digest(task.program)[:8]}"


def _digest(program: Program) -> str:
    return hashlib.sha256(f"{program.name}:{program.made_up}:{program.text}".encode()).hexdigest()


def work(task: Task) -> Verdict:
    """Make one mutant and run it both ways."""
    source = mutant(task)
    before = time.process_time()
    try:
        outcome = in_child(partial(torch_says, task.program, source), SECONDS)
    except DiedError:
        return Verdict(task, source, "endless")
    search = () if task.zoo is None else (str(task.zoo),)
    large = task.program.group in LARGE
    if large and outcome[0] is not None and not outcome[0].kind:
        return Verdict(task, source, "other", outcome[0].text)
    try:
        kind, detail, exception = judge(outcome, source, task.program.name, search)
    except BaseException:
        return Verdict(task, source, "broken", traceback.format_exc())
    return Verdict(task, source, kind, detail, exception, time.process_time() - before)


def mutant(task: Task) -> str:
    rng = random.Random(task.seed)
    text = task.program.text
    while True:
        source = damage(text, rng) if task.damaged else mistake(text, rng, task.rows)
        try:
            compile(source or "", task.program.name, "exec")
        except (SyntaxError, ValueError):
            continue
        if source and source != text:
            return source


def prepare(zoo: Path | None) -> None:
    """Load what programs import, once: all other processes are forked from this one."""
    import torch

    torch.set_num_threads(1)
    if zoo is not None:
        if importlib.util.find_spec("torchvision") is None:
            from benchmarks.scoreboard import importing

            importing.prepare(zoo)
        for package in PACKAGES:
            importlib.import_module(package)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def chosen(options: argparse.Namespace) -> list[Program]:
    found = programs(options.zoo, options.examples)
    skipped = options.skip.split(",")
    return [it for it in found if options.only in f"{it.group}/{it.name}" and it.name not in skipped]


def main() -> None:
    options = _options()
    prepare(options.zoo)
    with multiprocessing.get_context("fork").Pool(options.jobs, _ignore_interrupts, maxtasksperchild=100) as pool:
        mutated: dict[str, list[tuple[Program, frozenset[int]]]] = {}
        kept = KeptRows(options.rows)
        for program, rows in kept.of(chosen(options), pool):
            if isinstance(rows, str):
                print(f"left out, since torch does not run it: {program.group}/{program.name}: {rows[:300]}")
            else:
                mutated.setdefault(program.group, []).append((program, rows))
        rng = random.Random(options.seed)
        tasks = []
        for _ in range(options.count):
            group = rng.choice([name for name in sorted(mutated) for _ in range(SHARES[name])])
            program, rows = rng.choice(mutated[group])
            tasks.append(Task(rng.randrange(2**31), program, rows, options.damage, options.zoo))
        if options.one is not None:
            tasks = [task for task in tasks if task.seed == options.one]
        _report(_judged(tasks, pool, options), options)


def _judged(tasks: list[Task], pool: Pool, options: argparse.Namespace) -> Iterator[Verdict]:
    """Yield what is known already, then what there is to do, until the time is over."""
    kept, end = KeptVerdicts(options.kept), time.monotonic() + options.seconds
    known = {task: kept.of(task) for task in tasks if options.one is None}
    yield from (verdict for verdict in known.values() if verdict is not None)
    for verdict in pool.imap_unordered(work, [task for task in tasks if known.get(task) is None]):
        if time.monotonic() > end:
            return
        kept.keep(verdict)
        yield verdict


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("count", type=int)
    parser.add_argument("seed", type=int, nargs="?", default=0)
    parser.add_argument("--zoo", type=lambda name: Path(name).resolve(), help="the sources of torchvision and timm")
    parser.add_argument("--examples", type=Path, help="a clone of https://github.com/pytorch/examples")
    parser.add_argument("--damage", action="store_true")
    parser.add_argument("--only", default="", help="programs whose group/name holds this")
    parser.add_argument("--skip", default="")
    parser.add_argument("--one", type=int, help="of the mutants only the one with this seed, shown whatever it is")
    parser.add_argument("--missed", action="store_true", help="show the mutants that torch refuses and convlint passes")
    parser.add_argument("--rows", type=Path, help="where it is kept which lines torch runs of the programs")
    parser.add_argument("--kept", type=Path, help="where the verdicts are kept, and gone on from")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="stop after so long and print the counts")
    return parser.parse_args()


def _report(verdicts: Iterator[Verdict], options: argparse.Namespace) -> None:
    counts: Counter[str] = Counter()
    groups: dict[str, Counter[str]] = {}
    raised: Counter[str] = Counter()
    found: Counter[str] = Counter()
    slowest = 0.0
    loud = {"false", "number", "broken", "slow"} | ({"elsewhere"} if not options.damage else set())
    loud |= {"missed"} if options.missed else set()
    for verdict in verdicts:
        program = verdict.task.program
        counts[verdict.kind] += 1
        slowest = max(slowest, verdict.seconds)
        group = groups.setdefault(program.group, Counter())
        group[verdict.kind] += 1
        if verdict.exception:
            raised[verdict.exception] += 1
            group["refused"] += 1
            seen = verdict.kind in ("found", "elsewhere")
            found[verdict.exception] += seen
            group["told"] += seen
        if verdict.source and (verdict.kind in loud or options.one is not None):
            where = f"{program.group}/{program.name} seed {verdict.task.seed}"
            detail = verdict.detail if len(verdict.detail) < 3000 else f"… {verdict.detail[-3000:]}"
            print(f"--- {verdict.kind}: {where}", detail, _changed(program.text, verdict.source), sep="\n", flush=True)
    print(dict(counts), f"slowest {slowest:.1f} s")
    for kind, total in raised.most_common(12):
        print(f"{kind}: {found[kind]} of {total} found")
    print(_table(groups))


def _table(groups: dict[str, Counter[str]]) -> str:
    lines = [
        "| programs | mutants | torch runs | false errors | wrong numbers | torch refuses | found | |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    total: Counter[str] = Counter()
    for name, counts in [*sorted(groups.items()), ("together", total)]:
        total.update(counts) if counts is not total else None
        kinds = ("passed", "false", "number", "found", "elsewhere", "missed", "other", "slow", "broken", "endless")
        mutants = sum(counts[kind] for kind in kinds)
        runs = counts["passed"] + counts["false"] + counts["number"]
        share = f"{counts['told'] / counts['refused']:.1%}" if counts["refused"] else ""
        numbers = (mutants, runs, counts["false"], counts["number"], counts["refused"], counts["told"], share)
        lines.append(f"| {name} | " + " | ".join(f"{it:,}" if isinstance(it, int) else it for it in numbers) + " |")
    return "\n".join(lines)


def _changed(old: str, new: str) -> str:
    lines = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=1)
    return "\n".join(line for line in lines if not line.startswith(("---", "+++")))


if __name__ == "__main__":
    main()
