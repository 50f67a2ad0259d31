"""The scoreboard over model packages: what convlint says of each model against what torch does.

    python benchmarks/fetch_sources.py
    python benchmarks/zoo.py record torchvision --source .zoo --out truth.jsonl.gz
    python benchmarks/zoo.py compare torchvision --source .zoo --truth truth.jsonl.gz --causes

`record` needs torch; `compare` needs only convlint.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

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
    record.add_argument("--targets", type=Path, help='lines of {"target": "a.b:f", "kwargs": {}, "input": [[1, 3, 9, 9]]}')
    record.set_defaults(run=_record)
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
    )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
