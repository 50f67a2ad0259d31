"""Types with parameters and unions of types, such as `list[int]` and `int | None`, and what `typing` tells of them."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING

from convlint.interp.natives import registry
from convlint.interp.natives.objects import Form
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import Native
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.trace import Concern

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

UNION = "types.UnionType"
PLAIN = (str, int, float, bool, bytes, list, tuple, dict)
"""What has no origin and no parameters, as it is no type."""
UNIONS = frozenset({UNION, "typing.Union", "typing.Optional"})


class Variable(Form, eq=False):
    """A `TypeVar`, which stands for one type."""


class Alias(Form, eq=False):
    """A type or class with parameters, or what `typing` calls it: it is called and derived from as that itself."""

    origin: Value = None

    @property
    def is_of_python(self) -> bool:
        """Whether it is what `typing` calls a type of Python's own."""
        return isinstance(self.origin, type) and self.name.startswith("typing.")

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name == "__origin__":
            return self.origin
        if name == "__args__" and self.parts:
            return self.arguments(vm)
        if name == "__getitem__":
            return Native(self.name, self._subscript)
        if self.name.startswith("builtins."):
            return types.GenericAlias if name == "__class__" else vm.getattr(self.origin, name, MISSING)
        if name.startswith("__"):
            return vm.unknown(f"`{name}` of a type with parameters", Concern.NOTHING)
        return vm.getattr(self.origin, name, MISSING)

    def arguments(self, vm: Vm) -> Value:
        if isinstance(self.origin, ClassValue) and not _takes_single_types(self.origin):
            return vm.unknown("the parameters of a class")
        return Form.arguments(self, vm)

    def _subscript(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if self.parts:
            return vm.unknown("a type in which variables are replaced", Concern.NOTHING)
        return Alias(self.name, args[0] if isinstance(args[0], tuple) else (args[0],), None, self.origin)

    def call_value(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        made = vm.call(self.origin, args, kwargs)
        if isinstance(self.origin, ClassValue) and isinstance(made, Instance):
            try:
                vm.setattr(made, "__orig_class__", self)
            except PyRaise:  # it has no place for it
                return made
        return made


def subscripted(origin: type, key: Value) -> Alias:
    """Return `origin[key]`."""
    return Alias(f"builtins.{origin.__name__}", key if isinstance(key, tuple) else (key,), None, origin)


def _takes_single_types(cls: ClassValue) -> bool:
    """Whether the parameters of a class are listed as they are given: each of its variables stands for one type."""
    listed = [base for base in cls.bases if isinstance(base, Form) and base.parts]
    return bool(listed) and all(isinstance(part, Variable) for base in listed for part in base.parts)


def parametrised(cls: ClassValue, key: Value) -> Alias:
    """Return `cls[key]` of a class of the program that has parameters."""
    return Alias(f"typing.{cls.name}", key if isinstance(key, tuple) else (key,), None, cls)


def union(left: Value, right: Value) -> Value:
    """Return `left | right` if both are types or describe some, None if that is not certain."""
    if not all(map(_describes, (left, right))) or (left is None and right is None):
        return None
    parts: list[Value] = []
    for side in (left, right):
        for part in members(side) if isinstance(side, Form) and side.name in UNIONS and side.parts else (side,):
            if not any(part is other for other in parts):
                parts.append(part)
    return Form(UNION, tuple(parts)) if len(parts) > 1 else parts[0]


def _describes(value: Value) -> bool:
    if isinstance(value, ClassValue):
        return value.metaclass is None or isinstance(value.metaclass, type)
    if isinstance(value, Native):  # a class of a library that is no class here
        return registry.find_instance_test(value.name) is not None
    return value is None or isinstance(value, type) or (isinstance(value, Form) and value.name.startswith(_MODULES))


_MODULES = ("typing.", "types.", "builtins.")


def members(form: Form) -> tuple[Value, ...]:
    """Return the types that a union is made of; None for the type of None."""
    return (*form.parts, None) if form.name == "typing.Optional" else form.parts


def origin(vm: Vm, value: Value) -> Value:
    """Evaluate `typing.get_origin(value)`."""
    if isinstance(value, Unknown):
        return vm.derived(value, "get_origin")
    if isinstance(value, Alias):
        return value.origin
    if isinstance(value, Form):
        if value.name in UNIONS:
            return None if not value.parts else types.UnionType if value.name == UNION else _form("Union")
        return _form(value.name.rpartition(".")[2]) if value.parts or value.name == "typing.Generic" else None
    if isinstance(value, ClassValue) and not _may_have_parameters(value):
        return None
    return None if _describes(value) or type(value) in PLAIN else vm.unknown("the origin of a type")


def _form(name: str) -> Value:
    return registry.find(f"typing.{name}")


def _may_have_parameters(cls: ClassValue) -> bool:
    """Whether a class may stand here for itself with parameters, which are not kept."""
    generic = any(isinstance(base, Form) and base.name == "typing.Generic" for base in cls.mro)
    return generic or cls.find("__class_getitem__") is not MISSING or cls.unknown_base is not None


def arguments(vm: Vm, value: Value) -> Value:
    """Evaluate `typing.get_args(value)`."""
    if isinstance(value, Unknown):
        return vm.derived(value, "get_args")
    if isinstance(value, Form):
        if value.name in UNIONS and value.parts:
            return tuple(type(None) if part is None else part for part in members(value))
        return value.arguments(vm)
    if isinstance(value, ClassValue) and not _may_have_parameters(value):
        return ()
    return () if _describes(value) or type(value) in PLAIN else vm.unknown("the parameters of a type")
