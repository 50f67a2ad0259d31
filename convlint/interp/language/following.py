"""What names and paths lead to, found without running code of the program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from convlint.interp.language.effects import Effects, Path
from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance
from convlint.interp.values.functions import ClassMethod, Function, StaticMethod
from convlint.interp.values.modules import LazyImport, PyModule
from convlint.interp.values.scope import Scope
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


class Following:
    """Finds for one run what code means by its names and paths; what is imported late is imported now."""

    __slots__ = ("vm",)

    def __init__(self, vm: Vm) -> None:
        self.vm = vm

    def value(self, name: str, scope: Scope, module: PyModule) -> Value:
        """Return what a name holds; what is imported late is imported now."""
        found = lookup(name, scope)
        try:
            if isinstance(found, LazyImport):
                return MISSING if self._waits(found, module) else self.vm.program.resolve(self.vm, found)
            return self.vm.program.late_global(self.vm, module, name) if found is MISSING else found
        except PyRaise:
            return MISSING

    def _waits(self, found: LazyImport, module: PyModule) -> bool:
        """Whether an installed package is left alone that would only be imported for this: there is nothing to change
        in it yet, and what the code of another package does in it is what that package is for."""
        program = self.vm.program
        is_quiet = self.vm.importing > 0 or program.is_packaged(module)
        return is_quiet and found.module.state == "lazy" and program.is_packaged(found.module)

    def holder(self, path: Path, scope: Scope, module: PyModule) -> Value:
        value = self.value(path[0], scope, module)
        for attribute in path[1:]:
            value = self.attribute(value, attribute)
        return value

    def attribute(self, value: Value, name: str) -> Value:
        """Return an attribute that reading runs no code of the program for, else `MISSING`."""
        if isinstance(value, PyModule):
            try:
                return self.vm.program.module_attribute(self.vm, value, name)
            except PyRaise:
                return MISSING
        if isinstance(value, ClassValue):
            found = value.find(name)
            return found.func if isinstance(found, StaticMethod | ClassMethod) else found
        if isinstance(value, Instance) and value.cls.find("__getattribute__") is MISSING:
            tables = [value.attrs]
            if isinstance(value, ModuleInstance):
                tables += [value.parameters, value.buffers, value.modules]
            if value.cls.find(name) is MISSING:
                return next((table[name] for table in tables if name in table), MISSING)
        return MISSING

    def imported(self, did: Effects, importer: PyModule) -> Iterable[Value]:
        """Return the modules and classes that code imports itself, as far as they have been imported before."""
        for origin, level, name in did.imports:
            module = self.vm.program.lookup(origin, level, importer)
            if module is None or module.state == "lazy":
                continue
            yield module
            found = module.scope.names.get(name, MISSING) if module.scope is not None else MISSING
            if isinstance(found, ClassValue | PyModule | Function):
                yield found


def lookup(name: str, scope: Scope) -> Value:
    """Return what a name holds in a scope or around it, or `MISSING`; no code runs for it."""
    place: Scope | None = scope
    while place is not None:
        place = place.holder(name)
        if name in place.names and (place is scope or place.kind != "class"):
            return place.names[name]
        place = place.parent
    return MISSING


def enclosing(name: str, scope: Scope) -> Scope | None:
    """Return the scope that holds the name that `nonlocal` declares in a function inside of a scope."""
    place: Scope | None = scope
    while place is not None:
        place = place.holder(name)
        if place.kind == "function" and (name in place.names or name in place.text.locals):
            return place
        place = place.parent
    return None
