"""Whether several Pythons report the same, byte for byte: `python -m benchmarks.same_reports [--with PYTHON]… PATH…`.

Each of the interpreters lints the paths by itself, with nothing cached, all that it has to say included. With `--kept`,
what this one says is compared with what is in that file, or kept there if it is the first. The exit code is 1 where
two differ; the first lines that do are shown.
"""

from __future__ import annotations

import argparse
import difflib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def report(python: str, paths: list[str], options: list[str]) -> str:
    """Return what one interpreter prints of the paths."""
    said = ["--isolated", "--exit-zero", "--gaps", "--no-cache", "--output-format", "json", "--file-timeout", "600"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [python, "-m", "convlint", "check", *said, *options, *paths]
    return subprocess.run(command, capture_output=True, check=True, env=environment, text=True).stdout


def difference(first: str, second: str) -> str:
    """Return the first lines in which two reports differ, "" if they are the same."""
    lines = difflib.unified_diff(first.splitlines(), second.splitlines(), lineterm="", n=2)
    return "\n".join(list(lines)[2:40])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+")
    parser.add_argument("--with", dest="others", action="append", default=[], help="another interpreter")
    parser.add_argument("--kept", type=Path, help="what the first interpreter said")
    parser.add_argument("--search-path", action="append", default=[])
    parser.add_argument("--python", default="", help="the environment whose packages are read")
    chosen = parser.parse_args()
    options = [part for folder in chosen.search_path for part in ("--search-path", folder)]
    options += ["--python", chosen.python] if chosen.python else []
    own = report(sys.executable, chosen.paths, options)
    expected = {"this one": own}
    if chosen.kept is not None and chosen.kept.exists():
        expected["the first"] = chosen.kept.read_text(encoding="utf-8")
    elif chosen.kept is not None:
        chosen.kept.parent.mkdir(parents=True, exist_ok=True)
        chosen.kept.write_text(own, encoding="utf-8")
    expected |= {other: report(other, chosen.paths, options) for other in chosen.others}
    differing = {name: difference(text, own) for name, text in expected.items() if text != own}
    for name, lines in differing.items():
        print(f"{name} reports something else:", lines, sep="\n")
    print(f"{len(own):,} characters; {len(expected) - len(differing)} of {len(expected)} the same")
    return int(bool(differing))


if __name__ == "__main__":
    sys.exit(main())
