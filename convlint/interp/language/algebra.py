"""The algebra of sets and dicts, `|`, `&`, `-` and `^`, by the one lookup for keys."""

from __future__ import annotations

import collections
from collections.abc import Callable, ItemsView, Iterable, KeysView
from typing import TYPE_CHECKING, Any

from convlint.interp.language import keys
from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

SETS = (set, frozenset, KeysView, ItemsView)


def combine(vm: Vm, op: str, left: Value, right: Value) -> Value:
    """Return the set or dict that two make; `MISSING` if they are no such operands."""
    if isinstance(left, SETS) and isinstance(right, SETS):
        made = combined(vm, op, left, right)
        kind = type(left) if isinstance(left, set | frozenset) and isinstance(right, set | frozenset) else set
        return made if isinstance(made, Unknown) or kind is set else kind(made)
    if isinstance(left, dict) and isinstance(right, dict) and op == "|" and not _is_counted(left, right):
        if type(right) is not type(left) and issubclass(type(right), type(left)):
            merged = right.copy()  # the class that is derived says what is made
            merged.clear()
            merge(vm, merged, left)
        else:
            merged = left.copy()
        merge(vm, merged, right)
        return merged
    return MISSING


def combine_in_place(vm: Vm, op: str, left: Value, right: Value) -> Value:
    """Do `left op= right` on a set or dict; `MISSING` if they are no such operands."""
    if isinstance(left, set) and isinstance(right, SETS):
        become(vm, left, combined(vm, op, left, right))
        return left
    if isinstance(left, dict) and op == "|" and not _is_counted(left, right):
        vm.call(vm.getattr(left, "update"), [right])
        return left
    return MISSING


def _is_counted(*mappings: Value) -> bool:
    return any(isinstance(one, collections.Counter) for one in mappings)


def become(vm: Vm, items: set[Value], made: set[Value] | Unknown) -> None:
    """Give a set other elements."""
    if isinstance(made, Unknown):
        vm.havoc(items, made.reason)
    else:
        items.clear()
        items.update(made)


def merge(vm: Vm, mapping: dict[Any, Value], other: dict[Any, Value]) -> None:
    """Do what `mapping.update(other)` does."""
    cause = vm.taint_of(other)
    if cause is not None:
        vm.havoc(mapping, cause.reason)
        return
    for key, value in list(other.items()):
        vm.step()
        keys.store(vm, mapping, key, value, held=True)


def combined(vm: Vm, op: str, left: Iterable[Value], right: Iterable[Value]) -> set[Value] | Unknown:
    """Return the union `|`, intersection `&`, difference `-` or symmetric difference `^` as a set."""
    cause = vm.taint_of(left) or vm.taint_of(right)
    if cause is not None:
        return cause
    return OPERATIONS[op](vm, left, right)


def _are_keyed(*given: Iterable[Value]) -> bool:
    """Whether what is gone through are dicts and sets, which keep the hashes of what they hold."""
    return all(isinstance(one, set | frozenset | dict | KeysView) for one in given)


def _union(vm: Vm, left: Iterable[Value], right: Iterable[Value]) -> set[Value] | Unknown:
    return keys.distinct(vm, [*left, *right], held=_are_keyed(left, right))


def _both(vm: Vm, left: Iterable[Value], right: Iterable[Value]) -> set[Value] | Unknown:
    """What both hold, out of the one that Python goes through: the smaller set, or what is no set."""
    if isinstance(left, SETS) and isinstance(right, SETS) and len(right) > len(left):
        left, right = right, left
    return _kept(vm, right, left, True)


def _kept(vm: Vm, left: Iterable[Value], right: Iterable[Value], inside: bool) -> set[Value] | Unknown:
    other = right if isinstance(right, set | frozenset | dict) else keys.distinct(vm, right, held=_are_keyed(right))
    if isinstance(other, Unknown):
        return other
    kept: list[Value] = []
    for item in left:
        vm.step()
        found = keys.holds(vm, other, item, held=_are_keyed(left))
        if isinstance(found, Unknown):
            return found
        if found is inside:
            kept.append(item)
    return keys.distinct(vm, kept, held=True)


def _either(vm: Vm, left: Iterable[Value], right: Iterable[Value]) -> set[Value] | Unknown:
    made = keys.distinct(vm, right, held=_are_keyed(right))
    for item in left:
        if isinstance(made, Unknown):
            return made
        found = keys.find(vm, made, item, held=_are_keyed(left))
        if isinstance(found, Unknown) and found not in made:
            return found
        if found is MISSING:
            keys.insert(vm, made, item, held=True)
        else:
            made.discard(found)
    return made


OPERATIONS: dict[str, Callable[[Any, Iterable[Value], Iterable[Value]], set[Value] | Unknown]] = {
    "|": _union,
    "&": _both,
    "-": lambda vm, left, right: _kept(vm, left, right, False),
    "^": _either,
}
