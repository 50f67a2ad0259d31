"""Comparison of values: identity, membership, order and equality, exact on Python values and symbolic sizes."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from convlint.interp.values.classes import ClassValue, Instance, key_unknown
from convlint.interp.values.numbers import Ratio, SymbolicBool
from convlint.interp.values.unknown import MISSING, Opaque, Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Condition, Dim, all_of, at_least, equal, negation, not_equal

if TYPE_CHECKING:
    from convlint.interp.vm import Vm
from convlint.interp.language.operators import CONTAINERS, as_integer, as_ratio, unary, verdict

COMPARE: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "==": ("__eq__", operator.eq),
    "!=": ("__ne__", operator.ne),
    "<": ("__lt__", operator.lt),
    "<=": ("__le__", operator.le),
    ">": ("__gt__", operator.gt),
    ">=": ("__ge__", operator.ge),
}


SWAPPED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def compare(vm: Vm, op: str, left: Value, right: Value) -> Value:
    """Evaluate one comparison: True, False, a `SymbolicBool`, a tensor or an unknown."""
    if op in ("is", "is not"):
        same = _identical(vm, left, right)
        return same if isinstance(same, Unknown) or op == "is" else not same
    if op in ("in", "not in"):
        return _membership(vm, op, left, right)
    if isinstance(left, int | float | str) and isinstance(right, int | float | str):
        try:
            return COMPARE[op][1](left, right)
        except TypeError as error:
            vm.throw(TypeError, str(error))
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return _compare_tensors(vm, op, left, right)
    left, right = as_integer(left, right), as_integer(right, left)
    if isinstance(left, Unknown):
        return vm.derived(left, op, right)
    if isinstance(right, Unknown):
        return vm.derived(right, op, left)
    if isinstance(left, Dim | Ratio) or isinstance(right, Dim | Ratio):
        return _compare_sizes(vm, op, left, right)
    if isinstance(left, Instance | ClassValue) or isinstance(right, Instance | ClassValue):
        return _compare_instances(vm, op, left, right)
    for value in (left, right):
        cause = vm.taint_of(value)
        if cause is not None:
            return cause
    if isinstance(left, Opaque) or isinstance(right, Opaque):
        same = left is right
        return (op == "==") if same and op in ("==", "!=") else vm.unknown("comparison of values that are not known")
    if op in ("==", "!=") and isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return _compare_sequences(vm, op, left, right)
    if isinstance(left, CONTAINERS) and not (vm.is_concrete(left) and vm.is_concrete(right)) and op not in ("==", "!="):
        return vm.unknown("comparison of containers with unknown values")
    if isinstance(left, dict) and isinstance(right, dict) and not (vm.is_concrete(left) and vm.is_concrete(right)):
        return vm.unknown("comparison of dictionaries with unknown values")
    try:
        return COMPARE[op][1](left, right)
    except TypeError as error:
        vm.throw(TypeError, str(error))


def _identical(vm: Vm, left: Value, right: Value) -> bool | Unknown:
    for value, other in ((left, right), (right, left)):
        if isinstance(value, Unknown):
            if value is other:
                return True
            return vm.derived(value, "is", other)
    if isinstance(left, int | str | float | tuple | Dim) and isinstance(right, int | str | float | tuple | Dim):
        if isinstance(left, bool) or isinstance(right, bool):
            return left is right
        return type(left) is type(right) and bool(left == right)
    if isinstance(left, type) or isinstance(right, type):
        return left is right
    return left is right


def _membership(vm: Vm, op: str, item: Value, container: Value) -> Value:
    found = _contains(vm, item, container)
    if op == "in":
        return found
    if isinstance(found, SymbolicBool):
        return SymbolicBool(negation(found.condition))
    return (not vm.truth(found)) if isinstance(found, Unknown) else not found


def _contains(vm: Vm, item: Value, container: Value) -> Value:
    cause = vm.taint_of(container, item)
    if cause is not None:
        return cause
    if isinstance(container, Unknown):
        return vm.derived(container, "in", item)
    if isinstance(container, Instance):
        method = vm.getattr(container, "__contains__", MISSING)
        if method is not MISSING:
            return method if isinstance(method, Unknown) else vm.call(method, [item])
        if container.payload is not None:
            container = container.payload
    if isinstance(container, str | bytes | range) and vm.is_concrete(item):
        try:
            return item in container
        except TypeError as error:
            vm.throw(TypeError, str(error))
    if isinstance(container, dict | set | frozenset):
        if isinstance(item, Unknown) and item not in container:
            return vm.derived(item, "in", container) if container else False
        if isinstance(container, dict) and key_unknown(container) not in (None, item):
            return vm.unknown("membership among keys that are not known")
        try:
            return item in container
        except TypeError as error:
            vm.throw(TypeError, str(error))
    items = vm.list_of(container)
    if isinstance(items, Unknown):
        return items
    undecided: Value = False
    for other in items:
        result = True if other is item else compare(vm, "==", item, other)
        if result is True:
            return True
        if result is not False:
            undecided = result if isinstance(result, Unknown) else vm.unknown("membership of a symbolic size")
    return undecided


def _compare_sizes(vm: Vm, op: str, left: Value, right: Value) -> Value:
    first, second = as_ratio(left), as_ratio(right)
    if first is None or second is None:
        if op in ("==", "!=") and not isinstance(left, float) and not isinstance(right, float):
            return op == "!="
        return vm.unknown("comparison with a symbolic size")
    a, b = first[0] * second[1], second[0] * first[1]
    condition = {
        "==": lambda: equal(a, b),
        "!=": lambda: not_equal(a, b),
        ">=": lambda: at_least(a, b),
        "<=": lambda: at_least(b, a),
        ">": lambda: at_least(a, b + 1),
        "<": lambda: at_least(b, a + 1),
    }[op]()
    return verdict(vm, condition)


def _compare_tensors(vm: Vm, op: str, left: Value, right: Value) -> Value:
    if op in ("==", "!=") and (left is None or right is None or isinstance(left, str) or isinstance(right, str)):
        return op == "!="
    receiver, other, name = (left, right, op) if isinstance(left, Tensor) else (right, left, SWAPPED[op])
    return vm.call(vm.getattr(receiver, COMPARE[name][0]), [other])


def _compare_instances(vm: Vm, op: str, left: Value, right: Value) -> Value:
    for receiver, other, name in ((left, right, op), (right, left, SWAPPED[op])):
        if isinstance(receiver, Instance):
            found = receiver.cls.find(COMPARE[name][0])
            if found is not MISSING:
                return vm.call(vm.getattr(receiver, COMPARE[name][0]), [other])
            if op == "!=" and receiver.cls.find("__eq__") is not MISSING:
                return unary(vm, "not", vm.call(vm.getattr(receiver, "__eq__"), [other]))
    payloads = [
        value.payload if isinstance(value, Instance) and value.payload is not None else value for value in (left, right)
    ]
    if not any(isinstance(value, Instance | ClassValue) for value in payloads):
        return compare(vm, op, payloads[0], payloads[1])
    if op in ("==", "!="):
        for value in (left, right):
            if isinstance(value, Instance) and value.tainted is not None:
                return value.tainted
        return (left is right) == (op == "==")
    return vm.unknown(f"`{op}` of objects")


def _compare_sequences(vm: Vm, op: str, left: Value, right: Value) -> Value:
    equals: Value = len(left) == len(right) and isinstance(left, tuple) == isinstance(right, tuple)
    conditions: list[Condition] = []
    unknown: Unknown | None = None
    if equals:
        for a, b in zip(left, right, strict=True):
            result = True if a is b else compare(vm, "==", a, b)
            if result is False:
                return op == "!="
            if isinstance(result, SymbolicBool):
                conditions.append(result.condition)
            elif result is not True:
                unknown = result if isinstance(result, Unknown) else vm.unknown("comparison of sequences")
    if unknown is not None:
        return unknown
    if conditions:
        joined = all_of(*conditions)
        return SymbolicBool(joined if op == "==" else negation(joined))
    return equals if op == "==" else not equals
