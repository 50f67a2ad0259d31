"""The special methods of Python's own types, for programs that name them: `dict.__getitem__(self, key)`."""

from __future__ import annotations

import collections
from collections.abc import Callable
from typing import TYPE_CHECKING

from convlint.interp.language import comparisons, kinds, operators, subscripts
from convlint.interp.natives.lifting import index_of, on, run, take
from convlint.interp.natives.registry import method
from convlint.interp.python.builtins import functions as builtin_functions
from convlint.interp.python.builtins import iteration as builtin_iteration
from convlint.interp.values.functions import GeneratorValue
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

TYPES = (str, bytes, int, float, list, tuple, dict, set, frozenset, range, collections.deque)


def _or_not(operate: Callable[[], Value]) -> Value:
    """Return what an operation gives, NotImplemented where the type does not know the other operand."""
    try:
        return operate()
    except PyRaise as raised:
        if isinstance(raised.value, TypeError):
            return NotImplemented
        raise


def _binary(kind: type, op: str, name: str, reflected: bool) -> None:
    @on(kind, name)
    def operate(vm: Vm, receiver: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
        (other,) = take(vm, name, args, kwargs, "value")
        return _or_not(lambda: vm.binary(op, other, receiver) if reflected else vm.binary(op, receiver, other))


def _comparison(kind: type, op: str, name: str) -> None:
    @on(kind, name)
    def compare(vm: Vm, receiver: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
        (other,) = take(vm, name, args, kwargs, "value")
        if vm.is_concrete(receiver) and vm.is_concrete(other):
            return getattr(receiver, name)(other)
        return _or_not(lambda: vm.compare(op, receiver, other))


def _getitem(vm: Vm, receiver: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (key,) = take(vm, "__getitem__", args, kwargs, "key")
    return vm.getitem(receiver, key)


def _setitem(vm: Vm, receiver: Value, args: list[Value], kwargs: dict[str, Value]) -> None:
    key, value = take(vm, "__setitem__", args, kwargs, "key", "value")
    vm.setitem(receiver, key, value)


def _delitem(vm: Vm, receiver: Value, args: list[Value], kwargs: dict[str, Value]) -> None:
    (key,) = take(vm, "__delitem__", args, kwargs, "key")
    subscripts.delete(vm, receiver, key)


def _contains(vm: Vm, receiver: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (key,) = take(vm, "__contains__", args, kwargs, "key")
    return vm.compare("in", key, receiver)


def _length(vm: Vm, receiver: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return builtin_functions.length(vm, [receiver], {})


def _iterate(vm: Vm, receiver: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return builtin_iteration.iterate(vm, [receiver], {})


def _reversed(vm: Vm, receiver: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return builtin_iteration.backwards(vm, [receiver], {})


def _text(vm: Vm, receiver: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.format(receiver, "", "s")


def _representation(vm: Vm, receiver: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.format(receiver, "", "r")


def _truth(vm: Vm, receiver: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return operators.truth(vm, receiver)


def _hash(vm: Vm, receiver: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return builtin_functions.hashed(vm, [receiver], {})


PLAIN: dict[str, Callable[..., Value]] = {
    "__getitem__": _getitem,
    "__setitem__": _setitem,
    "__delitem__": _delitem,
    "__contains__": _contains,
    "__len__": _length,
    "__iter__": _iterate,
    "__reversed__": _reversed,
    "__str__": _text,
    "__repr__": _representation,
    "__bool__": _truth,
    "__hash__": _hash,
}

for _kind in TYPES:
    for _name, _call in PLAIN.items():
        if getattr(_kind, _name, None) is not None:
            on(_kind, _name)(_call)
    for _op, (_plain, _reflected, _augmented, _function) in operators.BINARY.items():
        if kinds.defines(_kind, _plain):
            _binary(_kind, _op, _plain, False)
        if kinds.defines(_kind, _reflected):
            _binary(_kind, _op, _reflected, True)
    for _op, (_special, _test) in comparisons.COMPARE.items():
        _comparison(_kind, _op, _special)


@on(slice, "indices")
def _indices(vm: Vm, receiver: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (length,) = take(vm, "indices", args, kwargs, "length")
    parts = [
        index_of(vm, part) if part is not None else None for part in (receiver.start, receiver.stop, receiver.step)
    ]
    size = index_of(vm, length)
    if not all(isinstance(part, int | None) for part in (*parts, size)):
        return vm.unknown("the indices of a slice")
    return run(vm, "slice.indices", slice(*parts).indices, size)


@method(GeneratorValue, "__next__")
def _next(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return builtin_iteration.following(vm, args[:1], {})


@method(GeneratorValue, "__iter__")
def _itself(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return args[0]
