"""CPython's own tests in the abstract interpreter: what it decides, and whether that is what CPython does.

    python -m benchmarks.cpython [MODULE ...] [--jobs N] [--write] [--show]

Every test method of the installed `Lib/test` is run along one path, with unittest's asserts as observers, and every
session of its doctests. A test that CPython passes must not end in an exception, and every assert whose outcome is
known must hold, as long as no decision was open on the way. `--write` puts the table into docs/semantics.md, with the
version of Python that ran, `--show` tells what was wrong.
"""

from __future__ import annotations

import argparse
import platform
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from benchmarks.cpython.observer import Tally
from benchmarks.cpython.running import run

DOCUMENT = Path(__file__).parents[2] / "docs" / "semantics.md"
MODULES = [
    "abc",
    "argparse",
    "augassign",
    "bool",
    "class",
    "collections",
    "compare",
    "configparser",
    "contains",
    "contextlib",
    "copy",
    "dataclasses",
    "decorators",
    "deque",
    "descr",
    "dict",
    "dictcomps",
    "dictviews",
    "enum",
    "exceptions",
    "extcall",
    "fnmatch",
    "fstring",
    "funcattrs",
    "functools",
    "generators",
    "genexps",
    "grammar",
    "import",
    "inspect",
    "int",
    "iter",
    "iterlen",
    "itertools",
    "json",
    "keywordonlyarg",
    "list",
    "listcomps",
    "math",
    "module",
    "named_expressions",
    "opcodes",
    "operator",
    "ordered_dict",
    "pathlib",
    "patma",
    "pow",
    "property",
    "raise",
    "range",
    "re",
    "scope",
    "set",
    "setcomps",
    "slice",
    "string",
    "strtod",
    "super",
    "tuple",
    "types",
    "typing",
    "unicode",
    "unpack",
    "unpack_ex",
    "userdict",
    "userlist",
    "with",
]


def table(tallies: dict[str, Tally]) -> str:
    """Return the table of docs/semantics.md."""
    lines = [
        "| module | methods | right | unknown | cut | host failed | not raised | wrong |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    lines.insert(0, f"Python {platform.python_version()}, and the tests that it found.\n")
    whole = Tally()
    for name, tally in [*tallies.items(), ("all", whole)]:
        lines.append(
            f"| {name} | {tally.methods} | {tally.right} | {tally.unknown} | {tally.cut} | {tally.failed} "
            f"| {len(tally.lenient)} | {len(tally.wrong)} |"
        )
        for part in ("methods", "right", "unknown", "cut", "failed", "lenient", "wrong"):
            setattr(whole, part, getattr(whole, part) + getattr(tally, part))
    return "\n".join(lines)


START, END = "<!-- from `python -m benchmarks.cpython --write` -->", "<!-- end -->"


def _run_all(names: list[str], jobs: int) -> Iterator[Tally | None]:
    """Yield what came of each module; with more jobs than one, each module has a process of its own."""
    if jobs == 1:
        yield from map(run, names)
        return
    with ProcessPoolExecutor(jobs, max_tasks_per_child=1) as processes:
        yield from processes.map(run, names)


def main(arguments: list[str] | None = None) -> int:
    """Run the tests, print the table, and say by the exit status whether something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args(arguments)
    tallies: dict[str, Tally] = {}
    for name, tally in zip(options.modules, _run_all(options.modules, options.jobs), strict=True):
        if tally is not None:
            tallies[name] = tally
            if options.show:
                print(*(f"{name} wrong: {line}" for line in tally.wrong), sep="\n")
                print(*(f"{name} not raised: {line}" for line in tally.lenient), sep="\n", flush=True)
    print(table(tallies))
    if options.write:
        before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(START)
        after = rest.partition(END)[2]
        DOCUMENT.write_text(f"{before}{START}\n\n{table(tallies)}\n\n{END}{after}", encoding="utf-8")
    return int(any(tally.wrong for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
