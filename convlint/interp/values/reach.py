"""What a value holds, and how an object that may change is made again what it was at some moment."""

from __future__ import annotations

import collections
import operator
from collections.abc import Callable, Iterable
from types import FunctionType
from typing import Any

from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance, SuperValue
from convlint.interp.values.functions import (
    BoundMethod,
    ClassMethod,
    Function,
    Native,
    Partial,
    Property,
    StaticMethod,
)
from convlint.interp.values.modules import LazyImport, PyModule
from convlint.interp.values.numbers import Ratio, SymbolicBool
from convlint.interp.values.scope import Scope
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.places import Place
from convlint.symbolic import Dim

ATOMS = (
    int,
    float,
    complex,
    str,
    bytes,
    type(None),
    type(...),
    type(NotImplemented),
    range,
    type,
    Dim,
    Unknown,
    SymbolicBool,
    Ratio,
    LazyImport,
    Place,
)
"""Values that never change and hold nothing that does. Other kinds say so with a class attribute `changes = False`."""
TABLES = ("parameters", "buffers", "modules")

Restore = Callable[[], None]
_atomic: dict[type, bool] = {}


class Unseen(Exception):
    """What an object holds cannot be seen, or it changes unseen, as a running generator does."""


def is_atom(value: Value) -> bool:
    """Whether a value never changes and holds nothing that does."""
    kind = type(value)
    known = _atomic.get(kind)
    if known is None:
        known = _atomic[kind] = issubclass(kind, ATOMS) or getattr(kind, "changes", True) is False
    return known


def held_by(value: Value) -> Iterable[Value]:
    """Return the values that an object holds itself. Raises Unseen."""
    if type(value) is ModuleInstance:
        registered = (*value.parameters.values(), *value.buffers.values(), *value.modules.values())
        return (value.attrs, *registered, value.payload, value.cls)
    if isinstance(value, dict):
        return [*value.keys(), *value.values(), getattr(value, "default_factory", None)]
    if isinstance(value, list | tuple | set | frozenset | collections.deque):
        return value
    if isinstance(value, Instance):
        tables = [getattr(value, name) for name in TABLES if hasattr(value, name)]
        return [value.attrs, *(item for table in tables for item in table.values()), value.payload, value.cls]
    if isinstance(value, slice):
        return value.start, value.stop, value.step
    if isinstance(value, Tensor):
        return value.aliases or ()
    if isinstance(value, Function):
        return [value.scope, *value.defaults.values(), value.attrs]
    if isinstance(value, ClassValue):
        return [value.namespace, *value.mro[1:]] if value.place is not None else ()
    if isinstance(value, BaseException):
        return value.args
    return () if isinstance(value, bytearray) else _parts(value)


def _parts(value: Value) -> Iterable[Value]:
    if isinstance(value, BoundMethod):
        return value.func, value.receiver
    if isinstance(value, StaticMethod | ClassMethod):
        return (value.func,)
    if isinstance(value, Property):
        return value.getter, value.setter, value.deleter
    if isinstance(value, Native) and value.holds:
        return value.holds
    if isinstance(value, Partial):
        return value.func, *value.args, value.kwargs
    if isinstance(value, SuperValue):
        return value.owner, value.receiver
    if isinstance(value, PyModule):
        return [value.scope, *value.attrs.values()]
    if isinstance(value, Scope):
        return [value.parent, value.names]
    if isinstance(value, Native) and (value.reads or remembers_nothing(value.call)):
        return ()
    raise Unseen(f"what a `{type(value).__name__}` holds cannot be seen")


def remembers_nothing(call: object) -> bool:
    """Whether a function of convlint has no variables of its own from one call to the next."""
    return isinstance(call, FunctionType) and not call.__closure__


def restorer(value: Value) -> Restore | None:
    """Return what makes an object again what it is now; None if it never changes."""
    frequent = _FREQUENT.get(type(value))
    return _other(value) if frequent is None else frequent(value)


def _other(value: Value) -> Restore | None:
    if isinstance(value, list | bytearray):
        return _sequence(value)
    if isinstance(value, dict):
        return _table(value)
    if isinstance(value, set):
        return _set(value)
    if isinstance(value, collections.deque):
        return _deque(value)
    if isinstance(value, Scope):
        return _table(value.names)
    return _fields(value) if isinstance(value, Instance | Tensor | ClassValue | Function | PyModule) else None


_TABLES_OF_MODULE = ("attrs", *TABLES, "unknown_members")
_PLAIN_OF_MODULE = tuple(name for name in ModuleInstance.__struct_fields__ if name not in _TABLES_OF_MODULE)
_plain_of_module = operator.attrgetter(*_PLAIN_OF_MODULE)


def _sequence(value: Any) -> Restore:
    saved = value[:]

    def restore() -> None:
        value[:] = saved

    return restore


def _table(value: dict[Any, Value]) -> Restore:
    saved = dict(value)

    def restore() -> None:
        value.clear()
        value.update(saved)

    return restore


def _set(value: set[Value]) -> Restore:
    saved = set(value)

    def restore() -> None:
        value.clear()
        value.update(saved)

    return restore


def _deque(value: collections.deque[Value]) -> Restore:
    saved = list(value)

    def restore() -> None:
        value.clear()
        value.extend(saved)

    return restore


def _module(value: ModuleInstance) -> Restore:
    """Do what `_fields` does for the most frequent of all objects."""
    if value.payload is not None:
        return _fields(value)
    attributes, parameters, buffers, modules = value.attrs, value.parameters, value.buffers, value.modules
    kept = dict(attributes)
    tables = [(table, dict(table)) for table in (parameters, buffers, modules) if table]
    empty = [table for table in (parameters, buffers, modules) if not table]
    unknown, members = value.unknown_members, list(value.unknown_members)
    saved = _plain_of_module(value)

    def restore() -> None:
        value.attrs, value.parameters, value.buffers, value.modules = attributes, parameters, buffers, modules
        attributes.clear()
        attributes.update(kept)
        for table, held in tables:
            table.clear()
            table.update(held)
        for table in empty:
            table.clear()
        value.unknown_members = unknown
        unknown[:] = members
        if not all(map(operator.is_, _plain_of_module(value), saved)):
            for name, held in zip(_PLAIN_OF_MODULE, saved, strict=True):
                setattr(value, name, held)

    return restore


_FIELDS_OF_TENSOR = Tensor.__struct_fields__
_fields_of_tensor = operator.attrgetter(*_FIELDS_OF_TENSOR)


def _tensor(value: Tensor) -> Restore:
    """Do what `_fields` does for the parameters of modules."""
    if value.aliases is not None:
        return _fields(value)
    saved = _fields_of_tensor(value)

    def restore() -> None:
        if not all(map(operator.is_, _fields_of_tensor(value), saved)):
            for name, held in zip(_FIELDS_OF_TENSOR, saved, strict=True):
                setattr(value, name, held)

    return restore


def _fields(value: Any) -> Restore:
    """Return what sets the fields of a struct as they are, and the lists and dicts among them to what they hold."""
    saved = [(name, getattr(value, name)) for name in value.__struct_fields__]
    contents = [back for _, held in saved if isinstance(held, list | dict) and (back := restorer(held)) is not None]

    def restore() -> None:
        for name, held in saved:
            setattr(value, name, held)
        for back in contents:
            back()

    return restore


_FREQUENT: dict[type, Callable[[Any], Restore]] = {
    ModuleInstance: _module,
    Tensor: _tensor,
    dict: _table,
    list: _sequence,
}
