"""Loops that are not run item by item: the first round as it is, then rounds that stand for all others.

A round that stands for others starts from what is true before each of them. It is run until it changes nothing of that
any more; branches that may be taken in some rounds are run, and what they change is known as far as both ways agree.
"""

from __future__ import annotations

import copy
import itertools
import operator
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

from convlint.interp.language.forgetting import forget
from convlint.interp.language.moments import Left, Moment
from convlint.interp.values.rounds import EXACT, Rounds
from convlint.interp.values.signals import PyRaise, Stop, Unlisted
from convlint.interp.values.unknown import MISSING, Several, Unknown, Value, Whole, part_of
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
SHARE = 16
"""A loop may take that part of all the work before its rounds are no longer run one by one."""
MANY_CALLS = 64
"""So many calls of models one by one are enough for a loop."""
Loop = nodes.For | nodes.While
Once = Callable[[Value], Stop | None]
"""Runs the body of a loop on one item."""


class Progress:
    """How far a loop has come whose rounds are run one by one; all that is left may be run as rounds that stand for it.

    That is so where a loop inside of it was run like that, where rounds hang on what is not known in each of them anew,
    or may end early, and where there are too many. In models and their constructors each round counts.
    """

    __slots__ = ("calls", "decided", "limit", "outside", "rounds", "settled")

    def __init__(self, vm: Vm) -> None:
        self.settled = vm.loops_settled
        self.outside = not (vm.owners or vm.constructing)
        self.rounds = 0
        if self.outside:
            self.limit = vm.steps + vm.program.max_steps // SHARE
            self.calls = vm.calls + MANY_CALLS
            self.decided = len(vm.taken)

    def is_costly(self, vm: Vm) -> bool:
        """Whether the rounds so far have taken what a loop may have of the work."""
        return self.outside and (vm.steps > self.limit or vm.calls > self.calls)

    def is_enough(self, vm: Vm) -> bool:
        """Whether what is left is better not run round by round, asked after each round."""
        if vm.loops_settled != self.settled:
            self.settled = vm.loops_settled
            return True
        if not self.outside:
            return False
        self.rounds += 1
        if self.is_costly(vm) or vm.left.any:
            return True
        before, self.decided = self.decided, len(vm.taken)
        return self.decided > before and self.rounds > 1


def ended(vm: Vm, frame: Frame, stop: Stop | None) -> Stop | None:
    """Return how a round ended that is run as it is; it may have been left before."""
    if not vm.looping or not vm.left.is_pending:
        return stop
    if stop is Stop.RETURN and vm.decide("whether a loop is left before it returns"):
        return stop
    vm.left.rejoin()
    if stop is Stop.RETURN:
        frame.returned = None
        return Stop.BREAK
    return stop


def is_long(source: object) -> bool:
    """Whether a loop goes over many items that are alike: branches in it that are open are taken in some rounds."""
    return isinstance(source, Unknown | Rounds) or (isinstance(source, RANGE) and operator.length_hint(source) > EXACT)


def apart(vm: Vm, node: Loop, frame: Frame, loop: Callable[[], Stop | None]) -> Stop | None:
    """Run a loop so that branches in it that are open do not fork; what may leave its rounds leaves no others.

    What is raised where a round may have been left before is not certain to be raised: the run goes on after the loop.
    """
    around, vm.left = vm.left, Left()
    vm.looping += 1
    try:
        return loop()
    except PyRaise as raised:
        around.any |= vm.left.any and vm.settling > 0
        if vm.settling or not vm.left.any or not _goes_on(vm, "a loop that may be left"):
            raise
        vm.caught(raised)
        forget(vm, node, frame, "a loop that may be left")
        return None
    finally:
        vm.looping -= 1
        vm.left.close()
        vm.left = around


def run(vm: Vm, node: Loop, frame: Frame, source: Rounds, once: Once) -> Stop | None:
    """Run a loop over items that are alike; return how it ended, None for a loop that came to its end."""
    reason = f"a loop over a {source.name}"
    items = list_of_first(source)
    if source.count is not None:
        return _rounds(vm, node, frame, source, items, once, reason)
    with Moment(vm, reason) as before:
        stop = _rounds(vm, node, frame, source, items, once, reason)
        before.join()
    # Nobody knows how many rounds it has: there may be none.
    leaves = stop is Stop.RETURN or (stop is Stop.BREAK and node.orelse)
    return None if leaves and vm.decide(f"whether a loop has no round: {reason}") else stop


def _rounds(
    vm: Vm, node: Loop, frame: Frame, source: Rounds, items: list[Value], once: Once, reason: str
) -> Stop | None:
    """Run the rounds that there are if there is one: the first, then those that stand for all others, then the last."""
    few = source.is_run_exactly
    for item in items if few else items[:1]:
        stop = ended(vm, frame, once(item))
        if stop is not None and stop is not Stop.CONTINUE:
            return stop
    if few:
        return None
    stop = settle(vm, node, frame, source.another, once, reason)
    return _last(vm, node, frame, items[-1], once) if stop is None and len(items) > 1 else stop


def list_of_first(source: Rounds) -> list[Value]:
    """The items on which the loop is run; two that are alike are two."""
    items = list(source.iterator)
    if source.count == EXACT and len(items) < EXACT:
        items.append(source.another())
    return items


def settle(
    vm: Vm,
    node: Loop,
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
        with Moment(vm, reason) as moment:
            item = another()
            if item is MISSING:
                return None
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
    around, vm.left = vm.left, Left()
    vm.settling += 1
    try:
        stop = once(item)
        vm.left.rejoin()
    except PyRaise as raised:
        if raised.violation is not None and (certain or not vm.guarded) and not vm.left.any:
            raise
        if not _goes_on(vm, reason):
            raise
        vm.caught(raised)
        understood = False
    finally:
        vm.settling -= 1
        vm.left.close()
        vm.left = around
    vm.assumptions = assumptions
    vm.caught_demands |= len(vm.conditions) > demands and not certain
    if keeps_what_is_returned and stop is Stop.RETURN:
        return understood, stop
    frame.returned = returned
    return understood, stop


def _goes_on(vm: Vm, reason: str) -> bool:
    """Whether what is raised in a round that may not be is not raised; where it would end the program, it is not."""
    return not vm.guarded or vm.decide(f"whether a loop goes on: {reason}")


def _last(vm: Vm, node: Loop, frame: Frame, item: Value, once: Once) -> Stop | None:
    """Run the last round, on an item that is different, from what is true before it."""
    reason = "the last round of a loop"
    with Moment(vm, reason) as moment:
        understood, stop = _round(vm, frame, once, item, reason, certain=True, keeps_what_is_returned=True)
        if not understood or _leaves(node.body, nodes.Break):
            moment.join()
    if not understood:
        forget(vm, node, frame, reason)
        return _may_leave(vm, node, frame, reason)
    return None if stop is Stop.CONTINUE else stop


def _may_leave(vm: Vm, node: Loop, frame: Frame, reason: str) -> Stop | None:
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


def unknown(vm: Vm, node: Loop, frame: Frame, source: Unknown, once: Once) -> Stop | None:
    """Run a loop over something unknown: on an unknown item, any number of times or never."""
    return any_number(vm, node, frame, lambda: part_of(source), once, f"a loop over something unknown: {source.reason}")


def several(vm: Vm, node: Loop, frame: Frame, source: Several, once: Once) -> Stop | None:
    """Run the one round that there is for certain; what there is afterwards hangs on how many follow."""
    reason = f"a loop over something unknown: {source.reason}"
    vm.unknown(reason)
    with Moment(vm, reason) as before:
        vm.guessing += 1
        try:
            _round(vm, frame, once, source.item.twin(), reason, certain=True)
        finally:
            vm.guessing -= 1
        before.join()
    forget(vm, node, frame, reason)
    return _may_leave(vm, node, frame, reason)


def any_number(vm: Vm, node: Loop, frame: Frame, another: Callable[[], Value], once: Once, reason: str) -> Stop | None:
    """Run a loop of which nobody knows whether it has a round, and how many."""
    vm.unknown(reason)
    with Moment(vm, reason) as before:
        vm.guessing += 1
        try:
            if _round(vm, frame, once, another(), reason, certain=False)[0]:
                stop = settle(vm, node, frame, another, once, reason, certain=False)
                before.join()
                return stop
        finally:
            vm.guessing -= 1
        before.join()
    forget(vm, node, frame, reason)
    return _may_leave(vm, node, frame, reason)


def unlisted(vm: Vm, node: Loop, frame: Frame, drawn: Value, raised: Unlisted, once: Once) -> Stop | None:
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


def branches(
    vm: Vm, parts: tuple[nodes.Stmt, ...], frame: Frame, *ways: Run, parted: Moment | None = None
) -> Stop | None:
    """Run each way of a branch of which nobody knows which one is taken, and go on with what all have in common.

    Where a way leaves the round, or the loop, what is true then is kept for the end of the round. One that ends in an
    exception which nobody catches is not taken where the program goes on. `parted` is the moment from which on they
    differ, if that is not now.
    """
    reason = "a branch that may be taken or not"
    going: list[Moment] = []
    leaving: list[Moment] = []
    with Moment(vm, reason) as start, ExitStack() as ends:
        for index, way in enumerate(ways):
            if index:
                start.put_back()
            assumptions, demands = vm.assumptions.copy(), len(vm.conditions)
            try:
                stop = way(vm, frame)
            except PyRaise as raised:
                if not _goes_on(vm, reason):
                    raise
                vm.caught(raised)
                if not vm.guarded:
                    continue
                start.join()
                forget(vm, parts, frame, reason)
                return None
            finally:
                vm.assumptions = assumptions
                vm.caught_demands |= len(vm.conditions) > demands
            (going if stop is None else leaving).append(ends.enter_context(Moment(vm, reason, parted or start)))
        (going or leaving or [start])[-1].put_back()
        for moment in going[:-1]:
            moment.join()
        for moment in leaving if going else leaving[:-1]:
            vm.left.note(moment.going_on())
    return Stop.CONTINUE if leaving and not going else None


RANGE = type(iter(range(0)))
LISTED: tuple[type, ...] = (type(iter([])), type(iter(())))


def later_items(items: Iterator[Value]) -> Callable[[], Value] | None:
    """Return what stands for the items that are left of an iterator over numbers and names, None for few or others.

    Nothing is drawn from it then.
    """
    if isinstance(items, itertools.count):
        return lambda: Whole("what a round is for")
    if not isinstance(items, (RANGE, *LISTED)) or operator.length_hint(items) < EXACT:
        return None
    if isinstance(items, LISTED) and not all(isinstance(item, ATOMS) for item in copy.copy(items)):
        return None
    number = Whole if isinstance(items, RANGE) else Unknown
    return lambda: number("what a round is for")
