"""Comprehensions and generator expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import convlint.interp.language.evaluate as evaluation
from convlint.interp.values.functions import GeneratorValue
from convlint.interp.values.scope import Frame, Scope
from convlint.interp.values.unknown import Unknown, Value
from convlint.ir import nodes

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def _each(
    vm: Vm, generators: tuple[nodes.Comprehension, ...], frame: Frame, item: Callable[[], Value]
) -> Iterator[Value]:
    """Run the loops of a comprehension, yielding `item()` for each round; an unknown iterable yields itself once."""
    head, rest = generators[0], generators[1:]
    source = vm.iterator(evaluation.evaluate(vm, head.iter, frame))
    if isinstance(source, Unknown):
        vm.doubt(source)
        yield source
        return
    from convlint.interp.language.execute import assign

    for value in source:
        vm.step()
        assign(vm, head.target, value, frame)
        if not all(vm.truth(evaluation.evaluate(vm, test, frame)) for test in head.ifs):
            continue
        if rest:
            yield from _each(vm, rest, frame, item)
        else:
            yield item()


def _inner(frame: Frame) -> Frame:
    """A frame with a scope of its own for a comprehension's targets."""
    scope = Scope({}, frame.scope, "comprehension")
    return Frame(frame.module, scope, frame.function, frame.receiver, frame.owner, frame.at, frame.handling)


def _comprehend(
    vm: Vm, generators: tuple[nodes.Comprehension, ...], frame: Frame, elts: tuple[nodes.Expr, ...]
) -> Value:
    """Return the list of element tuples, or the unknown that an iterable was."""
    inner = _inner(frame)
    vm.frames.append(inner)
    rounds: list[Value] = []
    try:
        for made in _each(vm, generators, inner, lambda: [evaluation.evaluate(vm, elt, inner) for elt in elts]):
            if isinstance(made, Unknown):
                return made
            rounds.append(made)
    finally:
        vm.frames.pop()
    return rounds


def listcomp(vm: Vm, node: nodes.ListComp, frame: Frame) -> Value:
    rounds = _comprehend(vm, node.generators, frame, (node.elt,))
    return rounds if isinstance(rounds, Unknown) else [made[0] for made in rounds]


def setcomp(vm: Vm, node: nodes.SetComp, frame: Frame) -> Value:
    rounds = _comprehend(vm, node.generators, frame, (node.elt,))
    if isinstance(rounds, Unknown) or any(isinstance(made[0], Unknown) for made in rounds):
        return vm.unknown("a set with unknown elements")
    return {made[0] for made in rounds}


def dictcomp(vm: Vm, node: nodes.DictComp, frame: Frame) -> Value:
    rounds = _comprehend(vm, node.generators, frame, (node.key, node.value))
    if isinstance(rounds, Unknown):
        return rounds
    result: dict[Any, Value] = {}
    for key, value in rounds:
        vm.setitem(result, key, value)
    return result


def genexp(vm: Vm, node: nodes.GeneratorExp, frame: Frame) -> Value:
    """A generator expression: its first iterable is evaluated at once, the rest as it is consumed."""
    inner = _inner(frame)
    head = node.generators[0]
    source = vm.iterator(evaluation.evaluate(vm, head.iter, frame))
    if isinstance(source, Unknown):
        vm.doubt(source)
        return source

    def rounds() -> Iterator[Value]:
        from convlint.interp.language.execute import assign

        for value in source:
            vm.step()
            vm.frames.append(inner)
            try:
                assign(vm, head.target, value, inner)
                if not all(vm.truth(evaluation.evaluate(vm, test, inner)) for test in head.ifs):
                    continue
                if len(node.generators) == 1:
                    made = [evaluation.evaluate(vm, node.elt, inner)]
                else:
                    made = list(_each(vm, node.generators[1:], inner, lambda: evaluation.evaluate(vm, node.elt, inner)))
            finally:
                vm.frames.pop()
            yield from made

    return GeneratorValue(rounds(), "<genexpr>")
