"""The look before parsing: refuses text so deep or so long-chained that LibCST might overflow the stack.

LibCST descends by recursion and no `except` catches a stack that overflows; its time grows with the square
of a chain's length. CPython's own limits on brackets (200) and a bound on chains keep far from both.
"""

from __future__ import annotations

import re

from convlint.source.lexical import STRING_OR_COMMENT
from convlint.source.text import SourceError, SourceText

MAX_CHARACTERS = 2_000_000
MAX_BRACKETS = 200
MAX_CHAIN = 500
"""Operators, attributes, calls or subscripts in one expression at one bracket level; branches of one `if`."""
MAX_FORMATTED = 5_000
"""Opening brackets in one f-string, where text and code cannot be told apart cheaply."""

_TOO_DEEP = "too deeply nested to parse safely"

# Each link of a chain becomes "+", each bracket "(" or ")"; what separates expressions stays; the rest goes.
_LINK_WORD = re.compile(r"\b(?:and|or|not|if|else|lambda|await|yield|is|in)\b")
# These never stand inside brackets: there, a bracket before was left open, which the parser will report.
_STATEMENT_WORD = re.compile(r"(?m)^[ \t\f]*(?:def|class|return|import|with|while|try|raise|pass|assert)\b")
_SEPARATORS = {"(": "(", "[": "(", "{": "(", ")": ")", "]": ")", "}": ")", ",": ",", ";": ",", "\n": "\n"}
_KEPT = {chr(code): "" for code in range(128)} | dict.fromkeys("+-*/%@&|^~<>.", "+") | _SEPARATORS
_TABLE = str.maketrans(_KEPT | {"\x01": "\x01", "\x02": "\x02"})
_CONTINUATION, _STATEMENT = "\x01", "\x02"
_BRANCH = re.compile(r"(?m)^([ \t\f]*)(if|elif)\b")


def check_depth(source: SourceText) -> None:
    """Raise SourceError for text over a limit."""
    text = source.text
    if len(text) > MAX_CHARACTERS:
        raise SourceError(f"too large to parse: {len(text):,} characters, the limit is {MAX_CHARACTERS:,}")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = text.replace(_CONTINUATION, "").replace(_STATEMENT, "")
    code = STRING_OR_COMMENT.sub(_without_content, text)
    if code.count("elif") > MAX_CHAIN:
        _check_branches(code)
    code = code.replace("\\\n", _CONTINUATION)
    code = _STATEMENT_WORD.sub(_STATEMENT, code)
    _check_expressions(_LINK_WORD.sub("+", code).translate(_TABLE))


def _without_content(match: re.Match[str]) -> str:
    """Replace a string by "+", a link of an implicit concatenation, and its line ends; a comment by nothing."""
    string = match["string"]
    if string is None:
        return ""
    if len(string) > MAX_BRACKETS and match["prefix"].lower() in ("f", "fr", "rf", "t", "tr", "rt"):
        _check_formatted(match.string, match.start(), string)
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


def _check_expressions(reduced: str) -> None:
    """Follow brackets and links; see `_TABLE` for the alphabet. Characters beyond ASCII are parts of names."""
    around: list[int] = []
    links, row = 0, 1
    for char in reduced:
        if char == "+":
            links += 1
        elif char == "(":
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
