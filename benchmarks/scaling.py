"""How a cold tree scales over processes: seconds by the clock for several numbers of them, and whether all agree.

    python -m benchmarks.scaling PATH ... [--jobs 1 2 4 8]

The machine should have nothing else to do.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main(arguments: list[str] | None = None) -> int:
    """Print a line for each number of jobs; return 1 if their reports differ."""
    parser = argparse.ArgumentParser(description="Measure how convlint scales over processes.")
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--jobs", nargs="+", type=int, default=[1, 2, 4, 8])
    options = parser.parse_args(arguments)
    reports: set[bytes] = set()
    first: float | None = None
    for jobs in options.jobs:
        wall, cpu, memory, report = measured(options.paths, jobs)
        first = first or wall * jobs
        reports.add(report)
        print(
            f"-j{jobs:<4}{wall:8.1f} s  {first / wall:6.2f} ×  {cpu:8.1f} CPU s  at most {memory:5.0f} MB a process",
            flush=True,
        )
    print("all reports are the same" if len(reports) == 1 else f"there are {len(reports)} different reports")
    return int(len(reports) != 1)


def measured(paths: list[Path], jobs: int) -> tuple[float, float, float, bytes]:
    """Return wall seconds, CPU seconds, the most MB of one process, and the report."""
    command = ["check", "--no-cache", f"-j{jobs}", "--gaps", "--output-format", "concise"]
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as output:
        environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{os.environ.get('PYTHONPATH', '')}"}
        start = time.monotonic()
        process = subprocess.Popen(
            [sys.executable, "-m", "convlint", *command, *map(str, paths)],
            env={**environment, "XDG_CACHE_HOME": folder},
            stdout=output,
            stderr=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        wall = time.monotonic() - start
        output.seek(0)
        return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, output.read()


if __name__ == "__main__":
    sys.exit(main())
