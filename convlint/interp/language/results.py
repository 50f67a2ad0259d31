"""What Python demands of what `__len__`, `__bool__`, `__init__` and other special methods give back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.language import absent, kinds
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.tensor import Tensor

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def truth(vm: Vm, value: Value) -> Value:
    """Return what `__bool__` gave, which must be a bool."""
    if _is_no(bool, value):
        absent.refused(vm, f"__bool__ should return bool, returned {absent.kind_of(value)}")
    return value


def length(vm: Vm, value: Value) -> Value:
    """Return what `__len__` gave: an integer that is not negative."""
    value = _payload(value)
    if _is_no(int, value):
        absent.demand(vm, value, "__index__", "'{kind}' object cannot be interpreted as an integer")
        return vm.unknown("the length of an object")
    if isinstance(value, int) and value < 0:
        vm.throw(ValueError, "__len__() should return >= 0")
    return value


def hashed(vm: Vm, value: Value) -> Value:
    """Return the hash that comes of what `__hash__` gave, which must be an integer."""
    value = _payload(value)
    if _is_no(int, value):
        absent.refused(vm, "__hash__ method should return an integer")
    if not isinstance(value, int):
        return value
    return (value if value != -1 else -2) if abs(value) < 1 << 63 else hash(value)  # as it is, if a word can hold it


def text(vm: Vm, value: Value) -> str | Unknown:
    """Return what `__str__`, `__repr__` or `__format__` gave, which must be a text."""
    value = _payload(value)
    if isinstance(value, str | Unknown):
        return value
    if _is_no(str, value):
        absent.refused(vm, f"__str__ returned non-string (type {absent.kind_of(value)})")
    return vm.unknown("a method that should give a text gives none")


def nothing(vm: Vm, value: Value) -> None:
    """See that `__init__` gave nothing."""
    if value is not None and not isinstance(value, Unknown):
        absent.refused(vm, f"__init__() should return None, not '{absent.kind_of(value)}'")


def _payload(value: Value) -> Value:
    if not isinstance(value, Instance) or value.payload is None:
        return value
    return value.tainted if value.tainted is not None else value.payload


def _is_no(kind: type, value: Value) -> bool:
    """Whether a value is certainly no object of a type of Python's."""
    if isinstance(value, Instance):
        return value.payload is None and value.cls.unknown_base is None and value.tainted is None
    if isinstance(value, Tensor | ClassValue):
        return True
    own = kinds.python_type(value)
    return own is not None and not issubclass(own, kind)
