"""Decoding of a file's bytes and the index of its lines: rows are 1-based, columns 0-based in characters."""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from itertools import accumulate

from msgspec import Struct
from msgspec.structs import force_setattr

_LINE_END = re.compile(r"\r\n|\r|\n")
_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BLANK = re.compile(rb"^[ \t\f]*(?:#.*)?$")
_FIRST_LINES = re.compile(rb"([^\r\n]*)(?:\r\n|\r|\n|$)([^\r\n]*)")


class SourceError(Exception):
    """A file that cannot be decoded, parsed or is too deep to parse; `row` is 1-based, `column` 0-based."""

    def __init__(self, message: str, row: int = 1, column: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.row = row
        self.column = column

    def __reduce__(self) -> tuple[type[SourceError], tuple[str, int, int]]:
        return SourceError, (self.message, self.row, self.column)


class SourceText(Struct, frozen=True):
    """A decoded file. `text` keeps its line ends and has no byte order mark; `bom` says whether there was one."""

    text: str
    encoding: str = "utf-8"
    bom: bool = False
    starts: tuple[int, ...] = ()
    """The offset at which each line starts, found in the text. Only LF, CR and CRLF end lines."""

    def __post_init__(self) -> None:
        force_setattr(self, "starts", _line_starts(self.text))

    @property
    def lines(self) -> tuple[str, ...]:
        """The lines without their ends; text after the last line end is a line too, if there is any."""
        return tuple(self.line(row) for row in range(1, self.row_count + 1))

    @property
    def row_count(self) -> int:
        """How many lines there are; an empty text has none."""
        return len(self.starts) - (self.starts[-1] == len(self.text))

    def line(self, row: int) -> str:
        """Return a line without its end. Raises IndexError outside of the text's rows (one past the last is "")."""
        if not 1 <= row <= len(self.starts):
            raise IndexError(f"no row {row} in {len(self.starts)} rows")
        end = self.starts[row] if row < len(self.starts) else len(self.text)
        return self.text[self.starts[row - 1] : end].rstrip("\r\n")

    def position(self, offset: int) -> tuple[int, int]:
        """Return (row, column) of an offset in `text`. Raises IndexError outside of it."""
        if not 0 <= offset <= len(self.text):
            raise IndexError(f"no offset {offset} in {len(self.text)} characters")
        row = bisect_right(self.starts, offset)
        return row, offset - self.starts[row - 1]

    def offset(self, row: int, column: int) -> int:
        """Return the offset of (row, column); a column may not lie beyond the line's end. Raises IndexError."""
        if not 0 <= column <= len(self.line(row)):
            raise IndexError(f"no column {column} in row {row}")
        return self.starts[row - 1] + column

    def byte_offset(self, offset: int) -> int:
        """Return where in the file's bytes the character at an offset starts."""
        mark = len(codecs.BOM_UTF8) if self.bom else 0
        return mark + len(self.text[:offset].encode(self.encoding))


def decode(data: bytes) -> SourceText:
    """Decode source as Python does: a byte order mark, a PEP 263 coding line, else UTF-8. Raises SourceError."""
    bom = data.startswith(codecs.BOM_UTF8)
    encoding = _declared_encoding(data[3:200_000] if bom else data[:200_000])
    if bom and encoding not in (None, "utf-8"):
        raise SourceError(f"the coding line says {encoding}, the byte order mark says utf-8")
    body = data[3:] if bom else data
    try:
        text = body.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        raise _not_decodable(data, body[: error.start], encoding or "utf-8") from None
    except ValueError as error:
        raise SourceError(f"cannot be decoded as {encoding}: {error}") from None
    return SourceText(text, encoding or "utf-8", bom)


def encode(text: str) -> bytes:
    """Return the bytes of which `decode` makes the text, in the encoding that it declares, UTF-8 if it holds more."""
    try:
        return text.encode(_declared_encoding(text[:200_000].encode("utf-8", "replace")) or "utf-8")
    except (SourceError, UnicodeEncodeError):
        return text.encode("utf-8", "surrogatepass")


def _not_decodable(data: bytes, before: bytes, encoding: str) -> SourceError:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return SourceError("is UTF-16, which Python does not read; save it as UTF-8")
    good = SourceText(before.decode(encoding, "replace"))
    row, column = good.position(len(good.text))
    return SourceError(f"cannot be decoded as {encoding}", row, column)


def _declared_encoding(head: bytes) -> str | None:
    match = _FIRST_LINES.match(head)
    lines = match.groups() if match else ()
    for row, line in enumerate(lines, 1):
        found = _CODING.match(line)
        if found:
            return _text_codec(found.group(1).decode("ascii", "replace"), row)
        if not _BLANK.match(line):
            return None
    return None


def _text_codec(name: str, row: int) -> str:
    """Return the codec's usual name; codecs that are no text encoding, such as rot13 and zip, are refused."""
    try:
        info = codecs.lookup(name)
        "".encode(name)
        b"".decode(name)
    except (LookupError, ValueError, TypeError):
        raise SourceError(f"unknown encoding: {name}", row) from None
    return "utf-8" if info.name in ("utf-8", "utf-8-sig") else info.name


def _line_starts(text: str) -> tuple[int, ...]:
    if "\r" in text:
        return (0, *(match.end() for match in _LINE_END.finditer(text)))
    lengths = [len(line) + 1 for line in text.split("\n")]
    lengths.pop()
    return tuple(accumulate(lengths, initial=0))
