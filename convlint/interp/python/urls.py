"""`urllib.parse`: addresses as texts."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable

from convlint.interp.natives.lifting import lift, lift_all
from convlint.interp.natives.registry import add_value, written
from convlint.interp.values.functions import Native

lift_all("urllib.parse", "quote quote_plus unquote unquote_plus urljoin urlunparse urlunsplit")
written("urls.py", "urllib.parse", "urlparse urlsplit ParseResult SplitResult")


def _lifted(name: str, function: Callable[..., object]) -> None:
    add_value(f"urllib.parse.{name}", Native(f"urllib.parse.{name}", lift(f"urllib.parse.{name}", function)))


_lifted("_parsed", lambda *parts: tuple(urllib.parse.urlparse(*parts)))
_lifted("_split", lambda *parts: tuple(urllib.parse.urlsplit(*parts)))
_lifted("_whole", urllib.parse.urlunparse)
_lifted("_part", lambda parts, name: getattr(urllib.parse.SplitResult(*parts), name))
