"""The format `github`: workflow commands, which GitHub Actions shows as annotations."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.findings import Finding, Report, Severity
from convlint.places import CellPlace
from convlint.report.escape import visible
from convlint.report.formats import Showing
from convlint.report.shown import file_span, shown_path, shown_place

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}


def render(report: Report, showing: Showing) -> Iterator[str]:
    """Yield a workflow command for each finding; its end is given only if it is in the same row, as GitHub wants."""
    for finding in report.findings:
        row, column, end_row, end_column = file_span(finding.place)
        properties = {
            "title": f"convlint ({finding.code})",
            "file": shown_path(finding.place.filename, showing.base),
            "line": str(row),
            "endLine": str(end_row),
        }
        if end_row == row and not isinstance(finding.place, CellPlace):
            properties |= {"col": str(column + 1), "endColumn": str(end_column + 1)}
        listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
        yield f"::{_COMMANDS[finding.severity]} {listed}::{_data(_text(finding, showing))}"


def _text(finding: Finding, showing: Showing) -> str:
    text = f"{shown_place(finding.place, showing.base)}: {finding.code} {finding.message}"
    return f"{text} (help: {finding.help})" if finding.help else text


def _data(text: str) -> str:
    return visible(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
