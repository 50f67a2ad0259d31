"""The format `gitlab`: a Code Quality report."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.findings import Report, Severity
from convlint.identity import identities
from convlint.report.escape import encodable, json_text
from convlint.report.formats import Showing
from convlint.report.shown import file_span, shown_path, with_cell

_SEVERITIES = {Severity.ERROR: "critical", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(report: Report, showing: Showing) -> Iterator[str]:
    """Yield the lines of a JSON array; fingerprints stay when lines move."""
    marks = identities(report.findings, showing.base, showing.lines)
    entries = []
    for finding, identity in zip(report.findings, marks, strict=True):
        row, column, end_row, end_column = file_span(finding.place)
        entries.append({
            "description": encodable(with_cell(finding.message, finding.place)),
            "check_name": finding.code,
            "fingerprint": identity.fingerprint,
            "severity": _SEVERITIES[finding.severity],
            "location": {
                "path": encodable(shown_path(finding.place.filename, showing.base)),
                "positions": {
                    "begin": {"line": row, "column": column + 1},
                    "end": {"line": end_row, "column": end_column + 1},
                },
            },
        })  # fmt: skip
    yield from json_text(entries).splitlines()
