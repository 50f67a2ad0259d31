"""Loops that are not run item by item: the first round as it is, then rounds that stand for all others.

A round that stands for others starts from what is true before each of them. It is run until it changes nothing of that
any more; branches that may be taken in some rounds are run, and what they change is known as far as both ways agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from convlint.interp.language.forgetting import forget
from convlint.interp.language.joining import Moment
from convlint.interp.values.rounds import EXACT, Rounds
from convlint.interp.values.signals import PyRaise, Stop
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.ir import nodes
from convlint.ir.walking import walk

if TYPE_CHECKING:
    from convlint.interp.values.code import Run
    from convlint.interp.values.scope import Frame
    from convlint.interp.vm import Vm

LEAVING = (nodes.Return, nodes.Break, nodes.Continue, nodes.Yield, nodes.YieldFrom)
MAX_PASSES = 4
Once = Callable[[Value], Stop | None]
"""Runs the body of a loop on one item."""


def run(vm: Vm, node: nodes.For, frame: Frame, source: Rounds, once: Once) -> Stop | None:
    """Run a loop over items that are alike; return how it ended, None for a loop that came to its end."""
    items = list_of_first(source)
    for item in items if source.count is not None and source.count <= EXACT else items[:1]:
        stop = once(item)
        if stop is not None and stop is not Stop.CONTINUE:
            return stop
    if source.count is not None and source.count <= EXACT:
        return None
    stop = settle(vm, node, frame, source.another, once, f"a loop over a {source.name}")
    if stop is None and len(items) > 1:
        stop = _last(vm, node, frame, items[-1], once)
    return stop


def list_of_first(source: Rounds) -> list[Value]:
    """The items on which the loop is run; two that are alike are two."""
    items = list(source.iterator)
    if source.count == EXACT and len(items) < EXACT:
        items.append(source.another())
    return items


def settle(vm: Vm, node: nodes.For, frame: Frame, another: Callable[[], Value], once: Once, reason: str) -> Stop | None:
    """Run rounds that stand for all that follow the first, until what is true before and after one is the same."""
    vm.loops_settled += 1
    for _ in range(MAX_PASSES):
        moment = Moment(vm, reason)
        item = another()
        if item is MISSING:
            return None
        if not moment.is_whole:
            break
        understood, changed = _round(vm, once, item), moment.join()
        if not understood:
            break
        if not changed:
            return _may_return(vm, node, frame, reason)
    forget(vm, node, frame, reason)
    return _may_return(vm, node, frame, reason)


def _round(vm: Vm, once: Once, item: Value) -> bool:
    """Run one round that stands for many; return whether it was understood. What torch refuses in it is refused."""
    vm.settling += 1
    try:
        once(item)
    except PyRaise as raised:
        if raised.violation is not None:
            raise
        vm.caught(raised)
        return False
    finally:
        vm.settling -= 1
    return True


def _last(vm: Vm, node: nodes.For, frame: Frame, item: Value, once: Once) -> Stop | None:
    """Run the last round, on an item that is different, from what is true before it."""
    reason = "the last round of a loop"
    moment = Moment(vm, reason)
    if not moment.is_whole or not _round(vm, once, item):
        moment.join()
        forget(vm, node, frame, reason)
    return None


def _may_return(vm: Vm, node: nodes.For, frame: Frame, reason: str) -> Stop | None:
    """Any round may have returned from the function."""
    returns = any(isinstance(inner, nodes.Return) for inner in walk(node.body))
    if returns and not vm.decide(f"whether a loop ends: {reason}"):
        frame.returned = Unknown(reason, vm.place())
        return Stop.RETURN
    return None


def unknown(vm: Vm, node: nodes.For, frame: Frame, source: Unknown, once: Once) -> Stop | None:
    """Run a loop over something unknown: on an unknown item, any number of times or never."""
    reason = f"a loop over something unknown: {source.reason}"
    vm.unknown(reason)
    before = Moment(vm, reason)

    def another() -> Value:
        return vm.derived(source, "item")

    understood = before.is_whole and _round(vm, once, another())
    if not understood:
        before.join()
        forget(vm, node, frame, reason)
        return _may_return(vm, node, frame, reason)
    stop = settle(vm, node, frame, another, once, reason)
    before.join()
    return stop


def goes_on(node: nodes.If) -> bool:
    """Whether each way of a branch comes to its end: nothing in it leaves a loop, returns or yields."""
    return not any(isinstance(inner, LEAVING) for inner in walk(node))


def branches(vm: Vm, node: nodes.If, frame: Frame, *ways: Run) -> None:
    """Run each way of a branch that some rounds take and others do not."""
    reason = "a branch that a loop takes in some rounds"
    for way in ways:
        moment = Moment(vm, reason)
        understood = moment.is_whole
        try:
            if understood:
                way(vm, frame)
        except PyRaise as raised:
            vm.caught(raised)
            understood = False
        moment.join()
        if not understood:
            forget(vm, node.body + node.orelse, frame, reason)
            return


def later_items(items: Iterator[Value]) -> Callable[[], Value] | None:
    """Return what stands for the items that are left of an iterator over a range, None for few or for other items."""
    left = list(items)
    if len(left) < EXACT:
        return None
    return lambda: Unknown("the number of a round")
