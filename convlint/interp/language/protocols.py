"""`typing.Protocol`: what counts as an object of a class by the names that it has."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from convlint.interp.language import absent, kinds
from convlint.interp.natives.objects import Form
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import ClassMethod, Function, Native, Property, StaticMethod
from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

RUNTIME = "_is_runtime_protocol"
NO_MEMBERS = frozenset(
    """__module__ __doc__ __dict__ __weakref__ __slots__ __annotations__ __init__ __new__ __class_getitem__
    __abstractmethods__ __parameters__ __orig_bases__ __subclasshook__ __qualname__ __match_args__ _is_protocol
    _is_runtime_protocol __isabstractmethod__ __final__ __orig_class__ __no_type_check__ __deprecated__""".split()  # noqa: SIM905
)
"""Names of a class body that ask nothing of others."""
METHODS = (Function, Native, StaticMethod, ClassMethod)


def is_protocol(cls: Value) -> bool:
    """Whether a class of the program is a protocol: it names `Protocol` itself among its bases."""
    return isinstance(cls, ClassValue) and cls.of_program and any(map(_is_form, cls.bases))


def _is_form(base: Value) -> bool:
    return isinstance(base, Form) and base.name == "typing.Protocol"


def members(cls: ClassValue) -> set[str]:
    """Return the names that an object must have."""
    found: set[str] = set()
    for base in cls.mro:
        if isinstance(base, ClassValue):
            found.update(base.namespace, base.annotations)
    return found - NO_MEMBERS


def has_object(vm: Vm, value: Value, cls: ClassValue) -> bool | Unknown:
    """Evaluate `isinstance(value, cls)` for a protocol that is no class of the value."""
    _check(vm, cls)
    dynamic = isinstance(value, Instance) and (
        value.cls.handles_reading or value.cls.find("__getattr__") is not MISSING
    )
    answers: list[bool | Unknown] = []
    for name in sorted(members(cls)):
        if sys.version_info >= (3, 12) and _is_computed(value, name):
            answers.append(True)
            continue
        if sys.version_info >= (3, 12) and dynamic and name not in value.attrs and value.cls.find(name) is MISSING:
            answers.append(vm.unknown("whether what `__getattr__` gives counts for a protocol"))
            continue
        there = vm.hasattr(value, name)
        if there is True and isinstance(cls.find(name), METHODS):
            held = vm.getattr(value, name)
            there = held if isinstance(held, Unknown) else held is not None
        if there is not False and dynamic:
            return vm.unknown("whether what `__getattr__` gives counts for a protocol")  # not in Python 3.12
        answers.append(there)
    return _all(answers)


def _is_computed(value: Value, name: str) -> bool:
    """Whether reading an attribute would run code, which is not done for it since Python 3.12."""
    return isinstance(value, Instance) and isinstance(value.cls.find(name), Property | Instance)


def has_class(vm: Vm, value: ClassValue | type, cls: ClassValue) -> bool | Unknown:
    """Evaluate `issubclass(value, cls)` for a protocol that the class does not derive from."""
    _check(vm, cls)
    names = sorted(members(cls))
    if not all(isinstance(cls.find(name), METHODS) for name in names):
        absent.refused(vm, "Protocols with non-method members don't support issubclass()")
    if isinstance(value, type):
        return all(kinds.defines(value, name) for name in names)
    return _all([absent.in_class(vm, value, name) for name in names])


def _check(vm: Vm, cls: ClassValue) -> None:
    if cls.find(RUNTIME) in (MISSING, False):
        absent.refused(vm, "Instance and class checks can only be used with @runtime_checkable protocols")


def _all(answers: list[bool | Unknown]) -> bool | Unknown:
    if any(answer is False for answer in answers):
        return False
    return next((answer for answer in answers if isinstance(answer, Unknown)), True)
