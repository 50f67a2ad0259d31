"""`and` and `or`: what ends them, and what is told without deciding a condition that nobody knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.language.compile.unit import Unit, expression, expression_of
from convlint.interp.language.loops import is_open
from convlint.interp.language.moments import Moment
from convlint.interp.values.code import Run
from convlint.interp.values.scope import Frame
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import Unknown, Value
from convlint.ir import nodes

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


@expression_of(nodes.BoolOp)
def _boolop(unit: Unit, node: nodes.BoolOp) -> Run:
    parts = [expression(unit, value) for value in node.values]
    first, last, ends, op = parts[:-1], parts[-1], node.op == "or", node.op
    quiet = [all(map(_is_quiet, node.values[index + 1 :])) for index in range(len(first))]

    def run(vm: Vm, frame: Frame) -> Value:
        for index, part in enumerate(first):
            value = part(vm, frame)
            if value is True or value is False:
                if value is ends:
                    return value
                continue
            rest = _looked_at(vm, frame, parts[index + 1 :]) if quiet[index] and isinstance(value, Unknown) else []
            if _ends_in(rest, ends):
                return ends
            if vm.importing and is_open(vm, value):
                return vm.unknown("a module-level condition that is not known")
            if rest and all(other is (not ends) for other in rest):
                return value  # unknown, and as true as the whole
            if rest and all(isinstance(other, Unknown) for other in rest):
                return vm.derived(value, op, *rest)  # unknown, whichever of them it is
            if vm.truth(value) is ends:
                return value
        return last(vm, frame)

    return run


def _is_quiet(node: nodes.Expr) -> bool:
    """Whether evaluating an expression changes nothing, unless a property or a comparison of the program's does."""
    if isinstance(node, nodes.Attribute):
        return _is_quiet(node.value)
    if isinstance(node, nodes.Compare):
        return all(map(_is_quiet, (node.left, *node.comparators)))
    if isinstance(node, nodes.UnaryOp):
        return node.op == "not" and _is_quiet(node.operand)
    return isinstance(node, nodes.Name | nodes.Constant)


def _looked_at(vm: Vm, frame: Frame, parts: list[Run]) -> list[Value]:
    """The values of parts that change nothing; nothing if one of them raises, as what stands before it may guard it, or
    if a property or a comparison of the program's did change something: then nobody has looked."""
    with Moment(vm, "a condition that is looked at before it is its turn") as before:
        try:
            found = [part(vm, frame) for part in parts]
        except PyRaise as raised:
            vm.caught(raised)
            found = []
        if before.is_written:
            before.put_back()
            return []
    return found


def _ends_in(rest: list[Value], ends: bool) -> bool:
    """Whether one of several parts says how a condition ends, so that what stands before it need not be decided."""
    first = next((value for value in rest if not isinstance(value, Unknown) and value is not (not ends)), None)
    return first is ends
