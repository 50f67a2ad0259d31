"""The format `rdjson`: diagnostics for reviewdog, whose columns count bytes of UTF-8."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from convlint import links
from convlint.findings import Finding, Report, Severity
from convlint.report.escape import encodable, json_text
from convlint.report.formats import Showing
from convlint.report.shown import shown_path

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}
_Span = tuple[int, int, int, int]


def render(report: Report, showing: Showing) -> Iterator[str]:
    """Yield the lines of a JSON object with all diagnostics."""
    whole = {
        "source": {"name": "convlint", "url": links.DOCUMENTATION},
        "severity": "WARNING",
        "diagnostics": [_diagnostic(finding, showing) for finding in report.findings],
    }
    yield from json_text(whole).splitlines()


def _diagnostic(finding: Finding, showing: Showing) -> dict[str, Any]:
    lines = showing.lines(finding.place.filename)
    diagnostic: dict[str, Any] = {
        "message": encodable(f"{finding.message} (help: {finding.help})" if finding.help else finding.message),
        "location": _location(finding.place.filename, finding.place.span, lines, showing),
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.code, "url": finding.url or links.rule_url(finding.code, finding.name)},
    }
    if finding.related:
        diagnostic["related_locations"] = [
            {
                "message": encodable(it.message),
                "location": _location(it.place.filename, it.place.span, showing.lines(it.place.filename), showing),
            }
            for it in finding.related
        ]
    if finding.fix is not None and finding.fix.filename == finding.place.filename:
        edits = finding.fix.edits
        diagnostic["suggestions"] = [
            {
                "range": _range((edit.row, edit.column, edit.end_row, edit.end_column), lines),
                "text": encodable(edit.text),
            }
            for edit in edits
        ]
    return diagnostic


def _location(filename: str, span: _Span, lines: Sequence[str], showing: Showing) -> dict[str, Any]:
    return {"path": encodable(shown_path(filename, showing.base)), "range": _range(span, lines)}


def _range(span: _Span, lines: Sequence[str]) -> dict[str, Any]:
    row, column, end_row, end_column = span
    return {"start": _position(row, column, lines), "end": _position(end_row, end_column, lines)}


def _position(row: int, column: int, lines: Sequence[str]) -> dict[str, int]:
    before = lines[row - 1][:column] if 1 <= row <= len(lines) else " " * column
    return {"line": row, "column": len(before.encode("utf-8", "surrogatepass")) + 1}
