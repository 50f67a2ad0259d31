"""Builtins that fold an iterable into one value: `any`, `all`, `sum`, `min`, `max`, exact on symbolic sizes."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from convlint.interp.language import absent, operators
from convlint.interp.natives.lifting import items_of, opaque, take
from convlint.interp.natives.registry import native
from convlint.interp.python.builtins.iteration import not_drawn
from convlint.interp.values.numbers import Ratio, SymbolicBool
from convlint.interp.values.unknown import MISSING, Argument, Unknown, Value
from convlint.symbolic import Condition, Dim, all_of, any_of, maximum, minimum

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


@native("builtins.any")
def some(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (iterable,) = take(vm, "any", args, kwargs, "iterable")
    return _quantify(vm, iterable, True)


@native("builtins.all")
def every(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (iterable,) = take(vm, "all", args, kwargs, "iterable")
    return _quantify(vm, iterable, False)


def _quantify(vm: Vm, iterable: Value, decisive: bool) -> Value:
    """Return `decisive` as soon as an item certainly has that truth; conditions that are open are joined."""
    source = vm.iterator(iterable)
    if isinstance(source, Unknown):
        return opaque(vm, "any" if decisive else "all", [source])
    conditions: list[Condition] = []
    unknown: Unknown | None = None
    for item in source:
        vm.step()
        result = operators.truth(vm, item)
        if result is decisive:
            return decisive
        if isinstance(result, SymbolicBool):
            conditions.append(result.condition)
        elif isinstance(result, Unknown):
            unknown = result
    if unknown is not None:
        return unknown
    if conditions:
        return SymbolicBool((any_of if decisive else all_of)(*conditions))
    return not decisive


@native("builtins.sum")
def total(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    iterable, result = take(vm, "sum", args, kwargs, "iterable", start=0)
    source = vm.iterator(iterable)
    if isinstance(source, Unknown):
        return source
    if isinstance(result, str | bytes):
        absent.refused(vm, "sum() can't sum strings [use ''.join(seq) instead]")
    for item in source:
        vm.step()
        result = vm.binary("+", result, item)
    return result


@native("builtins.max")
def largest(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _extreme(vm, "max", args, kwargs)


@native("builtins.min")
def smallest(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _extreme(vm, "min", args, kwargs)


def _extreme(vm: Vm, label: str, args: list[Value], kwargs: dict[str, Value]) -> Value:
    key, default = take(vm, label, [], kwargs, key=None, default=MISSING)
    if not args:
        absent.refused(vm, f"{label} expected at least 1 argument, got 0")
    items = items_of(vm, label, args[0]) if len(args) == 1 else list(args)
    if isinstance(items, Unknown):
        return not_drawn(vm, items, [key])
    if not items:
        if default is MISSING:
            vm.throw(ValueError, f"{label}() iterable argument is empty")
        return default
    vm.step(len(items))
    if key is None:
        found = _of_numbers(vm, label, items)
        if found is not MISSING:
            return found
    keys = items if key is None else [vm.call(key, [item], {}) for item in items]
    best = 0
    for index in range(1, len(items)):
        better = vm.compare(">" if label == "max" else "<", keys[index], keys[best])
        if better is not True and better is not False:
            return opaque(vm, label, keys)
        best = index if better else best
    return items[best]


def _of_numbers(vm: Vm, label: str, items: list[Value]) -> Value:
    """Return the extreme of symbolic numbers, `MISSING` if there are none or other values among them.

    Integers and ratios do not mix: whether the result is an `int` or a `float` would hang on which one wins.
    """
    choose = maximum if label == "max" else minimum
    values = [vm.assumptions.simplify(item) if isinstance(item, Dim) else item for item in items]
    if all(isinstance(value, int | Dim | Argument) for value in values):
        if not any(isinstance(value, int | Dim) for value in values):
            return MISSING
        return choose(*[value.dim if isinstance(value, Argument) else value for value in values])
    if any(isinstance(value, int | Dim) for value in values):
        return MISSING
    parts = [_parts(value) for value in values]
    if any(part is None for part in parts):
        return MISSING
    known = [part for part in parts if part is not None]
    common = math.lcm(*[denominator for _, denominator in known])
    if not any(isinstance(numerator, Dim) for numerator, _ in known) or common > 1 << 32:
        return MISSING
    return operators.make_ratio(choose(*[n * (common // d) for n, d in known]), common)


def _parts(value: Value) -> tuple[int | Dim, int] | None:
    """Return numerator and denominator of a ratio or a float, exactly."""
    if isinstance(value, Ratio):
        return value.numerator, value.denominator
    if isinstance(value, float) and abs(value) < 1e9:
        numerator, denominator = value.as_integer_ratio()
        return (numerator, denominator) if denominator <= 1 << 16 else None
    return None
