"""Assignment: to names, attributes, items and sequences of these. Every store of the program goes through here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from convlint.interp.language import assignment, operators, subscripts
from convlint.interp.language.compile import names, watching
from convlint.interp.language.compile.names import Store
from convlint.interp.language.compile.unit import Unit, expression, statement_of
from convlint.interp.language.iteration import unpack
from convlint.interp.values.code import Run
from convlint.interp.values.scope import Frame
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import Unknown, Value, part_of
from convlint.ir import nodes
from convlint.ir.unparse import text_of

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

Put = Callable[["Vm", Frame, Value, Value, Value], None]
"""Stores a value, the last argument, into a place that is known by an object and a key."""


def target(unit: Unit, node: nodes.Expr) -> Store:
    """Compile the binding of a value to a name, attribute, item or sequence of targets."""
    unit.size += 1
    if isinstance(node, nodes.Name):
        return watching.stored(node, names.store(unit.names, node.id))
    if isinstance(node, nodes.Attribute):
        return watching.stored(node, _attribute(unit, node))
    if isinstance(node, nodes.Subscript):
        return watching.stored(node, _item(unit, node))
    if isinstance(node, nodes.Tuple | nodes.List):
        return _sequence(unit, node.elts)
    assert isinstance(node, nodes.Starred)
    return target(unit, node.value)


def _attribute(unit: Unit, node: nodes.Attribute) -> Store:
    holder, name, span = expression(unit, node.value), node.attr, node.span

    def run(vm: Vm, frame: Frame, value: Value) -> None:
        obj = holder(vm, frame)
        frame.at = span
        vm.setattr(obj, name, value)

    return run


def _item(unit: Unit, node: nodes.Subscript) -> Store:
    holder, index, span = expression(unit, node.value), expression(unit, node.slice), node.span

    def run(vm: Vm, frame: Frame, value: Value) -> None:
        obj = holder(vm, frame)
        key = index(vm, frame)
        frame.at = span
        vm.setitem(obj, key, value)

    return run


def _sequence(unit: Unit, elts: tuple[nodes.Expr, ...]) -> Store:
    parts, targets = unpacking(elts), [target(unit, elt) for elt in elts]

    def run(vm: Vm, frame: Frame, value: Value) -> None:
        for store, item in zip(targets, parts(vm, value), strict=True):
            store(vm, frame, item)

    return run


def unpacking(elts: tuple[nodes.Expr, ...]) -> Callable[[Vm, Value], Sequence[Value]]:
    """Compile the unpacking of a value to one for each target, of which one may have a star."""
    stars = [index for index, elt in enumerate(elts) if isinstance(elt, nodes.Starred)]
    count = len(elts)
    if not stars:
        return lambda vm, value: value if type(value) is tuple and len(value) == count else unpack(vm, value, count)
    before, after = stars[0], count - stars[0] - 1

    def run(vm: Vm, value: Value) -> list[Value]:
        items = vm.list_of(value)
        if isinstance(items, Unknown):
            return [part_of(items) for _ in elts]
        if len(items) < before + after:
            vm.throw(ValueError, f"not enough values to unpack (expected at least {before + after}, got {len(items)})")
        end = len(items) - after
        return [*items[:before], items[before:end], *items[end:]]

    return run


@statement_of(nodes.Assign)
def _assign(unit: Unit, node: nodes.Assign) -> Run:
    value, span = expression(unit, node.value), node.span
    targets = [target(unit, item) for item in node.targets]
    if len(targets) > 1:

        def run_each(vm: Vm, frame: Frame) -> None:
            frame.at = span
            result = value(vm, frame)
            for store in targets:
                store(vm, frame, result)

        return run_each
    (only,), first = targets, node.targets[0]
    if isinstance(first, nodes.Name) and unit.names.holds(first.id) and not watching.is_watched(first):
        name = first.id

        def run_name(vm: Vm, frame: Frame) -> None:
            frame.at = span
            frame.names[name] = value(vm, frame)

        return run_name

    def run(vm: Vm, frame: Frame) -> None:
        frame.at = span
        only(vm, frame, value(vm, frame))

    return run


@statement_of(nodes.AnnAssign)
def _annassign(unit: Unit, node: nodes.AnnAssign) -> Run:
    """An annotation is kept in the class whose body it stands in; elsewhere it is not evaluated."""
    span, name = node.span, node.target.id if isinstance(node.target, nodes.Name) else ""
    annotation = expression(unit, node.annotation) if unit.names.kind == "class" and name else None
    value = None if node.value is None else expression(unit, node.value)
    store = None if node.value is None else target(unit, node.target)

    def run(vm: Vm, frame: Frame) -> None:
        frame.at = span
        if annotation is not None and frame.owner is not None and not frame.module.keeps_texts:
            frame.owner.annotations[name] = _annotation(vm, frame, annotation)
        elif annotation is not None and frame.owner is not None:
            text = text_of(node.annotation)
            frame.owner.annotations[name] = Unknown("the text of an annotation") if text is None else text
        if value is not None and store is not None:
            store(vm, frame, value(vm, frame))

    return run


def _annotation(vm: Vm, frame: Frame, annotation: Run) -> Value:
    try:
        return annotation(vm, frame)
    except PyRaise:  # newer versions of Python evaluate it when it is asked for
        return Unknown("an annotation that cannot be evaluated")


# --- in place -------------------------------------------------------------------------------------------


@statement_of(nodes.AugAssign)
def _augassign(unit: Unit, node: nodes.AugAssign) -> Run:
    read, put = place(unit, node.target)
    put = watching.put(node.target, put)
    value, op, span, binary = expression(unit, node.value), node.op, node.span, operators.binary
    function, quick = operators.BINARY[op][3], op in ("+", "-")

    def run(vm: Vm, frame: Frame) -> None:
        frame.at = span
        obj, key, left = read(vm, frame)
        right = value(vm, frame)
        frame.at = span
        if quick and type(left) is int and type(right) is int:
            put(vm, frame, obj, key, function(left, right))
        else:
            put(vm, frame, obj, key, binary(vm, op, left, right, in_place=True))

    return run


def place(unit: Unit, node: nodes.Expr) -> tuple[Run, Put]:
    """Compile what `target op= value` reads, with the object and the key that it is kept under, and its store."""
    unit.size += 1
    if isinstance(node, nodes.Name):
        return _place_of_name(unit, node)
    if isinstance(node, nodes.Attribute):
        holder, name = expression(unit, node.value), node.attr

        def read_attribute(vm: Vm, frame: Frame) -> Any:
            obj = holder(vm, frame)
            return obj, name, vm.getattr(obj, name)

        return read_attribute, lambda vm, frame, obj, key, value: vm.setattr(obj, key, value)
    assert isinstance(node, nodes.Subscript)
    container, index = expression(unit, node.value), expression(unit, node.slice)

    def read_item(vm: Vm, frame: Frame) -> Any:
        obj = container(vm, frame)
        key = index(vm, frame)
        return obj, key, vm.getitem(obj, key)

    return read_item, lambda vm, frame, obj, key, value: vm.setitem(obj, key, value)


def _place_of_name(unit: Unit, node: nodes.Name) -> tuple[Run, Put]:
    load, store = names.load(unit.names, node.id, node.span), names.store(unit.names, node.id)
    return (
        lambda vm, frame: (None, None, load(vm, frame)),
        lambda vm, frame, obj, key, value: store(vm, frame, value),
    )


# --- deleting -------------------------------------------------------------------------------------------


@statement_of(nodes.Delete)
def _delete(unit: Unit, node: nodes.Delete) -> Run:
    deletions, span = [_deletion(unit, item) for item in node.targets], node.span

    def run(vm: Vm, frame: Frame) -> None:
        frame.at = span
        for deletion in deletions:
            deletion(vm, frame)

    return run


def _deletion(unit: Unit, node: nodes.Expr) -> Run:
    if isinstance(node, nodes.Name):
        return names.delete(unit.names, node.id, node.span)
    if isinstance(node, nodes.Attribute):
        holder, name = expression(unit, node.value), node.attr
        return lambda vm, frame: assignment.delete(vm, holder(vm, frame), name)
    if isinstance(node, nodes.Subscript):
        container, index = expression(unit, node.value), expression(unit, node.slice)
        return lambda vm, frame: subscripts.delete(vm, container(vm, frame), index(vm, frame))
    assert isinstance(node, nodes.Tuple | nodes.List)
    parts = [_deletion(unit, elt) for elt in node.elts]

    def run(vm: Vm, frame: Frame) -> None:
        for part in parts:
            part(vm, frame)

    return run
