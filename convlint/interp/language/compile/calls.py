"""Calls: what is called, its arguments, and the call."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from convlint.interp.language import absent, attributes, class_attributes
from convlint.interp.language.calls import call
from convlint.interp.language.compile.displays import elements, mapping, unpacking
from convlint.interp.language.compile.unit import Unit, expression, expression_of
from convlint.interp.natives import registry
from convlint.interp.values.code import Run
from convlint.interp.values.functions import Native
from convlint.interp.values.scope import Frame
from convlint.interp.values.unknown import Unknown, Value
from convlint.ir import nodes

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

BUILTIN = frozenset({list, dict, set, str})
"""Types whose methods nothing in the program can replace."""


@expression_of(nodes.Call)
def _call(unit: Unit, node: nodes.Call) -> Run:
    span = node.span
    unpacks = any(keyword.arg is None for keyword in node.keywords)
    if unpacks or any(isinstance(arg, nodes.Starred) for arg in node.args):
        return _unpacking(unit, expression(unit, node.func), node)
    args = elements(unit, node.args)
    if isinstance(node.func, nodes.Attribute) and not node.keywords:
        return _method(unit, node.func, args, span)
    if node.keywords:
        return _with_keywords(unit, expression(unit, node.func), args, node)
    func = expression(unit, node.func)

    def run(vm: Vm, frame: Frame) -> Value:
        callee = func(vm, frame)
        given = args(vm, frame)
        frame.at = span
        result = call(vm, callee, given, {})
        frame.at = span
        return result

    return run


def _method(unit: Unit, func: nodes.Attribute, args: Run, span: nodes.Span) -> Run:
    """`value.name(…)`: methods of Python's own containers and texts are called without being bound first."""
    value, name, place, get = expression(unit, func.value), func.attr, func.span, attributes.get
    unit.size += 1

    def run(vm: Vm, frame: Frame) -> Value:
        obj = value(vm, frame)
        frame.at = place
        kind: type = type(obj)
        known = _known_method(kind, name) if kind in BUILTIN else None
        if known is not None:
            given = [obj, *args(vm, frame)]
            callee: Value = known
        else:
            callee = get(vm, obj, name)
            given = args(vm, frame)
        frame.at = span
        result = call(vm, callee, given, {})
        frame.at = span
        return result

    return run


@cache
def _known_method(kind: type, name: str) -> Native | None:
    method = registry.find_method(kind, name)
    return (
        None
        if method is None or name in class_attributes.OF_CLASSES
        else Native(f"{kind.__name__}.{name}", method, True)
    )


def _with_keywords(unit: Unit, func: Run, args: Run, node: nodes.Call) -> Run:
    keywords, span = [(keyword.arg or "", expression(unit, keyword.value)) for keyword in node.keywords], node.span

    def run(vm: Vm, frame: Frame) -> Value:
        callee = func(vm, frame)
        given = args(vm, frame)
        named = {name: value(vm, frame) for name, value in keywords}
        frame.at = span
        result = call(vm, callee, given, named)
        frame.at = span
        return result

    return run


def _unpacking(unit: Unit, func: Run, node: nodes.Call) -> Run:
    """A call with `*` or `**`."""
    args, span = unpacking(unit, node.args), node.span
    keywords = [(keyword.arg, expression(unit, keyword.value)) for keyword in node.keywords]

    def run(vm: Vm, frame: Frame) -> Value:
        callee = func(vm, frame)
        given, cause = args(vm, frame)
        named: dict[str, Value] = {}
        for name, part in keywords:
            value = part(vm, frame)
            if name is not None:
                named[name] = value
                continue
            unpacked = mapping(vm, value)
            if isinstance(unpacked, Unknown):
                cause = unpacked
                continue
            frame.at = span
            cause = _add(vm, named, unpacked) or cause
        frame.at = span
        if cause is not None:
            return _call_with_unknown(vm, callee, cause, given, named)
        result = call(vm, callee, given, named)
        frame.at = span
        return result

    return run


def _add(vm: Vm, named: dict[str, Value], unpacked: dict[Any, Value]) -> Unknown | None:
    """Add the items of a mapping to the named arguments; return the key that is not known, if there is one."""
    for name, value in unpacked.items():
        if isinstance(name, Unknown):
            return name
        if not isinstance(name, str):
            absent.refused(vm, "keywords must be strings")
        if name in named:
            absent.misfit(vm, f"got multiple values for keyword argument '{name}'")
        named[name] = value
    return None


def _call_with_unknown(vm: Vm, callee: Value, cause: Unknown, given: list[Value], named: dict[str, Value]) -> Value:
    """Call something with arguments of which not even the number is known."""
    receiver = getattr(callee, "receiver", None)
    for value in [*given, *named.values(), receiver]:
        vm.havoc(value, cause.reason)
    return vm.unknown(f"a call with unpacked arguments that are not known: {cause.reason}")
