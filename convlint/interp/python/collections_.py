"""`collections`: OrderedDict, defaultdict, Counter and deque, as Python's own objects: what reads dicts reads them."""

from __future__ import annotations

import collections
import collections.abc
from typing import TYPE_CHECKING, Any

from convlint.interp.natives.lifting import index_of, items_of, on, run, take
from convlint.interp.natives.registry import add_value, constructor, method, native
from convlint.interp.python.builtins.dicts import fill
from convlint.interp.python.builtins.lists import count as count_in
from convlint.interp.python.builtins.lists import index as index_in
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import Unknown, Value

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


@method(dict, "fromkeys")
def fromkeys(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Called on the class: there is no receiver among the arguments."""
    iterable, value = take(vm, "fromkeys", args, kwargs, "iterable", value=None)
    items = items_of(vm, "fromkeys", iterable)
    if isinstance(items, Unknown):
        return items
    made: dict[Any, Value] = {}
    fill(vm, made, [[(item, value) for item in items]], {})
    return made


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
    if isinstance(key, Unknown):
        vm.havoc(mapping, key.reason)
    elif key not in mapping:
        raise PyRaise(KeyError(key))
    else:
        mapping.move_to_end(key, vm.truth(last))


# --- Counter --------------------------------------------------------------------------------------------


@constructor(collections.Counter)
def counter(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    made: collections.Counter[Any] = collections.Counter()
    if len(args) > 1:
        vm.throw(TypeError, f"Counter expected at most 1 argument, got {len(args)}")
    _count(vm, made, args, kwargs, "+")
    return made


def _count(vm: Vm, counts: Any, args: list[Value], kwargs: dict[str, Value], op: str) -> None:
    given: dict[Any, Value] = dict(kwargs)
    for source in args:
        if isinstance(source, dict) and vm.taint_of(source) is None:
            given.update(source)
            continue
        items = [] if source is None else items_of(vm, "Counter", source)
        if isinstance(items, Unknown) or not all(vm.is_concrete(item) for item in items):
            vm.havoc(counts, "what is counted is not known")
            return
        counted = run(vm, "Counter", collections.Counter, items)
        if isinstance(counted, Unknown):
            vm.havoc(counts, counted.reason)
            return
        given.update(counted)
    if not counts and op == "+":
        dict.update(counts, given)  # as they are, whatever they are
        return
    for key, number in given.items():
        counts[key] = vm.binary(op, counts.get(key, 0), number)


@on(collections.Counter, "update")
def counter_update(vm: Vm, counts: Any, args: list[Value], kwargs: dict[str, Value]) -> None:
    _count(vm, counts, args, kwargs, "+")


@on(collections.Counter, "subtract")
def counter_subtract(vm: Vm, counts: Any, args: list[Value], kwargs: dict[str, Value]) -> None:
    _count(vm, counts, args, kwargs, "-")


@on(collections.Counter, "most_common")
def most_common(vm: Vm, counts: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (limit,) = take(vm, "most_common", args, kwargs, n=None)
    known = vm.is_concrete(counts) and (limit is None or isinstance(limit, int))
    return counts.most_common(limit) if known else vm.unknown("counts that are not known")


@on(collections.Counter, "elements", "total")
def counter_rest(vm: Vm, counts: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("a method of `Counter` that is not modelled")


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
    return index_in(vm, list(items), args, kwargs)


@native("collections.ChainMap", "collections.UserDict", "collections.UserList", "collections.UserString")
def other(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    for value in args:
        vm.havoc(value, "given to a collection that is not modelled")
    return vm.unknown("a collection that is not modelled")
