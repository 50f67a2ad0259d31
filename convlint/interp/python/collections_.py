"""`collections`: OrderedDict, defaultdict, Counter and deque, as Python's own objects: what reads dicts reads them."""

from __future__ import annotations

import collections
import collections.abc
from typing import TYPE_CHECKING, Any

from convlint.interp.language import absent, keys
from convlint.interp.natives.lifting import MAX_ITEMS, index_of, items_of, on, plain, run, take
from convlint.interp.natives.registry import add_value, constructor, method, native, written
from convlint.interp.python.builtins.dicts import fill, from_keys, lookup
from convlint.interp.python.builtins.lists import count as count_in
from convlint.interp.python.builtins.lists import index as index_in
from convlint.interp.values.functions import GeneratorValue
from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

Deque = collections.deque[Value]

for name in ("OrderedDict", "defaultdict", "Counter", "deque"):
    add_value(f"collections.{name}", getattr(collections, name))
for name in collections.abc.__all__:
    add_value(f"collections.abc.{name}", getattr(collections.abc, name))
    add_value(f"collections.{name}", getattr(collections.abc, name))


class FactoryDict(collections.defaultdict[Any, Value]):
    """A `defaultdict` whose factory is a value of the program: who reads an item calls it."""

    default_factory: Value = None

    def copy(self) -> FactoryDict:
        made = FactoryDict(None, self)
        made.default_factory = self.default_factory
        return made


@method(collections.OrderedDict, "fromkeys")
def ordered_from_keys(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Called on the class, as `dict.fromkeys`."""
    return from_keys(vm, collections.OrderedDict(), args, kwargs)


@method(collections.Counter, "fromkeys")
@method(collections.defaultdict, "fromkeys")
def other_from_keys(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("`fromkeys` of a dict of another class")


@constructor(collections.OrderedDict)
def ordered_dict(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _filled(vm, collections.OrderedDict(), args, kwargs)


@constructor(collections.defaultdict)
def default_dict(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    made = FactoryDict()
    made.default_factory = args[0] if args else None
    return _filled(vm, made, args[1:], kwargs)


constructor(FactoryDict)(default_dict)


def _filled(vm: Vm, made: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
    cause = fill(vm, made, args, kwargs)
    return made if cause is None else Unknown(cause.reason, cause.place)


@on(collections.OrderedDict, "move_to_end")
def move_to_end(vm: Vm, mapping: Any, args: list[Value], kwargs: dict[str, Value]) -> None:
    key, last = take(vm, "move_to_end", args, kwargs, "key", last=True)
    found = keys.find(vm, mapping, key)
    if isinstance(found, Unknown) and found not in mapping:
        vm.havoc(mapping, found.reason)
    elif found is MISSING:
        raise keys.not_found(key)
    else:
        mapping.move_to_end(found, vm.truth(last))


# --- Counter --------------------------------------------------------------------------------------------


@constructor(collections.Counter)
def counter(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    made: collections.Counter[Any] = collections.Counter()
    if len(args) > 1:
        absent.refused(vm, f"Counter expected at most 1 argument, got {len(args)}")
    _count(vm, made, args, kwargs, "+")
    return made


def _count(vm: Vm, counts: Any, args: list[Value], kwargs: dict[str, Value], op: str) -> None:
    for source in [*args, kwargs]:
        source = plain(vm, source)
        if isinstance(source, dict):
            pairs = list(source.items()) if vm.taint_of(source) is None else vm.taint_of(source)
        else:
            items = [] if source is None else items_of(vm, "Counter", source)
            pairs = items if isinstance(items, Unknown) else [(item, 1) for item in items]
        if isinstance(pairs, Unknown):
            vm.havoc(counts, pairs.reason)
            return
        as_they_are = isinstance(source, dict) and not counts and op == "+"
        for key, number in pairs or ():
            vm.step()
            if as_they_are:
                keys.store(vm, counts, key, number)
                continue
            found = lookup(vm, counts, key)
            keys.store(vm, counts, key, vm.binary(op, 0 if found is MISSING else found, number))


@on(collections.Counter, "update")
def counter_update(vm: Vm, counts: Any, args: list[Value], kwargs: dict[str, Value]) -> None:
    _count(vm, counts, args, kwargs, "+")


@on(collections.Counter, "subtract")
def counter_subtract(vm: Vm, counts: Any, args: list[Value], kwargs: dict[str, Value]) -> None:
    _count(vm, counts, args, kwargs, "-")


@on(collections.Counter, "most_common")
def most_common(vm: Vm, counts: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (limit,) = take(vm, "most_common", args, kwargs, n=None)
    known = all(isinstance(count, int) for count in counts.values()) and isinstance(limit, int | None)
    return counts.most_common(limit) if known else vm.unknown("counts that are not known")


@on(collections.Counter, "elements", alone=True)
def elements(vm: Vm, counts: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not all(isinstance(count, int) for count in counts.values()) or sum(counts.values()) > MAX_ITEMS:
        return vm.unknown("counts that are not known")
    return GeneratorValue(iter(list(counts.elements())), "elements")


@on(collections.Counter, "total", alone=True)
def total(vm: Vm, counts: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
    found: Value = 0
    for count in counts.values():
        found = vm.binary("+", found, count)
    return found


# --- deque ----------------------------------------------------------------------------------------------


@constructor(collections.deque)
def make_deque(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    iterable, maxlen = take(vm, "deque", args, kwargs, iterable=(), maxlen=None)
    items = items_of(vm, "deque", iterable)
    if isinstance(items, Unknown):
        return items
    if maxlen is not None and not isinstance(maxlen, int):
        return vm.unknown("a deque whose length is not known")
    return run(vm, "deque", collections.deque, items, maxlen)


@on(collections.deque, "__init__")
def init(vm: Vm, items: Deque, args: list[Value], kwargs: dict[str, Value]) -> None:
    """`__init__` of a deque that there is already: it holds other items from then on."""
    iterable, maxlen = take(vm, "deque", args, kwargs, iterable=(), maxlen=None)
    held = items_of(vm, "deque", iterable)
    if isinstance(held, Unknown) or maxlen != items.maxlen:
        vm.havoc(items, "a deque that is made anew")
    else:
        items.clear()
        items.extend(held)


@on(collections.deque, "append")
def append(vm: Vm, items: Deque, args: list[Value], kwargs: dict[str, Value]) -> None:
    items.append(args[0])


@on(collections.deque, "appendleft")
def appendleft(vm: Vm, items: Deque, args: list[Value], kwargs: dict[str, Value]) -> None:
    items.appendleft(args[0])


@on(collections.deque, "extend")
def extend(vm: Vm, items: Deque, args: list[Value], kwargs: dict[str, Value]) -> None:
    more = items_of(vm, "extend", args[0])
    vm.havoc(items, more.reason) if isinstance(more, Unknown) else items.extend(more)


@on(collections.deque, "extendleft")
def extendleft(vm: Vm, items: Deque, args: list[Value], kwargs: dict[str, Value]) -> None:
    more = items_of(vm, "extendleft", args[0])
    vm.havoc(items, more.reason) if isinstance(more, Unknown) else items.extendleft(more)


@on(collections.deque, "pop")
def pop(vm: Vm, items: Deque, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return items.pop() if items else vm.throw(IndexError, "pop from an empty deque")


@on(collections.deque, "popleft", alone=True)
def popleft(vm: Vm, items: Deque, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return items.popleft() if items else vm.throw(IndexError, "pop from an empty deque")


@on(collections.deque, "rotate")
def rotate(vm: Vm, items: Deque, args: list[Value], kwargs: dict[str, Value]) -> None:
    steps = index_of(vm, args[0] if args else 1)
    vm.havoc(items, steps.reason) if isinstance(steps, Unknown) else items.rotate(steps)


@on(collections.deque, "clear", alone=True)
def clear(vm: Vm, items: Deque, args: list[Value], kwargs: dict[str, Value]) -> None:
    items.clear()


@on(collections.deque, "reverse", alone=True)
def reverse(vm: Vm, items: Deque, args: list[Value], kwargs: dict[str, Value]) -> None:
    items.reverse()


@on(collections.deque, "copy", alone=True)
def copy(vm: Vm, items: Deque, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return items.copy()


on(collections.deque, "count")(count_in)


@on(collections.deque, "index")
def index(vm: Vm, items: Deque, args: list[Value], kwargs: dict[str, Value]) -> Value:
    size = len(items)
    try:
        return index_in(vm, list(items), args, kwargs)
    finally:
        if len(items) != size:
            vm.throw(RuntimeError, "deque mutated during iteration")


written("containers.py", "collections", "ChainMap UserDict UserList")


@native("collections.UserString")
def other(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("a collection that is not modelled")
