"""`match`: its cases, and patterns, compiled to functions that tell whether a value matches and bind their names."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from convlint.interp.language.compile import names
from convlint.interp.language.compile.unit import Unit, block, expression, longest, statement_of
from convlint.interp.values.code import Run
from convlint.interp.values.scope import Frame
from convlint.interp.values.signals import Stop
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.ir import nodes
from convlint.ir.walking import walk

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

Matches = Callable[["Vm", Frame, Value], bool]


@statement_of(nodes.Match)
def _match(unit: Unit, node: nodes.Match) -> Run:
    subject, span = expression(unit, node.subject), node.span
    tests = [
        (pattern(unit, case.pattern), None if case.guard is None else expression(unit, case.guard))
        for case in node.cases
    ]
    bodies = longest(unit, *[lambda case=case: block(unit, case.body) for case in node.cases])
    cases = [(*test, body) for test, body in zip(tests, bodies, strict=True)]

    def run(vm: Vm, frame: Frame) -> Stop | None:
        frame.at = span
        value = subject(vm, frame)
        for matches, guard, body in cases:
            if matches(vm, frame, value) and (guard is None or vm.truth(guard(vm, frame))):
                return body(vm, frame)  # type: ignore[no-any-return]
        return None

    return run


def pattern(unit: Unit, node: nodes.Pattern) -> Matches:
    """Compile one pattern. What is not known forks."""
    unit.size += 1
    if isinstance(node, nodes.MatchAs):
        return _as(unit, node)
    if isinstance(node, nodes.MatchOr):
        options = [pattern(unit, part) for part in node.patterns]
        return lambda vm, frame, value: any(option(vm, frame, value) for option in options)
    if isinstance(node, nodes.MatchValue):
        expected = expression(unit, node.value)
        return lambda vm, frame, value: vm.truth(vm.compare("==", value, expected(vm, frame)))
    if isinstance(node, nodes.MatchSingleton):
        singleton = node.value
        return lambda vm, frame, value: vm.truth(vm.compare("is", value, singleton))
    if isinstance(node, nodes.MatchSequence):
        return _sequence(unit, node)
    if isinstance(node, nodes.MatchMapping):
        return _mapping(unit, node)
    if isinstance(node, nodes.MatchClass):
        return _class(unit, node)
    return lambda vm, frame, value: True


def _as(unit: Unit, node: nodes.MatchAs) -> Matches:
    inner = None if node.pattern is None else pattern(unit, node.pattern)
    store = None if node.name is None else names.store(unit.names, node.name)

    def run(vm: Vm, frame: Frame, value: Value) -> bool:
        if inner is not None and not inner(vm, frame, value):
            return False
        if store is not None:
            store(vm, frame, value)
        return True

    return run


def _sequence(unit: Unit, node: nodes.MatchSequence) -> Matches:
    stars = [index for index, part in enumerate(node.patterns) if isinstance(part, nodes.MatchStar)]
    parts = [pattern(unit, part) for part in node.patterns if not isinstance(part, nodes.MatchStar)]
    undecided, fixed = _undecided(unit, node), len(parts)
    first = stars[0] if stars else fixed
    star = node.patterns[first] if stars else None
    store = names.store(unit.names, star.name) if isinstance(star, nodes.MatchStar) and star.name is not None else None

    def run(vm: Vm, frame: Frame, value: Value) -> bool:
        cause = value if isinstance(value, Unknown) else vm.taint_of(value)
        if cause is not None:
            return undecided(vm, frame, cause)
        if not isinstance(value, list | tuple) or len(value) < fixed or (not stars and len(value) != fixed):
            return False
        end = len(value) - (fixed - first)
        items = [*value[:first], *value[end:]]
        if not all(part(vm, frame, item) for part, item in zip(parts, items, strict=True)):
            return False
        if store is not None:
            store(vm, frame, list(value[first:end]))
        return True

    return run


def _mapping(unit: Unit, node: nodes.MatchMapping) -> Matches:
    keys, parts = [expression(unit, key) for key in node.keys], [pattern(unit, part) for part in node.patterns]
    undecided = _undecided(unit, node)
    store = None if node.rest is None else names.store(unit.names, node.rest)

    def run(vm: Vm, frame: Frame, value: Value) -> bool:
        cause = value if isinstance(value, Unknown) else vm.taint_of(value)
        if cause is not None:
            return undecided(vm, frame, cause)
        if not isinstance(value, dict):
            return False
        expected = [key(vm, frame) for key in keys]
        for key, part in zip(expected, parts, strict=True):
            if key not in value or not part(vm, frame, value[key]):
                return False
        if store is not None:
            store(vm, frame, {key: item for key, item in value.items() if key not in expected})
        return True

    return run


def _class(unit: Unit, node: nodes.MatchClass) -> Matches:
    cls, named = expression(unit, node.cls), list(node.kwd_attrs)
    by_position, by_name = ([pattern(unit, part) for part in parts] for parts in (node.patterns, node.kwd_patterns))
    undecided, count = _undecided(unit, node), len(node.patterns)

    def run(vm: Vm, frame: Frame, value: Value) -> bool:
        kind = cls(vm, frame)
        if not vm.truth(vm.isinstance(value, kind)):
            return False
        attributes: list[Any] = named
        if count == 1 and isinstance(kind, type):
            if not by_position[0](vm, frame, value):
                return False
            attributes = [MISSING, *named]
        elif count:
            order = vm.list_of(vm.getattr(kind, "__match_args__", ()))
            if isinstance(order, Unknown):
                return undecided(vm, frame, order)
            attributes = [*order[:count], *named]
        for name, part in zip(attributes, [*by_position, *by_name], strict=False):
            if name is MISSING:
                continue
            item = vm.getattr(value, name, MISSING)
            if item is MISSING or not part(vm, frame, item):
                return False
        return True

    return run


def _undecided(unit: Unit, node: nodes.Pattern) -> Callable[[Vm, Frame, Unknown], bool]:
    """Fork on whether an unknown value matches, and bind every name in the pattern to an unknown."""
    inside = [part for part in walk((node,)) if isinstance(part, nodes.MatchAs | nodes.MatchStar | nodes.MatchMapping)]
    bound = [part.rest if isinstance(part, nodes.MatchMapping) else part.name for part in inside]
    stores = [names.store(unit.names, name) for name in bound if name is not None]

    def run(vm: Vm, frame: Frame, cause: Unknown) -> bool:
        if not vm.truth(vm.derived(cause, "match", node)):
            return False
        for store in stores:
            store(vm, frame, Unknown(cause.reason, cause.place))
        return True

    return run
