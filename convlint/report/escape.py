"""The one place that makes text from outside harmless on a terminal: names, messages and source lines."""

from __future__ import annotations

import re
from typing import Any

import msgspec

# C0, DEL and C1 controls, line and paragraph separators, directional controls, byte-order mark, lone surrogates.
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def visible(text: str) -> str:
    """Return the text with every character that could steer a terminal written as its escape sequence."""
    return _UNSAFE.sub(_escaped, text)


def encodable(text: str) -> str:
    """Return the text with lone surrogates (of names that are not UTF-8) written as escape sequences."""
    return _SURROGATE.sub(_escaped, text)


def json_text(value: Any, *, indent: int = 2) -> str:
    """Return a value as JSON in which no character can steer a terminal; `indent` of 0 is one line."""
    encoded = msgspec.json.encode(value, enc_hook=_plain)
    text = (msgspec.json.format(encoded, indent=indent) if indent else encoded).decode()
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match.group()):04x}", text)


def _plain(value: object) -> str:
    """Return text that is of a class of its own, such as a dtype of the program, as JSON knows it."""
    if isinstance(value, str):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _escaped(match: re.Match[str]) -> str:
    code = ord(match.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
