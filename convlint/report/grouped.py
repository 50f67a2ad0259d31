"""The format `grouped`: the findings of each file under its name."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from convlint.findings import Report
from convlint.report.concise import gap_lines, headline
from convlint.report.escape import visible
from convlint.report.formats import Showing
from convlint.report.shown import shown_path, shown_position


def render(report: Report, showing: Showing) -> Iterator[str]:
    """Yield a file's name, its findings as "row:column CODE severity: message", and an empty line."""
    for filename, group in groupby(report.findings, key=lambda finding: finding.place.filename):
        findings = list(group)
        places = [shown_position(finding.place) for finding in findings]
        width = max(map(len, places))
        yield f"{visible(shown_path(filename, showing.base))}:"
        for place, finding in zip(places, findings, strict=True):
            yield visible(f"  {place:<{width}} {headline(finding, showing)}")
        yield ""
    if showing.gaps:
        yield from gap_lines(report, showing.base)
