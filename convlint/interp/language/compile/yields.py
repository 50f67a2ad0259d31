"""Expressions in which something yields, and the simple statements around them.

Such an expression is taken apart: what is evaluated up to the last `yield` in it is held in the frame, and the rest
reads it there.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from convlint.interp.language import absent, comparisons, operators
from convlint.interp.language.compile.assignments import place, target, unpacking
from convlint.interp.language.compile.pausing import Steps, either
from convlint.interp.language.compile.unit import (
    Unit,
    expression,
    expression_of,
    longest,
    pauses,
    pausing_of,
    statement,
)
from convlint.interp.values.code import Pausing, Run
from convlint.interp.values.scope import Frame
from convlint.interp.values.unknown import Unknown, Value
from convlint.ir import nodes

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

FIELDS: dict[type, tuple[str, ...]] = {
    nodes.Attribute: ("value",),
    nodes.Subscript: ("value", "slice"),
    nodes.Slice: ("lower", "upper", "step"),
    nodes.Starred: ("value",),
    nodes.Keyword: ("value",),
    nodes.Call: ("func", "args", "keywords"),
    nodes.BinOp: ("left", "right"),
    nodes.UnaryOp: ("operand",),
    nodes.Compare: ("left", "comparators"),
    nodes.Tuple: ("elts",),
    nodes.List: ("elts",),
    nodes.Set: ("elts",),
    nodes.JoinedStr: ("values",),
    nodes.FormattedValue: ("value", "format_spec"),
    nodes.NamedExpr: ("value",),
    nodes.Await: ("value",),
    nodes.ListComp: ("generators",),
    nodes.SetComp: ("generators",),
    nodes.DictComp: ("generators",),
    nodes.GeneratorExp: ("generators",),
    nodes.Comprehension: ("iter",),
    nodes.Lambda: ("params",),
    nodes.Parameters: ("posonly", "args", "kwonly"),
    nodes.Parameter: ("default",),
    nodes.FunctionDef: ("decorators", "params"),
    nodes.ClassDef: ("decorators", "bases", "keywords"),
    nodes.ExprStmt: ("value",),
    nodes.Return: ("value",),
    nodes.Raise: ("exc", "cause"),
    nodes.Assert: ("test",),
}
"""What of a node is evaluated, in this order."""

OPENED = (nodes.Keyword, nodes.Comprehension, nodes.Parameters, nodes.Parameter)
"""What is no expression by itself: what is in it is held."""


class Held(nodes.Node, frozen=True):
    """An expression that has been evaluated before, and is held in the frame under this index."""

    index: int


@expression_of(Held)
def _held(unit: Unit, node: Held) -> Run:
    index = node.index
    return lambda vm, frame: frame.held[index]  # type: ignore[index]


class _Parts:
    """What is evaluated before the rest of an expression: all up to its last part that yields, or `every` part."""

    def __init__(self, unit: Unit, node: Any, *, every: bool = False) -> None:
        self.unit = unit
        self.steps: list[tuple[int, bool, Any]] = []
        self._every = every
        self._left = sum(1 for _, part in _parts(node) if pauses(part))
        self.rest: Any = self._without(node)

    def _without(self, node: Any) -> Any:
        changed: dict[str, Any] = {}
        for field, part in _parts(node):
            kept = self._replaced(part) if self._left or self._every else part
            if isinstance(getattr(node, field), tuple):
                changed.setdefault(field, []).append(kept)
            else:
                changed[field] = kept
        fields = {field: tuple(value) if isinstance(value, list) else value for field, value in changed.items()}
        return msgspec.structs.replace(node, **fields)

    def _replaced(self, part: Any) -> Any:
        self._left -= pauses(part)
        if isinstance(part, nodes.Constant) or part is None:
            return part
        if isinstance(part, nodes.Starred):
            return nodes.Starred(part.span, self._hold(part))
        if not isinstance(part, OPENED):
            return self._hold(part)
        inner = _Parts(self.unit, part, every=True)
        self.steps += inner.steps
        return inner.rest

    def _hold(self, part: nodes.Expr) -> Any:
        index, self.unit.held = self.unit.held, self.unit.held + 1
        waits, run = either(self.unit, part.value if isinstance(part, nodes.Starred) else part)
        self.steps.append((index, waits, run))
        if isinstance(part, nodes.Starred):  # it is unpacked before what comes after it
            self.steps.append((index, False, lambda vm, frame: vm.list_of(frame.held[index])))
        return Held(part.span, index)

    def evaluate(self, vm: Vm, frame: Frame) -> Steps:
        if frame.held is None:
            frame.held = {}
        for index, waits, part in self.steps:
            frame.held[index] = (yield from part(vm, frame)) if waits else part(vm, frame)


def _parts(node: Any) -> list[tuple[str, Any]]:
    if isinstance(node, nodes.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return [part for key, value in pairs for part in (("keys", key), ("values", value))]
    found: list[tuple[str, Any]] = []
    for field in FIELDS.get(type(node), ()):
        value = getattr(node, field)
        found += [(field, part) for part in value] if isinstance(value, tuple) else [(field, value)]
    return found


@pausing_of(nodes.Node)
def _taken_apart(unit: Unit, node: Any) -> Pausing:
    """Any statement or expression that evaluates its parts one after the other."""
    parts, span = _Parts(unit, node), node.span
    if isinstance(node, nodes.Stmt):
        rest, is_statement = statement(unit, parts.rest), True
    else:
        rest, is_statement = expression(unit, parts.rest), False

    def run(vm: Vm, frame: Frame) -> Steps:
        if is_statement:
            frame.at = span
        yield from parts.evaluate(vm, frame)
        return rest(vm, frame)

    return run


# --- assignment -----------------------------------------------------------------------------------------


@pausing_of(nodes.Assign)
def _assign(unit: Unit, node: nodes.Assign) -> Pausing:
    return _store(unit, node.span, node.value, node.targets)


@pausing_of(nodes.AnnAssign)
def _annassign(unit: Unit, node: nodes.AnnAssign) -> Pausing:
    return _store(unit, node.span, node.value, (node.target,) if node.value is not None else ())


def _store(unit: Unit, span: nodes.Span, node: nodes.Expr | None, targets: tuple[nodes.Expr, ...]) -> Pausing:
    waits, value = (False, None) if node is None else either(unit, node)
    stores = [_pausing_target(unit, item) for item in targets]

    def run(vm: Vm, frame: Frame) -> Steps:
        frame.at = span
        if value is not None:
            result = (yield from value(vm, frame)) if waits else value(vm, frame)
            for store in stores:
                yield from store(vm, frame, result)

    return run


def _pausing_target(unit: Unit, node: nodes.Expr) -> Callable[[Vm, Frame, Value], Steps]:
    """Compile the binding of a value, something in whose target may yield."""
    if isinstance(node, nodes.Tuple | nodes.List):
        parts, targets = unpacking(node.elts), [_pausing_target(unit, elt) for elt in node.elts]

        def run_each(vm: Vm, frame: Frame, value: Value) -> Steps:
            for store, item in zip(targets, parts(vm, value), strict=True):
                yield from store(vm, frame, item)

        return run_each
    if isinstance(node, nodes.Starred):
        return _pausing_target(unit, node.value)
    before = _Parts(unit, node)
    store = target(unit, before.rest)

    def run(vm: Vm, frame: Frame, value: Value) -> Steps:
        yield from before.evaluate(vm, frame)
        store(vm, frame, value)

    return run


@pausing_of(nodes.AugAssign)
def _augassign(unit: Unit, node: nodes.AugAssign) -> Pausing:
    parts = _Parts(unit, node.target)
    (read, put), (waits, value) = place(unit, parts.rest), either(unit, node.value)
    op, span = node.op, node.span

    def run(vm: Vm, frame: Frame) -> Steps:
        frame.at = span
        yield from parts.evaluate(vm, frame)
        obj, key, left = read(vm, frame)
        right = (yield from value(vm, frame)) if waits else value(vm, frame)
        frame.at = span
        put(vm, frame, obj, key, operators.binary(vm, op, left, right, in_place=True))

    return run


@pausing_of(nodes.Delete)
def _delete(unit: Unit, node: nodes.Delete) -> Pausing:
    waiting, places = list(node.targets), []
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, nodes.Tuple | nodes.List):
            waiting[:0] = item.elts
        else:
            parts = _Parts(unit, item)
            places.append((parts, statement(unit, nodes.Delete(node.span, (parts.rest,)))))

    def run(vm: Vm, frame: Frame) -> Steps:
        for parts, delete in places:
            yield from parts.evaluate(vm, frame)
            delete(vm, frame)

    return run


# --- what evaluates only some of its parts --------------------------------------------------------------


@pausing_of(nodes.BoolOp)
def _boolop(unit: Unit, node: nodes.BoolOp) -> Pausing:
    parts, ends = [either(unit, value) for value in node.values], node.op == "or"
    last = len(parts) - 1

    def run(vm: Vm, frame: Frame) -> Steps:
        value: Value = None
        for index, (waits, part) in enumerate(parts):
            value = (yield from part(vm, frame)) if waits else part(vm, frame)
            if index < last and vm.truth(value) is ends:
                return value
        return value

    return run


@pausing_of(nodes.IfExp)
def _ifexp(unit: Unit, node: nodes.IfExp) -> Pausing:
    waits, test = either(unit, node.test)
    body, orelse = longest(unit, lambda: either(unit, node.body), lambda: either(unit, node.orelse))

    def run(vm: Vm, frame: Frame) -> Steps:
        value = (yield from test(vm, frame)) if waits else test(vm, frame)
        chosen_waits, chosen = body if vm.truth(value) else orelse
        return (yield from chosen(vm, frame)) if chosen_waits else chosen(vm, frame)

    return run


@pausing_of(nodes.Compare)
def _compare(unit: Unit, node: nodes.Compare) -> Pausing:
    parts = [either(unit, part) for part in (node.left, *node.comparators)]
    ops, span, last = node.ops, node.span, len(node.ops) - 1

    def run(vm: Vm, frame: Frame) -> Steps:
        waits, part = parts[0]
        first = (yield from part(vm, frame)) if waits else part(vm, frame)
        result: Value = True
        for index, (op, (waits, part)) in enumerate(zip(ops, parts[1:], strict=True)):
            second = (yield from part(vm, frame)) if waits else part(vm, frame)
            frame.at = span
            result = comparisons.compare(vm, op, first, second)
            if index < last and not vm.truth(result):
                return result
            first = second
        return result

    return run


# --- yield itself ---------------------------------------------------------------------------------------


@pausing_of(nodes.Yield)
def _yield(unit: Unit, node: nodes.Yield) -> Pausing:
    waits, value = (False, None) if node.value is None else either(unit, node.value)

    def run(vm: Vm, frame: Frame) -> Steps:
        if value is None:
            return (yield None)
        return (yield ((yield from value(vm, frame)) if waits else value(vm, frame)))

    return run


@pausing_of(nodes.YieldFrom)
def _yield_from(unit: Unit, node: nodes.YieldFrom) -> Pausing:
    waits, value = either(unit, node.value)

    def run(vm: Vm, frame: Frame) -> Steps:
        drawn = (yield from value(vm, frame)) if waits else value(vm, frame)
        source = vm.iterator(drawn)
        if isinstance(source, Unknown):
            return vm.unknown("`yield from` an unknown iterable")
        if isinstance(source, types.GeneratorType):
            outer, frame.last_words = frame.last_words, (*frame.last_words, drawn)
            try:
                return (yield from source)
            finally:
                frame.last_words = outer
        for item in source:
            sent = yield item
            if sent is not None:
                absent.no_attribute(vm, str(absent.attribute_error(source, "send")))
        return None

    return run
