"""What Python refuses of a class: bases that are none, or do not go together, metaclasses, slots, keywords."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from convlint.interp.language import absent, kinds
from convlint.interp.natives.objects import Form
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import BoundMethod, Function, GeneratorValue, Native, Partial, Property
from convlint.interp.values.modules import PyModule
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.layers.core.tensor import Tensor

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

BASE_TYPE = 1 << 10
"""CPython's flag of the types that others may derive from."""
NO_CLASSES = (PyModule, Function, BoundMethod, Partial, GeneratorValue, Property, Tensor)
NO_DATA = ("__dict__", "__weakref__")
OF_CLASS = ("__qualname__", "__classcell__")
"""Names that a class body has for the class itself: slots may be called so as well."""
"""Slots that change nothing of how an object lies in memory."""


def check(vm: Vm, cls: ClassValue, bases: list[Value]) -> None:
    """Raise what Python raises of a class statement; what cannot be told of a base is left open."""
    for base in bases:
        _check_base(vm, cls, base)
    doubled = [base for index, base in enumerate(bases) if any(base is other for other in bases[:index])]
    if any(getattr(base, "factory", None) is None for base in doubled):  # a `TypedDict` may be there twice
        absent.refused(vm, "duplicate base class")
    _check_layout(vm, cls, bases)
    _choose_metaclass(vm, cls, bases)
    _check_slots(vm, cls)
    if kinds.python_type(cls.namespace.get("__qualname__", "")) not in (str, None):
        absent.refused(vm, "type __qualname__ must be a str")
    if "__classcell__" in cls.namespace and not isinstance(cls.namespace["__classcell__"], Unknown):
        absent.refused(vm, "__classcell__ must be a nonlocal cell")


def _check_base(vm: Vm, cls: ClassValue, base: Value) -> None:
    host = kinds.host_object(base) if isinstance(base, Native) else base
    if isinstance(host, type):
        if not host.__flags__ & BASE_TYPE:
            absent.refused(vm, f"type '{host.__name__}' is not an acceptable base type")
    elif isinstance(base, Instance) or (isinstance(base, PyModule) and base.unknown is not None):
        cls.unknown_base = cls.unknown_base or vm.unknown("a base that is no class")  # its class makes the class
    elif isinstance(base, NO_CLASSES):
        absent.refused(vm, "a base of a class must be a class")
    elif not isinstance(base, ClassValue | Unknown | Native | Form):
        cls.unknown_base = cls.unknown_base or vm.unknown("a base that is not modelled")


# --- how objects lie in memory --------------------------------------------------------------------------


def _check_layout(vm: Vm, cls: ClassValue, bases: list[Value]) -> None:
    """Raise where objects of two bases lie in memory in ways that no third one can have."""
    solid: list[ClassValue | type] = []
    for base in bases:
        found = _solid(base)
        if found is None:
            return
        solid.append(found)
    best: ClassValue | type = object
    for one in solid:
        if _derives(one, best):
            best = one
        elif not _derives(best, one):
            absent.refused(vm, "multiple bases have instance lay-out conflict")


def _solid(base: Value) -> ClassValue | type | None:
    """Return the class that says how objects of a base lie in memory, None if that is not known."""
    if isinstance(base, type):
        return base if base.__basicsize__ > object.__basicsize__ and base.__module__ == "builtins" else object
    if not isinstance(base, ClassValue) or base.unknown_base is not None or base.metaclass is not None:
        return None
    for one in base.mro:
        if isinstance(one, type):
            return _solid(one)
        if not isinstance(one, ClassValue) or not (one.of_program or one.is_module):
            return None
        if one.slots is None:
            return None
        if set(one.slots) - set(NO_DATA):
            return one
    return object


def _derives(one: ClassValue | type, other: ClassValue | type) -> bool:
    if isinstance(one, ClassValue):
        return one.derives_from(other) or (isinstance(other, type) and any(_is_type(base, other) for base in one.mro))
    return isinstance(other, type) and issubclass(one, other)


def _is_type(base: Value, kind: type) -> bool:
    return kind is object or (isinstance(base, type) and issubclass(base, kind))


# --- slots ----------------------------------------------------------------------------------------------


def _check_slots(vm: Vm, cls: ClassValue) -> None:
    names = cls.slots
    if not names or vm.taint_of(cls.namespace["__slots__"]) is not None:
        return
    if any(not name.isidentifier() for name in names):
        absent.refused(vm, "__slots__ must be identifiers")
    for name in names:
        if name in cls.namespace and name not in NO_DATA and name not in OF_CLASS:
            vm.throw(ValueError, f"'{name}' in __slots__ conflicts with class variable")
    varying = next((base for base in cls.bases if base in (int, bytes, tuple)), None)
    if varying is not None and set(names) - {"__dict__"}:
        absent.refused(vm, f"nonempty __slots__ not supported for subtype of '{varying.__name__}'")


# --- metaclasses ----------------------------------------------------------------------------------------


def _choose_metaclass(vm: Vm, cls: ClassValue, bases: list[Value]) -> None:
    """Let the most derived metaclass be that of the class; raise where there is none."""
    winner: Value = cls.metaclass if cls.metaclass is not None else type
    for meta in [winner, *map(_metaclass, bases)]:
        known = isinstance(meta, type) or (isinstance(meta, ClassValue) and meta.unknown_base is None)
        if not known:
            return
        if _derives(meta, winner):
            winner = meta
        elif not _derives(winner, meta):
            absent.refused(vm, "metaclass conflict: the metaclass of a derived class must derive from all others")
    if isinstance(winner, ClassValue):
        cls.metaclass = winner


def _metaclass(base: Value) -> Value:
    if isinstance(base, ClassValue):
        return base.metaclass if isinstance(base.metaclass, ClassValue) else kinds.metaclass(base)
    return type(base) if isinstance(base, type) else None


# --- keywords -------------------------------------------------------------------------------------------


def check_keywords(vm: Vm, cls: ClassValue) -> None:
    """Raise where a class statement has keywords that only `object.__init_subclass__` is there to take."""
    if cls.keywords and cls.metaclass is None and cls.kind == "plain" and _all_written(cls.mro[1:]):
        absent.refused(vm, f"{cls.name}.__init_subclass__() takes no keyword arguments")


def _all_written(bases: Iterable[Value]) -> bool:
    """Whether classes are all of the program's own, or torch's module, and take no keywords that are not known."""
    return all(
        isinstance(base, ClassValue)
        and base.unknown_base is None
        and base.kind in ("plain", "dataclass")
        and (base.of_program or base.qualname == "torch.nn.Module")
        and base.find("__init_subclass__") is MISSING
        for base in bases
    )
