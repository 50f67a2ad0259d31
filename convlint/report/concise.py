"""The format `concise`: one line for each finding, as editors and grep read it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from convlint.findings import Finding, Notice, Report, Status
from convlint.places import Gap
from convlint.report.escape import visible
from convlint.report.formats import Showing
from convlint.report.shown import shown_place

_MOST_DEPENDANTS = 6


def render(report: Report, showing: Showing) -> Iterator[str]:
    """Yield "path:row:column: CODE severity: message" for each finding, with [*] after the code if it can be fixed."""
    for finding in report.findings:
        yield visible(f"{shown_place(finding.place, showing.base)}: {headline(finding, showing)}")
    if showing.gaps:
        yield from gap_lines(report, showing.base)


def headline(finding: Finding, showing: Showing) -> str:
    """Return "CODE [*] severity: message", and in brackets what torch said to it if it was asked."""
    return f"{finding.code}{fixable(finding, showing)} {finding.severity.value}: {finding.message}{_mark(finding)}"


def fixable(finding: Finding, showing: Showing) -> str:
    """Return " [*]" for a finding that this run can fix, or could with `--fix`."""
    return " [*]" if finding.fix is not None and (finding.fix.safe or showing.unsafe) else ""


def _mark(finding: Finding) -> str:
    """Return " [confirmed]"; of what is not confirmed the mark says why."""
    said = finding.confirmation
    if said is None:
        return ""
    if said.status is Status.CONFIRMED:
        return f" [{said.status.value}]"
    return f" [{said.status.value}: {said.detail}]"


def gap_lines(report: Report, base: Path) -> Iterator[str]:
    """Yield "path:row:column: unknown: reason" for each place where tracking stopped, and what depends on it."""
    yield from (gap_line(gap, base) for gap in report.gaps)


def gap_line(gap: Gap, base: Path) -> str:
    """Return "path:row:column: unknown: reason", with what depends on it."""
    where = "" if gap.place is None else f"{shown_place(gap.place, base)}: "
    return visible(f"{where}unknown: {gap.reason}{_dependants(gap)}")


def notice_lines(notices: Iterable[Notice], base: Path) -> Iterator[str]:
    """Yield "warning: path:row:column: message" for each thing that is probably not meant."""
    for notice in notices:
        where = "" if notice.place is None else f"{shown_place(notice.place, base)}: "
        yield visible(f"warning: {where}{notice.message}")


def _dependants(gap: Gap) -> str:
    """Return " (so are Net.fc1, Net.fc2 and 12 more)", "" if nothing that is told depends on it."""
    if not gap.affects:
        return ""
    shown = ", ".join(gap.affects[:_MOST_DEPENDANTS])
    more = len(gap.affects) - _MOST_DEPENDANTS
    return f" (so {'is' if len(gap.affects) == 1 else 'are'} {shown}{f' and {more} more' if more > 0 else ''})"
