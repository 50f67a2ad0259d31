"""`for` and `while`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.language import loops as unknown_loops
from convlint.interp.language.compile.assignments import target
from convlint.interp.language.compile.unit import Unit, apart, block, expression, statement_of
from convlint.interp.values.code import Run
from convlint.interp.values.scope import Frame
from convlint.interp.values.signals import Stop
from convlint.interp.values.unknown import Unknown
from convlint.ir import nodes

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


@statement_of(nodes.For)
def _for(unit: Unit, node: nodes.For) -> Run:
    iterable, span = expression(unit, node.iter), node.span
    (store, body), size = apart(unit, lambda: (target(unit, node.target), block(unit, node.body)))
    orelse, is_async, ended, again = block(unit, node.orelse), node.is_async, Stop.BREAK, Stop.CONTINUE

    def run(vm: Vm, frame: Frame) -> Stop | None:
        frame.at = span
        source = vm.iterator(iterable(vm, frame))
        if isinstance(source, Unknown) or is_async:
            reason = source.reason if isinstance(source, Unknown) else "an asynchronous loop"
            return unknown_loops.skip(vm, node, frame, f"a loop over something unknown: {reason}")
        for item in source:
            vm.steps += size
            if vm.steps > vm.limit:
                vm.pause()
            store(vm, frame, item)
            stop = body(vm, frame)
            if stop is not None and stop is not again:
                return None if stop is ended else stop
        return orelse(vm, frame)  # type: ignore[no-any-return]

    return run


@statement_of(nodes.While)
def _while(unit: Unit, node: nodes.While) -> Run:
    (test, body), size = apart(unit, lambda: (expression(unit, node.test), block(unit, node.body)))
    orelse, span, ended, again = block(unit, node.orelse), node.span, Stop.BREAK, Stop.CONTINUE

    def run(vm: Vm, frame: Frame) -> Stop | None:
        frame.at = span
        rounds = 0
        while True:
            vm.steps += size
            if vm.steps > vm.limit:
                vm.pause()
            value = test(vm, frame)
            rounds += 1
            if rounds > unknown_loops.MAX_ROUNDS or (value is not True and unknown_loops.is_open(vm, value)):
                return unknown_loops.skip(vm, node, frame, "a loop whose end is not known")
            if value is not True and not vm.truth(value):
                return orelse(vm, frame)  # type: ignore[no-any-return]
            stop = body(vm, frame)
            if stop is not None and stop is not again:
                return None if stop is ended else stop

    return run
