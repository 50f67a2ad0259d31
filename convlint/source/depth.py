"""The look before parsing: refuses text so deep or so long-chained that LibCST might overflow the stack, or take long.

LibCST descends by recursion and no `except` catches a stack that overflows; its time grows with the square
of a chain's length and of the depth of brackets, and nobody can end it. CPython's own limits on brackets (200) and
bounds on chains and on the work as a whole keep far from both.
"""

from __future__ import annotations

import re
from functools import partial

from convlint.source.lexical import STRING_OR_COMMENT
from convlint.source.text import SourceError, SourceText

MAX_CHARACTERS = 2_000_000
MAX_BRACKETS = 200
MAX_CHAIN = 500
"""Operators, attributes, calls or subscripts in one expression at one bracket level; branches of one `if`."""
MAX_FORMATTED = 5_000
"""Opening brackets in one f-string, where text and code cannot be told apart cheaply."""

MAX_WORK = 450_000
"""Tokens, ends of lines among them, an opening bracket counting for each one around it and for each four links before
it, too. LibCST takes some 3 KB and 10 to 20 microseconds for each: a GB and a file's share of time."""

_TOO_DEEP = "too deeply nested to parse safely"

# Each link of a chain becomes "+", each bracket "(" or ")"; what separates expressions stays; the rest goes.
_LINK_WORD = re.compile(r"\b(?:and|or|not|if|else|lambda|await|yield|is|in)\b")
# These never stand inside brackets: there, a bracket before was left open, which the parser will report.
_STATEMENT_WORD = re.compile(r"(?m)^[ \t\f]*(?:def|class|return|import|with|while|try|raise|pass|assert)\b")
_SEPARATORS = {"(": "(", "[": "(", "{": "(", ")": ")", "]": ")", "}": ")", ",": ",", ";": ",", "\n": "\n"}
_KEPT = {chr(code): "" for code in range(128)} | dict.fromkeys("+-*/%@&|^~<>.", "+") | _SEPARATORS
_TABLE = str.maketrans(_KEPT | {"\x01": "\x01", "\x02": "\x02"})
_CONTINUATION, _STATEMENT = "\x01", "\x02"
_TOKEN = re.compile(r"\w+|[^\w \t\f]")
_BRANCH = re.compile(r"(?m)^([ \t\f]*)(if|elif)\b")


def check_depth(source: SourceText) -> None:
    """Raise SourceError for text over a limit."""
    text = source.text
    if len(text) > MAX_CHARACTERS:
        raise SourceError(f"too large to parse: {len(text):,} characters, the limit is {MAX_CHARACTERS:,}")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace(_CONTINUATION, "").replace(_STATEMENT, "")
    formatted: list[int] = []
    code = STRING_OR_COMMENT.sub(partial(_without_content, formatted), text)
    tokens = sum(formatted) + (len(code) if len(code) < MAX_WORK // 8 else sum(1 for _ in _TOKEN.finditer(code)))
    if code.count("elif") > MAX_CHAIN:
        _check_branches(code)
    code = code.replace("\\\n", _CONTINUATION)
    code = _STATEMENT_WORD.sub(_STATEMENT, code)
    work = tokens + _check_expressions(_LINK_WORD.sub("+", code).translate(_TABLE))
    if work > MAX_WORK:
        raise SourceError(f"too much to parse: it takes {work:,} steps, the limit is {MAX_WORK:,}")


def _without_content(formatted: list[int], match: re.Match[str]) -> str:
    """Replace a string by "+", a link of an implicit concatenation, and its line ends; a comment by nothing. How many
    tokens there may be in a long f-string goes into `formatted`."""
    string = match["string"]
    if string is None:
        return ""
    if len(string) > MAX_BRACKETS and match["prefix"].lower() in ("f", "fr", "rf", "t", "tr", "rt"):
        _check_formatted(match.string, match.start(), string)
        formatted.append(string.count("{") * 4)
    return "+" + "\n" * string.count("\n") if "\n" in string else "+"


def _check_formatted(text: str, start: int, string: str) -> None:
    brackets = [char for char in string if char in "()[]{}"]
    depth = deepest = opened = 0
    for char in brackets:
        if char in "([{":
            opened += 1
            depth += 1
            deepest = max(deepest, depth)
        elif depth:
            depth -= 1
    links = sum(map(string.count, "+-*/.<>&|^%"))
    if deepest > MAX_BRACKETS or opened > MAX_FORMATTED or (links > 2 * MAX_FORMATTED and opened > 0):
        raise SourceError(_TOO_DEEP, text.count("\n", 0, start) + 1)


def _check_branches(code: str) -> None:
    branches: dict[str, int] = {}
    for match in _BRANCH.finditer(code):
        indent, word = match.groups()
        branches[indent] = branches.get(indent, 0) + 1 if word == "elif" else 0
        if branches[indent] > MAX_CHAIN:
            raise SourceError(_TOO_DEEP, code.count("\n", 0, match.start()) + 1)


def _check_expressions(reduced: str) -> int:
    """Follow brackets and links, and return the work that they are; see `_TABLE` for the alphabet. Characters beyond
    ASCII are parts of names."""
    around: list[int] = []
    links, row, work = 0, 1, 0
    for char in reduced:
        if char == "+":
            links += 1
        elif char == "(":
            work += len(around) + links // 4
            around.append(links + 1)
            links = 0
            if len(around) > MAX_BRACKETS:
                raise SourceError(_TOO_DEEP, row)
        elif char == ")":
            if links > MAX_CHAIN:
                raise SourceError(_TOO_DEEP, row)
            links = around.pop() if around else 0
        elif char == ",":
            if links > MAX_CHAIN:
                raise SourceError(_TOO_DEEP, row)
            links = 0
        elif char == "\n":
            if not around:
                if links > MAX_CHAIN:
                    raise SourceError(_TOO_DEEP, row)
                links = 0
            row += 1
        elif char == _CONTINUATION:
            row += 1
        elif char == _STATEMENT:
            around.clear()
            links = 0
    if links > MAX_CHAIN or any(count > MAX_CHAIN for count in around):
        raise SourceError(_TOO_DEEP, row)
    return work
