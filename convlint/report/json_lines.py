"""The format `json-lines`: one JSON object in a line for each finding, with the keys of `json`."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.findings import Report
from convlint.report.escape import json_text
from convlint.report.formats import Showing
from convlint.report.json import entries


def render(report: Report, showing: Showing) -> Iterator[str]:
    """Yield one object for each finding, nothing for none."""
    for entry in entries(report, showing.base, gaps=showing.gaps):
        yield json_text(entry, indent=0)
