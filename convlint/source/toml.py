"""Files in TOML: what is written in them, with the parser of Python or its backport."""

from __future__ import annotations

import sys
from typing import Any


def parsed(text: str) -> dict[str, Any]:
    """Return what a text in TOML says. Raises ValueError. Many runs have no such file, and need no parser."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:  # pragma: no cover
        import tomli as tomllib

    return tomllib.loads(text)
