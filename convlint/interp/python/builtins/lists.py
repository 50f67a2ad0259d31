"""`list` and `tuple`: constructors and methods. Elements may be any value; the list itself is Python's."""

from __future__ import annotations

import collections
from typing import TYPE_CHECKING, Any

from convlint.interp.language import absent, iteration
from convlint.interp.language.iteration import fixed
from convlint.interp.language.membership import same_item
from convlint.interp.natives.lifting import MAX_ITEMS, index_of, items_of, on, take
from convlint.interp.natives.registry import add_value, constructor
from convlint.interp.python.builtins.iteration import sort
from convlint.interp.values.unknown import Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

add_value("builtins.list", list)
add_value("builtins.tuple", tuple)


@constructor(list)
def make_list(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (iterable,) = take(vm, "list", args, kwargs, iterable=())
    return items_of(vm, "list", iterable)


@constructor(tuple)
def make_tuple(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (iterable,) = take(vm, "tuple", args, kwargs, iterable=())
    if type(iterable) is tuple:
        return iterable
    items = items_of(vm, "tuple", iterable)
    return items if isinstance(items, Unknown) else tuple(items)


@on(list, "__init__")
def init(vm: Vm, items: list[Value], args: list[Value], kwargs: dict[str, Value]) -> None:
    items.clear()
    if args:
        extend(vm, items, args, kwargs)


@on(list, "append")
def append(vm: Vm, items: list[Value], args: list[Value], kwargs: dict[str, Value]) -> None:
    (value,) = take(vm, "append", args, kwargs, "object")
    if len(items) >= MAX_ITEMS:
        vm.havoc(items, "the list is too long")
    else:
        items.append(value)


@on(list, "extend", "__iadd__")
def extend(vm: Vm, items: list[Value], args: list[Value], kwargs: dict[str, Value]) -> Value:
    (iterable,) = take(vm, "extend", args, kwargs, "iterable")
    iteration.extend(vm, items, iterable)
    return None


@on(list, "insert")
def insert(vm: Vm, items: list[Value], args: list[Value], kwargs: dict[str, Value]) -> None:
    position, value = take(vm, "insert", args, kwargs, "index", "object")
    index = index_of(vm, position)
    if isinstance(index, Unknown):
        vm.havoc(items, index.reason)
    else:
        items.insert(index, value)


@on(list, "pop")
def pop(vm: Vm, items: list[Value], args: list[Value], kwargs: dict[str, Value]) -> Value:
    (position,) = take(vm, "pop", args, kwargs, index=-1)
    index = index_of(vm, position)
    if isinstance(index, Unknown):
        vm.havoc(items, index.reason)
        return Unknown(index.reason, index.place)
    if not -len(items) <= index < len(items):
        vm.throw(IndexError, "pop index out of range" if items else "pop from empty list")
    return items.pop(index)


@on(list, "remove")
def remove(vm: Vm, items: list[Value], args: list[Value], kwargs: dict[str, Value]) -> Value:
    (value,) = take(vm, "remove", args, kwargs, "value")
    position = position_of(vm, items, value)
    if isinstance(position, Unknown):
        vm.havoc(items, position.reason)
        return position
    if position is None:
        vm.throw(ValueError, "list.remove(x): x not in list")
    del items[position]
    return None


def position_of(vm: Vm, items: Any, value: Value) -> int | Unknown | None:
    """Return where the first equal item is, None if nowhere, unknown if a comparison before it is not known."""
    for position, item in enumerate(items):
        same = same_item(vm, item, value)
        if same is True:
            return position
        if same is not False:
            return vm.unknown("the position of a value that is not known")
    return None


@on(list, "index")
@on(tuple, "index")
def index(vm: Vm, items: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value, start, stop = take(vm, "index", args, kwargs, "value", start=0, stop=len(items))
    low, high = index_of(vm, start), index_of(vm, stop)
    if isinstance(low, Unknown) or isinstance(high, Unknown):
        return vm.unknown("the position of a value in an unknown part of a sequence")
    low = max(low + len(items), 0) if low < 0 else low
    position = position_of(vm, items[low:high], value)
    if position is None:
        vm.throw(ValueError, f"{type(items).__name__}.index(x): x not in {type(items).__name__}")
    return position if isinstance(position, Unknown) else position + low


@on(list, "count")
@on(tuple, "count")
def count(vm: Vm, items: Any, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (value,) = take(vm, "count", args, kwargs, "value")
    found = 0
    for item in fixed(items) if isinstance(items, collections.deque) else items:
        same = same_item(vm, item, value)
        if same is not True and same is not False:
            return vm.unknown("the number of values that are not known")
        found += same
    return found


@on(list, "sort")
def sort_in_place(vm: Vm, items: list[Value], args: list[Value], kwargs: dict[str, Value]) -> None:
    if args:
        absent.refused(vm, "sort() takes no positional arguments")
    key, reverse = take(vm, "sort", [], kwargs, key=None, reverse=False)
    ordered = sort(vm, list(items), key, vm.truth(reverse))
    if isinstance(ordered, Unknown):
        vm.havoc(items, ordered.reason)
    else:
        items[:] = ordered


@on(list, "reverse", alone=True)
def reverse(vm: Vm, items: list[Value], args: list[Value], kwargs: dict[str, Value]) -> None:
    items.reverse()


@on(list, "clear", alone=True)
def clear(vm: Vm, items: list[Value], args: list[Value], kwargs: dict[str, Value]) -> None:
    items.clear()


@on(list, "copy", alone=True)
def copy(vm: Vm, items: list[Value], args: list[Value], kwargs: dict[str, Value]) -> Value:
    return list(items)
