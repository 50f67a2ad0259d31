"""From a document's text to the diagnostics that an editor shows; knows nothing of the connection."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lsprotocol import types
from pygls import uris

from convlint import api
from convlint.config import Config
from convlint.findings import Finding, Severity
from convlint.lsp.positions import to_range
from convlint.report.frame import split_lines
from convlint.trace import Place

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}


@dataclass(frozen=True, slots=True)
class Document:
    """A text that an editor has open, at one version of it."""

    uri: str
    version: int | None
    text: str

    @property
    def path(self) -> str | None:
        """The file that the document is, or None if it is not one: an unsaved buffer, a notebook's cell."""
        return uris.to_fs_path(self.uri)


def diagnose(document: Document, encoding: str) -> list[types.Diagnostic]:
    """Return the diagnostics of a document, with ranges in units of the encoding.

    The settings are those of the nearest file above a document that is a file, else the defaults. Raises ConfigError.
    """
    path = document.path
    settings = Config() if path is None else api.nearest_config([path])
    name = path or "<unsaved>"
    report = api.lint_source(document.text, name, config=settings)
    shown = _Lines(name, document, encoding)
    return [_diagnostic(finding, shown) for finding in report.findings]


class _Lines:
    """Where places are for the editor: lines of the document itself, and of files that findings refer to."""

    def __init__(self, name: str, document: Document, encoding: str) -> None:
        self._encoding = encoding
        self._document = document
        self._name = name
        self._lines: dict[str, Sequence[str]] = {name: split_lines(document.text)}

    def range(self, place: Place) -> types.Range:
        if place.filename not in self._lines:
            self._lines[place.filename] = api.source_lines(place.filename)
        return to_range(place.span, self._lines[place.filename], self._encoding)

    def location(self, place: Place) -> types.Location | None:
        """Return a place as an editor can open it, or None if it is in no file."""
        if place.filename == self._name:
            return types.Location(self._document.uri, self.range(place))
        uri = uris.from_fs_path(str(Path(place.filename).absolute()))
        return None if uri is None else types.Location(uri, self.range(place))


def _diagnostic(finding: Finding, lines: _Lines) -> types.Diagnostic:
    message = f"{finding.message}\nhelp: {finding.help}" if finding.help else finding.message
    located = [(lines.location(related.place), related.message) for related in finding.related]
    return types.Diagnostic(
        range=lines.range(finding.place),
        message=message,
        severity=_SEVERITIES[finding.severity],
        code=finding.code,
        code_description=types.CodeDescription(finding.url) if finding.url else None,
        source="convlint",
        related_information=[
            types.DiagnosticRelatedInformation(location, text) for location, text in located if location is not None
        ],
    )
