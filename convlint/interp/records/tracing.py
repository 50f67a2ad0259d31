"""A run of a symbolic tracer: what it is asked, and the names that it has put wrappers in place of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from convlint.interp.values.functions import BoundMethod, Function
from convlint.interp.values.modules import LazyImport
from convlint.interp.values.unknown import Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


class Tracing(Struct, eq=False):
    """One run of a tracer, and the names that it has put wrappers in place of."""

    called: Value
    """Is given module, forward, arguments and keyword arguments for every call of a module."""
    read: Value
    """Is given name and value of every parameter that is read from a module."""
    wrap: Value
    """Makes of a function what becomes one node."""
    functions: dict[int, Value]
    """What is wrapped wherever traced code names it, by identity."""
    names: frozenset[str]
    """The names under which those are imported."""
    replaced: list[tuple[dict[str, Value], str, Value]] = []
    seen: set[int] = set()

    def replace(self, vm: Vm, names: dict[str, Value], name: str) -> None:
        """Put a wrapper in place of a function among the names of a module, until the tracer is done."""
        self.replaced.append((names, name, names[name]))
        names[name] = vm.call(self.wrap, [names[name]])

    def restore(self) -> None:
        for names, name, value in reversed(self.replaced):
            names[name] = value

    def enter_module(self, vm: Vm, forward: Value) -> None:
        """Wrap what is to be wrapped among the globals of a function that is about to be traced."""
        forward = forward.func if isinstance(forward, BoundMethod) else forward
        if not isinstance(forward, Function) or not self.functions:
            return
        scope = forward.scope.module()
        if id(scope) in self.seen:
            return
        self.seen.add(id(scope))
        for name, value in list(scope.names.items()):
            if isinstance(value, LazyImport) and value.name in self.names:
                value = vm.program.resolve(vm, value)
            if id(value) in self.functions:
                self.replace(vm, scope.names, name)
