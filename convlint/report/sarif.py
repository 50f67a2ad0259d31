"""The format `sarif`: SARIF 2.1.0, as GitHub code scanning and other viewers read it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from convlint import links
from convlint.findings import CellFix, Finding, Fix, Report, Severity
from convlint.identity import identities
from convlint.places import CellPlace
from convlint.report.escape import encodable, json_text
from convlint.report.formats import Showing
from convlint.report.shown import file_span, shown_path, shown_position, with_cell
from convlint.rules import RULES
from convlint.rules.base import Rule
from convlint.trace import Place

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "note"}
_ROOT = "SRCROOT"


def render(report: Report, showing: Showing) -> Iterator[str]:
    """Yield the lines of a log with one run."""
    numbers = {rule.code: number for number, rule in enumerate(RULES)}
    marks = identities(report.findings, showing.base, showing.lines)
    results = [
        _result(finding, numbers, identity.fingerprint, showing.base)
        for finding, identity in zip(report.findings, marks, strict=True)
    ]
    run = {
        "tool": {
            "driver": {
                "name": "convlint",
                "version": showing.version,
                "informationUri": links.DOCUMENTATION,
                "rules": [_rule(rule) for rule in RULES],
            }
        },
        "originalUriBaseIds": {_ROOT: {"uri": f"{showing.base.as_uri()}/"}},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(report)],
        "results": results,
    }
    yield from json_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}).splitlines()


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.summary},
        "help": {"text": rule.page, "markdown": rule.page},
        "helpUri": links.rule_url(rule.code, rule.name),
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": ["pytorch"]},
    }


def _invocation(report: Report) -> dict[str, Any]:
    """Say whether convlint could do its work, and what it could not."""
    told = [f"{failure.filename}: internal error: {failure.error}" for failure in report.failures]
    told += [f"{problem.path}: {problem.reason}" for problem in report.unreadable]
    notifications = [{"level": "error", "message": {"text": encodable(text)}} for text in told]
    return {"executionSuccessful": not notifications, "toolExecutionNotifications": notifications}


def _result(finding: Finding, numbers: dict[str, int], fingerprint: str, base: Path) -> dict[str, Any]:
    text = f"{finding.message}\nhelp: {finding.help}" if finding.help else finding.message
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": numbers[finding.code],
        "level": _LEVELS[finding.severity],
        "message": {"text": encodable(with_cell(text, finding.place))},
        "locations": [_location(finding.place, base)],
        "partialFingerprints": {"convlint/v1": fingerprint},
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, **_location(it.place, base), "message": {"text": encodable(it.message)}}
            for number, it in enumerate(finding.related)
        ]
    if finding.fix is not None and not isinstance(finding.fix, CellFix):
        result["fixes"] = [_fix(finding.fix, base)]
    return result


def _location(place: Place, base: Path) -> dict[str, Any]:
    region = _region(file_span(place))
    location: dict[str, Any] = {
        "physicalLocation": {"artifactLocation": _artifact(place.filename, base), "region": region}
    }
    if isinstance(place, CellPlace):
        location["logicalLocations"] = [{"name": f"cell {place.number}", "fullyQualifiedName": shown_position(place)}]
    return location


def _artifact(filename: str, base: Path) -> dict[str, str]:
    """Return a file below the working folder relative to that, another one by its address."""
    path = shown_path(filename, base)
    if Path(path).is_absolute():
        return {"uri": Path(path).as_uri()}
    return {"uri": quote(path.encode("utf-8", "surrogateescape")), "uriBaseId": _ROOT}


def _region(span: tuple[int, int, int, int]) -> dict[str, int]:
    row, column, end_row, end_column = span
    return {"startLine": row, "startColumn": column + 1, "endLine": end_row, "endColumn": end_column + 1}


def _fix(fix: Fix, base: Path) -> dict[str, Any]:
    replacements = [
        {
            "deletedRegion": _region((edit.row, edit.column, edit.end_row, edit.end_column)),
            "insertedContent": {"text": encodable(edit.text)},
        }
        for edit in fix.edits
    ]
    change = {"artifactLocation": _artifact(fix.filename, base), "replacements": replacements}
    return {"description": {"text": encodable(fix.message)}, "artifactChanges": [change]}
