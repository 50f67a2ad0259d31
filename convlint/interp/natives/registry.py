"""The table of library functions, classes and methods that convlint runs itself: qualified name → implementation."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from convlint.interp.values import Native, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

Implementation = Callable[["Vm", list[Value], dict[str, Value]], Value]

FAMILIES: list[str] = []
"""The modules that register implementations, imported at first use; filled by `natives/__init__`."""

_values: dict[str, Value] = {}
_methods: dict[type, dict[str, Implementation]] = {}
_modules: set[str] = set()
_loaded = False


def native(*names: str, binds: bool = False) -> Callable[[Implementation], Implementation]:
    """Register a function under each qualified name, such as "math.sqrt" or "builtins.len"."""

    def register(call: Implementation) -> Implementation:
        for name in names:
            add_value(name, Native(name, call, binds))
        return call

    return register


def method(kind: type, *names: str) -> Callable[[Implementation], Implementation]:
    """Register a method of a Python type; the receiver is the first argument."""

    def register(call: Implementation) -> Implementation:
        for name in names:
            _methods.setdefault(kind, {})[name] = call
        return call

    return register


def add_value(name: str, value: Value) -> None:
    """Register any value (a constant, a Python type, a class) under its qualified name."""
    _values[name] = value
    parts = name.split(".")[:-1]
    for end in range(1, len(parts) + 1):
        _modules.add(".".join(parts[:end]))


def find(name: str) -> Value | None:
    """Return the value registered under a qualified name, or None."""
    _load()
    return _values.get(name)


def find_method(kind: type, name: str) -> Implementation | None:
    """Return a method of a Python type or of one of its base types, or None."""
    _load()
    for base in kind.__mro__:
        found = _methods.get(base, {}).get(name)
        if found is not None:
            return found
    return None


def is_module(name: str) -> bool:
    """Tell whether anything is registered below this dotted name."""
    _load()
    return name in _modules


def names_in(module: str) -> list[str]:
    """Return the names registered directly in a module."""
    _load()
    prefix = module + "."
    return [name[len(prefix) :] for name in _values if name.startswith(prefix) and "." not in name[len(prefix) :]]


def _load() -> None:
    global _loaded
    if not _loaded:
        _loaded = True
        for family in FAMILIES:
            importlib.import_module(family)


__all__ = ["Any", "add_value", "find", "find_method", "is_module", "method", "names_in", "native"]
