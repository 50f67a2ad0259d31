"""`dataclass` of the standard library, with frozen slotted classes made in a third of the time.

Classes are made anew at each start, and the standard library compiles six functions for a frozen one, each by itself:
that was a quarter of a small run. Here three are compiled at once, and the others are the same for all classes. What
comes out is a dataclass to `fields`, `replace`, `copy` and `pickle`. A field that is no argument has no default.
"""

from __future__ import annotations

import dataclasses
import reprlib
from collections.abc import Callable
from dataclasses import MISSING, Field, FrozenInstanceError
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dataclasses import dataclass
else:

    def dataclass(cls=None, /, **options):
        """Return the class as a dataclass; without a class, the decorator that does so."""
        if options == {"frozen": True, "slots": True}:
            return _frozen if cls is None else _frozen(cls)
        return dataclasses.dataclass(cls, **options)


def _frozen(cls: type) -> type:
    """Do what `dataclasses.dataclass(frozen=True, slots=True)` does; methods that the class writes itself are kept."""
    written = {name for name, method in cls.__dict__.items() if method is not None}
    made: type = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    fields = dataclasses.fields(made)
    methods = {**_SHARED, **_compiled(made, fields), **_guards(made, frozenset(field.name for field in fields))}
    if written & {"__setattr__", "__delattr__"}:
        raise TypeError(f"{cls.__name__} is frozen and sets or deletes attributes in a way of its own")
    for name, method in methods.items():
        if name not in written:
            setattr(made, name, method)
    return made


def _compiled(cls: type, fields: tuple[Field[Any], ...]) -> dict[str, Callable[..., Any]]:
    """Return `__init__`, `__eq__` and `__hash__`."""
    names: dict[str, Any] = {"_MISSING": MISSING}
    positional, named, body = ["self"], list[str](), []
    for field in fields:
        if not field.init:
            if field.default is not MISSING or field.default_factory is not MISSING:
                raise TypeError(f"`{field.name}` is no argument and has a default")
            continue
        parameters = named if field.kw_only else positional
        # the slot's own setter takes half the time of `object.__setattr__`
        names[f"_set_{field.name}"] = getattr(cls, field.name).__set__
        value = field.name
        if field.default_factory is not MISSING:
            names[f"_new_{field.name}"] = field.default_factory
            parameters.append(f"{field.name}=_MISSING")
            value = f"_new_{field.name}() if {field.name} is _MISSING else {field.name}"
        elif field.default is not MISSING:
            names[f"_default_{field.name}"] = field.default
            parameters.append(f"{field.name}=_default_{field.name}")
        else:
            parameters.append(field.name)
        body.append(f"_set_{field.name}(self, {value})")
    if hasattr(cls, "__post_init__"):
        body.append("self.__post_init__()")
    arguments = ", ".join([*positional, *(["*", *named] if named else [])])
    lines = (
        f"def __init__({arguments}): {'; '.join(body) or 'pass'}",
        "def __eq__(self, other):",
        "  if other.__class__ is not self.__class__: return NotImplemented",
        f"  return {_compared('self', fields)} == {_compared('other', fields)}",
        f"def __hash__(self): return hash({_compared('self', fields)})",
    )
    methods: dict[str, Callable[..., Any]] = {}
    exec("\n".join(lines), names, methods)
    for name, method in methods.items():
        method.__qualname__ = f"{cls.__qualname__}.{name}"
    return methods


def _compared(owner: str, fields: tuple[Field[Any], ...]) -> str:
    """Return the source of the tuple of what is compared."""
    return f"({''.join(f'{owner}.{field.name}, ' for field in fields if field.compare)})"


def _guards(cls: type, names: frozenset[str]) -> dict[str, Callable[..., Any]]:
    """Return what keeps the fields as they are."""

    def set_attribute(self: Any, name: str, value: object) -> None:
        if name in names or type(self) is cls:
            raise FrozenInstanceError(f"cannot assign to field {name!r}")
        object.__setattr__(self, name, value)

    def delete_attribute(self: Any, name: str) -> None:
        if name in names or type(self) is cls:
            raise FrozenInstanceError(f"cannot delete field {name!r}")
        object.__delattr__(self, name)

    return {"__setattr__": set_attribute, "__delattr__": delete_attribute}


@reprlib.recursive_repr()
def _shown(self: Any) -> str:
    shown = (f"{field.name}={getattr(self, field.name)!r}" for field in dataclasses.fields(self) if field.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _state(self: Any) -> list[object]:
    return [getattr(self, field.name) for field in dataclasses.fields(self)]


def _restore(self: Any, state: list[object]) -> None:
    for field, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, field.name, value)


_SHARED: dict[str, Callable[..., Any]] = {"__repr__": _shown, "__getstate__": _state, "__setstate__": _restore}

__all__ = ["dataclass"]
