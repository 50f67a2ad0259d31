"""Libraries that convlint runs itself instead of reading their source: builtins, the standard library, torch's Python side."""

from __future__ import annotations

from convlint.interp.natives import registry

registry.FAMILIES.extend(
    f"convlint.interp.natives.{name}"
    for name in (
        # builtins and the standard library
        # torch
    )
)
