"""Comprehensions and generator expressions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from convlint.interp.language.calls import generator
from convlint.interp.language.compile.assignments import target
from convlint.interp.language.compile.unit import Unit, apart, expression, expression_of
from convlint.interp.language.forgetting import forget
from convlint.interp.language.iteration import rounds, unlisted
from convlint.interp.values.code import Run
from convlint.interp.values.rounds import Rounds
from convlint.interp.values.scope import Frame, Names, Scope
from convlint.interp.values.signals import Unlisted
from convlint.interp.values.unknown import Unknown, Value
from convlint.ir import nodes
from convlint.ir.walking import walk

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

Clauses = tuple[nodes.Comprehension, ...]
Emit = Callable[[Value], None]
Loop = Callable[["Vm", Frame, Any, Emit], "Unknown | None"]
"""Runs the rounds over a source, the rest of the clauses in each; returns the unknown that an iterable was."""


def _names(unit: Unit, clauses: Clauses) -> Names:
    """What a comprehension binds: its targets. Everything in it but the first iterable is in a scope of its own."""
    bound = {name.id for clause in clauses for name in walk(clause.target) if isinstance(name, nodes.Name)}
    return Names("comprehension", unit.names, frozenset(bound))


def _rounds(unit: Unit, clauses: Clauses, elt: Callable[[Unit], Run]) -> Loop:
    """Compile the rounds of the first clause; its source is given, as it belongs to the scope around."""
    clause, rest = clauses[0], clauses[1:]

    def parts() -> Any:
        store, tests = target(unit, clause.target), [expression(unit, test) for test in clause.ifs]
        if not rest:
            return store, tests, elt(unit), None
        return store, tests, expression(unit, rest[0].iter), _rounds(unit, rest, elt)

    (store, tests, inner, loop), size = apart(unit, parts)

    def run(vm: Vm, frame: Frame, source: Any, emit: Emit) -> Unknown | None:
        for value in source:
            vm.steps += size
            if vm.steps > vm.limit:
                vm.pause()
            store(vm, frame, value)
            for test in tests:
                holds = test(vm, frame)
                if holds is not True and not vm.truth(holds):
                    break
            else:
                if loop is None:
                    emit(inner(vm, frame))
                    continue
                items = vm.iterator(inner(vm, frame))
                if isinstance(items, Unknown):
                    vm.doubt(items)
                    return items
                cause: Unknown | None = loop(vm, frame, items, emit)
                if cause is not None:
                    return cause
        return None

    return run


def _comprehension(
    unit: Unit, node: nodes.ListComp | nodes.SetComp | nodes.DictComp, elt: Callable[[Unit], Run]
) -> Callable[[Vm, Frame], list[Value] | Unknown]:
    """Compile a comprehension to the list of what `elt` gives in each round, or the unknown that an iterable was."""
    clauses = node.generators
    names = _names(unit, clauses)
    first, loop = expression(unit, clauses[0].iter), _rounds(unit.inside(names), clauses, elt)
    skipped = _skipped(node)

    def run(vm: Vm, frame: Frame) -> list[Value] | Unknown:
        inner, drawn = _frame(frame, frame.scope), None
        vm.frames.append(inner)
        try:
            drawn = first(vm, inner)
            source = rounds(vm, drawn)
            certain = source.certain_items() if isinstance(source, Rounds) else source
            if isinstance(certain, Unknown):
                vm.doubt(certain)
                forget(vm, skipped, frame, certain.reason)
                return certain
            inner.scope = Scope({}, frame.scope, names)
            inner.names = inner.scope.names
            made: list[Value] = []
            cause = loop(vm, inner, certain, made.append)
            if isinstance(source, Rounds) and not source.is_exact:
                cause = vm.unknown(f"the items of a {source.name}, one by one")
                vm.doubt(cause)
        except Unlisted as raised:
            cause = unlisted(vm, raised, drawn)
        finally:
            vm.frames.pop()
        if cause is not None:
            forget(vm, skipped, frame, cause.reason)
        return made if cause is None else cause

    return run


def _skipped(node: Any) -> Any:
    """What is not run of a comprehension over something unknown: all but its first iterable, which has been."""
    clauses = node.generators
    known = msgspec.structs.replace(clauses[0], iter=nodes.Constant(clauses[0].span, None))
    return msgspec.structs.replace(node, generators=(known, *clauses[1:]))


def _frame(frame: Frame, scope: Scope) -> Frame:
    inner = Frame(frame.module, scope, frame.function, frame.receiver, frame.owner, frame.at, frame.handling)
    inner.held = frame.held
    return inner


@expression_of(nodes.ListComp)
def _listcomp(unit: Unit, node: nodes.ListComp) -> Run:
    return _comprehension(unit, node, lambda inner: expression(inner, node.elt))


@expression_of(nodes.SetComp)
def _setcomp(unit: Unit, node: nodes.SetComp) -> Run:
    rounds = _comprehension(unit, node, lambda inner: expression(inner, node.elt))

    def run(vm: Vm, frame: Frame) -> Value:
        made = rounds(vm, frame)
        if isinstance(made, Unknown) or any(isinstance(item, Unknown) for item in made):
            return vm.unknown("a set with unknown elements")
        return vm.call(set, [made])

    return run


@expression_of(nodes.DictComp)
def _dictcomp(unit: Unit, node: nodes.DictComp) -> Run:
    def pair(inner: Unit) -> Run:
        key, value = expression(inner, node.key), expression(inner, node.value)
        return lambda vm, frame: (key(vm, frame), value(vm, frame))

    rounds = _comprehension(unit, node, pair)

    def run(vm: Vm, frame: Frame) -> Value:
        made = rounds(vm, frame)
        if isinstance(made, Unknown):
            return made
        result: dict[Any, Value] = {}
        for key, value in made:
            vm.setitem(result, key, value)
        return result

    return run


# --- generator expressions ------------------------------------------------------------------------------


@expression_of(nodes.GeneratorExp)
def _genexp(unit: Unit, node: nodes.GeneratorExp) -> Run:
    """Its first iterable is evaluated at once, the rest as it is consumed."""
    names = _names(unit, node.generators)
    first, loop = expression(unit, node.generators[0].iter), _lazy_rounds(unit.inside(names), node.generators, node.elt)
    skipped = _skipped(node)

    def run(vm: Vm, frame: Frame) -> Value:
        iterable = first(vm, frame)
        source = vm.iterator(iterable)
        if isinstance(source, Unknown):
            vm.doubt(source)
            forget(vm, skipped, frame, source.reason)
            return source
        inner = _frame(frame, Scope({}, frame.scope, names))
        inner.body = skipped
        return generator(vm, inner, loop(vm, inner, source), "<genexpr>", iterable)

    return run


def _lazy_rounds(unit: Unit, clauses: Clauses, elt: nodes.Expr) -> Callable[[Vm, Frame, Any], Iterator[Value]]:
    """Compile the same rounds as a generator of what `elt` gives; an iterable that is not known is given itself."""
    clause, rest = clauses[0], clauses[1:]

    def parts() -> Any:
        store, tests = target(unit, clause.target), [expression(unit, test) for test in clause.ifs]
        if not rest:
            return store, tests, expression(unit, elt), None
        return store, tests, expression(unit, rest[0].iter), _lazy_rounds(unit, rest, elt)

    (store, tests, inner, loop), size = apart(unit, parts)

    def run(vm: Vm, frame: Frame, source: Any) -> Iterator[Value]:
        for value in source:
            vm.steps += size
            if vm.steps > vm.limit:
                vm.pause()
            store(vm, frame, value)
            for test in tests:
                holds = test(vm, frame)
                if holds is not True and not vm.truth(holds):
                    break
            else:
                if loop is None:
                    yield inner(vm, frame)
                    continue
                items = vm.iterator(inner(vm, frame))
                if isinstance(items, Unknown):
                    vm.doubt(items)
                    forget(vm, (elt, rest), frame, items.reason)
                    raise Unlisted(items, len(vm.frames))
                yield from loop(vm, frame, items)

    return run
