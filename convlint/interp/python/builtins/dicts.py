"""`dict`: construction, lookup where keys may be symbolic, methods, and views that follow the dict."""

from __future__ import annotations

import collections
from collections.abc import ItemsView, Iterator, KeysView, ValuesView
from typing import TYPE_CHECKING, Any

from convlint.interp.natives.lifting import items_of, on, plain, take
from convlint.interp.natives.registry import add_value, constructor
from convlint.interp.values.classes import Instance, key_unknown
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.symbolic import Dim

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

Dict = dict[Any, Value]

add_value("builtins.dict", dict)


class Keys(KeysView[Any]):
    """The keys of a dict, which may change while they are read."""

    __slots__ = ()
    _mapping: Dict

    def __iter__(self) -> Iterator[Any]:
        return (key for key in list(self._mapping) if key in self._mapping)


class Values(ValuesView[Any]):
    __slots__ = ()
    _mapping: Dict

    def __iter__(self) -> Iterator[Any]:
        return (self._mapping[key] for key in list(self._mapping) if key in self._mapping)


class Items(ItemsView[Any, Any]):
    __slots__ = ()
    _mapping: Dict

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return ((key, self._mapping[key]) for key in list(self._mapping) if key in self._mapping)


def lookup(vm: Vm, mapping: Dict, key: Value) -> Value:
    """Return the value at a key, `MISSING` if it is certainly not there, unknown if that is not known."""
    key = _key(key)
    if isinstance(key, Unknown):
        return mapping[key] if key in mapping else vm.derived(key, "key", mapping) if mapping else MISSING
    try:
        if key in mapping:
            return mapping[key]
    except TypeError as error:
        raise PyRaise(error.with_traceback(None)) from None
    if any(_may_equal(key, other) for other in mapping):
        return vm.unknown("a key that may or may not be in a dictionary")
    return MISSING


def _key(key: Value) -> Value:
    if isinstance(key, Instance) and isinstance(key.payload, str | int | float) and key.cls.kind == "enum":
        return key.payload
    return key


def _may_equal(key: Value, other: Value) -> bool:
    """Tell whether two keys that Python's own objects find different may be equal in the program."""
    if type(key) is str and type(other) is str:
        return False
    if isinstance(key, tuple) and isinstance(other, tuple):
        return len(key) == len(other) and all(a == b or _may_equal(a, b) for a, b in zip(key, other, strict=True))
    for one, two in ((key, other), (other, key)):
        if isinstance(one, Unknown):
            return True
        if isinstance(one, Dim):
            return isinstance(two, int | float | Dim | Unknown)
        if isinstance(one, Instance):
            return one.cls.unknown_base is not None or one.payload is not None or one.cls.find("__eq__") is not MISSING
    return False


def store(vm: Vm, mapping: Dict, key: Value, value: Value) -> None:
    """Set an item; with a key that is not known the dict is no longer known."""
    other = key_unknown(mapping)
    if mapping and (isinstance(key, Unknown) or other is not None) and other is not key:
        vm.havoc(mapping, "a dictionary has a key that is not known")
        return
    try:
        mapping[key] = value
    except TypeError as error:
        raise PyRaise(error.with_traceback(None)) from None


def fill(vm: Vm, mapping: Dict, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Do what `dict.update` does; unknown if what is added is not known."""
    if len(args) > 1:
        vm.throw(TypeError, f"dict expected at most 1 argument, got {len(args)}")
    for source in args:
        cause = _fill_from(vm, mapping, source)
        if cause is not None:
            vm.havoc(mapping, cause.reason)
            return cause
    mapping.update(kwargs)
    return None


def _fill_from(vm: Vm, mapping: Dict, source: Value) -> Unknown | None:
    source = plain(vm, source)
    if isinstance(source, dict) and vm.taint_of(source) is None:
        if mapping and source and (key_unknown(mapping) or key_unknown(source)):
            return key_unknown(mapping) or key_unknown(source)
        mapping.update(source)
        return None
    keys = vm.getattr(source, "keys", MISSING) if isinstance(source, Instance) else MISSING
    if isinstance(keys, Unknown):
        return keys
    items = items_of(vm, "dict", source if keys is MISSING else vm.call(keys, [], {}))
    if isinstance(items, Unknown):
        return items
    for item in items:
        pair = [item, vm.getitem(source, item)] if keys is not MISSING else items_of(vm, "dict", item)
        if isinstance(pair, Unknown):
            return pair
        if len(pair) != 2:
            vm.throw(ValueError, f"dictionary update sequence element has length {len(pair)}; 2 is required")
        store(vm, mapping, pair[0], pair[1])
    return None


@constructor(dict)
def make_dict(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    made: Dict = {}
    cause = fill(vm, made, args, kwargs)
    return made if cause is None else Unknown(cause.reason, cause.place)


@on(dict, "__init__", "update")
def update(vm: Vm, mapping: Dict, args: list[Value], kwargs: dict[str, Value]) -> None:
    fill(vm, mapping, args, kwargs)


@on(dict, "get")
def get(vm: Vm, mapping: Dict, args: list[Value], kwargs: dict[str, Value]) -> Value:
    key, default = take(vm, "get", args, kwargs, "key", default=None)
    found = lookup(vm, mapping, key)
    return default if found is MISSING else found


@on(dict, "setdefault")
def setdefault(vm: Vm, mapping: Dict, args: list[Value], kwargs: dict[str, Value]) -> Value:
    key, default = take(vm, "setdefault", args, kwargs, "key", default=None)
    found = lookup(vm, mapping, key)
    if isinstance(found, Unknown) and not _holds(mapping, key):
        vm.havoc(mapping, found.reason)
    if found is not MISSING:
        return found
    store(vm, mapping, key, default)
    return default


def _holds(mapping: Dict, key: Value) -> bool:
    return not isinstance(key, Unknown) and _key(key) in mapping


@on(dict, "pop")
def pop(vm: Vm, mapping: Dict, args: list[Value], kwargs: dict[str, Value]) -> Value:
    key, default = take(vm, "pop", args, kwargs, "key", default=MISSING)
    found = lookup(vm, mapping, key) if mapping else MISSING  # an empty dict does not even hash the key
    if found is MISSING:
        if default is MISSING:
            raise PyRaise(KeyError(key))
        return default
    if _holds(mapping, key):
        del mapping[_key(key)]
    else:
        vm.havoc(mapping, "a key that may or may not be there was popped")
    return found


@on(dict, "popitem")
def popitem(vm: Vm, mapping: Dict, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (last,) = take(vm, "popitem", args, kwargs, last=True)
    if (args or kwargs) and not isinstance(mapping, collections.OrderedDict):
        vm.throw(TypeError, "dict.popitem() takes no arguments")
    if not mapping:
        vm.throw(KeyError, "popitem(): dictionary is empty")
    key = next(reversed(mapping)) if vm.truth(last) else next(iter(mapping))
    return (key, mapping.pop(key))


@on(dict, "keys", alone=True)
def keys(vm: Vm, mapping: Dict, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Keys(mapping)


@on(dict, "values", alone=True)
def values(vm: Vm, mapping: Dict, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Values(mapping)


@on(dict, "items", alone=True)
def items(vm: Vm, mapping: Dict, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Items(mapping)


@on(dict, "copy", alone=True)
def copy(vm: Vm, mapping: Dict, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return mapping.copy()


@on(dict, "clear", alone=True)
def clear(vm: Vm, mapping: Dict, args: list[Value], kwargs: dict[str, Value]) -> None:
    mapping.clear()
