"""Writing comments that silence findings: at the end of the statement, or added to the comment that is there."""

from __future__ import annotations

import re
from collections.abc import Iterable

from convlint.findings import Finding
from convlint.source.directives import Suppression, read_directives
from convlint.source.edits import Edit
from convlint.source.logical import LogicalLine, logical_lines
from convlint.source.text import SourceText

_CODES = re.compile(r"#[ \t]*convlint:[ \t]*ignore\[[ \t]*([^\]]*?)[ \t,]*\]")


def ignoring(source: SourceText, findings: Iterable[Finding], reason: str = "") -> tuple[Edit, ...]:
    """Return the edits that silence these findings of one file; what no comment can silence is left out."""
    lines = logical_lines(source)
    own = [it for it in read_directives(source).suppressions if it.form == "ignore" and it.codes]
    wanted: dict[int, list[str]] = {}
    for finding in findings:
        row = _row(lines, finding.place.span[0])
        if row is not None and finding.code != "CVL900" and finding.code not in wanted.setdefault(row, []):
            wanted[row].append(finding.code)
    return tuple(_edit(source, row, sorted(codes), own, reason) for row, codes in wanted.items() if codes)


def _row(lines: Iterable[LogicalLine], row: int) -> int | None:
    """Return the last row of the statement that a row is part of: a comment may always stand at its end."""
    return next((line.last_row for line in lines if line.first_row <= row <= line.last_row), None)


def _edit(source: SourceText, row: int, codes: list[str], own: Iterable[Suppression], reason: str) -> Edit:
    there = next((it for it in own if it.row == row), None)
    line = source.line(row)
    match = None if there is None else _CODES.search(line, there.column)
    if match is not None:
        return Edit(row, match.end(1), row, match.end(1), f", {', '.join(codes)}")
    end = len(line.rstrip())
    comment = f"  # convlint: ignore[{', '.join(codes)}]{f' {reason}' if reason else ''}"
    return Edit(row, end, row, len(line), comment)
