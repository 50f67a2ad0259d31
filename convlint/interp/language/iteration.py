"""Iterating over values of the program."""

from __future__ import annotations

import collections
import collections.abc
import itertools
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from convlint.interp.language import absent, enums
from convlint.interp.natives.objects import MappingProxy
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import Function, GeneratorValue
from convlint.interp.values.rounds import Rounds
from convlint.interp.values.signals import NeedRank, PyRaise, Unlisted
from convlint.interp.values.unknown import MISSING, FreeShape, OpenBatch, Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAX_ITEMS = 100_000
PLAIN = (list, tuple, str, bytes, range, set, frozenset, collections.deque)


def iterator(vm: Vm, value: Value) -> Iterator[Value] | Unknown:
    """Return an iterator over all items of `value`, or why there is none."""
    source = rounds(vm, value)
    if isinstance(source, Rounds):
        return source.iterator if source.is_exact else vm.unknown(f"the items of a {source.name}, one by one")
    return source


def extend(vm: Vm, items: list[Value], value: Value) -> None:
    """Append the items of `value` one by one: what draws them from a generator may read what is there so far."""
    if isinstance(value, GeneratorValue | Instance):
        found = list_of(vm, value, items)
    else:
        found = list_of(vm, value)
        if not isinstance(found, Unknown) and len(items) + len(found) <= MAX_ITEMS:
            items.extend(found)
            return
    if isinstance(found, Unknown):
        vm.havoc(items, found.reason)
    elif len(items) > MAX_ITEMS or found is not items:
        vm.havoc(items, "the list is too long")


def list_of(vm: Vm, value: Value, into: list[Value] | None = None) -> list[Value] | Unknown:
    """Return all items of `value`, or why they are not known; they are appended to a list that is given."""
    if isinstance(value, Instance) and value.cls.find("__length_hint__") is not MISSING:
        vm.havoc(value, "it is asked how many items it has")
    items = iterator(vm, value)
    if isinstance(items, Unknown):
        return items
    result: list[Value] = [] if into is None else into
    try:
        for item in items:
            vm.step()
            result.append(item)
            if len(result) > MAX_ITEMS:
                return vm.unknown("the iterable is too long")
    except Unlisted as raised:
        return unlisted(vm, raised, value)
    return result


def unlisted(vm: Vm, raised: Unlisted, *drawn: Value) -> Unknown:
    """Return why it is not known what was drawn from values; what drawing may have changed is forgotten."""
    if raised.depth != len(vm.frames):
        raise raised
    for value in drawn:
        vm.havoc(value, raised.reason)
    return vm.unknown(raised.reason)


def loop_rounds(vm: Vm, value: Value) -> Iterator[Value] | Rounds | Unknown:
    """Return what `rounds` does for the loops of a model's forward, which may call layers in that order: there both an
    order and its reverse are tried where Python's own hangs on a seed."""
    is_open = isinstance(value, set | frozenset) and len(value) > 1 and bool(vm.owners) and not vm.constructing
    if is_open and not vm.importing and all(isinstance(item, str) for item in value) and vm.taint_of(value) is None:
        return iter(sorted(value, reverse=not vm.decide("the order of a set of texts")))
    return rounds(vm, value)


def rounds(vm: Vm, value: Value) -> Iterator[Value] | Rounds | Unknown:
    """Return an iterator over `value`, or the items on which a loop over it is run, or why there is none."""
    cause = vm.taint_of(value)
    if cause is not None:
        return cause
    if isinstance(value, set | frozenset) and any(isinstance(item, str) for item in value):
        # Python's own order hangs on a seed: any will do, if it is the same in every run.
        return iter(sorted(value, key=str)) if vm.is_concrete(value) else vm.unknown("the order of a set")
    if isinstance(value, MappingProxy):
        return rounds(vm, value.mapping)
    if isinstance(value, dict | set | collections.deque):
        return fixed(value)
    if isinstance(value, PLAIN):
        if not getattr(value, "is_text", True):
            absent.refused(vm, f"'{getattr(value, 'stands_for', '')}' object is not iterable")
        return iter(value)
    if isinstance(value, GeneratorValue):
        vm.drawing(value)
        return doubt_of(vm, value) or (value if isinstance(value, Rounds) else value.iterator)
    if isinstance(value, Unknown):
        vm.met += 1
        return value
    if isinstance(value, Tensor):
        return _tensor_rows(vm, value)
    if isinstance(value, Instance):
        return _instance(vm, value)
    if isinstance(value, ClassValue):
        members = enums.listed_members(vm, value)
        if members is None:
            return vm.unknown(f"iteration over class `{value.name}`")
        return members if isinstance(members, Unknown) else iter(members)
    if isinstance(value, collections.abc.Iterable) and not isinstance(value, Dim):
        return iter(value)
    if isinstance(value, int | float | Dim) or value is None:
        return absent.lacks(vm, value, f"'{type(value).__name__}' object is not iterable")
    if isinstance(value, Function):
        absent.refused(vm, "'function' object is not iterable")
    return vm.unknown(f"iteration over {type(value).__name__}")


def fixed(value: Any) -> Iterator[Value]:
    """Go through a dict, set or deque, which must not grow or shrink meanwhile."""
    items = iter(value)
    while True:
        try:
            item = next(items)
        except StopIteration:
            return
        except RuntimeError as error:
            raise PyRaise(error.with_traceback(None)) from None
        yield item


def doubt_of(vm: Vm, value: GeneratorValue) -> Unknown | None:
    """Return why it is not known what an iterator draws from, or None."""
    cause = vm.taint_of(value)
    for held in value.holds:
        if cause is None:
            cause = doubt_of(vm, held) if isinstance(held, GeneratorValue) else vm.taint_of(held)
    return cause


def unpack(vm: Vm, value: Value, count: int) -> list[Value]:
    """Unpack `value` into exactly `count` values, for an assignment without a starred target."""
    if isinstance(value, FreeShape):
        raise NeedRank(value.tensor.name, count)
    if isinstance(value, OpenBatch):
        return [value.part(index) for index in range(count)]
    told = isinstance(value, Instance) and _is_told_how_many(value)
    items = vm.list_of(vm.call(vm.special(value, "__unpack__"), [count]) if told else value)
    if isinstance(items, Unknown):
        return [vm.derived(items, "item", (index << 16) + count) for index in range(count)]
    if len(items) != count:
        few = "not enough" if len(items) < count else "too many"
        vm.throw(ValueError, f"{few} values to unpack (expected {count}, got {len(items)})")
    return items


def _is_told_how_many(value: Instance) -> bool:
    """Whether the class of a value is one of convlint's own that is told how many parts are wanted of it, as those of
    `torch.fx` read in the code around; Python knows of no such method."""
    method = value.cls.find("__unpack__")
    return isinstance(method, Function) and method.module.hidden


MANY_ROWS = 512
"""Of a tensor with more rows, one whose values are not known stands for all but the first."""


def _tensor_rows(vm: Vm, tensor: Tensor) -> Iterator[Value] | Rounds | Unknown:
    """The rows of a tensor, as its `__iter__` gives them."""
    count = tensor.shape[0] if tensor.shape else 0
    if isinstance(count, int) and count > MANY_ROWS:
        first, other = vm.getitem(tensor, 0), Tensor(tensor.shape[1:], tensor.dtype)
        return Rounds(iter([first, other]), "generator", other.twin, int(count), passes=2)
    rows = vm.call(vm.special(tensor, "__iter__"))
    return rows if isinstance(rows, Unknown) else iterator(vm, rows)


def _instance(vm: Vm, value: Instance) -> Iterator[Value] | Rounds | Unknown:
    method = vm.special(value, "__iter__", MISSING)
    if isinstance(method, Unknown):
        return vm.call(method)  # type: ignore[no-any-return]
    if method is not MISSING:
        made = made_by(vm, value, method)
        if isinstance(made, Instance) and made.payload is None and vm.special(made, "__next__", MISSING) is not MISSING:
            return _by_next(vm, made)
        return rounds(vm, made)
    if value.payload is not None and isinstance(value.payload, collections.abc.Iterable):
        return rounds(vm, value.payload)
    if vm.special(value, "__getitem__", MISSING) is not MISSING:
        return by_index(vm, value, itertools.count())
    if value.tainted is not None:
        return value.tainted
    return absent.lacks(vm, value, f"'{value.cls.name}' object is not iterable")


def made_by(vm: Vm, value: Instance, method: Value) -> Value:
    """Return what `__iter__` of an object gives, which must be an iterator."""
    made = vm.call(method)
    if isinstance(value.cls.find("__iter__"), Function):
        absent.demand(vm, made, "__next__", "iter() returned non-iterator of type '{kind}'")
    return made


def _by_next(vm: Vm, value: Instance) -> Iterator[Value]:
    while True:
        try:
            method = vm.special(value, "__next__", MISSING)
            if method is MISSING:
                absent.refused(vm, f"'{value.cls.name}' object is not an iterator")
            item = vm.call(method)
        except PyRaise as raised:
            if isinstance(raised.value, StopIteration):
                return
            raise
        yield item


def by_index(vm: Vm, value: Instance, indices: Iterable[int]) -> Iterator[Value]:
    """Yield the items of an object at these indices, until it says that one of them is not there."""
    for index in indices:
        vm.step()
        try:
            item = vm.getitem(value, index)
        except PyRaise as raised:
            if isinstance(raised.value, IndexError | StopIteration):
                return
            raise
        yield item
