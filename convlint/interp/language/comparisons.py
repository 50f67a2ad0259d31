"""Comparison of values: order and equality as Python and the program define them, exact on symbolic sizes."""

from __future__ import annotations

import collections
import operator
from collections.abc import Callable, ItemsView, KeysView, Set
from typing import TYPE_CHECKING, Any

from convlint.interp.language import absent, keys
from convlint.interp.language.identity import identical
from convlint.interp.language.membership import contains
from convlint.interp.language.operators import as_integer, as_ratio, inverted, truth, verdict
from convlint.interp.natives.objects import Form
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import BoundMethod, Function
from convlint.interp.values.numbers import Ratio, SymbolicBool
from convlint.interp.values.unknown import MISSING, Opaque, Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Condition, Dim, all_of, at_least, equal, negation, not_equal

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

COMPARE: dict[str, tuple[str, Callable[[Any, Any], Any]]] = {
    "==": ("__eq__", operator.eq),
    "!=": ("__ne__", operator.ne),
    "<": ("__lt__", operator.lt),
    "<=": ("__le__", operator.le),
    ">": ("__gt__", operator.gt),
    ">=": ("__ge__", operator.ge),
}
KINDS = (list, tuple, collections.deque, dict, Set)
"""Kinds of containers that compare by what they hold, each with its own."""
SWAPPED = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


def compare(vm: Vm, op: str, left: Value, right: Value) -> Value:
    """Evaluate one comparison: True, False, a `SymbolicBool`, a tensor or an unknown."""
    if isinstance(left, int | float | str) and isinstance(right, int | float | str) and op in COMPARE:
        return _plain(vm, op, left, right)
    if op in ("is", "is not"):
        same = identical(vm, left, right)
        return same if op == "is" else inverted(vm, same)
    if op in ("in", "not in"):
        found = contains(vm, left, right)
        return found if op == "in" else inverted(vm, found)
    if isinstance(left, Tensor) or isinstance(right, Tensor):
        return _compare_tensors(vm, op, left, right)
    left, right = as_integer(left, right), as_integer(right, left)
    if isinstance(left, Unknown):
        return vm.derived(left, op, right)
    if isinstance(right, Unknown):
        return vm.derived(right, SWAPPED[op], left)
    if isinstance(left, Instance | ClassValue) or isinstance(right, Instance | ClassValue):
        return _compare_objects(vm, op, left, right)
    if isinstance(left, Dim | Ratio) or isinstance(right, Dim | Ratio):
        return _compare_sizes(vm, op, left, right)
    cause = vm.taint_of(left) or vm.taint_of(right)
    if cause is not None:
        return cause
    return _compare_plain(vm, op, left, right)


def _plain(vm: Vm, op: str, left: Value, right: Value) -> Value:
    if isinstance(left, str) and isinstance(right, str) and not (_is_text(left) and _is_text(right)):
        if op in ("==", "!="):
            return (type(left) is type(right) and left == right) == (op == "==")
        return vm.unknown(f"`{op}` of values that have no order")
    try:
        return COMPARE[op][1](left, right)
    except TypeError as error:
        return absent.python_says(vm, error, left, right)


def _is_text(value: str) -> bool:
    """Whether a value is a text for the program too: dtypes and memory formats are texts only here."""
    return getattr(value, "is_text", True)


def _refuse(vm: Vm, op: str, left: Value, right: Value) -> Value:
    names = [value.cls.name if isinstance(value, Instance) else type(value).__name__ for value in (left, right)]
    absent.refused(vm, f"'{op}' not supported between instances of '{names[0]}' and '{names[1]}'")


# --- sizes and tensors ----------------------------------------------------------------------------------


def _compare_sizes(vm: Vm, op: str, left: Value, right: Value) -> Value:
    first, second = as_ratio(left), as_ratio(right)
    if first is None or second is None:
        other = right if second is None else left
        if isinstance(other, float | SymbolicBool | Ratio | Opaque) or not vm.is_concrete(other):
            return vm.unknown("comparison with a symbolic size")
        return op == "!=" if op in ("==", "!=") else _refuse(vm, op, left, right)
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


# --- objects of the program -----------------------------------------------------------------------------


def _compare_objects(vm: Vm, op: str, left: Value, right: Value) -> Value:
    """Ask one operand, then the other; a subclass is asked before its base. By default objects equal themselves."""
    tries = [(left, right, op), (right, left, SWAPPED[op])]
    if _is_derived(right, left):
        tries.reverse()
    for receiver, other, name in tries:
        result = _by_method(vm, receiver, other, name)
        if result is not NotImplemented:
            return result
    if op not in ("==", "!="):
        if any(isinstance(value, ClassValue) and value.unknown_base is not None for value in (left, right)):
            return vm.unknown(f"`{op}` of classes")
        plain = isinstance(left, Instance | ClassValue) and isinstance(right, Instance | ClassValue)
        return _refuse(vm, op, left, right) if plain else _refuse_if_known(vm, op, left, right)
    for value in (left, right):
        if isinstance(value, ClassValue) and value.unknown_base is not None and left is not right:
            return value.unknown_base
    if isinstance(left, Opaque) or isinstance(right, Opaque):
        return vm.unknown("comparison of values that are not known")
    return (left is right) == (op == "==")


def _refuse_if_known(vm: Vm, op: str, left: Value, right: Value) -> Value:
    other = right if isinstance(left, Instance | ClassValue) else left
    known = vm.is_concrete(other) or isinstance(other, list | dict | set | tuple)
    return _refuse(vm, op, left, right) if known else vm.unknown(f"`{op}` of objects")


def _by_method(vm: Vm, receiver: Value, other: Value, op: str) -> Value:
    """Ask one operand for a comparison; NotImplemented if it does not know the other."""
    name = COMPARE[op][0]
    value = _payload(receiver)
    if isinstance(receiver, Instance):
        if receiver.cls.find(name) is not MISSING:
            method = vm.special(receiver, name, NotImplemented)
            return method if isinstance(method, Unknown) or method is NotImplemented else vm.call(method, [other])
        if op == "!=" and value is receiver and receiver.cls.find("__eq__") is not MISSING:
            method = vm.special(receiver, "__eq__", NotImplemented)
            same = method if method is NotImplemented else vm.call(method, [other])
            return same if same is NotImplemented else inverted(vm, same)
        if receiver.cls.unknown_base is not None and receiver is not other:
            return receiver.cls.unknown_base
        if value is receiver and any(keys.mixes_in(receiver.cls, one) for one in {name, COMPARE["=="][0]}):
            return vm.unknown(f"`{op}` as an abstract class of Python's defines it")
    return _by_python(vm, value, _payload(other), op)


def _by_python(vm: Vm, value: Value, other: Value, op: str) -> Value:
    """Do as Python's own types do when they are asked; NotImplemented for what they do not know."""
    for one in (value, other):
        if isinstance(one, Unknown):
            return vm.derived(one, op, value is one, other if value is one else value)
        if isinstance(one, Instance | ClassValue):
            return NotImplemented
    numbers = isinstance(value, Dim | Ratio) or isinstance(other, Dim | Ratio)
    if numbers or any(isinstance(value, kind) and isinstance(other, kind) for kind in KINDS):
        return compare(vm, op, value, other)
    if vm.is_concrete(value) and vm.is_concrete(other):
        return getattr(value, COMPARE[op][0])(other)
    return NotImplemented


def _is_derived(value: Value, base: Value) -> bool:
    """Whether the class of a value derives from that of another."""
    if not isinstance(value, Instance):
        return False
    if isinstance(base, Instance):
        return value.cls is not base.cls and value.cls.derives_from(base.cls)
    return value.payload is not None and isinstance(value.payload, type(base))


def _payload(value: Value) -> Value:
    """Return the Python value by which an object is compared, if it is by one."""
    if isinstance(value, Instance) and value.payload is not None and not isinstance(value.payload, BaseException):
        return value.payload
    return value


# --- Python's own values --------------------------------------------------------------------------------


def _compare_plain(vm: Vm, op: str, left: Value, right: Value) -> Value:
    for kind in KINDS[:3]:
        if isinstance(left, kind) and isinstance(right, kind):
            return _compare_sequences(vm, op, left, right)
    if vm.is_concrete(left) and vm.is_concrete(right):
        try:
            return COMPARE[op][1](left, right)
        except TypeError as error:
            return absent.python_says(vm, error, left, right)
    if isinstance(left, dict) and isinstance(right, dict) and op in ("==", "!="):
        same = _equal_dicts(vm, left, right)
        return same if op == "==" else inverted(vm, same)
    if isinstance(left, Set) and isinstance(right, Set):
        return _compare_sets(vm, op, left, right)
    if _has_order(left) or _has_order(right):
        return COMPARE[op][1](left, right)
    if op not in ("==", "!="):
        return vm.unknown(f"`{op}` of values that are not known")
    if isinstance(left, BoundMethod) and isinstance(right, BoundMethod):
        return _compare_methods(vm, op, left, right)
    asked = next((one for one in (left, right) if isinstance(one, Opaque) and one.compares), None)
    if asked is not None:
        answer = COMPARE[op][1](asked, right if asked is left else left)
        return vm.derived(answer, op, left, right) if isinstance(answer, Unknown) else answer
    same = identical(vm, left, right)
    if same is True or (same is False and _are_themselves(left, right)):
        return same == (op == "==")
    return vm.unknown("comparison of values that are not known")


def _has_order(value: Value) -> bool:
    """Whether a value is of a class of ours that says how it is compared, such as a version."""
    return type(value).__module__.startswith("convlint.interp") and "__lt__" in vars(type(value))


def _compare_methods(vm: Vm, op: str, left: BoundMethod, right: BoundMethod) -> Value:
    """Methods are equal if they are of one function and one object."""
    if left.receiver is right.receiver and left.func is right.func:
        return op == "=="
    if left.receiver is right.receiver and not (isinstance(left.func, Function) and isinstance(right.func, Function)):
        return vm.unknown("comparison of methods of Python's own types")
    return op == "!="


def _are_themselves(left: Value, right: Value) -> bool:
    """Whether two values that are not one object are certainly different: of kinds that equal themselves alone."""
    kinds = [value for value in (left, right) if isinstance(value, (*keys.ITSELF, type)) or keys.is_bare_form(value)]
    if len(kinds) == 2:
        return True
    other = right if any(left is one for one in kinds) else left
    if isinstance(other, Form) and other.parts:  # a type with parameters, or a union of several
        return bool(kinds)
    return bool(kinds) and isinstance(other, int | float | str | bytes | list | tuple | dict | set | None)


def _compare_sequences(vm: Vm, op: str, left: Any, right: Any) -> Value:
    """Compare item by item, up to the first that differ."""
    conditions: list[Condition] = []
    unknown: Unknown | None = None
    if op in ("==", "!=") and len(left) != len(right):
        return op == "!="
    sizes = len(left), len(right)
    for a, b in zip(left, right, strict=False):
        same = True if a is b else truth_of(vm, compare(vm, "==", a, b))
        if (len(left), len(right)) != sizes:
            return vm.unknown("comparison of sequences that change meanwhile")
        if same is False:
            if op in ("==", "!="):
                return op == "!="
            return compare(vm, op, a, b) if unknown is None and not conditions else vm.unknown("order of sequences")
        if isinstance(same, SymbolicBool):
            conditions.append(same.condition)
        elif same is not True:
            unknown = unknown or same
    if unknown is not None or (conditions and op not in ("==", "!=")):
        return unknown or vm.unknown("order of sequences")
    if conditions:
        joined = all_of(*conditions)
        return SymbolicBool(joined if op == "==" else negation(joined))
    return COMPARE[op][1](len(left), len(right))


def _equal_dicts(vm: Vm, left: dict[Any, Value], right: dict[Any, Value]) -> Value:
    if isinstance(left, collections.Counter) and isinstance(right, collections.Counter):
        return vm.unknown("comparison of counts that are not known")
    pairs: list[tuple[Value, Value]] = []
    if len(left) != len(right):
        return False
    for key, value in left.items():
        found = keys.find(vm, right, key)
        if isinstance(found, Unknown) and found is not key:
            return found
        if found is MISSING:
            return False
        pairs.append((value, right[found]))
    if all(isinstance(one, collections.OrderedDict) for one in (left, right)):
        pairs += zip(left, right, strict=True)
    return _compare_sequences(vm, "==", [a for a, _ in pairs], [b for _, b in pairs])


def _compare_sets(vm: Vm, op: str, left: Set[Any], right: Set[Any]) -> Value:
    if isinstance(left, ItemsView) and isinstance(right, ItemsView) and op in ("==", "!="):
        return compare(vm, op, dict(left._mapping), dict(right._mapping))  # type: ignore[attr-defined]
    if op in (">", ">="):
        return _compare_sets(vm, SWAPPED[op], right, left)
    holders: list[Any] = [one._mapping if isinstance(one, KeysView) else one for one in (left, right)]  # type: ignore[attr-defined]
    cause = vm.taint_of(holders[0]) or vm.taint_of(holders[1])
    if cause is not None or not all(isinstance(one, set | frozenset | dict) for one in holders):
        return cause or vm.unknown("comparison of views of dictionaries")
    size = COMPARE["==" if op == "!=" else op][1](len(left), len(right))
    if not size:
        return op == "!="
    inside = [keys.holds(vm, holders[1], item) for item in holders[0]]
    if False in inside:
        return op == "!="
    unknown = next((one for one in inside if one is not True), None)
    return (op != "!=") if unknown is None else unknown


def truth_of(vm: Vm, value: Value) -> Value:
    """Return the truth of what a comparison gave: True, False, a `SymbolicBool` or an unknown."""
    return value if value is True or value is False else truth(vm, value)
