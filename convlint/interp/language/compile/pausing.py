"""Generator functions: the statements in which something yields, compiled to generators of Python's own."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from convlint.interp.language import exceptions, leaving, settling
from convlint.interp.language import loops as unknown_loops
from convlint.interp.language.compile.assignments import target
from convlint.interp.language.compile.exceptions import (
    Guard,
    Handler,
    chosen,
    left_early,
    manager,
    overruled,
    raised_again,
)
from convlint.interp.language.compile.names import Store
from convlint.interp.language.compile.patterns import pattern
from convlint.interp.language.compile.unit import (
    Body,
    Unit,
    apart,
    expression,
    longest,
    pauses,
    pausing,
    pausing_of,
    statement,
)
from convlint.interp.language.iteration import rounds
from convlint.interp.values.code import Pausing
from convlint.interp.values.rounds import Rounds
from convlint.interp.values.scope import Frame
from convlint.interp.values.signals import PyRaise, Stop, Unlisted
from convlint.interp.values.unknown import Unknown, Value
from convlint.ir import nodes

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

Steps = Generator[Value, Value, Any]


def either(unit: Unit, node: nodes.Expr) -> tuple[bool, Any]:
    """Compile an expression; say whether it waits, as something in it yields."""
    return (True, pausing(unit, node)) if pauses(node) else (False, expression(unit, node))


def pausing_block(unit: Unit, body: Body) -> Pausing:
    """Compile statements, something in which may yield."""
    steps = [(True, pausing(unit, stmt)) if pauses(stmt) else (False, statement(unit, stmt)) for stmt in body]

    def run(vm: Vm, frame: Frame) -> Steps:
        for waits, step in steps:
            stop = (yield from step(vm, frame)) if waits else step(vm, frame)
            if stop is not None:
                return stop
        return None

    return run


@pausing_of(nodes.If)
def _if(unit: Unit, node: nodes.If) -> Pausing:
    (waits, test), span, skipped = either(unit, node.test), node.span, node.body + node.orelse
    body, orelse = longest(unit, lambda: pausing_block(unit, node.body), lambda: pausing_block(unit, node.orelse))

    def run(vm: Vm, frame: Frame) -> Steps:
        frame.at = span
        value = (yield from test(vm, frame)) if waits else test(vm, frame)
        if vm.importing and unknown_loops.is_open(vm, value):
            unknown_loops.pass_over(vm, skipped, frame)
            return None
        return (yield from (body if vm.truth(value) else orelse)(vm, frame))

    return run


@pausing_of(nodes.For)
def _for(unit: Unit, node: nodes.For) -> Pausing:
    (waits, iterable), span = either(unit, node.iter), node.span
    (store, body), size = apart(unit, lambda: (target(unit, node.target), pausing_block(unit, node.body)))
    orelse = pausing_block(unit, node.orelse)

    def run(vm: Vm, frame: Frame) -> Steps:
        frame.at = span
        drawn = (yield from iterable(vm, frame)) if waits else iterable(vm, frame)
        source = rounds(vm, drawn)
        if isinstance(source, Unknown) or node.is_async:
            cause = source if isinstance(source, Unknown) else Unknown("an asynchronous loop")
            raise Unlisted(cause, len(vm.frames))
        stands_for_more = isinstance(source, Rounds) and not source.is_run_exactly
        progress = settling.Progress(vm)
        for item in settling.list_of_first(source) if isinstance(source, Rounds) else source:
            vm.step(size)
            store(vm, frame, item)
            stop = yield from body(vm, frame)
            if stop is not None and stop is not Stop.CONTINUE:
                leaving.left(vm, drawn)
                return None if stop is Stop.BREAK else stop
            if stands_for_more or (progress.is_costly(vm) and settling.later_items(source) is not None):  # type: ignore[arg-type]
                raise Unlisted(Unknown("what a generator gives in later rounds", vm.place()), len(vm.frames))
        return (yield from orelse(vm, frame))

    return run


@pausing_of(nodes.While)
def _while(unit: Unit, node: nodes.While) -> Pausing:
    ((waits, test), body), size = apart(unit, lambda: (either(unit, node.test), pausing_block(unit, node.body)))
    orelse, span = pausing_block(unit, node.orelse), node.span

    def run(vm: Vm, frame: Frame) -> Steps:
        frame.at = span
        count = 0
        while True:
            vm.step(size)
            value = (yield from test(vm, frame)) if waits else test(vm, frame)
            count += 1
            if count > unknown_loops.MAX_ROUNDS or unknown_loops.is_open(vm, value):
                raise Unlisted(Unknown("a loop whose end is not known", vm.place()), len(vm.frames))
            if not vm.truth(value):
                return (yield from orelse(vm, frame))
            stop = yield from body(vm, frame)
            if stop is not None and stop is not Stop.CONTINUE:
                return None if stop is Stop.BREAK else stop

    return run


@pausing_of(nodes.Match)
def _match(unit: Unit, node: nodes.Match) -> Pausing:
    (waits, subject), span = either(unit, node.subject), node.span
    cases = [
        (
            pattern(unit, case.pattern),
            (False, None) if case.guard is None else either(unit, case.guard),
            pausing_block(unit, case.body),
        )
        for case in node.cases
    ]

    def run(vm: Vm, frame: Frame) -> Steps:
        frame.at = span
        value = (yield from subject(vm, frame)) if waits else subject(vm, frame)
        for matches, (guard_waits, guard), body in cases:
            if not matches(vm, frame, value):
                continue
            if guard is not None:
                holds = (yield from guard(vm, frame)) if guard_waits else guard(vm, frame)
                if not vm.truth(holds):
                    continue
            return (yield from body(vm, frame))
        return None

    return run


# --- try and with ---------------------------------------------------------------------------------------


@pausing_of(nodes.Try)
def _try(unit: Unit, node: nodes.Try) -> Pausing:
    guarded, words = _guarded(unit, node), leaving.last_words(node)
    run = _finally(guarded, pausing_block(unit, node.finalbody), node.span) if node.finalbody else guarded
    return _with_last_words(run, words) if words else run


def _with_last_words(inner: Pausing, words: tuple[nodes.Stmt, ...]) -> Pausing:
    def run(vm: Vm, frame: Frame) -> Steps:
        outer = frame.last_words
        frame.last_words = (*outer, words)
        try:
            return (yield from inner(vm, frame))
        finally:
            frame.last_words = outer

    return run


def _guarded(unit: Unit, node: nodes.Try) -> Pausing:
    span, guard = node.span, Guard(node)
    body, orelse = pausing_block(unit, node.body), pausing_block(unit, node.orelse)
    handlers = [(Handler(unit, handler), pausing_block(unit, handler.body)) for handler in node.handlers]

    def run(vm: Vm, frame: Frame) -> Steps:
        frame.at = span
        demands, met = guard.begin(vm), vm.met
        stop: Stop | None = None
        try:
            stop = yield from body(vm, frame)
            left: PyRaise | None = None
        except PyRaise as raised:
            left = raised
        finally:
            guard.end(vm, demands)
        interrupted = guard.interrupted(vm, frame, met)
        if interrupted is not None:
            return (yield from _handle(vm, frame, interrupted, *chosen(vm, frame, interrupted, handlers)))
        if left is None:
            return stop if stop is not None else (yield from orelse(vm, frame))
        for handler, handling in handlers:
            if handler.catches(vm, left, frame):
                return (yield from _handle(vm, frame, left, handler, handling))
        raise left

    return run


def _handle(vm: Vm, frame: Frame, raised: PyRaise, handler: Handler, handling: Pausing) -> Steps:
    outer = frame.handling
    handler.begin(vm, raised, frame)
    try:
        return (yield from handling(vm, frame))
    except PyRaise as again:
        raised_again(vm, raised, again)
        raise
    finally:
        frame.handling = outer
        handler.end(vm, frame)


def _finally(guarded: Pausing, final: Pausing, span: nodes.Span) -> Pausing:
    def run(vm: Vm, frame: Frame) -> Steps:
        frame.at = span
        try:
            stop = yield from guarded(vm, frame)
        except PyRaise as raised:
            ended = yield from final(vm, frame)
            if ended is None:
                raise
            vm.caught(raised)
            return ended
        returned = frame.returned
        return overruled(frame, stop, returned, (yield from final(vm, frame)))

    return run


@pausing_of(nodes.With)
def _with(unit: Unit, node: nodes.With) -> Pausing:
    managers = [
        (pausing(unit, item.context_expr), target_of(unit, item)) if pauses(item.context_expr) else manager(unit, item)
        for item in node.items
    ]
    run = pausing_block(unit, node.body)
    for item, (context, store) in reversed(list(zip(node.items, managers, strict=True))):
        run = _within(pauses(item.context_expr), context, store, run, node.body)
    span, inner = node.span, run

    def start(vm: Vm, frame: Frame) -> Steps:
        frame.at = span
        return (yield from inner(vm, frame))

    return start


def target_of(unit: Unit, item: nodes.WithItem) -> Store | None:
    return None if item.optional_vars is None else target(unit, item.optional_vars)


def _within(
    waits: bool, context: Any, store: Store | None, body: Pausing, statements: tuple[nodes.Stmt, ...]
) -> Pausing:
    def run(vm: Vm, frame: Frame) -> Steps:
        entered = (yield from context(vm, frame)) if waits else context(vm, frame)
        value = exceptions.enter(vm, entered)
        demands, met, outer = len(vm.conditions), vm.met, frame.last_words
        frame.last_words = (*outer, entered)
        try:
            if store is not None:
                store(vm, frame, value)
            stop = yield from body(vm, frame)
        except PyRaise as raised:
            if left_early(vm, frame, entered, statements, met):
                return None
            if exceptions.leave(vm, entered, raised.value):
                vm.caught(raised)
                return None
            raise
        finally:
            frame.last_words = outer
        vm.caught_demands |= exceptions.may_swallow(entered) and len(vm.conditions) > demands
        if left_early(vm, frame, entered, statements, met):
            return None
        exceptions.leave(vm, entered, None)
        return stop

    return run
