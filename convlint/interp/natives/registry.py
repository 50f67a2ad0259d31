"""The table of library functions, classes and methods that convlint runs itself: qualified name → implementation."""

from __future__ import annotations

import importlib
import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import Native
from convlint.interp.values.picture import share
from convlint.interp.values.unknown import Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

Implementation = Callable[["Vm", list[Value], dict[str, Value]], Value]

FAMILIES: list[str] = []
"""The modules that register implementations, imported at first use; filled by `natives/__init__`."""

ON_DEMAND: dict[str, list[str]] = {}
"""Top-level Python module → the modules that register what is in it, imported when it is first asked for."""

ClassHook = Callable[["Vm", ClassValue], None]
InstanceTest = Callable[["Vm", Value], "bool | Unknown"]

_values: dict[str, Value] = {}
_methods: dict[type, dict[str, Implementation]] = {}
_constructors: dict[type, Implementation] = {}
_class_hooks: dict[int, tuple[Value, ClassHook]] = {}
_instance_tests: dict[str, InstanceTest] = {}
_modules: set[str] = set()
_written: dict[str, str] = {}
_loaded = False

PARTLY = frozenset(
    {"accelerate", "huggingface_hub", "huggingface_hub.utils", "kornia", "torchvision", "transformers"}
    | {"transformers.models", "transformers.models.auto", "transformers.models.vit"}
)
"""Packages of which only some modules are modelled: the rest is read from their source, where that is there."""


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


def constructor(kind: type) -> Callable[[Implementation], Implementation]:
    """Register what a call of a Python type does."""

    def register(call: Implementation) -> Implementation:
        _constructors[kind] = call
        return call

    return register


def class_hook(base: Value) -> Callable[[ClassHook], ClassHook]:
    """Register what finishes a class that derives from `base`, once its body has run and its MRO is known."""

    def register(hook: ClassHook) -> ClassHook:
        _class_hooks[id(base)] = (base, hook)
        return hook

    return register


def instance_test(*names: str) -> Callable[[InstanceTest], InstanceTest]:
    """Register what `isinstance(value, X)` is for an X that is the native function of this name."""

    def register(test: InstanceTest) -> InstanceTest:
        for name in names:
            _instance_tests[name] = test
        return test

    return register


def add_value(name: str, value: Value) -> None:
    """Register any value (a constant, a Python type, a class) under its qualified name."""
    _values[name] = value
    if isinstance(value, list | dict | set | Instance):
        share(value)
    add_module(name.rpartition(".")[0])


def written(file: str, module: str, names: str) -> None:
    """Register names of a module that are written in Python, in a file of the folder `prelude`."""
    for name in names.split():
        _written[f"{module}.{name}"] = file
    add_module(module)


def written_in(name: str) -> str | None:
    """Return the file of the prelude in which a qualified name is written, or None."""
    _load(name)
    return _written.get(name)


def add_module(name: str) -> None:
    """Register a module, and those that it is in, whose content is known elsewhere too."""
    parts = name.split(".")
    _modules.update(".".join(parts[:end]) for end in range(1, len(parts) + 1))


def find(name: str) -> Value | None:
    """Return the value registered under a qualified name, or None."""
    _load(name)
    return _values.get(name)


def has(name: str) -> bool:
    """Whether a value, which may be None, is registered under a qualified name."""
    _load(name)
    return name in _values


def find_method(kind: type, name: str) -> Implementation | None:
    """Return a method of a Python type or of one of its base types, or None.

    The methods of `object` are those of `object` alone: every other value has its own ways to set attributes. What a
    type defines itself is not the method of its base.
    """
    _load(kind.__module__)
    for base in kind.__mro__[:-1] or (object,):
        found = _methods.get(base, {}).get(name)
        if found is not None:
            return found
        own = vars(base).get(name)
        if isinstance(own, types.FunctionType | classmethod) and base.__module__.partition(".")[0] != "convlint":
            return None  # written in Python, and not as its base has it
    return None


OF_TYPES = frozenset({types.FunctionType, types.MethodType})
"""Types that say to be of `builtins`, and are not among them."""


def find_constructor(kind: type) -> Implementation | None:
    """Return what a call of a Python type does, or None."""
    _load("types" if kind in OF_TYPES else kind.__module__)
    return _constructors.get(kind)


def find_class_hook(base: Value) -> ClassHook | None:
    """Return what finishes the classes that derive from this base, or None."""
    _load()
    entry = _class_hooks.get(id(base))
    return entry[1] if entry is not None else None


def find_instance_test(name: str) -> InstanceTest | None:
    """Return what `isinstance` does with the native function of this name, or None."""
    _load(name)
    return _instance_tests.get(name)


def is_module(name: str) -> bool:
    """Tell whether a module of this dotted name is modelled: whether anything is registered below it."""
    _load(name)
    return name in _modules and name not in PARTLY


def names_in(module: str) -> list[str]:
    """Return the names registered directly in a module."""
    _load(module)
    prefix = module + "."
    known = (*_values, *_written)
    return [name[len(prefix) :] for name in known if name.startswith(prefix) and "." not in name[len(prefix) :]]


def _load(name: str = "") -> None:
    """Import the modules that are always needed, and those for a dotted name."""
    global _loaded
    if not _loaded:
        _loaded = True
        for family in FAMILIES:
            importlib.import_module(family)
    for family in ON_DEMAND.pop(name.partition(".")[0], ()):
        importlib.import_module(family)


__all__ = [
    "Any",
    "add_module",
    "add_value",
    "class_hook",
    "constructor",
    "find",
    "find_class_hook",
    "find_constructor",
    "find_instance_test",
    "find_method",
    "has",
    "instance_test",
    "is_module",
    "method",
    "names_in",
    "native",
    "written",
    "written_in",
]
