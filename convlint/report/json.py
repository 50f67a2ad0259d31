"""The format `json`: an array of findings with the keys that tools rely on (DESIGN section 6)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from convlint.findings import CellFix, Finding, Fix, Report
from convlint.places import CellPlace
from convlint.report.escape import encodable, json_text
from convlint.report.formats import Showing
from convlint.report.shown import shown_path
from convlint.trace import Gap, Place


def render(report: Report, showing: Showing) -> Iterator[str]:
    """Yield the lines of an indented JSON array, `[]` for no findings."""
    yield from json_text(entries(report, showing.base, gaps=showing.gaps)).splitlines()


def entries(report: Report, base: Path, *, gaps: bool = False) -> list[dict[str, Any]]:
    """Return the findings as JSON knows them, then, if asked, the gaps: entries without a code, with `data.affects`."""
    found = [_entry(finding, base) for finding in report.findings]
    return found + [_gap(gap, base) for gap in report.gaps] if gaps else found


def _entry(finding: Finding, base: Path) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity.value,
        "message": encodable(finding.message),
        **_place(finding.place, base),
        "model": encodable(finding.model),
        "layer": encodable(finding.layer),
        "help": encodable(finding.help),
        "url": finding.url,
        "fix": None if finding.fix is None else _fix(finding.fix, base),
        "related": [{"message": encodable(it.message), **_place(it.place, base)} for it in finding.related],
        "data": {},
    }
    if finding.confirmation is not None:
        said = finding.confirmation
        entry["confirmation"] = {"status": said.status.value, "detail": encodable(said.detail)}
    return entry


def _gap(gap: Gap, base: Path) -> dict[str, Any]:
    place = Place("", (1, 0, 1, 0)) if gap.place is None else gap.place
    return {
        "code": None,
        "name": "unknown",
        "severity": "note",
        "message": encodable(gap.reason),
        **_place(place, base),
        "model": "",
        "layer": "",
        "help": "",
        "url": None,
        "fix": None,
        "related": [],
        "data": {"affects": [encodable(name) for name in gap.affects]},
    }


def _place(place: Place, base: Path) -> dict[str, Any]:
    row, column, end_row, end_column = place.span
    return {
        "filename": encodable(shown_path(place.filename, base)),
        **({"cell": place.number} if isinstance(place, CellPlace) else {}),
        "location": {"row": row, "column": column + 1},
        "end_location": {"row": end_row, "column": end_column + 1},
    }


def _fix(fix: Fix, base: Path) -> dict[str, Any]:
    edits = [
        {
            "content": encodable(edit.text),
            "location": {"row": edit.row, "column": edit.column + 1},
            "end_location": {"row": edit.end_row, "column": edit.end_column + 1},
        }
        for edit in fix.edits
    ]
    return {
        "applicability": fix.applicability,
        "message": encodable(fix.message),
        "filename": encodable(shown_path(fix.filename, base)),
        **({"cell": fix.number} if isinstance(fix, CellFix) else {}),
        "edits": edits,
    }
