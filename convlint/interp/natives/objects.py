"""Small values that libraries hand out: descriptive names, context managers, records, and what has no effect."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import Native
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.natives.registry import Implementation
    from convlint.interp.vm import Vm


class Form(Struct, eq=False):
    """A name of a library that only describes, such as `typing.Optional`: subscripts and unions of it are forms too.

    `parts` is what it was subscripted with; `call` what a call of it does, if it can be called.
    """

    changes: ClassVar[bool] = False

    name: str
    parts: tuple[Value, ...] = ()
    call: Callable[[Vm, list[Value], dict[str, Value]], Value] | None = None

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name in ("__name__", "_name"):
            return self.name.rpartition(".")[2]
        if name == "__args__":
            return self.arguments(vm)
        if name == "__getitem__":
            return Native(self.name, self._subscript)
        if self.name == "typing.Annotated" and self.parts and not name.startswith("__"):
            return vm.getattr(self.parts[0], name, MISSING)
        return vm.unknown(f"`{name}` of `{self.name}`") if not name.startswith("__") else MISSING

    def arguments(self, vm: Vm) -> Value:
        """Return `__args__`; how the parameters of a callable are kept in it is not modelled."""
        if any(isinstance(part, list) for part in self.parts):
            return vm.unknown(f"the parameters of `{self.name}`")
        return tuple(type(None) if part is None else part for part in self.parts)

    def _subscript(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if self.parts:
            return vm.unknown("a type in which variables are replaced")
        parts = args[0] if isinstance(args[0], tuple) else (args[0],)
        if self.name == "typing.Union" and not parts:
            return vm.unknown("a union of no types")
        if self.name in ("typing.Union", "typing.Optional"):
            return _united((*parts, None) if self.name == "typing.Optional" else parts)
        return Form(self.name, _literals(parts) if self.name == "typing.Literal" else parts, self.call)

    def call_value(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if self.call is not None:
            return self.call(vm, args, kwargs)
        if self.name == "typing.Annotated" and self.parts:
            return vm.call(self.parts[0], args, kwargs)
        return vm.unknown(f"a call of `{self.name}`")

    def __or__(self, other: Value) -> Form:
        return Form("typing.Union", (self, other))

    def __ror__(self, other: Value) -> Form:
        return Form("typing.Union", (other, self))


def _united(parts: tuple[Value, ...]) -> Value:
    """Return the union of types: unions in it are taken apart, each type counts once, and one alone is itself."""
    found: list[Value] = []
    for part in parts:
        inner = part.parts if isinstance(part, Form) and part.name in ("typing.Union", "types.UnionType") else (part,)
        for one in inner or (part,):
            one = type(None) if one is None else one
            if not any(one is other for other in found):
                found.append(one)
    return Form("typing.Union", tuple(found)) if len(found) > 1 else found[0]


def _literals(parts: tuple[Value, ...]) -> tuple[Value, ...]:
    """Return the values of a `Literal`: those of others in it are its own, and each counts once."""
    found: list[Value] = []
    for part in parts:
        for one in part.parts if isinstance(part, Form) and part.name == "typing.Literal" else (part,):
            plain = isinstance(one, int | str | bytes | None)
            if not any(one is other or (plain and type(one) is type(other) and one == other) for other in found):
                found.append(one)
    return tuple(found)


class NativeContext(Struct, frozen=True, eq=False):
    """A context manager. `leave` gets the exception or None and tells whether it is swallowed, if it ever does that."""

    enter: Callable[[Vm], Value]
    leave: Callable[[Vm, Value], Value]
    swallows: bool = False

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name == "__enter__":
            return Native("__enter__", lambda vm, args, kwargs: self.enter(vm))
        if name == "__exit__":
            return Native("__exit__", lambda vm, args, kwargs: self.leave(vm, args[1] if len(args) > 1 else None))
        return vm.unknown(f"`{name}` of a context manager")

    def call_value(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        """As a decorator: each call of the function runs inside of the context."""
        if len(args) != 1:
            return vm.unknown("a call of a context manager")
        function = args[0]

        def inside(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
            self.enter(vm)
            try:
                result = vm.call(function, args, kwargs)
            except PyRaise as raised:
                if vm.truth(self.leave(vm, raised.value)):
                    return None
                raise
            self.leave(vm, None)
            return result

        return Native("inside a context", inside, binds=True)


class MappingProxy(Struct, eq=False):
    """A `types.MappingProxyType`: a dict that can be read through it, and not be changed."""

    mapping: dict[Value, Value]
    stands_for: ClassVar[str] = "types.MappingProxyType"

    def __len__(self) -> int:
        return len(self.mapping)

    def get_attribute(self, vm: Vm, name: str) -> Value:
        return vm.getattr(self.mapping, name) if name in READING else MISSING


_READING = "__contains__ __getitem__ __iter__ __len__ __reversed__ __or__ copy get items keys values"
READING = frozenset(_READING.split())


class Shown(Form, eq=False):
    """A name of a library of which Python's text is known."""

    text: str = ""


class Record(Struct, eq=False):
    """An object whose attributes are all known and never change; any other attribute is unknown."""

    changes: ClassVar[bool] = False

    name: str
    fields: dict[str, Value] = {}
    of: Value = None
    """What it tells something of, if that is needed again."""

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name in self.fields:
            return self.fields[name]
        return vm.unknown(f"`{name}` of a `{self.name}`") if not name.startswith("__") else MISSING


def instance(name: str, **methods: Implementation) -> Instance:
    """Return the one object of a class of its own, with these methods; they get the object first."""
    cls = ClassValue(name.rpartition(".")[2], name, (), {})
    cls.namespace.update({method: Native(f"{name}.{method}", call, binds=True) for method, call in methods.items()})
    cls.mro = (cls,)
    return Instance(cls)


def decorating(first: Value) -> bool:
    """Tell whether a decorator that may take options was used without any: its only argument is the function."""
    return first is not MISSING and not isinstance(first, Unknown | str | int | None)
