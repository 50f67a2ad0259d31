"""How the command starts: what takes long to import, and is not needed."""

from __future__ import annotations

import sys


def import_structs() -> None:
    """Import msgspec as it is where typing_extensions is not installed, of which it has no more than from `typing`.

    That takes half of the time, as typing_extensions imports `inspect` and defines what newer Pythons have. Whoever
    imports typing_extensions later finds it.
    """
    if "msgspec" in sys.modules or "typing_extensions" in sys.modules:
        return
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]
    try:
        import msgspec  # noqa: F401
    finally:
        del sys.modules["typing_extensions"]
