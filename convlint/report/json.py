"""The format `json`: an array of findings with the keys that tools rely on (DESIGN section 6)."""

from __future__ import annotations

from pathlib import Path

import msgspec

from convlint.findings import Finding, Report
from convlint.report.escape import encodable
from convlint.report.shown import shown_path


def text(report: Report, base: Path) -> str:
    """Return the findings as an indented JSON array, `[]` for none."""
    return msgspec.json.format(msgspec.json.encode([_entry(finding, base) for finding in report.findings])).decode()


def _entry(finding: Finding, base: Path) -> dict[str, object]:
    row, column, end_row, end_column = finding.place.span
    entry: dict[str, object] = {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": encodable(finding.message),
        "filename": encodable(shown_path(finding.place.filename, base)),
        "location": {"row": row, "column": column + 1},
        "end_location": {"row": end_row, "column": end_column + 1},
        "model": encodable(finding.model),
        "layer": encodable(finding.layer),
        "url": finding.url,
        "fix": None,
    }
    if finding.confirmation is not None:
        said = finding.confirmation
        entry["confirmation"] = {"status": said.status.value, "detail": encodable(said.detail)}
    return entry
