"""Tuples, lists, sets and dictionaries, with `*` and `**` in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from convlint.interp.language import absent, algebra, operators
from convlint.interp.language.compile.expressions import folded
from convlint.interp.language.compile.unit import Unit, expression, expression_of
from convlint.interp.values.code import Run
from convlint.interp.values.scope import Frame
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.ir import nodes

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def elements(unit: Unit, elts: tuple[nodes.Expr, ...]) -> Run:
    """Compile the elements of a display to a list of their values, or the unknown that one was with `*`."""
    if any(isinstance(elt, nodes.Starred) for elt in elts):
        return _starred(unit, elts)
    parts = [expression(unit, elt) for elt in elts]
    if not parts:
        return lambda vm, frame: []
    if len(parts) == 1:
        (only,) = parts
        return lambda vm, frame: [only(vm, frame)]
    if len(parts) == 2:
        first, second = parts
        return lambda vm, frame: [first(vm, frame), second(vm, frame)]
    if len(parts) == 3:
        one, two, three = parts
        return lambda vm, frame: [one(vm, frame), two(vm, frame), three(vm, frame)]
    return lambda vm, frame: [part(vm, frame) for part in parts]


def _starred(unit: Unit, elts: tuple[nodes.Expr, ...]) -> Run:
    parts = unpacking(unit, elts)

    def run(vm: Vm, frame: Frame) -> list[Value] | Unknown:
        items, cause = parts(vm, frame)
        return items if cause is None else cause

    return run


def unpacking(unit: Unit, elts: tuple[nodes.Expr, ...]) -> Callable[[Vm, Frame], tuple[list[Value], Unknown | None]]:
    """Compile values with `*` among them to those that are known, and the unknown that one with `*` was, if any."""
    parts = [(isinstance(elt, nodes.Starred), expression(unit, elt)) for elt in elts]

    def run(vm: Vm, frame: Frame) -> tuple[list[Value], Unknown | None]:
        items: list[Value] = []
        cause: Unknown | None = None
        for starred, part in parts:
            value = part(vm, frame)
            if not starred:
                items.append(value)
                continue
            unpacked = vm.list_of(value)
            if isinstance(unpacked, Unknown):
                cause = unpacked
            else:
                items.extend(unpacked)
        return items, cause

    return run


@expression_of(nodes.List)
def _list(unit: Unit, node: nodes.List) -> Run:
    return elements(unit, node.elts)


@expression_of(nodes.Tuple)
def _tuple(unit: Unit, node: nodes.Tuple) -> Run:
    value = folded(node)
    if value is not MISSING:
        return lambda vm, frame: value
    parts = elements(unit, node.elts)

    def run(vm: Vm, frame: Frame) -> Value:
        items = parts(vm, frame)
        return tuple(items) if type(items) is list else items

    return run


@expression_of(nodes.Set)
def _set(unit: Unit, node: nodes.Set) -> Run:
    parts = elements(unit, node.elts)

    def run(vm: Vm, frame: Frame) -> Value:
        items = parts(vm, frame)
        return items if isinstance(items, Unknown) else vm.call(set, [items])

    return run


@expression_of(nodes.Dict)
def _dict(unit: Unit, node: nodes.Dict) -> Run:
    pairs = [
        (None if key is None else expression(unit, key), expression(unit, value))
        for key, value in zip(node.keys, node.values, strict=True)
    ]
    if all(isinstance(key, nodes.Constant) for key in node.keys):
        return _with_constant_keys(pairs)

    def run(vm: Vm, frame: Frame) -> dict[Any, Value]:
        result: dict[Any, Value] = {}
        for key, value in pairs:
            if key is not None:
                key_value = key(vm, frame)
                vm.setitem(result, key_value, value(vm, frame))
                continue
            unpacked = mapping(vm, value(vm, frame))
            if isinstance(unpacked, Unknown):
                vm.havoc(result, unpacked.reason)
            else:
                algebra.merge(vm, result, unpacked)
        return result

    return run


def _with_constant_keys(pairs: list[Any]) -> Run:
    def run(vm: Vm, frame: Frame) -> dict[Any, Value]:
        result: dict[Any, Value] = {}
        for key, value in pairs:
            result[key(vm, frame)] = value(vm, frame)
        return result

    return run


def mapping(vm: Vm, value: Value) -> dict[str, Value] | Unknown:
    """Return what `**value` stands for."""
    value = operators.instance_payload(value)
    cause = vm.taint_of(value)
    if cause is not None:
        return cause
    if isinstance(value, dict | Unknown):
        return value
    keys = vm.getattr(value, "keys", MISSING)
    if keys is MISSING:
        return absent.lacks(vm, value, "argument after ** must be a mapping")
    names = vm.list_of(vm.call(keys))
    return names if isinstance(names, Unknown) else {name: vm.getitem(value, name) for name in names}
