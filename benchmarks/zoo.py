"""The scoreboard over model packages: what convlint says of each model against what torch does.

    python benchmarks/fetch_sources.py
    python benchmarks/zoo.py record torchvision --source .zoo --out truth.jsonl.gz
    python benchmarks/zoo.py compare torchvision --source .zoo --truth truth.jsonl.gz --causes

`record` needs torch; `compare` needs only convlint; `sample` takes a seeded choice out of a large truth file.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import random
import sys
from pathlib import Path

TARGETS = 'a file of lines such as {"target": "pkg.nets:small", "kwargs": {}, "input": [[1, 3, 64, 64]]}'
ROOT = Path(__file__).resolve().parent.parent
if str(ROOT) not in sys.path:
    sys.path.insert(0, str(ROOT))


def main(arguments: list[str] | None = None) -> int:
    """Run one subcommand; the exit code is 1 if `compare` found anything wrong."""
    options = _parser().parse_args(arguments)
    code: int = options.run(options)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Compare convlint with torch over a package's models.")
    commands = parser.add_subparsers(required=True)

    record = commands.add_parser("record", help="run the models in torch and write down what happened")
    _common(record)
    record.add_argument("--out", type=Path, required=True)
    record.add_argument("--targets", type=Path, help=TARGETS)
    record.add_argument("--cpu", action="store_true", help="run on values, to check what the meta device says")
    record.set_defaults(run=_record)

    discover = commands.add_parser("discover", help="find the models of a package that has no registry")
    _common(discover)
    discover.add_argument("--out", type=Path, required=True, help="the targets file to write, for `record --targets`")
    discover.set_defaults(run=_discover)

    compare = commands.add_parser("compare", help="judge what convlint says of the models")
    _common(compare)
    compare.add_argument("--truth", type=Path, required=True)
    compare.add_argument("--limit", type=int, help="a seeded choice of so many models")
    compare.add_argument("--causes", action="store_true", help="list what keeps models from being exact")
    compare.add_argument("--through", default="", help="the front door by which the models are built, for the table")
    compare.add_argument("--write", type=Path, help="put the table into this Markdown page")
    compare.add_argument("--verdicts", type=Path, help="write each model's verdict into this file, a line of JSON each")
    compare.set_defaults(run=_compare)

    sample = commands.add_parser("sample", help="choose models from a truth file, at least one of each module")
    sample.add_argument("truth", type=Path)
    sample.add_argument("--count", type=int, default=100)
    sample.add_argument("--seed", type=int, default=0)
    sample.add_argument("--out", type=Path, required=True)
    sample.set_defaults(run=_sample)
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("package")
    parser.add_argument("--source", type=Path, required=True, help="the folder that holds the unpacked packages")
    parser.add_argument("--only", help="only models whose target contains this")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60.0, help="time limit per model")


def _record(options: argparse.Namespace) -> int:
    from benchmarks.scoreboard.record import record

    record(
        options.package,
        options.source.resolve(),
        options.out,
        targets=options.targets,
        pattern=options.only,
        jobs=options.jobs,
        seconds=options.seconds,
        cpu=options.cpu,
    )
    return 0


def _discover(options: argparse.Namespace) -> int:
    from benchmarks.scoreboard.discovery import discover

    source = options.source.resolve()
    with options.out.open("w", encoding="utf-8") as out:
        for entry in discover(options.package, source, seconds=options.seconds, jobs=options.jobs):
            if options.only is None or options.only in entry.target:
                line = {"target": entry.target, "kwargs": entry.kwargs, "input": entry.inputs}
                out.write(json.dumps(line) + "\n")
                out.flush()
    return 0


def _compare(options: argparse.Namespace) -> int:
    from benchmarks.scoreboard import compare, processes, table, truth

    source = options.source.resolve()
    models = [model for model in truth.read(options.truth) if model.error is None]
    models = [model for model in models if options.only is None or options.only in model.target]
    if options.limit is not None and options.limit < len(models):
        models = sorted(random.Random(0).sample(models, options.limit), key=lambda model: model.key)
    limits = processes.Limits(options.seconds)
    outcomes = list(processes.run(compare.Judge(source), models, jobs=options.jobs, limits=limits))
    verdicts = [outcome.value or compare.failure(outcome.task, outcome.error) for outcome in outcomes]
    score = table.Score(
        table.package_version(options.package, source) + (f", {options.through}" if options.through else ""),
        tuple(sorted(verdicts, key=lambda verdict: verdict.target)),
        sum(outcome.seconds for outcome in outcomes),
        max((outcome.peak for outcome in outcomes), default=0),
    )
    print(table.line(score))
    if options.causes:
        print("\n".join(table.cause_lines(score)))
    if options.write is not None:
        table.write(options.write, score)
    if options.verdicts is not None:
        lines = [json.dumps(dataclasses.asdict(verdict)) + "\n" for verdict in score.verdicts]
        options.verdicts.write_text("".join(lines), encoding="utf-8")
    return int(score.count("wrong") + score.count("failed") > 0)


def _sample(options: argparse.Namespace) -> int:
    from benchmarks.scoreboard import truth

    models = [model for model in truth.read(options.truth) if model.error is None]
    truth.write(options.out, truth.sample(models, options.count, options.seed))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
