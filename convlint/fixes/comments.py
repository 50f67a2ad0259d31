"""Taking codes out of the comments that silence them, and the comment away with its last code."""

from __future__ import annotations

import re
from collections.abc import Iterable

from convlint.rules import RULES
from convlint.rules.selection import UnknownSelectorError, canonical
from convlint.source.directives import Suppression
from convlint.source.edits import Edit
from convlint.source.text import SourceText

_DIRECTIVES = {
    "noqa": re.compile(r"#[ \t]*noqa[ \t]*:[ \t]*(?P<codes>[A-Za-z]{1,5}\d{1,5}(?:[,\s]+[A-Za-z]{1,5}\d{1,5})*)", re.I),
    "ignore": re.compile(r"#[ \t]*convlint:[ \t]*ignore(?:\[(?P<codes>[^\]]*)\])?"),
    "file-ignore": re.compile(r"#[ \t]*convlint:[ \t]*file-ignore\[(?P<codes>[^\]]*)\]"),
}


def without(source: SourceText, suppression: Suppression, codes: Iterable[str]) -> tuple[Edit, ...]:
    """Return the edits that take codes out of a comment, all of it if none is given or left; () if it is not found."""
    row, column, end_column = suppression.row, suppression.column, suppression.end_column
    line = source.line(row)
    match = _DIRECTIVES[suppression.form].search(line, column, end_column)
    if match is None:
        return ()
    unwanted = set(codes)
    written = re.split(r"(?:,\s*|\s+)", (match["codes"] or "").strip().strip(","))
    kept = [code for code in written if code and _canonical(code) not in unwanted]
    if unwanted and kept:
        start, end = match.span("codes")
        return (Edit(row, start, row, end, ", ".join(kept)),)
    return (_removal(source, row, match.start(), _end_of_directive(line, match.end(), end_column)),)


def _canonical(code: str) -> str:
    try:
        found = canonical(code, RULES)
    except UnknownSelectorError:
        return code
    return "CVL" if found == "ALL" else found


def _end_of_directive(line: str, after: int, end: int) -> int:
    """Return where the next comment in the same comment starts, else where it ends."""
    following = line.find("#", after, end)
    return end if following < 0 else following


def _removal(source: SourceText, row: int, start: int, end: int) -> Edit:
    """Return the edit that takes a comment away, with the blanks before it, and its row if nothing else is there."""
    line = source.line(row)
    before, after = line[:start].rstrip(" \t"), line[end:].rstrip()
    if after:
        return Edit(row, start, row, end, "")
    if not before and row < len(source.starts):
        return Edit(row, 0, row + 1, 0, "")
    return Edit(row, len(before), row, len(line), "")
