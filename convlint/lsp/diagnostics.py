"""Findings as diagnostics of the documents that they stand in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lsprotocol import types
from pygls import uris

from convlint import api
from convlint.findings import Finding, Notice, Related, Severity
from convlint.lsp.documents import Part, Sheet
from convlint.lsp.encoding import to_range
from convlint.lsp.looking import Seen
from convlint.places import Place, Span

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}
_UNNECESSARY = frozenset({"CVL401", "CVL901"})
"""The rules whose findings are about code that might as well not be there."""


class Places:
    """Where places of a sheet, and of files on disk, are for the editor."""

    def __init__(self, sheet: Sheet, encoding: str) -> None:
        self._sheet, self._encoding = sheet, encoding
        self._lines: dict[str, Sequence[str]] = {}

    def part(self, place: Place) -> Part | None:
        """Return the document in which a place is, None if it is in none of the sheet's."""
        return self._sheet.part_at(place.span[0]) if place.filename == self._sheet.name else None

    def range(self, part: Part, span: Span) -> types.Range:
        """Return a span of the sheet as a range of one of its documents."""
        row, column, end_row, end_column = span
        before = part.first_row - 1
        lines = part.document.text.lines
        if end_row - before > len(lines):  # it ends in a later document
            end_row, end_column = before + len(lines), len(lines[-1])
        return to_range((row - before, column, end_row - before, end_column), lines, self._encoding)

    def location(self, place: Place) -> types.Location | None:
        """Return a place as an editor can open it, None if it is in no file."""
        part = self.part(place)
        if part is not None:
            return types.Location(part.document.uri, self.range(part, place.span))
        if place.filename not in self._lines:
            self._lines[place.filename] = api.source_lines(place.filename)
        lines = self._lines[place.filename]
        uri = uris.from_fs_path(str(Path(place.filename).absolute())) if lines else None
        return None if uri is None else types.Location(uri, to_range(place.span, lines, self._encoding))


def diagnostics_of(seen: Seen, encoding: str) -> dict[str, list[types.Diagnostic]]:
    """Return the diagnostics of every document of a sheet by its URI, those without any included."""
    found: dict[str, list[types.Diagnostic]] = {part.document.uri: [] for part in seen.sheet.parts}
    if seen.look is None:
        return found
    places = Places(seen.sheet, encoding)
    for finding in seen.look.report.findings:
        part = places.part(finding.place)
        if part is not None:
            found[part.document.uri].append(_diagnostic(finding, part, places))
    for notice in seen.look.report.notices:
        part = None if notice.place is None else places.part(notice.place)
        if part is not None:
            found[part.document.uri].append(_told(notice, part, places))
    return found


def _diagnostic(finding: Finding, part: Part, places: Places) -> types.Diagnostic:
    return types.Diagnostic(
        range=places.range(part, finding.place.span),
        message=f"{finding.message}\nhelp: {finding.help}" if finding.help else finding.message,
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(finding.url) if finding.url else None,
        source="convlint",
        tags=[types.DiagnosticTag.Unnecessary] if finding.code in _UNNECESSARY else None,
        related_information=list(_related(finding.related, places)),
    )


def _related(chain: Sequence[Related], places: Places) -> Iterator[types.DiagnosticRelatedInformation]:
    for related in chain:
        location = places.location(related.place)
        if location is not None:
            yield types.DiagnosticRelatedInformation(location, related.message)


def _told(notice: Notice, part: Part, places: Places) -> types.Diagnostic:
    """Return a comment that convlint does not understand, or a setting, as a diagnostic of no rule."""
    assert notice.place is not None
    where = places.range(part, notice.place.span)
    return types.Diagnostic(where, notice.message, severity=types.DiagnosticSeverity.Information, source="convlint")
