"""Registries: containers of a module that its functions fill, so that what is in them hangs on what has been imported.

Modules run late, when something of them is asked for. Who looks at a registry would notice: then imports get an order.
"""

from __future__ import annotations

import collections
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from convlint.interp.imports.effects import root
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.modules import PyModule
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.ir import nodes
from convlint.ir.walking import walk

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

CONTAINERS = (dict, list, set, collections.deque)
FILLING = frozenset({"append", "add", "extend", "insert", "setdefault", "update", "__setitem__", "register"})
MAX_DEPTH = 3


class Registries(dict[int, tuple[object, str]]):
    """Containers that functions fill, by identity, with the package whose imports tell what is in them."""

    def note(self, module: PyModule, text: nodes.Module, package: str) -> None:
        """Add those of a module that has run."""
        for container in _registries_of(module, text):
            self.setdefault(id(container), (container, package))

    def look(self, vm: Vm, container: Any, key: Value) -> Unknown | None:
        """Give imports an order if what is asked of a container may be another answer once more modules have run.

        What a package has registered that has nothing to do with torch is not worth running it: it is not known.
        """
        entry = self.get(id(container))
        if entry is None or not is_observed(vm, container, key) or vm.program.is_in_order(entry[1]):
            return None
        if vm.program.runs_late(entry[1]):
            return None
        if vm.program.needs_torch(entry[1]):
            vm.program.need_order(entry[1])
        return Unknown(f"what modules of `{entry[1]}` register is not followed", vm.place())


def _registries_of(module: PyModule, text: nodes.Module) -> Iterator[Any]:
    """Yield the containers of a module that has run which functions fill: its own ones, or those of its classes."""
    assert module.scope is not None
    names = module.scope.names
    filled = text.once("filled names", lambda: _filled_names(text.body))
    for name in filled:
        yield from _containers(names.get(name), MAX_DEPTH)
    for name, value in list(names.items()):
        if name not in filled and isinstance(value, Instance) and value.cls.module is not None:
            yield from _containers(value, 2)


def _filled_names(body: tuple[nodes.Stmt, ...]) -> set[str]:
    """Return the global names whose content a function or method may change."""
    found: set[str] = set()
    for stmt in body:
        for inner in walk((stmt,), into_definitions=True) if _defines(stmt) else ():
            if isinstance(inner, nodes.Assign | nodes.AugAssign):
                targets = inner.targets if isinstance(inner, nodes.Assign) else (inner.target,)
                found.update(root(target) for target in targets if isinstance(target, nodes.Subscript))
            elif (
                isinstance(inner, nodes.Call) and isinstance(inner.func, nodes.Attribute) and inner.func.attr in FILLING
            ):
                found.add(root(inner.func.value))
    return found


def _defines(stmt: nodes.Stmt) -> bool:
    return isinstance(stmt, nodes.FunctionDef | nodes.ClassDef | nodes.If | nodes.Try)


def _containers(value: Value, depth: int) -> Iterator[Any]:
    """Yield the containers that can be reached from a value."""
    inside: list[Value] = []
    if isinstance(value, CONTAINERS):
        yield value
        inside = list(value.values() if isinstance(value, dict) else value)
    elif isinstance(value, Instance):
        if isinstance(value.payload, CONTAINERS):
            yield value.payload
        inside = list(value.attrs.values())
    elif isinstance(value, ClassValue):
        inside = [item for item in value.namespace.values() if isinstance(item, CONTAINERS)]
    for item in inside if depth else ():
        if isinstance(item, CONTAINERS):
            yield from _containers(item, depth - 1)


def is_observed(vm: Vm, container: Any, key: Value) -> bool:
    """Whether what is asked of a registry may be another answer once more modules have run.

    A key that is there stays there. What a module of an installed package asks while it is run is whether somebody else
    has registered the same name.
    """
    if key is not MISSING and isinstance(key, str | int | tuple) and _holds(container, key):
        return False
    for frame in reversed(vm.frames):
        if frame.function is None and frame.module.filename:
            runs = vm.importing or frame.scope.names.get("__name__") == "__main__"
            return not (runs and vm.program.is_packaged(frame.module))
    return True


def _holds(container: Any, key: Value) -> bool:
    try:
        return key in container
    except TypeError:
        return False
