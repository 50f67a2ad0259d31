"""`try` and `with`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from convlint.interp.language import exceptions, settling
from convlint.interp.language.compile import names
from convlint.interp.language.compile.assignments import target
from convlint.interp.language.compile.names import Store
from convlint.interp.language.compile.unit import Unit, block, expression, statement_of
from convlint.interp.language.forgetting import forget, unbind
from convlint.interp.language.moments import Moment
from convlint.interp.values.code import Run
from convlint.interp.values.scope import Frame
from convlint.interp.values.signals import PyRaise, Stop
from convlint.interp.values.unknown import Unknown, Value
from convlint.ir import nodes
from convlint.ir.walking import walk

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


REASON = "code that is not understood may raise an exception here"


class Handler:
    """One `except`: what it catches, how it begins and ends. Its body is compiled apart, as it may pause."""

    __slots__ = ("forget", "goes_on", "kind", "store")

    def __init__(self, unit: Unit, node: nodes.ExceptHandler) -> None:
        self.goes_on = exceptions.goes_on(node)
        self.kind = None if node.type is None else expression(unit, node.type)
        self.store: Store | None = None if node.name is None else names.store(unit.names, node.name)
        self.forget = None if node.name is None else names.forget(unit.names, node.name)

    def catches(self, vm: Vm, raised: PyRaise, frame: Frame) -> bool:
        return self.kind is None or exceptions.catches(vm, self.kind(vm, frame), raised.value)

    def begin(self, vm: Vm, raised: PyRaise, frame: Frame) -> None:
        vm.caught(raised)
        frame.handling = raised.value
        if self.store is not None:
            self.store(vm, frame, raised.value)

    def end(self, vm: Vm, frame: Frame) -> None:
        if self.forget is not None:
            self.forget(vm, frame)


class Guard:
    """What is noted while the body of a `try` runs: that imports may fail there, and that demands on sizes may."""

    __slots__ = ("all", "body", "caught", "imports", "may_go_on", "returns")

    def __init__(self, node: nodes.Try) -> None:
        self.imports = exceptions.guards_imports(node)
        self.caught = bool(node.handlers)
        self.body = node.body
        self.all = (*node.body, *(stmt for handler in node.handlers for stmt in handler.body))
        self.returns = any(isinstance(inner, settling.LEAVING) for inner in walk(self.all))
        self.may_go_on = any(exceptions.goes_on(handler) for handler in node.handlers)

    def begin(self, vm: Vm) -> int:
        vm.import_guards += self.imports
        vm.guarded += self.caught
        return len(vm.conditions)

    def moment(self, vm: Vm) -> Moment | None:
        """Return how everything is before the body, where that may matter: imports forget all."""
        return Moment(vm, REASON) if self.may_go_on and not vm.importing else None

    def end(self, vm: Vm, demands: int, before: Moment | None = None) -> None:
        if before is not None:
            before.close()
        vm.import_guards -= self.imports
        vm.guarded -= self.caught
        vm.caught_demands |= self.caught and len(vm.conditions) > demands

    def interrupted(self, vm: Vm, frame: Frame, met: int, before: Moment | None = None) -> PyRaise | None:
        """Return the exception that the body may have been left by, which met something unknown, on another path.

        How much of it was done by then is not known. While modules are imported there are no other paths: all is
        forgotten.
        """
        if vm.met == met or not self.may_go_on:
            return None
        if vm.importing:
            forget(vm, self.all, frame, REASON)
            return None
        if vm.decide(REASON):
            return None
        half_done(vm, frame, self.body, before)
        frame.returned = None
        return PyRaise(Unknown(REASON, vm.place()))

    def is_joined(self, vm: Vm, met: int) -> bool:
        """Whether handlers are run as branches that may be taken or not: in loops, what is open does not fork."""
        return vm.in_rounds and vm.met != met and self.may_go_on and not self.returns

    def handled(self, vm: Vm, frame: Frame, handlers: list[tuple[Handler, Run]], before: Moment | None) -> None:
        """Run the handlers as what may have happened instead of the end of the body."""

        def way(handler: Handler, handling: Run) -> Run:
            def run(vm: Vm, frame: Frame) -> Stop | None:
                half_done(vm, frame, self.body, before)
                raised = PyRaise(Unknown(REASON, vm.place()))
                return _handle(vm, frame, raised, handler, handling)

            return run

        ways = [way(*each) for each in handlers]
        settling.branches(vm, self.all, frame, lambda vm, frame: None, *ways, parted=before)


def half_done(vm: Vm, frame: Frame, body: tuple[nodes.Stmt, ...], before: Moment | None) -> None:
    """Let only be known what was so before a body that may have been left anywhere, and is so after it."""
    if before is None:
        forget(vm, body, frame, REASON)
    else:
        before.interrupt()
        unbind(vm, body, frame, REASON)


def raised_again(vm: Vm, raised: PyRaise, again: PyRaise) -> None:
    """`raise` alone in a handler, or with the same object, keeps what torch said."""
    if again.value is raised.value and again.violation is None:
        again.violation = raised.violation
        vm.caught(raised, again=True)


@statement_of(nodes.Try)
def _try(unit: Unit, node: nodes.Try) -> Run:
    guarded = _guarded(unit, node)
    return _finally(guarded, block(unit, node.finalbody), node) if node.finalbody else guarded


def _guarded(unit: Unit, node: nodes.Try) -> Run:
    """The body, the handlers and `else`."""
    span, guard, body, orelse = node.span, Guard(node), block(unit, node.body), block(unit, node.orelse)
    handlers = [(Handler(unit, handler), block(unit, handler.body)) for handler in node.handlers]

    def run(vm: Vm, frame: Frame) -> Stop | None:
        frame.at = span
        demands, met, before = guard.begin(vm), vm.met, guard.moment(vm)
        stop: Stop | None = None
        try:
            stop = body(vm, frame)
            left: PyRaise | None = None
        except PyRaise as raised:
            left = raised
        finally:
            guard.end(vm, demands, before)
        if left is None and stop is None and guard.is_joined(vm, met):
            guard.handled(vm, frame, handlers, before)
            return orelse(vm, frame)  # type: ignore[no-any-return]
        interrupted = guard.interrupted(vm, frame, met, before)
        if interrupted is not None:
            return _handle(vm, frame, interrupted, *chosen(vm, frame, interrupted, handlers))
        if left is None:
            return stop if stop is not None else orelse(vm, frame)
        for handler, handling in handlers:
            if handler.catches(vm, left, frame):
                return _handle(vm, frame, left, handler, handling)
        raise left

    return run


def chosen(vm: Vm, frame: Frame, raised: PyRaise, handlers: Sequence[tuple[Handler, Any]]) -> tuple[Handler, Any]:
    """Return the handler of what code that is not understood may have raised, which one of them catches.

    Where none did the program would end, as at any other such code; a `try` around this one asks the same for itself.
    """
    *others, last = [each for each in handlers if each[0].goes_on]
    return next((each for each in others if each[0].catches(vm, raised, frame)), last)


def _handle(vm: Vm, frame: Frame, raised: PyRaise, handler: Handler, handling: Run) -> Stop | None:
    outer = frame.handling
    handler.begin(vm, raised, frame)
    try:
        return handling(vm, frame)  # type: ignore[no-any-return]
    except PyRaise as again:
        raised_again(vm, raised, again)
        raise
    finally:
        frame.handling = outer
        handler.end(vm, frame)


def _finally(guarded: Run, final: Run, node: nodes.Try) -> Run:
    span = node.span

    def run(vm: Vm, frame: Frame) -> Stop | None:
        frame.at = span
        try:
            stop: Stop | None = guarded(vm, frame)
        except PyRaise as raised:
            outer, frame.handling = frame.handling, raised.value
            try:
                ended: Stop | None = final(vm, frame)
            finally:
                frame.handling = outer
            if ended is None:
                raise
            vm.caught(raised)
            return ended
        returned = frame.returned
        return overruled(frame, stop, returned, final(vm, frame))

    return run


def overruled(frame: Frame, stop: Stop | None, returned: object, final: Stop | None) -> Stop | None:
    """Return how a `try` ended, and see to what is returned: `finally` may end otherwise than the body did."""
    if final is None:
        frame.returned = returned
        return stop
    if final is not Stop.RETURN:
        frame.returned = None
    return final


# --- with -----------------------------------------------------------------------------------------------


@statement_of(nodes.With)
def _with(unit: Unit, node: nodes.With) -> Run:
    managers = [manager(unit, item) for item in node.items]
    run = block(unit, node.body)
    for context, store in reversed(managers):
        run = _within(context, store, run, node.body)
    span, inner = node.span, run

    def start(vm: Vm, frame: Frame) -> Stop | None:
        frame.at = span
        return inner(vm, frame)  # type: ignore[no-any-return]

    return start


def manager(unit: Unit, item: nodes.WithItem) -> tuple[Run, Store | None]:
    """Compile the expression of a context manager, and what `as` binds."""
    store = None if item.optional_vars is None else target(unit, item.optional_vars)
    return expression(unit, item.context_expr), store


def left_early(
    vm: Vm, frame: Frame, manager: Value, body: tuple[nodes.Stmt, ...], met: int, before: Moment | None = None
) -> bool:
    """Whether, on another path, what the body met that is not known raised an exception, and the manager kept it.

    It raises the exception if the manager lets it go on.
    """
    if vm.met == met or not exceptions.swallows(manager):
        return False
    if vm.importing:
        forget(vm, body, frame, REASON)
        return False
    if vm.decide(REASON):
        return False
    half_done(vm, frame, body, before)
    frame.returned = None
    error = Unknown(REASON, vm.place())
    if not exceptions.leave(vm, manager, error):
        raise PyRaise(error)
    return True


def _within(context: Run, store: Store | None, body: Run, statements: tuple[nodes.Stmt, ...]) -> Run:
    def run(vm: Vm, frame: Frame) -> Stop | None:
        entered = context(vm, frame)
        value = exceptions.enter(vm, entered)
        demands, swallows, met = len(vm.conditions), exceptions.may_swallow(entered), vm.met
        before = Moment(vm, REASON) if exceptions.swallows(entered) and not vm.importing else None
        vm.guarded += swallows
        try:
            if store is not None:
                store(vm, frame, value)
            stop: Stop | None = body(vm, frame)
        except PyRaise as raised:
            if left_early(vm, frame, entered, statements, met, before):
                return None
            if exceptions.leave(vm, entered, raised.value):
                vm.caught(raised)
                return None
            raise
        finally:
            vm.guarded -= swallows
            if before is not None:
                before.close()
        vm.caught_demands |= swallows and len(vm.conditions) > demands
        if left_early(vm, frame, entered, statements, met, before):
            return None
        exceptions.leave(vm, entered, None)
        return stop

    return run
