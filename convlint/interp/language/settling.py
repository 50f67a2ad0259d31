"""Loops that are not run item by item: the first round as it is, then rounds that stand for all others.

A round that stands for others starts from what is true before each of them. It is run until it changes nothing of that
any more; branches that may be taken in some rounds are run, and what they change is known as far as both ways agree.
"""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from convlint.interp.language.forgetting import forget
from convlint.interp.language.joining import Moment
from convlint.interp.values.rounds import EXACT, Rounds
from convlint.interp.values.signals import PyRaise, Stop, Unlisted
from convlint.interp.values.unknown import MISSING, Unknown, Value, part_of
from convlint.ir import nodes
from convlint.ir.walking import walk

if TYPE_CHECKING:
    from convlint.interp.values.code import Run
    from convlint.interp.values.scope import Frame
    from convlint.interp.vm import Vm

LEAVING = (nodes.Return, nodes.Yield, nodes.YieldFrom)
QUIET = frozenset(
    """add_figure add_histogram add_image add_images add_scalar add_scalars add_text barrier clip_grad_norm_ close cuda
    debug empty_cache error exception finish flush imsave imshow info load_state_dict log log_dict log_metrics makedirs
    manual_seed manual_seed_all mkdir plot print save save_image savefig seed set_description set_device set_postfix
    show step to warn warning write zero_grad""".split()  # noqa: SIM905
)
"""Functions and methods whose effect, if any, is nothing to models: whether a branch of them is taken needs no fork."""
ATOMS = (int, float, str, bytes, type(None))
MAX_PASSES = 4
Once = Callable[[Value], Stop | None]
"""Runs the body of a loop on one item."""


def run(vm: Vm, node: nodes.For, frame: Frame, source: Rounds, once: Once) -> Stop | None:
    """Run a loop over items that are alike; return how it ended, None for a loop that came to its end."""
    items = list_of_first(source)
    few, reason = source.is_run_exactly, f"a loop over a {source.name}"
    before = Moment(vm, reason) if source.count is None else None
    for item in items if few else items[:1]:
        stop = once(item)
        if stop is not None and stop is not Stop.CONTINUE:
            return _may_be_empty(vm, node, frame, before, stop, reason)
    if few:
        return None
    stop = settle(vm, node, frame, source.another, once, reason)
    if stop is None and len(items) > 1:
        stop = _last(vm, node, frame, items[-1], once)
    return _may_be_empty(vm, node, frame, before, stop, reason)


def _may_be_empty(
    vm: Vm, node: nodes.For, frame: Frame, before: Moment | None, stop: Stop | None, reason: str
) -> Stop | None:
    """Take into account that a loop of which nobody knows how many rounds it has may have none."""
    if before is None:
        return stop
    before.join()
    if not before.is_whole:
        forget(vm, node, frame, reason)
    leaves = stop is Stop.RETURN or (stop is Stop.BREAK and node.orelse)
    return None if leaves and vm.decide(f"whether a loop has no round: {reason}") else stop


def list_of_first(source: Rounds) -> list[Value]:
    """The items on which the loop is run; two that are alike are two."""
    items = list(source.iterator)
    if source.count == EXACT and len(items) < EXACT:
        items.append(source.another())
    return items


def settle(
    vm: Vm,
    node: nodes.For,
    frame: Frame,
    another: Callable[[], Value],
    once: Once,
    reason: str,
    *,
    certain: bool = True,
) -> Stop | None:
    """Run rounds that stand for all that follow the first, until what is true before and after one is the same.

    `certain` says that there is at least one such round.
    """
    vm.loops_settled += 1
    for _ in range(MAX_PASSES):
        moment = Moment(vm, reason)
        item = another()
        if item is MISSING:
            return None
        if not moment.is_whole:
            break
        understood, _stop = _round(vm, frame, once, item, reason, certain=certain)
        changed = moment.join()
        if not understood:
            break
        if not changed:
            return _may_leave(vm, node, frame, reason)
    forget(vm, node, frame, reason)
    return _may_leave(vm, node, frame, reason)


def _round(
    vm: Vm,
    frame: Frame,
    once: Once,
    item: Value,
    reason: str,
    *,
    certain: bool,
    keeps_what_is_returned: bool = False,
) -> tuple[bool, Stop | None]:
    """Run one round that stands for many; return whether it was understood, and how it ended.

    What torch refuses in it is refused, unless nobody knows that there is a round and the program may catch it.
    What is found out of sizes in it is not known afterwards: there may be no such round, or it may be another one.
    """
    assumptions, demands, returned = vm.assumptions.copy(), len(vm.conditions), frame.returned
    understood, stop = True, None
    vm.settling += 1
    try:
        stop = once(item)
    except PyRaise as raised:
        if raised.violation is not None and (certain or not vm.guarded):
            raise
        if not _goes_on(vm, reason):
            raise
        vm.caught(raised)
        understood = False
    finally:
        vm.settling -= 1
    vm.assumptions = assumptions
    vm.caught_demands |= len(vm.conditions) > demands and not certain
    if keeps_what_is_returned and stop is Stop.RETURN:
        return understood, stop
    frame.returned = returned
    return understood, stop


def _goes_on(vm: Vm, reason: str) -> bool:
    """Whether what is raised in a round that may not be is not raised; where it would end the program, it is not."""
    return not vm.guarded or vm.decide(f"whether a loop goes on: {reason}")


def _last(vm: Vm, node: nodes.For, frame: Frame, item: Value, once: Once) -> Stop | None:
    """Run the last round, on an item that is different, from what is true before it."""
    reason = "the last round of a loop"
    moment = Moment(vm, reason)
    understood, stop = False, None
    if moment.is_whole:
        understood, stop = _round(vm, frame, once, item, reason, certain=True, keeps_what_is_returned=True)
    if not understood:
        moment.join()
        forget(vm, node, frame, reason)
        return _may_leave(vm, node, frame, reason)
    if _leaves(node.body, nodes.Break):
        moment.join()
    return None if stop is Stop.CONTINUE else stop


def _may_leave(vm: Vm, node: nodes.For, frame: Frame, reason: str) -> Stop | None:
    """Any round may have returned from the function, or left the loop."""
    returns = any(isinstance(inner, nodes.Return) for inner in walk(node.body))
    if returns and not vm.decide(f"whether a loop ends: {reason}"):
        frame.returned = Unknown(reason, vm.place())
        return Stop.RETURN
    matters = bool(node.orelse) or returns
    if matters and _leaves(node.body, nodes.Break) and not vm.decide(f"whether a loop comes to its end: {reason}"):
        return Stop.BREAK
    return None


def _leaves(body: tuple[nodes.Stmt, ...], kind: type) -> bool:
    """Whether something of a kind is in the body of a loop: a `break` of a loop inside counts as well."""
    return any(isinstance(inner, kind) for inner in walk(body))


def unknown(vm: Vm, node: nodes.For, frame: Frame, source: Unknown, once: Once) -> Stop | None:
    """Run a loop over something unknown: on an unknown item, any number of times or never."""
    reason = f"a loop over something unknown: {source.reason}"
    vm.unknown(reason)
    before = Moment(vm, reason)

    def another() -> Value:
        return part_of(source)

    vm.guessing += 1
    try:
        understood = before.is_whole and _round(vm, frame, once, another(), reason, certain=False)[0]
        if understood:
            stop = settle(vm, node, frame, another, once, reason, certain=False)
            before.join()
            return stop
    finally:
        vm.guessing -= 1
    before.join()
    forget(vm, node, frame, reason)
    return _may_leave(vm, node, frame, reason)


def unlisted(vm: Vm, node: nodes.For, frame: Frame, drawn: Value, raised: Unlisted, once: Once) -> Stop | None:
    """Go on with a loop over an iterator of which nobody knows what else it gives, and what it does for it."""
    cause = raised.cause

    def another() -> Value:
        vm.havoc(drawn, cause.reason)
        return Unknown(cause.reason, cause.place)

    another()
    stop = unknown(vm, node, frame, cause, lambda item: once(another()))
    vm.havoc(drawn, cause.reason)
    return stop


def goes_on(node: nodes.If) -> bool:
    """Whether no way of a branch returns or yields."""
    return not any(isinstance(inner, LEAVING) for inner in walk(node))


def is_quiet(node: nodes.If) -> bool:
    """Whether all that a branch does, either way, is nothing to models: it prints, logs, saves, loads weights."""
    return all(_is_quiet(stmt) for stmt in node.body + node.orelse)


def _is_quiet(stmt: nodes.Stmt) -> bool:
    if isinstance(stmt, nodes.If):
        return is_quiet(stmt)
    if not isinstance(stmt, nodes.ExprStmt):
        return isinstance(stmt, nodes.Pass)
    call = stmt.value
    if not isinstance(call, nodes.Call):
        return isinstance(call, nodes.Constant)
    name = call.func.attr if isinstance(call.func, nodes.Attribute) else getattr(call.func, "id", "")
    return name in QUIET


def branches(vm: Vm, node: nodes.If, frame: Frame, *ways: Run) -> Stop | None:
    """Run each way of a branch of which nobody knows whether it is taken; return how it ends the loop around it."""
    reason = "a branch that may be taken or not"
    ends: Stop | None = None
    for way in ways:
        moment = Moment(vm, reason)
        understood = moment.is_whole
        assumptions, demands = vm.assumptions.copy(), len(vm.conditions)
        try:
            if understood:
                ends = way(vm, frame) or ends
        except PyRaise as raised:
            if not _goes_on(vm, reason):
                raise
            vm.caught(raised)
            understood = False
        vm.assumptions = assumptions
        vm.caught_demands |= len(vm.conditions) > demands
        moment.join()
        if not understood:
            forget(vm, node.body + node.orelse, frame, reason)
            break
    return ends if ends is not None and vm.decide(f"whether a loop ends: {reason}") else None


RANGE = type(iter(range(0)))
LISTED: tuple[type, ...] = (type(iter([])), type(iter(())))


def later_items(items: Iterator[Value]) -> Callable[[], Value] | None:
    """Return what stands for the items that are left of an iterator over numbers and names, None for few or others.

    Nothing is drawn from it then.
    """
    if not isinstance(items, (RANGE, *LISTED)) or operator.length_hint(items) < EXACT:
        return None
    if isinstance(items, LISTED) and not all(isinstance(item, ATOMS) for item in copy.copy(items)):
        return None
    return lambda: Unknown("the number of a round")
