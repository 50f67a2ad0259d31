"""Loops and branches that hang on something unknown: they are not run, and what they may change is forgotten."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.language import operators
from convlint.interp.values.scope import Frame
from convlint.interp.values.signals import Stop
from convlint.interp.values.unknown import Unknown, Value
from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.symbolic import Verdict

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAX_ROUNDS = 20_000


def is_open(vm: Vm, test: Value) -> bool:
    """Whether the truth of a condition is not known on this path."""
    result = operators.truth(vm, test)
    if isinstance(result, Unknown):
        return True
    if isinstance(result, bool):
        return False
    return vm.assumptions.decide(result.condition) is Verdict.OPEN


def skip(vm: Vm, node: nodes.For | nodes.While, frame: Frame, reason: str) -> Stop | None:
    """Pass over a loop that may run any number of times; it may also have returned from within."""
    vm.unknown(reason)
    body = node.body + node.orelse
    forget(vm, body, frame, reason)
    if isinstance(node, nodes.For):
        _forget_target(node.target, frame, reason)
    if any(isinstance(inner, nodes.Return) for inner in walk(body)) and not vm.decide(f"whether a loop ends: {reason}"):
        return Stop("return", Unknown(reason, vm.place()))
    return None


def forget(vm: Vm, body: tuple[nodes.Stmt, ...], frame: Frame, reason: str) -> None:
    """Make unknown every name that statements may bind and every object that they may change."""
    place = vm.place()
    for inner in walk(body):
        if isinstance(inner, nodes.FunctionDef | nodes.ClassDef):
            _store(inner.name, frame, Unknown(reason, place))
        elif isinstance(inner, nodes.Import | nodes.ImportFrom):
            for alias in inner.names:
                _store((alias.asname or alias.name).partition(".")[0], frame, Unknown(reason, place))
        elif isinstance(inner, nodes.Assign):
            for target in inner.targets:
                _forget_target(target, frame, reason)
        elif isinstance(inner, nodes.AugAssign | nodes.AnnAssign | nodes.For | nodes.NamedExpr):
            _forget_target(inner.target, frame, reason)
        elif isinstance(inner, nodes.WithItem) and inner.optional_vars is not None:
            _forget_target(inner.optional_vars, frame, reason)
        elif isinstance(inner, nodes.Name):
            value = _peek(inner.id, frame)
            vm.havoc(value, reason)
            receiver = getattr(value, "receiver", None)
            if receiver is not None:
                vm.havoc(receiver, reason)


def _forget_target(target: nodes.Expr, frame: Frame, reason: str) -> None:
    for inner in walk((target,)):
        if isinstance(inner, nodes.Name):
            _store(inner.id, frame, Unknown(reason))
            if inner is not target and not isinstance(target, nodes.Tuple | nodes.List | nodes.Starred):
                return


def _store(name: str, frame: Frame, value: Value) -> None:
    frame.scope.redirected.get(name, frame.scope).names[name] = value


def _peek(name: str, frame: Frame) -> Value:
    scope = frame.scope
    while scope is not None:
        if name in scope.names:
            return scope.names[name]
        if scope.parent is None:
            return None
        scope = scope.parent
    return None
