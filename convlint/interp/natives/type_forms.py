"""Types with parameters and unions of types, such as `list[int]` and `int | None`, and what `typing` tells of them."""

from __future__ import annotations

import types
from dataclasses import dataclass
from typing import TYPE_CHECKING

from convlint.interp.natives import registry
from convlint.interp.natives.objects import Form
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.functions import Native
from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

UNION = "types.UnionType"
PLAIN = (str, int, float, bool, bytes, list, tuple, dict)
"""What has no origin and no parameters, as it is no type."""
UNIONS = frozenset({UNION, "typing.Union", "typing.Optional"})


@dataclass(eq=False, slots=True)
class Alias(Form):
    """A type of Python's own with parameters: it is called and derived from as the type itself."""

    origin: Value = None

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name == "__origin__":
            return self.origin
        if name in ("__args__", "__class__"):
            return self.arguments(vm) if name == "__args__" else types.GenericAlias
        return vm.getattr(self.origin, name, MISSING)

    def call_value(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return vm.call(self.origin, args, kwargs)


def subscripted(origin: type, key: Value) -> Alias:
    """Return `origin[key]`."""
    return Alias(f"builtins.{origin.__name__}", key if isinstance(key, tuple) else (key,), None, origin)


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
        return _form(value.name.rpartition(".")[2]) if value.parts else None
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
        return value.parts
    if isinstance(value, ClassValue) and not _may_have_parameters(value):
        return ()
    return () if _describes(value) or type(value) in PLAIN else vm.unknown("the parameters of a type")
