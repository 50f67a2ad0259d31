"""Imported modules, and names that are imported when they are first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.values.scope import Scope


class PyModule(Struct, eq=False):
    """An imported module: `scope` holds its globals; `filename` is "" for modelled libraries.

    A module whose source is known runs when something of it is first asked for.
    """

    name: str
    filename: str = ""
    scope: Scope | None = None
    attrs: dict[str, Value] = {}
    state: str = "ready"
    """"lazy" (not run yet), "running" or "ready"."""
    is_package: bool = False
    hidden: bool = False
    """Whether places in it are not shown: what convlint itself brings along."""
    keeps_texts: bool = False
    """Whether it says that annotations are kept as their texts."""
    unknown: Unknown | None = None
    """Set for a module that cannot be read: everything in it is unknown."""
    stand_in: Value = MISSING
    """What the program put into `sys.modules` in its place."""


class LazyImport(Struct, eq=False):
    """`from module import name`, resolved when the name is first used."""

    module: PyModule
    name: str
