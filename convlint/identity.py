"""What makes two findings the same when lines move: file, rule, model, layer, the marked text, and which of several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from convlint.findings import Finding
from convlint.places import CellPlace

Lines = Callable[[str], Sequence[str]]
"""Gives the lines of a file by its name; empty if it can no longer be read."""


class Identity(Struct, frozen=True):
    """What stays of a finding when other lines change. `ordinal` tells apart those that are otherwise equal."""

    path: str
    code: str
    model: str
    layer: str
    text: str
    ordinal: int = 0

    @property
    def fingerprint(self) -> str:
        """The identity as 32 hexadecimal digits."""
        import hashlib  # it loads OpenSSL, which most runs do without

        parts = (self.path, self.code, self.model, self.layer, self.text, str(self.ordinal))
        return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def identities(findings: Iterable[Finding], base: Path, lines: Lines) -> Iterator[Identity]:
    """Yield the identity of each finding; paths are relative to `base` where they lie below it."""
    seen: dict[Identity, int] = {}
    for finding in findings:
        first = _identity(finding, base, lines)
        ordinal = seen.get(first, 0)
        seen[first] = ordinal + 1
        yield replace(first, ordinal=ordinal)


def _identity(finding: Finding, base: Path, lines: Lines) -> Identity:
    path = Path(finding.place.filename)
    absolute = path if path.is_absolute() else Path.cwd() / path
    shown = absolute.relative_to(base) if absolute.is_relative_to(base) else path
    row, column, end_row, end_column = finding.place.span
    place = finding.place
    source = place.lines if isinstance(place, CellPlace) else lines(place.filename)
    line = source[row - 1] if 1 <= row <= len(source) else ""
    marked = line[column : end_column if end_row == row else None]
    return Identity(shown.as_posix(), finding.code, finding.model, finding.layer, " ".join(marked.split()))
