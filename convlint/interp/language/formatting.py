"""Strings of values, and whether a value is a plain Python one through and through."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import Function, Native
from convlint.interp.values.unknown import MISSING, Opaque, Unknown, Value
from convlint.symbolic import Dim
from convlint.trace import Concern

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAX_TEXT = 1_000_000
SCALARS = (int, float, str, bytes, bool, complex, type(None), range, type(Ellipsis))


def is_concrete(vm: Vm, value: Value, depth: int = 0) -> bool:
    """Tell whether a value is made of plain Python values only, containers included, to a bounded depth."""
    if isinstance(value, SCALARS):
        return True
    if isinstance(value, slice):
        return all(is_concrete(vm, part) for part in (value.start, value.stop, value.step))
    if depth > 6 or vm.taint_of(value) is not None:
        return False
    if isinstance(value, list | tuple | set | frozenset):
        return len(value) <= 100_000 and all(is_concrete(vm, item, depth + 1) for item in value)
    if isinstance(value, dict):
        return all(is_concrete(vm, k, depth + 1) and is_concrete(vm, v, depth + 1) for k, v in value.items())
    return False


def format_value(vm: Vm, value: Value, spec: str = "", conversion: str = "") -> str | Unknown:
    """Return what `format`, `str` (no conversion), `repr` ("r") or `ascii` ("a") give."""
    if isinstance(value, Unknown):
        return value
    text: Value = value
    if isinstance(value, Instance):
        text = _instance_text(vm, value, "__repr__" if conversion in ("r", "a") else "__str__")
    elif isinstance(value, ClassValue):
        text = f"<class '{value.qualname}'>"
    elif isinstance(value, Function | Native):
        text = f"<function {value.name}>"
    elif isinstance(value, Dim):
        return vm.unknown("text of a symbolic size", Concern.NOTHING)
    elif isinstance(value, Opaque):
        text = vm.call(vm.getattr(value, "__str__"))
    elif not is_concrete(vm, value):
        if not isinstance(value, type | BaseException):
            return vm.unknown(f"text of a {type(value).__name__}", Concern.NOTHING)
        text = str(value)
    elif conversion:
        text = str(value) if conversion == "s" else repr(value) if conversion == "r" else ascii(value)
    if isinstance(text, Unknown):
        return text
    if any(int(width) > MAX_TEXT for width in re.findall(r"\d{1,30}", spec)):
        return vm.unknown("the text is too long")
    try:
        result = format(text, spec)
    except (ValueError, TypeError, OverflowError) as error:
        vm.throw(type(error), str(error))
    return result if len(result) <= MAX_TEXT else vm.unknown("the text is too long")


def _instance_text(vm: Vm, value: Instance, method: str) -> Value:
    if value.payload is not None and isinstance(value.payload, str):
        return value.payload
    for name in (method, "__repr__"):
        if value.cls.find(name) is not MISSING:
            return vm.call(vm.getattr(value, name))
    if isinstance(value.payload, BaseException):
        return str(value.payload)
    return vm.unknown(f"text of a `{value.cls.name}` object", Concern.NOTHING)
