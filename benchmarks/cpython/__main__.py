"""CPython's own tests in the abstract interpreter: what it decides, and whether that is what CPython does.

    python -m benchmarks.cpython [MODULE ...] [--write] [--show]

Every test method of the installed `Lib/test` is run along one path, with unittest's asserts as observers, and every
session of its doctests. A test that CPython passes must not end in an exception, and every assert whose outcome is
known must hold, as long as no decision was open on the way. `--write` puts the table into docs/semantics.md, `--show`
tells what was wrong.
"""

from __future__ import annotations

import argparse
import sys
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


def main(arguments: list[str] | None = None) -> int:
    """Run the tests, print the table, and say by the exit status whether something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", default=MODULES)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args(arguments)
    tallies: dict[str, Tally] = {}
    for name in options.modules:
        tally = run(name)
        if tally is not None:
            tallies[name] = tally
            if options.show:
                print(*(f"{name} {line}" for line in (*tally.wrong, *tally.lenient)), sep="\n")
    print(table(tallies))
    if options.write:
        before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(START)
        after = rest.partition(END)[2]
        DOCUMENT.write_text(f"{before}{START}\n\n{table(tallies)}\n\n{END}{after}", encoding="utf-8")
    return int(any(tally.wrong for tally in tallies.values()))


if __name__ == "__main__":
    sys.exit(main())
