"""Simple statements, conditions and imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.language import absent, alternatives, exceptions, loops, settling
from convlint.interp.language.checks import failed_check
from convlint.interp.language.compile import names, watching
from convlint.interp.language.compile.unit import Unit, block, expression, longest, statement_of
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.code import Run
from convlint.interp.values.scope import Frame
from convlint.interp.values.signals import PyRaise, Stop
from convlint.interp.values.unknown import Unknown
from convlint.ir import nodes
from convlint.ir.unparse import condition_of

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


@statement_of(nodes.ExprStmt)
def _expr(unit: Unit, node: nodes.ExprStmt) -> Run:
    value, span = watching.evaluated(node.value, "", expression(unit, node.value)), node.span

    def run(vm: Vm, frame: Frame) -> None:
        frame.at = span
        value(vm, frame)

    return run


@statement_of(nodes.Pass, nodes.Global, nodes.Nonlocal)
def _nothing(unit: Unit, node: nodes.Stmt) -> Run:
    return lambda vm, frame: None


@statement_of(nodes.Break)
def _break(unit: Unit, node: nodes.Break) -> Run:
    return lambda vm, frame: Stop.BREAK


@statement_of(nodes.Continue)
def _continue(unit: Unit, node: nodes.Continue) -> Run:
    return lambda vm, frame: Stop.CONTINUE


@statement_of(nodes.Return)
def _return(unit: Unit, node: nodes.Return) -> Run:
    span, ended = node.span, Stop.RETURN
    if node.value is None:

        def run_bare(vm: Vm, frame: Frame) -> Stop:
            frame.returned = None
            return ended

        return run_bare
    value = watching.evaluated(node.value, "return", expression(unit, node.value))

    def run(vm: Vm, frame: Frame) -> Stop:
        frame.at = span
        frame.returned = value(vm, frame)
        return ended

    return run


@statement_of(nodes.Raise)
def _raise(unit: Unit, node: nodes.Raise) -> Run:
    span = node.span
    exc = None if node.exc is None else expression(unit, node.exc)
    cause = None if node.cause is None else expression(unit, node.cause)

    def run(vm: Vm, frame: Frame) -> None:
        frame.at = span
        if exc is None:
            handled = next((one.handling for one in reversed(vm.frames) if one.handling is not None), None)
            raise PyRaise(handled if handled is not None else RuntimeError("No active exception to reraise"))
        value = exc(vm, frame)
        frame.at = span
        if isinstance(value, type | ClassValue) and exceptions.may_be_raised(value):
            value = vm.call(value)
        if cause is not None:
            given = cause(vm, frame)
            if given is not None and not exceptions.may_be_raised(given):
                absent.refused(vm, "exception causes must derive from BaseException")
            given = vm.call(given) if isinstance(given, type | ClassValue) else given
            frame.at = span
        if isinstance(value, type | ClassValue) or not exceptions.may_be_raised(value):
            absent.refused(vm, "exceptions must derive from BaseException")
        raise PyRaise(value, failed_check(vm, value), explicit=True)

    return run


@statement_of(nodes.Assert)
def _assert(unit: Unit, node: nodes.Assert) -> Run:
    """A failing assert ends the path; one whose outcome is open is taken to hold from then on."""
    test, span = expression(unit, node.test), node.span
    msg = None if node.msg is None else expression(unit, node.msg)

    def run(vm: Vm, frame: Frame) -> None:
        frame.at = span
        value = test(vm, frame)
        if (vm.importing and loops.is_open(vm, value)) or vm.holds(value):
            return
        error = AssertionError()
        if msg is not None:
            given = msg(vm, frame)
            message = vm.format(given)
            error = AssertionError(message if isinstance(message, str) else "")
            if not isinstance(given, str):
                vm.taint(error, Unknown("what an exception says", vm.place()))
        frame.at = span
        raise PyRaise(error, failed_check(vm, error, condition_of(node.test) or ""), explicit=True)

    return run


@statement_of(nodes.TypeAlias)
def _type_alias(unit: Unit, node: nodes.TypeAlias) -> Run:
    store = names.store(unit.names, node.name)
    return lambda vm, frame: store(vm, frame, Unknown("a type alias"))


REFUSALS = frozenset({"ValueError", "RuntimeError", "AssertionError", "NotImplementedError"})
"""Exceptions that end the program where no `try` is around: Python itself waits for none of them."""


def _ends_the_program(body: tuple[nodes.Stmt, ...]) -> bool:
    """Whether statements do nothing but raise an exception that ends the program."""
    if len(body) != 1 or not isinstance(body[0], nodes.Raise):
        return False
    kind = body[0].exc.func if isinstance(body[0].exc, nodes.Call) else body[0].exc
    return isinstance(kind, nodes.Name) and kind.id in REFUSALS


@statement_of(nodes.If)
def _if(unit: Unit, node: nodes.If) -> Run:
    """A module is run once for all paths: there, both ways are run if the condition is not known."""
    test, span = expression(unit, node.test), node.span
    body, orelse = longest(unit, lambda: block(unit, node.body), lambda: block(unit, node.orelse))
    goes_on, quiet, ends = settling.goes_on(node), settling.is_quiet(node), _ends_the_program(node.body)

    def run(vm: Vm, frame: Frame) -> Stop | None:
        frame.at = span
        value = test(vm, frame)
        if value is True:
            return body(vm, frame)  # type: ignore[no-any-return]
        if value is False or value is None:
            return orelse(vm, frame)  # type: ignore[no-any-return]
        if ends and isinstance(value, Unknown) and not (vm.guarded or vm.importing):
            return body(vm, frame) if vm.holds(value, False) else orelse(vm, frame)  # type: ignore[no-any-return]
        if vm.importing and loops.is_open(vm, value):
            return alternatives.run(vm, node, frame, body, orelse)
        joined = goes_on if vm.in_rounds else quiet and vm.is_outside
        if joined and loops.is_open(vm, value) and not vm.has_answered(value):
            return settling.branches(vm, node.body + node.orelse, frame, body, orelse)
        return body(vm, frame) if vm.truth(value) else orelse(vm, frame)  # type: ignore[no-any-return]

    return run


# --- imports --------------------------------------------------------------------------------------------


@statement_of(nodes.Import)
def _import(unit: Unit, node: nodes.Import) -> Run:
    span = node.span
    parts = []
    for alias in node.names:
        top = alias.name.partition(".")[0]
        parts.append((alias.name, alias.asname is None, top, names.store(unit.names, alias.asname or top)))

    def run(vm: Vm, frame: Frame) -> None:
        frame.at = span
        for name, binds_top, top, store in parts:
            module = vm.program.import_module(vm, name, frame.module)
            store(vm, frame, vm.program.import_module(vm, top, frame.module) if binds_top else module)

    return run


@statement_of(nodes.ImportFrom)
def _import_from(unit: Unit, node: nodes.ImportFrom) -> Run:
    if node.module == "__future__":
        return lambda vm, frame: None
    span, source, level = node.span, node.module, node.level
    parts = [(alias.name, names.store(unit.names, alias.asname or alias.name)) for alias in node.names]

    def run(vm: Vm, frame: Frame) -> None:
        frame.at = span
        module = vm.program.import_relative(vm, source, level, frame.module)
        for name, store in parts:
            if name == "*":
                vm.program.import_star(vm, module, frame)
            else:
                store(vm, frame, vm.program.import_name(vm, module, name))

    return run
