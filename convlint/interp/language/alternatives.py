"""Branches that hang on something unknown while modules are imported, which happens once for all paths: both are run.

What both do alike is known afterwards, all else is not. A branch that raises is one that the import did not take; what
a branch returns may be what the function returns, together with what comes after it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec import Struct

from convlint.interp.language import loops
from convlint.interp.language.joining import Journal, State
from convlint.interp.values.functions import Function
from convlint.interp.values.signals import PyRaise, Stop, Undecided
from convlint.interp.values.unknown import Unknown, Value
from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.trace import Concern

if TYPE_CHECKING:
    from convlint.interp.values.code import Code, Run
    from convlint.interp.values.scope import Frame
    from convlint.interp.vm import Vm

REASON = "it depends on a condition that is not known"
MAX_NESTED = 3
"""How many such branches are run one inside of the other: each doubles the work."""

MAX_SELF = 2
MAX_PASSES = 3


class _End(Struct):
    """How a way ended: what it returned if it did, or what it raised."""

    stop: Stop | None = None
    returned: Value = None
    raised: PyRaise | None = None


def run(vm: Vm, node: nodes.If, frame: Frame, body: Run, orelse: Run) -> Stop | None:
    """Run both ways of a branch and make one state of the two. Raises Undecided where only one leaves a loop, or both
    raise: then it is the import that is not understood."""
    if len(vm.journals) >= MAX_NESTED:
        loops.pass_over(vm, node.body + node.orelse, frame)
        return None
    journal = Journal(vm, REASON, frame)
    vm.journals.append(journal)
    try:
        first = _way(vm, frame, body)
        other = journal.turn_back()
        second = _way(vm, frame, orelse)
    finally:
        vm.journals.pop()
        for outer in vm.journals:
            outer.include(journal)
    if second.raised is not None:
        if first.raised is not None:
            raise Undecided(REASON)
        journal.turn_to(other)
        return _ended(frame, first)
    if first.raised is not None:
        return _ended(frame, second)
    return _both(vm, frame, journal, first, second, other)


def loop(vm: Vm, node: nodes.For, frame: Frame, source: Unknown, once: Callable[[Value], Stop | None]) -> Stop | None:
    """Run a loop over something unknown: never or any number of times, until a round changes nothing any more."""
    reason = f"a loop over something unknown: {source.reason}"
    vm.unknown(reason)
    for _ in range(MAX_PASSES if len(vm.journals) < MAX_NESTED else 0):
        journal = Journal(vm, reason, frame)
        vm.journals.append(journal)
        try:
            end = _way(vm, frame, lambda vm, frame: once(Unknown(source.reason, source.place)))
        except Undecided:
            break
        finally:
            vm.journals.pop()
            for outer in vm.journals:
                outer.include(journal)
        if end.raised is not None:
            journal.turn_back()
            return None
        if end.stop is Stop.RETURN:
            may_return(vm, frame, end.returned)
        if not journal.join():
            frame.returned = None
            return None
    return loops.skip(vm, node, frame, reason)


def _way(vm: Vm, frame: Frame, way: Run) -> _End:
    frame.returned = None
    try:
        stop = way(vm, frame)
    except PyRaise as raised:
        return _End(raised=raised)
    return _End(stop, frame.returned)


def _ended(frame: Frame, end: _End) -> Stop | None:
    frame.returned = end.returned
    return end.stop


def _both(vm: Vm, frame: Frame, journal: Journal, first: _End, second: _End, other: State) -> Stop | None:
    if first.stop is second.stop:
        journal.join(other)
        frame.returned = journal.joined(first.returned, second.returned) if first.stop is Stop.RETURN else None
        return first.stop
    if Stop.RETURN not in (first.stop, second.stop):
        raise Undecided(REASON)
    returning, going = (first, second) if first.stop is Stop.RETURN else (second, first)
    may_return(vm, frame, returning.returned)
    journal.join(other, names=None if going is second else other)
    return _ended(frame, going)


def may_return(vm: Vm, frame: Frame, value: Value) -> None:
    """Note what a function may have returned before it comes to its end."""
    vm.opened.setdefault(id(frame), []).append(value)


def returned(vm: Vm, frame: Frame, value: Value) -> Value:
    """Return what a function returns that may have returned before: what is the same in all cases is known."""
    journal = Journal(vm, REASON, frame)
    for before in vm.opened.pop(id(frame)):
        value = journal.joined(before, value)
    return value


ANSWERING = frozenset({"__getattr__", "__getattribute__", "__getitem__", "__missing__", "__next__", "__get__"})
"""Methods whose exceptions are answers."""


def is_disbelieved(vm: Vm, frame: Frame) -> bool:
    """Whether an exception would end the import of an installed package, which does not fail where it is installed.

    What says by an exception that there is no such attribute, item or value is believed: who asks may be ready for it.
    """
    if frame.function is not None and getattr(frame.function.node, "name", "") in ANSWERING:
        return False
    if not vm.importing or vm.guarded or vm.journals or vm.import_guards or vm.program.guarded:
        return False
    return vm.program.is_packaged(frame.module)


def pass_over(vm: Vm, stmt: nodes.Stmt, frame: Frame, cause: Undecided | PyRaise) -> None:
    """Go on after a statement of a function that is not followed: what it may have changed is forgotten."""
    reason = cause.reason if isinstance(cause, Undecided) else "an import does not fail where a package is installed"
    vm.unknown(reason, Concern.NOTHING)
    loops.forget(vm, stmt, frame, reason)
    if any(isinstance(inner, nodes.Return) for inner in walk((stmt,))):
        may_return(vm, frame, Unknown(reason, vm.place()))


def recurs(vm: Vm, code: Code) -> bool:
    """Whether a function runs twice already: in a branch that may not be taken, nothing tells where it ends."""
    return sum(frame.function is not None and frame.function.code is code for frame in vm.frames) >= MAX_SELF


def not_followed(vm: Vm, func: Function, given: list[Value], undecided: Undecided) -> Unknown:
    """Return what a call gives that hangs on something unknown in a way that is not followed."""
    vm.may_call(func, undecided.reason)
    for value in given:
        vm.havoc(value, undecided.reason)
    return vm.unknown(f"`{func.name}` is not followed: {undecided.reason}", Concern.NOTHING)
