"""Every file of some folders: `python -m benchmarks.sweep [--every N] [--jobs N] FOLDER…`.

Each file is linted from memory, as the language server does, so that it is parsed whatever it has to do with torch.
Told are internal failures, exceptions, and files that take long; then the counts. `--every N` takes each N-th file.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import time
from collections import Counter
from pathlib import Path

SLOW = 12.0

Verdict = tuple[str, str, str, float]
"""File, kind, detail, CPU seconds."""


def work(path: str) -> Verdict:
    """Lint one file."""
    from convlint import api

    before = time.process_time()
    try:
        report = api.lint_bytes(Path(path).read_bytes(), path)
    except BaseException as error:
        return path, "escaped", repr(error), time.process_time() - before
    seconds = time.process_time() - before
    if report.failures:
        return path, "failure", report.failures[0].traceback, seconds
    kind = "refused" if any(it.code == "CVL900" for it in report.findings) else "linted"
    return path, "slow" if seconds > SLOW else kind, "", seconds


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    files = sorted(str(path) for folder in options.folders for path in Path(folder).rglob("*.py"))[:: options.every]
    counts: Counter[str] = Counter()
    slowest = 0.0
    with multiprocessing.Pool(options.jobs, maxtasksperchild=100) as pool:
        for path, kind, detail, seconds in pool.imap_unordered(work, files):
            counts[kind] += 1
            slowest = max(slowest, seconds)
            if kind in ("failure", "escaped", "slow"):
                print(f"--- {kind}: {path}, {seconds:.1f} s", detail, sep="\n", flush=True)
    print(f"{len(files)} files:", dict(counts), f"slowest {slowest:.1f} s")
    return int(any(counts[kind] for kind in ("failure", "escaped")))


if __name__ == "__main__":
    sys.exit(main())
