"""Names: where the text says that each one lives, and loading, storing and deleting it there."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any

from convlint.interp.language import absent
from convlint.interp.language.compile.unit import Unit, expression_of
from convlint.interp.natives import registry
from convlint.interp.values.code import Run
from convlint.interp.values.modules import LazyImport
from convlint.interp.values.scope import Frame, Names
from convlint.interp.values.signals import Bound
from convlint.interp.values.unknown import MISSING, Value
from convlint.ir import nodes

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

Store = Callable[["Vm", Frame, Value], None]


def depth_of(names: Names, name: str) -> int | None:
    """Return how many scopes further out a name of a function or comprehension lives; None if it is a global.

    The names of a class are seen in its own body only.
    """
    scope: Names | None = names
    depth = 0
    while scope is not None and scope.kind != "module":
        if name in scope.globals:
            return None
        if name in scope.locals and (scope.kind != "class" or depth == 0):
            return depth
        scope = scope.outer
        depth += 1
    return None


# --- loading --------------------------------------------------------------------------------------------


@expression_of(nodes.Name)
def _name(unit: Unit, node: nodes.Name) -> Run:
    return load(unit.names, node.id, node.span)


def load(names: Names, name: str, span: nodes.Span) -> Run:
    """Compile the reading of a name."""
    if names.kind == "class":
        return _load_in_class(names, name, span)
    depth = depth_of(names, name)
    if depth is None:
        if name == "__class__" and names.kind != "module":
            return lambda vm, frame: frame.owner if frame.owner is not None else load_global(vm, name, frame, span)
        return _load_global(name, span)
    if depth == 0:
        return _load_local(name, span)
    return _load_outer(name, depth, span)


def _load_local(name: str, span: nodes.Span) -> Run:
    def run(vm: Vm, frame: Frame) -> Value:
        try:
            value = frame.names[name]
        except KeyError:
            frame.at = span
            vm.throw(
                UnboundLocalError, f"cannot access local variable '{name}' where it is not associated with a value"
            )
        return vm.program.resolve(vm, value) if type(value) is LazyImport else value

    return run


def _load_outer(name: str, depth: int, span: nodes.Span) -> Run:
    def run(vm: Vm, frame: Frame) -> Value:
        scope: Any = frame.scope.parent
        for _ in hops:
            scope = scope.parent
        value = scope.names.get(name, MISSING)
        if value is MISSING:
            frame.at = span
            vm.throw(
                NameError,
                f"cannot access free variable '{name}' where it is not associated with a value in enclosing scope",
            )
        return vm.program.resolve(vm, value) if type(value) is LazyImport else value

    hops = range(depth - 1)
    return run


def _load_global(name: str, span: nodes.Span) -> Run:
    def run(vm: Vm, frame: Frame) -> Value:
        value = frame.scope.globals.get(name, MISSING)
        if value is MISSING:
            return load_global(vm, name, frame, span)
        return vm.program.resolve(vm, value) if type(value) is LazyImport else value

    return run


@cache
def _builtin(name: str) -> Value:
    return registry.find("builtins." + name)


def load_global(vm: Vm, name: str, frame: Frame, span: nodes.Span) -> Value:
    """Look for a global that the module has not bound by itself, then for a builtin."""
    frame.at = span
    late = vm.program.late_global(vm, frame.module, name)
    if late is not MISSING:
        return late
    found = _builtin(name)
    if found is not None:
        return found
    if frame.module.unknown is not None:
        return vm.derived(frame.module.unknown, "name", name)
    return absent.of_name(vm, name, frame)


def _load_in_class(names: Names, name: str, span: nodes.Span) -> Run:
    """A name that the class body binds is not looked for in the functions around it, as in Python."""
    if name in names.globals:
        return _load_global(name, span)
    depth = None if name in names.locals or names.outer is None else depth_of(names.outer, name)
    around = _load_global(name, span) if depth is None else _load_outer(name, depth + 1, span)

    def run(vm: Vm, frame: Frame) -> Value:
        value = frame.names.get(name, MISSING)
        if value is MISSING:
            return around(vm, frame)
        return vm.program.resolve(vm, value) if type(value) is LazyImport else value

    return run


# --- storing and deleting -------------------------------------------------------------------------------


def store(names: Names, name: str) -> Store:
    """Compile the binding of a name."""
    if names.holds(name):

        def store_here(vm: Vm, frame: Frame, value: Value) -> None:
            frame.names[name] = value

        return store_here

    def store_outside(vm: Vm, frame: Frame, value: Value) -> None:
        if name == "__class__":
            raise Bound("the class that a method belongs to is bound anew")
        holder = frame.scope.holder(name)
        vm.writing(holder)
        holder.names[name] = value

    return store_outside


def store_from_comprehension(names: Names, name: str) -> Store:
    """Compile the binding of a name by `:=`: it goes to the scope around the comprehensions that it stands in."""
    around, hops = names, 0
    while around.kind == "comprehension" and around.outer is not None:
        around, hops = around.outer, hops + 1
    if not hops:
        return store(names, name)

    def run(vm: Vm, frame: Frame, value: Value) -> None:
        scope: Any = frame.scope
        for _ in range(hops):
            scope = scope.parent
        holder = scope.holder(name)
        vm.writing(holder)
        holder.names[name] = value

    return run


def delete(names: Names, name: str, span: nodes.Span) -> Run:
    """Compile `del name`."""
    local = names.kind == "function" and names.holds(name)

    def run(vm: Vm, frame: Frame) -> None:
        holder = frame.scope.holder(name)
        if name == "__class__" and not names.holds(name):
            raise Bound("the class that a method belongs to is unbound")
        if name in holder.names:
            vm.writing(holder)
            del holder.names[name]
        elif local:
            frame.at = span
            vm.throw(
                UnboundLocalError, f"cannot access local variable '{name}' where it is not associated with a value"
            )
        elif frame.module.unknown is None:
            frame.at = span
            vm.throw(NameError, f"name '{name}' is not defined")

    return run


def forget(names: Names, name: str) -> Run:
    """Compile the end of a name that is unbound without a word, as that of `except … as name`."""

    def run(vm: Vm, frame: Frame) -> None:
        holder = frame.scope.holder(name)
        vm.writing(holder)
        holder.names.pop(name, None)

    return run
