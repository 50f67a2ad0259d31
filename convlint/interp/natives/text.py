"""Texts in and out: `string`, `textwrap`, `json`, `fnmatch`, `keyword` and `ast.literal_eval`."""

from __future__ import annotations

import ast
import fnmatch
import json
import keyword
import string
import textwrap
from convlint.interp.natives.lifting import lift, lift_all
from convlint.interp.natives.registry import add_value
from convlint.interp.values import Native

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


for name in (
    "ascii_letters", "ascii_lowercase", "ascii_uppercase", "digits", "hexdigits", "octdigits", "punctuation", "printable", "whitespace",
):  # fmt: skip
    add_value(f"string.{name}", getattr(string, name))
lift_all("string", string, "capwords")
lift_all("textwrap", textwrap, "dedent indent fill wrap shorten", {"fill": _short, "wrap": _short, "shorten": _short})
lift_all("keyword", keyword, "iskeyword issoftkeyword")
lift_all("json", json, "dumps loads", {"loads": _short})
lift_all(
    "fnmatch",
    fnmatch,
    "fnmatch fnmatchcase filter",
    {
        "fnmatch": lambda name, pattern: _stars(pattern),
        "fnmatchcase": lambda name, pattern: _stars(pattern),
        "filter": lambda names, pattern: _stars(pattern),
    },
)
add_value("json.JSONDecodeError", json.JSONDecodeError)
add_value("ast.literal_eval", Native("ast.literal_eval", lift("ast.literal_eval", ast.literal_eval, _literal)))
