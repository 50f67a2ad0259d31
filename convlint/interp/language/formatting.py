"""Strings of values, and whether a value is a plain Python one through and through."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from convlint.interp.language import absent, kinds, results
from convlint.interp.language.class_attributes import at_top
from convlint.interp.language.function_attributes import is_class_of_torch
from convlint.interp.natives import real_names
from convlint.interp.natives.objects import Shown
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import Function, Native
from convlint.interp.values.numbers import LibraryNumber
from convlint.interp.values.unknown import MISSING, Opaque, Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim
from convlint.trace import Concern

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAX_TEXT = 1_000_000
MAX_SHOWN = 100
"""How many items a container may have whose text is put together."""
MAX_DEPTH = 20
PAYLOAD_ENUMS = ("enum.IntEnum", "enum.StrEnum", "enum.IntFlag")
"""Enums whose members are formatted as their values, by every version of Python."""
VERSIONED_TEXT = "the text of a member of an enum hangs on the version of Python"
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
    """Return what `format` (no conversion), `str` ("s"), `repr` ("r") or `ascii` ("a") give."""
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Instance) and not conversion and value.cls.find("__format__") is not MISSING:
        return results.text(vm, vm.call(vm.special(value, "__format__"), [spec]))
    if spec and not conversion and isinstance(value, Tensor) and value.ndim > 0 and vm.taint_of(value) is None:
        return results.text(vm, vm.call(vm.getattr(value, "__format__"), [spec]))
    if spec and not conversion and _takes_no_spec(value):
        absent.refused(vm, f"unsupported format string passed to {absent.kind_of(value)}.__format__")
    text = _text(vm, value, conversion)
    if isinstance(text, Unknown):
        return text
    if any(int(width) > MAX_TEXT for width in re.findall(r"\d{1,30}", spec)):
        return vm.unknown("the text is too long")
    try:
        result = format(text, spec)
    except (ValueError, TypeError, OverflowError) as error:
        return absent.python_says(vm, error, text)
    return result if len(result) <= MAX_TEXT else vm.unknown("the text is too long")


def _takes_no_spec(value: Value) -> bool:
    """Whether a value is formatted by `object.__format__`, which takes no specification."""
    if not isinstance(value, Instance):
        kind = kinds.python_type(value)
        return kind is not None and not kinds.overrides(kind, "__format__")
    if value.cls.kind == "enum" or value.cls.unknown_base is not None or value.tainted is not None:
        return False
    if value.payload is not None:
        return not kinds.overrides(type(value.payload), "__format__")
    return all(isinstance(base, ClassValue) and (base.of_program or base.is_module) for base in value.cls.mro)


def _text(vm: Vm, value: Value, conversion: str, depth: int = 0) -> Value:
    """Return what is to be formatted: a text, or without a conversion a number; unknown where it is not known."""
    if isinstance(value, Instance):
        return _of_instance(vm, value, conversion)
    if isinstance(value, Opaque):
        return results.text(vm, vm.call(vm.special(value, "__str__")))
    if isinstance(value, Dim):
        return vm.unknown("text of a symbolic size", Concern.NOTHING)
    if isinstance(value, ClassValue) and _is_named(value):
        return f"<class '{value.home}.{value.path}'>"
    if isinstance(value, ClassValue) and real_names.home_of(value.qualname) is not None:
        return f"<class '{real_names.home_of(value.qualname)}.{value.name}'>"
    if getattr(value, "stands_for", "") == "torch.dtype":
        return f"torch.{value}"
    if isinstance(value, Shown):
        return value.text
    if isinstance(value, Native) and is_class_of_torch(value):
        return f"<class '{value.name}'>"
    if isinstance(value, LibraryNumber) and conversion in ("r", "a"):
        return vm.unknown("how a number of a library is shown hangs on its version", Concern.NOTHING)
    known = is_concrete(vm, value) or isinstance(value, type) or _is_known_exception(vm, value)
    if not known and type(value) in (list, tuple, dict) and vm.taint_of(value) is None and len(value) <= MAX_SHOWN:
        return _of_container(vm, value, depth + 1)
    if not known:
        return vm.unknown(f"text of a {type(value).__name__}", Concern.NOTHING)
    return _converted(value, conversion)


def _of_container(vm: Vm, value: list[Value] | tuple[Value, ...] | dict[Value, Value], depth: int) -> Value:
    """The text of what holds more than plain values, put together of the texts of its items."""
    if isinstance(value, dict):
        pairs = [(_shown(vm, key, depth), _shown(vm, item, depth)) for key, item in value.items()]
        unknown = next((part for pair in pairs for part in pair if isinstance(part, Unknown)), None)
        return "{" + ", ".join(f"{key}: {item}" for key, item in pairs) + "}" if unknown is None else unknown
    items = [_shown(vm, item, depth) for item in value]
    unknown = next((item for item in items if isinstance(item, Unknown)), None)
    if unknown is not None:
        return unknown
    inner = ", ".join(str(item) for item in items)
    if isinstance(value, list):
        return f"[{inner}]"
    return f"({inner},)" if len(items) == 1 else f"({inner})"


def _shown(vm: Vm, item: Value, depth: int) -> Value:
    vm.step()
    if depth > MAX_DEPTH:
        return vm.unknown("the text of what may hold itself", Concern.NOTHING)
    text = _text(vm, item, "r", depth)
    return text if isinstance(text, str | Unknown) else vm.unknown("the text of an item", Concern.NOTHING)


def _converted(value: Value, conversion: str) -> Value:
    if conversion in ("r", "a"):
        return repr(value) if conversion == "r" else ascii(value)
    return str(value) if conversion or isinstance(value, type | BaseException) else value


def _is_named(cls: ClassValue) -> bool:
    """Whether Python shows a class as it is: one at the top of a file that is imported, without a metaclass."""
    return at_top(cls) and bool(cls.home) and cls.metaclass is None and cls.unknown_base is None and cls.kind != "enum"


def _is_known_exception(vm: Vm, value: Value) -> bool:
    return isinstance(value, BaseException) and vm.taint_of(value) is None and is_concrete(vm, value.args)


def _of_instance(vm: Vm, value: Instance, conversion: str) -> Value:
    if value.cls.kind == "enum" and not conversion and value.payload is not None:
        shown_as_value = any(getattr(base, "qualname", "") in PAYLOAD_ENUMS for base in value.cls.mro)
        shown_as_value = shown_as_value and not isinstance(value.cls.find("__str__"), Function)
        return value.payload if shown_as_value else vm.unknown(VERSIONED_TEXT, Concern.NOTHING)
    for name in ("__repr__",) if conversion in ("r", "a") else ("__str__", "__repr__"):
        if value.cls.find(name) is not MISSING:
            text = results.text(vm, vm.call(vm.special(value, name)))
            if isinstance(text, str) and conversion == "a":
                return text.encode("ascii", "backslashreplace").decode()
            return text
    payload = None if value.tainted is not None or value.cls.unknown_base is not None else value.payload
    if isinstance(payload, BaseException) and conversion in ("r", "a") and _is_known_exception(vm, payload):
        return value.cls.name + repr(payload)[len(type(payload).__name__) :]
    if payload is not None and (is_concrete(vm, payload) or _is_known_exception(vm, payload)):
        return _converted(payload, conversion)
    return vm.unknown(f"text of a `{value.cls.name}` object", Concern.NOTHING)
