"""`for` and `while`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from convlint.interp.language import alternatives, leaving, settling
from convlint.interp.language import loops as unknown_loops
from convlint.interp.language.compile.assignments import target
from convlint.interp.language.compile.unit import Unit, apart, block, expression, statement_of
from convlint.interp.language.iteration import loop_rounds
from convlint.interp.values.code import Run
from convlint.interp.values.functions import GeneratorValue
from convlint.interp.values.rounds import Rounds
from convlint.interp.values.scope import Frame
from convlint.interp.values.signals import PyRaise, Stop, Undecided, Unlisted
from convlint.interp.values.unknown import Several, Unknown, Value
from convlint.ir import nodes

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MANY = "a loop of many rounds"


@statement_of(nodes.For)
def _for(unit: Unit, node: nodes.For) -> Run:
    iterable, span = expression(unit, node.iter), node.span
    (store, body), size = apart(unit, lambda: (target(unit, node.target), block(unit, node.body)))
    orelse, is_async, ended, again = block(unit, node.orelse), node.is_async, Stop.BREAK, Stop.CONTINUE

    def run(vm: Vm, frame: Frame) -> Stop | None:
        frame.at = span
        drawn = iterable(vm, frame)
        source = loop_rounds(vm, drawn)
        if vm.settling or (vm.is_outside and settling.is_long(source)):
            return settling.apart(vm, node, frame, lambda: all_rounds(vm, frame, drawn, source))
        return all_rounds(vm, frame, drawn, source)

    def all_rounds(vm: Vm, frame: Frame, drawn: Value, source: Iterator[Value] | Rounds | Unknown) -> Stop | None:
        if is_async or isinstance(source, Unknown | Rounds):
            stop = in_rounds(vm, frame, source)
            return (orelse(vm, frame) if stop is None else stop) if stop is not ended else None
        progress = settling.Progress(vm)
        try:
            for item in source:
                vm.steps += size
                if vm.steps > vm.limit:
                    vm.pause()
                store(vm, frame, item)
                stop = settling.ended(vm, frame, body(vm, frame)) if vm.looping else body(vm, frame)
                if stop is not None and stop is not again:
                    leaving.left(vm, drawn)
                    return None if stop is ended else stop
                if progress.is_enough(vm):
                    later = settling.later_items(source)
                    if later is not None and vm.importing:
                        return alternatives.loop(vm, node, frame, Unknown(MANY), once(vm, frame))
                    if later is not None:
                        if isinstance(drawn, GeneratorValue):
                            vm.havoc(drawn, MANY)
                        stop = settling.settle(vm, node, frame, later, once(vm, frame), MANY)
                        return (stop or orelse(vm, frame)) if stop is not ended else None
        except Unlisted as raised:
            if raised.depth != len(vm.frames):
                raise
            stop = settling.unlisted(vm, node, frame, drawn, raised, once(vm, frame))
            return (stop or orelse(vm, frame)) if stop is not ended else None
        except Undecided as raised:
            return unknown_loops.skip(vm, node, frame, raised.reason)
        except PyRaise:
            leaving.left(vm, drawn)
            raise
        return orelse(vm, frame)  # type: ignore[no-any-return]

    def in_rounds(vm: Vm, frame: Frame, source: Iterator[Value] | Rounds | Unknown) -> Stop | None:
        if isinstance(source, Rounds) and not is_async:
            return settling.run(vm, node, frame, source, once(vm, frame))
        unknown = source if isinstance(source, Unknown) else Unknown("an asynchronous loop")
        if vm.importing and not is_async:
            return alternatives.loop(vm, node, frame, unknown, once(vm, frame))
        if isinstance(unknown, Several) and not vm.importing:
            return settling.several(vm, node, frame, unknown, once(vm, frame))
        if vm.importing or vm.owners:
            return unknown_loops.skip(vm, node, frame, f"a loop over something unknown: {unknown.reason}")
        return settling.unknown(vm, node, frame, unknown, once(vm, frame))

    def once(vm: Vm, frame: Frame) -> settling.Once:
        def round_(item: Value) -> Stop | None:
            vm.step(size)
            store(vm, frame, item)
            return body(vm, frame)  # type: ignore[no-any-return]

        return round_

    return run


@statement_of(nodes.While)
def _while(unit: Unit, node: nodes.While) -> Run:
    (test, body), size = apart(unit, lambda: (expression(unit, node.test), block(unit, node.body)))
    orelse, span, ended, again = block(unit, node.orelse), node.span, Stop.BREAK, Stop.CONTINUE

    def run(vm: Vm, frame: Frame) -> Stop | None:
        if vm.settling or vm.is_outside:
            return settling.apart(vm, node, frame, lambda: all_rounds(vm, frame))
        return all_rounds(vm, frame)

    def all_rounds(vm: Vm, frame: Frame) -> Stop | None:
        frame.at = span
        count, met, blind, progress = 0, vm.met, 0, settling.Progress(vm)
        while True:
            vm.steps += size
            if vm.steps > vm.limit:
                vm.pause()
            value = test(vm, frame)
            count += 1
            met, blind = vm.met, blind + 1 if vm.met != met else 0
            if blind > unknown_loops.MAX_BLIND:
                return unknown_loops.skip(vm, node, frame, "a loop whose rounds all meet something that is not known")
            if count > unknown_loops.MAX_ROUNDS or (value is not True and unknown_loops.is_open(vm, value)):
                return on_open_condition(vm, frame)
            if value is not True and not vm.truth(value):
                return orelse(vm, frame)  # type: ignore[no-any-return]
            try:
                stop = settling.ended(vm, frame, body(vm, frame)) if vm.looping else body(vm, frame)
            except Undecided as raised:
                return unknown_loops.skip(vm, node, frame, raised.reason)
            if stop is not None and stop is not again:
                return None if stop is ended else stop
            if progress.is_enough(vm):
                if vm.importing:
                    return unknown_loops.skip(vm, node, frame, MANY)
                stop = settling.settle(vm, node, frame, lambda: None, from_the_test(vm, frame), MANY, certain=False)
                return (stop or orelse(vm, frame)) if stop is not ended else None

    def on_open_condition(vm: Vm, frame: Frame) -> Stop | None:
        reason = "a loop whose end is not known"
        if vm.importing or vm.owners:
            return unknown_loops.skip(vm, node, frame, reason)
        stop = settling.any_number(vm, node, frame, lambda: None, to_the_test(vm, frame), reason)
        return (stop or orelse(vm, frame)) if stop is not ended else None

    def to_the_test(vm: Vm, frame: Frame) -> settling.Once:
        """A round that begins after the condition has been looked at: it ends with looking at it again."""

        def round_(item: Value) -> Stop | None:
            vm.step(size)
            stop = body(vm, frame)
            if stop is None or stop is again:
                test(vm, frame)
            return stop  # type: ignore[no-any-return]

        return round_

    def from_the_test(vm: Vm, frame: Frame) -> settling.Once:
        """A round that begins with the condition; one that is certain not to hold is the end."""

        def round_(item: Value) -> Stop | None:
            vm.step(size)
            value = test(vm, frame)
            if value is not True and not unknown_loops.is_open(vm, value) and not vm.truth(value):
                return ended
            return body(vm, frame)  # type: ignore[no-any-return]

        return round_

    return run
