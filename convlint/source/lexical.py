"""Where strings and comments are: one linear pass, for those who must not mistake one for the other or for code.

This is no tokenizer. A string that never ends is taken to end with its line (or, in triple quotes, with the
text), so each scan is linear and total, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator


def _long(quote: str) -> str:
    q = quote
    return rf"{q * 3}[^{q}\\]*(?:(?:\\(?:.|\Z)|{q}(?!{q}{q}))[^{q}\\]*)*(?:{q * 3}|\Z)"


def _short(quote: str) -> str:
    q = quote
    return rf"{q}[^{q}\\\r\n]*(?:\\(?:\r\n|.|\Z)[^{q}\\\r\n]*)*(?:{q}|(?=[\r\n])|\Z)"


_STRING = "|".join((_long('"'), _long("'"), _short('"'), _short("'")))
_PREFIX = r"(?:(?<!\w)[A-Za-z]{1,2}(?=['\"]))?"

STRING_OR_COMMENT = re.compile(rf"(?P<comment>#[^\r\n]*)|(?P<prefix>{_PREFIX})(?P<string>{_STRING})", re.DOTALL)
"""Matches a comment (group "comment") or a string literal (groups "prefix" and "string" with its quotes)."""


def comments(text: str) -> Iterator[tuple[int, str]]:
    """Yield the offset and the text, `#` included, of each comment."""
    for match in STRING_OR_COMMENT.finditer(text):
        if match.lastgroup == "comment":
            yield match.start(), match.group()
