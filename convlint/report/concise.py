"""The format `concise`: one line for each finding, as editors and grep read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from convlint.findings import Report
from convlint.report.escape import visible
from convlint.report.shown import shown_place


def lines(report: Report, base: Path) -> Iterator[str]:
    """Yield "path:row:column: CODE message" for each finding."""
    for finding in report.findings:
        yield visible(f"{shown_place(finding.place, base)}: {finding.code} {finding.message}")


def gap_lines(report: Report, base: Path) -> Iterator[str]:
    """Yield "path:row:column: unknown: reason" for each place where tracking stopped."""
    for gap in report.gaps:
        where = "" if gap.place is None else f"{shown_place(gap.place, base)}: "
        yield visible(f"{where}unknown: {gap.reason}")
