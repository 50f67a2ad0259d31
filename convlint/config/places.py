"""Where a settings file says something: the row of a key or of a value in TOML, found without a parser of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence

_HEADER = re.compile(r"\s*\[\[?\s*(?P<keys>[^\]]*(?:\"[^\"]*\"[^\]]*)*)\]")
_KEY = re.compile(r"""\s*(?P<key>(?:"[^"]*"|'[^']*'|[\w-]+)(?:\s*\.\s*(?:"[^"]*"|'[^']*'|[\w-]+))*)\s*=""")
_PART = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|([\w-]+))\s*(?:\.|$)""")


def row_of(text: str, keys: Sequence[str], value: str = "") -> int | None:
    """Return the row (from 1) of a key, given with the tables that it is in, or of a text in its value.

    None if it is written in a way that is not recognised, such as inside of an inline table.
    """
    wanted = tuple(keys)
    table: tuple[str, ...] = ()
    found: int | None = None
    for row, line in enumerate(text.splitlines(), 1):
        header = _HEADER.match(line)
        if header is not None and found is None:
            table = _parts(header["keys"])
            if table == wanted:
                found = row
        key = None if header is not None else _KEY.match(line)
        if key is not None:
            name = (*table, *_parts(key["key"]))
            if name == wanted:
                found = row
            elif found is not None and value:
                return found
            elif found is None and name == wanted[: len(name)] and wanted[-1] in line:
                return row
        if found is not None and (not value or value in line):
            return row
    return found


def _parts(keys: str) -> tuple[str, ...]:
    return tuple(next(part for part in match.groups(default="") if part) for match in _PART.finditer(keys) if match[0])
