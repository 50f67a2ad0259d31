"""Putting fixes with findings: what a rule wants to be changed becomes edits of the file that it stands in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from msgspec.structs import replace

from convlint.changes import BuildAnew, LeaveOut, Part
from convlint.findings import Finding, Fix
from convlint.fixes.arguments import edits_of
from convlint.fixes.layers import built_anew, left_out
from convlint.source.edits import Edit
from convlint.source.text import SourceError, SourceText, decode

Read = Callable[[str], bytes | None]
"""Gives the content of a file that may be changed, None for one that may not."""


def with_fixes(findings: Iterable[Finding], read: Read) -> Iterator[Finding]:
    """Yield the findings, with a fix where what is to change is written plainly in a file that may change."""
    texts: dict[str, SourceText | None] = {}
    for finding in findings:
        change = finding.change
        if change is None or finding.fix is not None:
            yield finding
            continue
        filename = change.filename
        if filename not in texts:
            texts[filename] = _text(read(filename))
        source = texts[filename]
        edits = () if source is None else tuple(edit for part in change.parts for edit in _edits(part, source))
        fix = Fix(change.message, filename, edits, change.safe) if edits else None
        yield replace(finding, fix=fix)


def _edits(part: Part, source: SourceText) -> tuple[Edit, ...]:
    if isinstance(part, LeaveOut):
        return left_out(part, source)
    if isinstance(part, BuildAnew):
        return built_anew(part, source)
    return edits_of(part, source)


def _text(data: bytes | None) -> SourceText | None:
    try:
        return None if data is None else decode(data)
    except SourceError:
        return None
