"""What `convlint confirm` and `convlint check --confirm` share: options, the child process, progress."""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from convlint.errors import UsageError

if TYPE_CHECKING:
    from rich.progress import Progress

    from convlint.confirm.process import Worker
    from convlint.findings import Finding, Report


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add how torch is asked. Only the command line says so: no file of a project chooses what is executed."""
    group = parser.add_argument_group(
        "the runtime check",
        "torch runs in a process of its own, in the interpreter or the environment that --python names",
    )
    group.add_argument(
        "--device", default="cpu", metavar="NAME", help="where torch computes: cpu or cuda [default: cpu]"
    )
    group.add_argument("--seconds", type=float, default=60.0, metavar="S", help="time for one question [default: 60]")
    group.add_argument("--memory", default="8G", metavar="SIZE", help="memory for one question [default: 8G]")


def worker(options: argparse.Namespace) -> Worker:
    """Return a child process to be started, as the options say. Raises UsageError."""
    from convlint.confirm.process import Limits, Worker

    if not 0 < options.seconds < 1e6:
        raise UsageError("--seconds: give a number above 0")
    limits = Limits(seconds=options.seconds, memory_bytes=_bytes(options.memory))
    return Worker(_interpreter(options.python), limits=limits, device=options.device)


def reading(options: argparse.Namespace) -> argparse.Namespace:
    """Return the options for linting: an interpreter that is in no virtual environment says nothing of packages."""
    from convlint.analysis.environment import folders_of

    if options.python is None:
        return options
    try:
        folders_of(options.python)
    except ValueError:
        without = {name: value for name, value in vars(options).items() if name != "resolved"}
        return argparse.Namespace(**{**without, "python": None})
    return options


def confirmed(report: Report, child: Worker) -> tuple[Report, bool]:
    """Return the report with what torch says to each finding, and whether the user interrupted that.

    Findings that were not reached have no confirmation; what torch has said is kept, and is not asked again.
    """
    from convlint.confirm.cache import default_cache
    from convlint.confirm.findings import confirmation

    cache = default_cache()
    done: list[Finding] = []
    try:
        with shown_progress("findings", len(report.findings)) as progress:
            for finding in report.findings:
                done.append(replace(finding, confirmation=confirmation(finding, child, cache)))
                progress.advance(progress.task_ids[0])
    except KeyboardInterrupt:
        return replace(report, findings=(*done, *report.findings[len(done) :])), True
    return replace(report, findings=tuple(done)), False


@contextlib.contextmanager
def shown_progress(what: str, total: int | None) -> Iterator[Progress]:
    """Show progress on standard error while the body runs, if that is a terminal."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("asking torch: {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    console = Console(file=sys.stderr)
    with Progress(*columns, console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        progress.add_task(what, total=total)
        yield progress


def _interpreter(python: str | None) -> str | None:
    """Return the interpreter that `--python` names: itself, or that of a virtual environment."""
    if python is None or not Path(python).is_dir():
        return python
    names = ("Scripts/python.exe", "bin/python") if os.name == "nt" else ("bin/python", "bin/python3")
    found = next((Path(python) / name for name in names if (Path(python) / name).exists()), None)
    if found is None:
        raise UsageError(f"--python {python}: there is no interpreter in this folder")
    return str(found)


def _bytes(text: str) -> int:
    """Return how many bytes "512M" or "4G" are, in powers of 1024."""
    match = re.fullmatch(r"(\d{1,15}(?:\.\d{1,9})?)\s*([kmgt]?)i?b?", text.strip(), re.IGNORECASE)
    if match is None or float(match[1]) <= 0:
        raise UsageError(f"--memory {text}: give a size such as 512M or 4G")
    return int(float(match[1]) * 1024 ** " kmgt".index(match[2].lower() or " "))
