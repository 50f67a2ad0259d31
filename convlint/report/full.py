"""The format `full`: for people, with the source line, the places that belong to it, and what would help."""

from __future__ import annotations

from collections.abc import Iterator

from convlint.findings import CellFix, Finding, Fix, Report, Severity, Status
from convlint.identity import Lines
from convlint.places import CellPlace
from convlint.report.changes import rows
from convlint.report.concise import fixable, gap_lines
from convlint.report.escape import visible
from convlint.report.formats import Showing
from convlint.report.frame import frame
from convlint.report.shown import shown_place

_COLOURS = {Severity.ERROR: "1;31", Severity.WARNING: "1;33", Severity.NOTE: "1;36"}

_SAID = {
    Status.CONFIRMED: "confirmed",
    Status.REFUTED: "refuted by torch, which is a bug in convlint",
    Status.NOT_CHECKED: "not checked",
}
_SAID_COLOURS = {Status.CONFIRMED: "1;32", Status.REFUTED: "1;31", Status.NOT_CHECKED: "1"}


def render(report: Report, showing: Showing) -> Iterator[str]:
    """Yield the lines of the whole report, an empty one after each finding."""
    for finding in report.findings:
        yield from _finding(finding, showing)
        yield ""
    if showing.gaps:
        yield from gap_lines(report, showing.base)


def _finding(finding: Finding, showing: Showing) -> Iterator[str]:
    base, source, colour = showing.base, showing.lines, showing.colour
    tone = _COLOURS[finding.severity]
    head = _paint(f"{finding.code}{fixable(finding, showing)} {finding.severity.value}", tone, colour)
    yield f"{head}: {_paint(visible(finding.message), '1', colour)}"
    place = finding.place
    shown = place.lines if isinstance(place, CellPlace) else source(place.filename)
    body = list(frame(shown, place.span))
    gutter = max((len(number) for number, _, _ in body), default=1)
    bar = _paint(f"{'':{gutter}} |", "34", colour)
    yield f"{'':{gutter}}{_paint('-->', '34', colour)} {visible(shown_place(finding.place, base))}"
    if body:
        yield bar
        for number, text, is_mark in body:
            edge = _paint(f"{number:>{gutter}} |", "34", colour)
            yield f"{edge} {_paint(text, tone, colour and is_mark)}".rstrip()
        yield bar
    for related in finding.related:
        yield f"{'':{gutter}} = {visible(f'{shown_place(related.place, base)}: {related.message}')}"
    if finding.help:
        yield f"{_paint('help', '1;32', colour)}: {visible(finding.help)}"
    if finding.fix is not None and (finding.fix.safe or showing.unsafe):
        yield from _fix(finding.fix, source, colour)
    if finding.confirmation is not None:
        said = finding.confirmation
        yield f"{_paint(_SAID[said.status], _SAID_COLOURS[said.status], colour)}: {visible(said.detail)}"


def _fix(fix: Fix, source: Lines, colour: bool) -> Iterator[str]:
    """Yield what a fix does, and the rows that it changes."""
    yield f"{_paint(f'fix ({fix.applicability})', '1;32', colour)}: {visible(fix.message)}"
    changes = list(rows(fix, fix.lines if isinstance(fix, CellFix) else source(fix.filename)))
    gutter = max((len(number) for number, _ in changes), default=0)
    for number, text in changes:
        yield _paint(f"{number:>{gutter}} {text}".rstrip(), "32" if number.endswith("+") else "31", colour)


def _paint(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text
