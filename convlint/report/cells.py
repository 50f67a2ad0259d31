"""A report as its readers know notebooks: by cell and row, where convlint counts the rows of all cells together."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from msgspec.structs import replace

from convlint.findings import CellFix, Finding, Fix, Report
from convlint.places import CellPlace, Place
from convlint.source.edits import EditError
from convlint.source.kinds import is_notebook

if TYPE_CHECKING:
    from convlint.source.notebook import Notebook

BookOf = Callable[[str], "Notebook | None"]
"""Gives the notebook of that name, None if it cannot be read."""


def in_cells(report: Report, book_of: BookOf) -> Report:
    """Return the report with the places in notebooks by cell; one without notebooks is returned as it is."""
    if not any(is_notebook(name) for name in _files(report)):
        return report
    cells = _Cells(cache(book_of))
    return replace(
        report,
        findings=tuple(map(cells.finding, report.findings)),
        gaps=tuple(it if it.place is None else replace(it, place=cells.place(it.place)) for it in report.gaps),
        notices=tuple(it if it.place is None else replace(it, place=cells.place(it.place)) for it in report.notices),
    )


def _files(report: Report) -> set[str]:
    places = [place for it in report.findings for place in (it.place, *(related.place for related in it.related))]
    places += [it.place for it in report.gaps if it.place is not None]
    places += [it.place for it in report.notices if it.place is not None]
    return {place.filename for place in places}


class _Cells:
    def __init__(self, book_of: BookOf) -> None:
        self._book_of = book_of

    def finding(self, finding: Finding) -> Finding:
        related = tuple(replace(it, place=self.place(it.place)) for it in finding.related)
        fix = None if finding.fix is None else self._fix(finding.fix)
        return replace(finding, place=self.place(finding.place), related=related, fix=fix)

    def place(self, place: Place) -> Place:
        book = self._book(place.filename)
        row, column, end_row, end_column = place.span
        if book is None or not book.cells:
            return place
        cell, own = book.at(row)
        own = max(own, 1)
        span = (own, column, max(own, end_row - cell.first_row + 1), end_column)
        return CellPlace(place.filename, span, cell.number, book.file_row(row), cell.text.lines)

    def _fix(self, fix: Fix) -> Fix | None:
        """Return a fix by cell; one that is of several cells is not shown."""
        from convlint.source.notebook_edits import in_cell

        book = self._book(fix.filename)
        if book is None:
            return fix
        try:
            found = [in_cell(book, edit) for edit in fix.edits]
        except EditError:
            return None
        if len({cell.number for cell, _ in found}) != 1:
            return None
        cell, edits = found[0][0], tuple(edit for _, edit in found)
        return CellFix(fix.message, fix.filename, edits, fix.safe, cell.number, cell.text.lines)

    def _book(self, filename: str) -> Notebook | None:
        return self._book_of(filename) if is_notebook(filename) else None
