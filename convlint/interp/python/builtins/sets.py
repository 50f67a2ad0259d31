"""`set` and `frozenset`: construction and methods, by the one lookup for keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from convlint.interp.language import absent, algebra, keys
from convlint.interp.language.operators import inverted
from convlint.interp.natives.lifting import items_of, on, plain, take
from convlint.interp.natives.registry import add_value, constructor
from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

PLAIN = frozenset({str, int, float, bool, bytes, type(None)})
"""Types whose values are equal in the program if they are in Python."""

add_value("builtins.set", set)
add_value("builtins.frozenset", frozenset)


@constructor(set)
def make_set(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _made(vm, "set", args, kwargs)


@constructor(frozenset)
def make_frozenset(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) == 1 and type(args[0]) is frozenset:
        return args[0]
    made = _made(vm, "frozenset", args, kwargs)
    return made if isinstance(made, Unknown) else frozenset(made)


def _made(vm: Vm, label: str, args: list[Value], kwargs: dict[str, Value]) -> set[Value] | Unknown:
    if kwargs:
        absent.refused(vm, f"{label}() takes no keyword arguments")
    (iterable,) = take(vm, label, args, kwargs, iterable=())
    items = items_of(vm, label, iterable)
    keyed = isinstance(iterable, set | frozenset | dict)
    return items if isinstance(items, Unknown) else keys.distinct(vm, items, held=keyed)


@on(set, "__init__")
def init(vm: Vm, items: set[Value], args: list[Value], kwargs: dict[str, Value]) -> None:
    algebra.become(vm, items, _made(vm, "set", args, kwargs))


@on(set, "add")
def add(vm: Vm, items: set[Value], args: list[Value], kwargs: dict[str, Value]) -> None:
    (value,) = take(vm, "add", args, kwargs, "elem")
    keys.insert(vm, items, value)


@on(set, "discard")
def discard(vm: Vm, items: set[Value], args: list[Value], kwargs: dict[str, Value]) -> None:
    (value,) = take(vm, "discard", args, kwargs, "elem")
    _drop(vm, items, value, must=False)


@on(set, "remove")
def remove(vm: Vm, items: set[Value], args: list[Value], kwargs: dict[str, Value]) -> Value:
    (value,) = take(vm, "remove", args, kwargs, "elem")
    return _drop(vm, items, value, must=True)


def _drop(vm: Vm, items: set[Value], value: Value, *, must: bool) -> Value:
    found = keys.find(vm, items, keys.as_element(vm, value))
    if isinstance(found, Unknown) and found not in items:
        vm.havoc(items, "an unknown element was removed")
        return found if must else None
    if found is not MISSING:
        items.discard(found)
    elif must:
        raise keys.not_found(value)
    return None


@on(set, "pop")
def pop(vm: Vm, items: set[Value], args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Which element comes first is not known, unless there is only one."""
    if not items:
        absent.no_key(vm, "pop from an empty set")
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


def _combining(name: str, op: str, updating: str) -> None:
    @on(set, name)
    @on(frozenset, name)
    def combine(vm: Vm, items: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
        made = _folded(vm, op, items, args)
        return frozenset(made) if isinstance(items, frozenset) and not isinstance(made, Unknown) else made

    @on(set, updating)
    def update(vm: Vm, items: set[Value], args: list[Value], kwargs: dict[str, Value]) -> None:
        algebra.become(vm, items, _folded(vm, op, items, args))


def _folded(vm: Vm, op: str, items: Any, args: list[Value]) -> set[Value] | Unknown:
    made: set[Value] | Unknown = set(items)
    for arg in args:
        given = plain(vm, arg)
        other = given if isinstance(given, set | frozenset | dict) else items_of(vm, "set", given)
        if isinstance(made, Unknown):
            return made
        made = other if isinstance(other, Unknown) else algebra.combined(vm, op, made, other)
    return made


for _op, _name, _updating in (
    ("|", "union", "update"),
    ("&", "intersection", "intersection_update"),
    ("-", "difference", "difference_update"),
    ("^", "symmetric_difference", "symmetric_difference_update"),
):
    _combining(_name, _op, _updating)


def _relation(name: str) -> None:
    @on(set, name)
    @on(frozenset, name)
    def relate(vm: Vm, items: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
        (other,) = take(vm, name, args, kwargs, "other")
        made = _made(vm, "set", [plain(vm, other)], {})
        if isinstance(made, Unknown):
            return made
        if name == "isdisjoint":
            both = algebra.combined(vm, "&", items, made)
            return both if isinstance(both, Unknown) else inverted(vm, both)
        answer = vm.compare("<=" if name == "issubset" else ">=", items, made)
        return answer if name == "issuperset" else _agreed(vm, answer, items, made)


def _agreed(vm: Vm, answer: Value, items: Any, made: Any) -> Value:
    """Return what all Pythons say: from 3.12 on, `issubset` looks the other's elements up in its own set."""
    if isinstance(answer, Unknown) or all(type(element) in PLAIN for element in made):
        return answer
    common = 0
    for element in made:
        found = vm.compare("in", element, items)
        if not isinstance(found, bool):
            return found
        common += found
    return answer if answer is (common == len(items)) else Unknown("`issubset` of what is not equal both ways")


for _name in ("issubset", "issuperset", "isdisjoint"):
    _relation(_name)
