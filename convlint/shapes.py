"""The source of a file with what each of its lines holds, and where something is lost or refused. Prints nothing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from convlint.findings import Finding, Notice, Severity
from convlint.lines import Lines, Seen, SeenTensor
from convlint.places import Place


class Held(Struct, frozen=True):
    """What a name held each time that a line ran: every different value once, with how often it was seen."""

    row: int
    column: int
    name: str
    values: tuple[tuple[Seen, int], ...]

    @property
    def runs(self) -> int:
        return sum(count for _, count in self.values)


class Mark(Struct, frozen=True):
    """A row at which a finding is, or shows."""

    row: int
    severity: Severity
    code: str
    message: str


class SourceShapes(Struct, frozen=True):
    """A file's lines, what was held on them in the order of the rows, and the marks. Rows count from 1.

    `whole` tells whether all of the file was asked about, not one model in it.
    """

    filename: str
    source: tuple[str, ...]
    held: tuple[Held, ...]
    marks: tuple[Mark, ...]
    whole: bool = True
    notices: tuple[Notice, ...] = ()
    """Comments that are meant for convlint and not understood."""

    def held_at(self) -> dict[int, list[Held]]:
        """Return what was held by rows, from left to right."""
        rows: dict[int, list[Held]] = {}
        for held in self.held:
            rows.setdefault(held.row, []).append(held)
        return rows

    def marked_at(self) -> dict[int, list[Mark]]:
        """Return the marks by rows, the gravest first."""
        rows: dict[int, list[Mark]] = {}
        for mark in self.marks:
            rows.setdefault(mark.row, []).append(mark)
        return {row: sorted(marks, key=lambda mark: mark.severity.rank) for row, marks in rows.items()}


def source_shapes(
    filename: str,
    source: Sequence[str],
    lines: Lines,
    findings: Iterable[Finding],
    *,
    whole: bool,
    notices: Sequence[Notice] = (),
) -> SourceShapes:
    """Put together what the lines of a file held, and the findings about it; what is in other files is left out."""
    values: dict[tuple[int, int, str], dict[Seen, int]] = {}
    for stored, count in lines.items():
        if stored.place.filename == filename:
            key = (*stored.place.span[:2], stored.name)
            values.setdefault(key, {})[stored.value] = count
    rows = sorted(values.items())
    held = [Held(row, column, name, tuple(_together(seen).items())) for (row, column, name), seen in rows]
    marks = _marks(findings, filename, {each.row for each in held})
    return SourceShapes(filename, tuple(source), tuple(held), marks, whole, tuple(notices))


def _together(seen: dict[Seen, int]) -> dict[Seen, int]:
    """Return the values without those that are others of which less is known: the dtype of a tensor."""
    known = {value.shape: value for value in seen if isinstance(value, SeenTensor) and value.dtype}
    found: dict[Seen, int] = {}
    for value, count in seen.items():
        least = isinstance(value, SeenTensor) and not value.dtype
        kept = known.get(value.shape, value) if isinstance(value, SeenTensor) and least else value
        found[kept] = max(found.get(kept, 0), count)
    return found


def _marks(findings: Iterable[Finding], filename: str, rows: set[int]) -> tuple[Mark, ...]:
    """Return a mark for each row that a finding is about, and for each call that shows it; an error stands where torch
    refuses, and leads back from there to calls that are right."""
    marks: dict[Mark, None] = {}
    for finding in findings:
        calls = () if finding.severity is Severity.ERROR else finding.related
        shown = [finding.place, *(it.place for it in calls if it.place.span[0] in rows)]
        for place in shown:
            if place.filename == filename:
                marks[Mark(_row(place), finding.severity, finding.code, finding.message)] = None
    return tuple(sorted(marks, key=lambda mark: (mark.row, mark.severity.rank, mark.code)))


def _row(place: Place) -> int:
    return place.span[0]
