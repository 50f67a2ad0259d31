"""Texts in and out: `string`, `textwrap`, `fnmatch`, `keyword` and `ast.literal_eval`."""

from __future__ import annotations

import string

from convlint.interp.natives.lifting import lift_all
from convlint.interp.natives.registry import add_value

MAX_SOURCE = 100_000
MAX_PATTERN = 200
MAX_NESTING = 200


def _short(text: str | bytes, *rest: object, **named: object) -> bool:
    return len(text) <= MAX_SOURCE


def _literal(text: str) -> bool:
    """`literal_eval` compiles: deep nesting could overflow the stack."""
    return len(text) <= MAX_SOURCE and max(text.count(bracket) for bracket in "([{-+") <= MAX_NESTING


def _stars(pattern: str) -> bool:
    return len(pattern) <= MAX_PATTERN and pattern.count("*") <= 4


NAMES = "ascii_letters ascii_lowercase ascii_uppercase digits hexdigits octdigits punctuation printable whitespace"
for name in NAMES.split():
    add_value(f"string.{name}", getattr(string, name))
lift_all("string", "capwords")
lift_all("textwrap", "dedent indent fill wrap shorten", {"fill": _short, "wrap": _short, "shorten": _short})
lift_all("keyword", "iskeyword issoftkeyword")
lift_all("json", "dumps")
lift_all(
    "fnmatch",
    "fnmatch fnmatchcase filter",
    {
        "fnmatch": lambda name, pattern: _stars(pattern),
        "fnmatchcase": lambda name, pattern: _stars(pattern),
        "filter": lambda names, pattern: _stars(pattern),
    },
)
lift_all("ast", "literal_eval", {"literal_eval": _literal})
