"""What Python's own type of a value is: what `type`, `isinstance` and the questions of `inspect` go by."""

from __future__ import annotations

import enum
import functools
import importlib
import opcode
import sys
import types

from convlint.interp.natives import registry
from convlint.interp.values.classes import ClassValue, Instance, SuperValue
from convlint.interp.values.functions import (
    BoundMethod,
    ClassMethod,
    Function,
    GeneratorValue,
    Native,
    Partial,
    Property,
    StaticMethod,
)
from convlint.interp.values.modules import PyModule
from convlint.interp.values.numbers import LibraryNumber, Ratio, Size, SymbolicBool
from convlint.interp.values.unknown import MISSING, Opaque, Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim
from convlint.symbolic.told import Told

OWN: dict[type, type] = {
    Partial: functools.partial,
    StaticMethod: staticmethod,
    ClassMethod: classmethod,
    PyModule: types.ModuleType,
    SuperValue: super,
    SymbolicBool: bool,
    Ratio: float,
    Dim: int,
    Told: int,
}
"""Values of the interpreter's own that stand for one of Python's, and for which."""
NAMED: dict[type, str] = {enum.EnumMeta: "EnumMeta"}
"""Types whose own name is not the one that natives are known by."""
SETS = opcode.opmap["STORE_ATTR"]
"""The instruction with which Python's code sets an attribute."""
SPECIFIC = (Unknown, Opaque, Tensor, Instance, LibraryNumber, Size, GeneratorValue)
"""Values whose type is not one of Python's, or is not known."""


def python_type(value: Value) -> type | None:
    """Return the very type that a value has while the program runs, if it is one of Python's own and known."""
    kind = type(value)
    if kind in OWN:
        return OWN[kind]
    if kind is Function:
        return types.FunctionType
    if kind is ClassValue:
        return metaclass(value)
    if kind is BoundMethod:
        return _type_of_bound(value)
    if kind is Native:
        host = host_object(value)
        return None if host is MISSING else type(host)
    if kind is Property:
        return functools.cached_property if value.cached else property
    return None if isinstance(value, SPECIFIC) or is_own(kind) else kind


_OWN: dict[type, bool] = {}


def is_own(kind: type) -> bool:
    """Whether a type is the interpreter's own, not one that programs see."""
    known = _OWN.get(kind)
    if known is None:
        known = any(base.__module__.partition(".")[0] == "convlint" for base in kind.__mro__)
        _OWN[kind] = known
    return known


def defines(kind: type, name: str) -> bool:
    """Whether objects of a type have an attribute by their class; what only the type itself has does not count."""
    return any(name in vars(base) for base in kind.__mro__)


@functools.cache
def sets_attributes(kind: type) -> bool:
    """Whether a constructor that is written in Python sets attributes of objects, which the type itself has not."""
    makers = [vars(base).get("__init__") for base in kind.__mro__]
    return any(isinstance(maker, types.FunctionType) and SETS in maker.__code__.co_code[::2] for maker in makers)


def overrides(kind: type, name: str) -> bool:
    """Whether a type has a special method of its own, and not that of `object`."""
    return any(name in vars(base) for base in kind.__mro__ if base is not object)


def metaclass(cls: ClassValue) -> type | None:
    """Return the metaclass of a class if it is `type` or one of the standard library's, None if it is not known."""
    if cls.unknown_base is not None or isinstance(cls.metaclass, ClassValue | Unknown):
        return None
    found = cls.metaclass if isinstance(cls.metaclass, type) else type
    for base in cls.mro:
        own = _metaclass_of(base)
        if own is None:
            return None
        found = own if issubclass(own, found) else found
    return found


def _metaclass_of(base: Value) -> type | None:
    if isinstance(base, ClassValue):
        if base.module is not None or base.is_module:
            return type
        standard = standard_class(base.qualname)
    else:
        standard = base if isinstance(base, type) else standard_class(getattr(base, "name", ""))
    return None if standard is None else type(standard)


def _type_of_bound(value: BoundMethod) -> type | None:
    """A method of a class that the program wrote is a method; one of Python's own types is built in."""
    if isinstance(value.func, Function):
        return types.MethodType
    if isinstance(value.func, Native) and not is_own(type(value.receiver)):
        found = getattr(type(value.receiver), value.func.name.rpartition(".")[2], None)
        if isinstance(found, types.MethodDescriptorType):
            return types.BuiltinMethodType
    return None


def host_object(value: Native) -> object:
    """Return the function or class of the standard library that a native stands for; `MISSING` if it is not known."""
    return _standard(value.name) if registry.find(value.name) is value else MISSING


@functools.cache
def _standard(name: str) -> object:
    module, _, last = name.rpartition(".")
    if module.partition(".")[0] not in sys.stdlib_module_names:
        return MISSING
    try:
        return getattr(importlib.import_module(module), last, MISSING)
    except ImportError:
        return MISSING


def standard_class(qualname: str) -> type | None:
    """Return the class of the standard library of that name, None if there is none."""
    found = _standard(qualname)
    return found if isinstance(found, type) else None


def as_value(kind: type) -> Value:
    """Return what programs get for a type of Python's own: a native where its name is one."""
    named = registry.find(f"{kind.__module__}.{NAMED.get(kind, kind.__qualname__)}")
    return named if isinstance(named, Native) else kind
