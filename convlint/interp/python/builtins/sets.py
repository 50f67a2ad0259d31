"""`set` and `frozenset`: construction and methods, unknown where the equality of elements is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convlint.interp.natives.lifting import items_of, on, plain, run, take
from convlint.interp.natives.registry import add_value, constructor
from convlint.interp.values.classes import Instance
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.symbolic import Dim

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

PLAIN = frozenset({str, int, float, bool, bytes, type(None)})
"""Types whose values are equal in the program if they are in Python."""

add_value("builtins.set", set)
add_value("builtins.frozenset", frozenset)


@constructor(set)
def make_set(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _make(vm, set, args, kwargs)


@constructor(frozenset)
def make_frozenset(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _make(vm, frozenset, args, kwargs)


def _make(vm: Vm, kind: type, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (iterable,) = take(vm, kind.__name__, args, kwargs, iterable=())
    items = items_of(vm, kind.__name__, iterable)
    if isinstance(items, Unknown):
        return items
    made = run(vm, kind.__name__, kind, items)
    return made if isinstance(made, Unknown) or distinct(made) else vm.unknown("a set whose elements may be equal")


def distinct(items: Any) -> bool:
    """Tell whether elements that Python's own objects find different are different in the program."""
    return len(items) < 2 or PLAIN.issuperset(map(type, items)) or not any(_vague(item) for item in items)


def _vague(item: Value) -> bool:
    if isinstance(item, tuple):
        return any(_vague(part) for part in item)
    if isinstance(item, Instance):
        return item.payload is not None or item.cls.unknown_base is not None or item.cls.find("__eq__") is not MISSING
    return isinstance(item, Unknown | Dim)


def _changed(vm: Vm, items: Any) -> None:
    if not distinct(items):
        vm.havoc(items, "its elements may be equal")


@on(set, "add")
def add(vm: Vm, items: set[Value], args: list[Value], kwargs: dict[str, Value]) -> None:
    (value,) = take(vm, "add", args, kwargs, "elem")
    run(vm, "add", items.add, value)
    _changed(vm, items)


@on(set, "discard")
def discard(vm: Vm, items: set[Value], args: list[Value], kwargs: dict[str, Value]) -> None:
    (value,) = take(vm, "discard", args, kwargs, "elem")
    _drop(vm, items, value, False)


@on(set, "remove")
def remove(vm: Vm, items: set[Value], args: list[Value], kwargs: dict[str, Value]) -> None:
    (value,) = take(vm, "remove", args, kwargs, "elem")
    _drop(vm, items, value, True)


def _drop(vm: Vm, items: set[Value], value: Value, must: bool) -> None:
    found = vm.compare("in", value, items)
    if found is True:
        items.discard(value)
    elif found is not False:
        vm.havoc(items, "an unknown element was removed")
    elif must:
        raise PyRaise(KeyError(value))


@on(set, "pop")
def pop(vm: Vm, items: set[Value], args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Which element comes first is not known, unless there is only one."""
    if not items:
        vm.throw(KeyError, "pop from an empty set")
    if len(items) == 1:
        return items.pop()
    vm.havoc(items, "an arbitrary element was popped")
    return vm.unknown("an arbitrary element of a set")


@on(set, "clear", alone=True)
def clear(vm: Vm, items: set[Value], args: list[Value], kwargs: dict[str, Value]) -> None:
    items.clear()


@on(set, "copy", alone=True)
@on(frozenset, "copy", alone=True)
def copy(vm: Vm, items: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return items.copy()


def _combining(name: str) -> None:
    @on(set, name)
    @on(frozenset, name)
    def combine(vm: Vm, items: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
        others = _operands(vm, args)
        if isinstance(others, Unknown):
            return others
        made = run(vm, name, getattr(items, name), *others)
        vague = not all(distinct(other) for other in others) or not distinct(items)
        return vm.unknown("a set whose elements may be equal") if vague else made


def _updating(name: str) -> None:
    @on(set, name)
    def combine(vm: Vm, items: set[Value], args: list[Value], kwargs: dict[str, Value]) -> None:
        others = _operands(vm, args)
        if isinstance(others, Unknown):
            vm.havoc(items, others.reason)
            return
        run(vm, name, getattr(items, name), *others)
        if not all(distinct(other) for other in others) or not distinct(items):
            vm.havoc(items, "its elements may be equal")


def _operands(vm: Vm, args: list[Value]) -> list[list[Value]] | Unknown:
    others: list[list[Value]] = []
    for arg in args:
        items = items_of(vm, "set", plain(vm, arg))
        if isinstance(items, Unknown):
            return items
        others.append(items)
    return others


for _name in ("union", "intersection", "difference", "symmetric_difference", "issubset", "issuperset", "isdisjoint"):
    _combining(_name)
for _name in ("update", "intersection_update", "difference_update", "symmetric_difference_update"):
    _updating(_name)
