"""`dict`: construction, lookup where keys may be symbolic, methods, and views that follow the dict."""

from __future__ import annotations

import collections
from collections.abc import ItemsView, Iterable, Iterator, KeysView, ValuesView
from typing import TYPE_CHECKING, Any

from convlint.interp.language import absent, algebra, keys
from convlint.interp.natives.lifting import items_of, on, plain, take
from convlint.interp.natives.objects import MappingProxy
from convlint.interp.natives.registry import add_value, constructor, method
from convlint.interp.values.classes import Instance
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

Dict = dict[Any, Value]

add_value("builtins.dict", dict)


def _walked(view: Iterable[Any]) -> Iterator[Any]:
    """Go through a view of a dict, which must not grow or shrink meanwhile."""
    try:
        yield from view
    except RuntimeError as error:
        raise PyRaise(error.with_traceback(None)) from None


class Keys(KeysView[Any]):
    """The keys of a dict, which may change while they are read."""

    __slots__ = ()
    _mapping: Dict

    def __iter__(self) -> Iterator[Any]:
        return _walked(self._mapping)


class Values(ValuesView[Any]):
    __slots__ = ()
    _mapping: Dict

    def __iter__(self) -> Iterator[Any]:
        return _walked(self._mapping.values())


class Items(ItemsView[Any, Any]):
    __slots__ = ()
    _mapping: Dict

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        return _walked(self._mapping.items())


def lookup(vm: Vm, mapping: Dict, key: Value) -> Value:
    """Return the value at a key, `MISSING` if it is certainly not there, unknown if that is not known."""
    found = keys.find(vm, mapping, key)
    if isinstance(found, Unknown) and found not in mapping:
        return found
    return MISSING if found is MISSING else mapping[found]


def fill(vm: Vm, mapping: Dict, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Do what `dict.update` does; unknown if what is added is not known."""
    if len(args) > 1:
        absent.refused(vm, f"dict expected at most 1 argument, got {len(args)}")
    for source in args:
        cause = _fill_from(vm, mapping, source)
        if cause is not None:
            vm.havoc(mapping, cause.reason)
            return cause
    algebra.merge(vm, mapping, kwargs)
    return None


def _fill_from(vm: Vm, mapping: Dict, source: Value) -> Unknown | None:
    if not isinstance(source, Instance) or source.cls.find("__iter__") is MISSING:
        source = plain(vm, source)
    if isinstance(source, MappingProxy):
        source = source.mapping
    if isinstance(source, dict):
        algebra.merge(vm, mapping, source)
        return vm.taint_of(mapping)
    names = vm.getattr(source, "keys", MISSING) if isinstance(source, Instance) else MISSING
    if isinstance(names, Unknown):
        return names
    items = items_of(vm, "dict", source if names is MISSING else vm.call(names, [], {}))
    if isinstance(items, Unknown):
        return items
    for item in items:
        pair = [item, vm.getitem(source, item)] if names is not MISSING else items_of(vm, "dict", item)
        if isinstance(pair, Unknown):
            return pair
        if len(pair) != 2:
            vm.throw(ValueError, f"dictionary update sequence element has length {len(pair)}; 2 is required")
        keys.store(vm, mapping, pair[0], pair[1])
    return vm.taint_of(mapping)


@method(dict, "fromkeys")
def fromkeys(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Called on the class: there is no receiver among the arguments."""
    return from_keys(vm, {}, args, kwargs)


def from_keys(vm: Vm, made: Dict, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Fill a dict with keys that have one value together; for every class of dicts."""
    iterable, value = take(vm, "fromkeys", args, kwargs, "iterable", value=None)
    items = items_of(vm, "fromkeys", iterable)
    if isinstance(items, Unknown):
        return items
    for item in items:
        keys.store(vm, made, item, value, held=isinstance(iterable, set | frozenset | dict))
    return made


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
    found = keys.find(vm, mapping, key)
    if isinstance(found, Unknown) and found not in mapping:
        vm.havoc(mapping, found.reason)
        vm.havoc(default, found.reason)
        return found
    if found is MISSING:
        keys.put(vm, mapping, key, default, found)
        return default
    return mapping[found]


@on(dict, "pop")
def pop(vm: Vm, mapping: Dict, args: list[Value], kwargs: dict[str, Value]) -> Value:
    key, default = take(vm, "pop", args, kwargs, "key", default=MISSING)
    found = keys.find(vm, mapping, key) if mapping else MISSING  # an empty dict does not even hash the key
    if isinstance(found, Unknown) and found not in mapping:
        vm.havoc(mapping, "a key that may or may not be there was popped")
        return found
    if found is not MISSING:
        return mapping.pop(found)
    if default is MISSING:
        raise keys.not_found(key)
    return default


@on(dict, "popitem")
def popitem(vm: Vm, mapping: Dict, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (last,) = take(vm, "popitem", args, kwargs, last=True)
    if (args or kwargs) and not isinstance(mapping, collections.OrderedDict):
        absent.refused(vm, "dict.popitem() takes no arguments")
    if not mapping:
        absent.no_key(vm, "popitem(): dictionary is empty")
    key = next(reversed(mapping)) if vm.truth(last) else next(iter(mapping))
    return (key, mapping.pop(key))


@on(dict, "keys", alone=True)
def keys_of(vm: Vm, mapping: Dict, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Keys(mapping)


@on(dict, "values", alone=True)
def values_of(vm: Vm, mapping: Dict, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Values(mapping)


@on(dict, "items", alone=True)
def items_in(vm: Vm, mapping: Dict, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Items(mapping)


@on(dict, "copy", alone=True)
def copy(vm: Vm, mapping: Dict, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return mapping.copy()


@on(dict, "clear", alone=True)
def clear(vm: Vm, mapping: Dict, args: list[Value], kwargs: dict[str, Value]) -> None:
    mapping.clear()
