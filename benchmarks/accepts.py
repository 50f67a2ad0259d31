"""Which sizes models accept: what convlint says against what torch does, size by size, in evaluation mode.

    python benchmarks/fetch_sources.py
    python benchmarks/accepts.py record --source .zoo     # in torch, once: hours of one core
    python benchmarks/accepts.py compare --source .zoo    # without torch

Square sizes from 1 to 300 and a grid of others. The exit code is 1 if any size is judged wrongly.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))

from benchmarks.acceptance import answers, cases, judge, record, table  # noqa: E402

PAGE = ROOT / "docs" / "accepts.md"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Compare the accepted sizes of models with torch.")
    parser.add_argument("action", choices=("record", "compare"))
    parser.add_argument("--source", type=Path, required=True, help="the folder that holds the unpacked packages")
    parser.add_argument("--truth", type=Path, default=answers.RECORDED, help="the file of what torch does")
    parser.add_argument("--only", default="", help="only models whose target contains this")
    parser.add_argument("--sample", type=int, help="a seeded choice of so many models")
    parser.add_argument("--seconds", type=float, default=20.0, help="of processor time on the CPU for each model")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="write the page in docs")
    options = parser.parse_args(arguments)
    source = options.source.resolve()
    return (_record if options.action == "record" else _compare)(options, source)


def _record(options: argparse.Namespace, source: Path) -> int:
    part = options.truth.with_suffix(".part")
    wanted = [case for case in (*cases.own(), *cases.listed()) if options.only in case.target]
    groups: dict[str, list[cases.Case]] = {"torchvision": [], "timm": []}
    for case in wanted:
        groups["timm" if case.target.startswith("timm.") else "torchvision"].append(case)
    for package, group in groups.items():
        record.record(group, source, part, package=package, jobs=options.jobs, seconds=options.seconds)
    found = {item.name: item for item in map(answers.decode, part.read_text("utf-8").splitlines())}
    if options.truth.exists():
        found = {item.name: item for item in answers.read(options.truth)} | found
    answers.write(options.truth, found.values())
    part.unlink()
    return 0


def _compare(options: argparse.Namespace, source: Path) -> int:
    known = [item for item in answers.read(options.truth) if options.only in item.target]
    if options.sample is not None and options.sample < len(known):
        known = random.Random(0).sample(known, options.sample)
    verdicts = []
    for verdict in judge.judged(known, source, options.jobs):
        verdicts.append(verdict)
        print(table.line(verdict), flush=True)
    print(table.totals(verdicts))
    if options.write:
        PAGE.write_text(table.page(verdicts), encoding="utf-8")
    return int(any(verdict.wrong for verdict in verdicts))


if __name__ == "__main__":
    raise SystemExit(main())
