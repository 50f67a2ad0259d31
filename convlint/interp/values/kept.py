"""What code may change that was given to something unknown, which may have kept it and call it at any later time."""

from __future__ import annotations

from collections.abc import Iterable

from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance
from convlint.interp.values.functions import Function
from convlint.interp.values.modules import PyModule
from convlint.interp.values.scope import Scope
from convlint.interp.values.unknown import Value


class Kept:
    """The names and attributes that such code sets; containers that it was given are marked for good anyway."""

    __slots__ = ("attributes", "names")

    def __init__(self) -> None:
        self.names: dict[tuple[Scope, str], None] = {}
        self.attributes: dict[int, tuple[Value, frozenset[str]]] = {}

    def note(self, names: Iterable[tuple[Scope, str]], reached: Iterable[Value], attributes: set[str]) -> None:
        """Note what code may set that was given away: names, and attributes of all that it reaches."""
        self.names.update(dict.fromkeys(names))
        for value in reached if attributes else ():
            if isinstance(value, Instance | ClassValue | PyModule | Function) and not isinstance(value, ModuleInstance):
                before = self.attributes.get(id(value))
                self.attributes[id(value)] = (value, frozenset(attributes).union(before[1] if before else ()))

    def copy(self) -> Kept:
        """Return the same for a run that goes on from here."""
        other = Kept()
        other.names.update(self.names)
        other.attributes.update(self.attributes)
        return other
