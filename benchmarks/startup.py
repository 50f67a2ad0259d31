"""What one run of convlint costs before it does any work: CPU seconds of whole processes, against an empty Python's.

    python benchmarks/startup.py [--runs 20] [--against CHECKOUT]

Each number is the least of several runs, user and system time together. The cases take turns, and so do the two
checkouts with `--against`, so that what else the machine does meets all of them alike. Needs POSIX.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "fixtures" / "worked" / "lenet.py"
CONVLINT = ("-m", "convlint")


@dataclass(frozen=True, slots=True)
class Case:
    """One command line of Python; `cold` runs begin without convlint's cache."""

    name: str
    arguments: tuple[str, ...]
    cold: bool = False


CASES = (
    Case("python -c pass", ("-c", "pass")),
    Case("--version", (*CONVLINT, "--version")),
    Case("a file without torch, cold", (*CONVLINT, "check", "plain.py"), cold=True),
    Case("a file without torch, cached", (*CONVLINT, "check", "plain.py")),
    Case("a small model, cold", (*CONVLINT, "check", "model.py"), cold=True),
    Case("a small model, cached", (*CONVLINT, "check", "model.py")),
)


def main(arguments: list[str] | None = None) -> int:
    """Print a table of the cases: a column for each checkout, and how they compare."""
    parser = argparse.ArgumentParser(description="Measure what a run of convlint costs before it does any work.")
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--against", type=Path, help="another checkout, measured in turn with this one")
    options = parser.parse_args(arguments)
    checkouts = [ROOT] if options.against is None else [options.against.resolve(), ROOT]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "plain.py").write_text("import json\n\nprint(json.dumps([1, 2]))\n", encoding="utf-8")
        (folder / "model.py").write_bytes(MODEL.read_bytes())
        least = measured(checkouts, options.runs, lambda case, checkout: seconds(case, checkout, folder))
    print("\n".join(table(least, checkouts)))
    return 0


def measured(checkouts: list[Path], runs: int, run: Callable[[Case, Path], float]) -> dict[tuple[str, Path], float]:
    """Return the least seconds of each case in each checkout; a first round, which compiles modules, does not count."""
    least: dict[tuple[str, Path], float] = {}
    for number in range(runs + 1):
        for case in CASES:
            for checkout in checkouts:
                took = run(case, checkout)
                if number:
                    key = (case.name, checkout)
                    least[key] = min(took, least.get(key, took))
    return least


def seconds(case: Case, checkout: Path, folder: Path) -> float:
    """Return the CPU seconds of one process that runs in `folder` with the convlint of a checkout."""
    cache = folder / f"{'cold' if case.cold else 'warm'}-{checkout.name}"
    if case.cold:
        shutil.rmtree(cache, ignore_errors=True)
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {"PYTHONPATH": str(checkout), "XDG_CACHE_HOME": str(cache)}
    process = subprocess.Popen(
        [sys.executable, *case.arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise RuntimeError(f"{case.name} ends with exit code {process.returncode} in {checkout}")
    return usage.ru_utime + usage.ru_stime


def table(least: dict[tuple[str, Path], float], checkouts: list[Path]) -> list[str]:
    """Return the lines of the table: CPU seconds, as a multiple of the empty Python's, and this over the other."""
    lines = []
    for case in CASES:
        cells = []
        for checkout in checkouts:
            took, empty = least[case.name, checkout], least[CASES[0].name, checkout]
            cells.append(f"{took:7.3f} s {took / empty:6.1f} ×")
        if len(checkouts) == 2:
            before, after = (least[case.name, checkout] for checkout in checkouts)
            cells.append(f"{after / before:6.2f}")
        lines.append(f"{case.name:30}" + "   ".join(cells))
    return lines


if __name__ == "__main__":
    sys.exit(main())
