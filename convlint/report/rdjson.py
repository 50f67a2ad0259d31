"""The format `rdjson`: diagnostics for reviewdog, whose columns count bytes of UTF-8."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from convlint import links
from convlint.findings import CellFix, Finding, Report, Severity
from convlint.places import Place, Span
from convlint.report.escape import encodable, json_text
from convlint.report.formats import Showing
from convlint.report.shown import file_span, shown_path, with_cell

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}


def render(report: Report, showing: Showing) -> Iterator[str]:
    """Yield the lines of a JSON object with all diagnostics."""
    whole = {
        "source": {"name": "convlint", "url": links.DOCUMENTATION},
        "severity": "WARNING",
        "diagnostics": [_diagnostic(finding, showing) for finding in report.findings],
    }
    yield from json_text(whole).splitlines()


def _diagnostic(finding: Finding, showing: Showing) -> dict[str, Any]:
    message = f"{finding.message} (help: {finding.help})" if finding.help else finding.message
    diagnostic: dict[str, Any] = {
        "message": encodable(with_cell(message, finding.place)),
        "location": _location(finding.place, showing),
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.code, "url": finding.url or links.rule_url(finding.code, finding.name)},
    }
    if finding.related:
        diagnostic["related_locations"] = [
            {
                "message": encodable(with_cell(it.message, it.place)),
                "location": _location(it.place, showing),
            }
            for it in finding.related
        ]
    fix = finding.fix
    if fix is not None and fix.filename == finding.place.filename and not isinstance(fix, CellFix):
        edits, lines = fix.edits, showing.lines(fix.filename)
        diagnostic["suggestions"] = [
            {
                "range": _range((edit.row, edit.column, edit.end_row, edit.end_column), lines),
                "text": encodable(edit.text),
            }
            for edit in edits
        ]
    return diagnostic


def _location(place: Place, showing: Showing) -> dict[str, Any]:
    where = _range(file_span(place), showing.lines(place.filename))
    return {"path": encodable(shown_path(place.filename, showing.base)), "range": where}


def _range(span: Span, lines: Sequence[str]) -> dict[str, Any]:
    row, column, end_row, end_column = span
    return {"start": _position(row, column, lines), "end": _position(end_row, end_column, lines)}


def _position(row: int, column: int, lines: Sequence[str]) -> dict[str, int]:
    before = lines[row - 1][:column] if 1 <= row <= len(lines) else " " * column
    return {"line": row, "column": len(before.encode("utf-8", "surrogatepass")) + 1}
