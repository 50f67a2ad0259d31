"""`match`: its cases, and patterns, compiled to functions that tell whether a value matches and bind their names."""

from __future__ import annotations

import collections
import collections.abc
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from convlint.interp.language import absent, keys, kinds
from convlint.interp.language.compile import names
from convlint.interp.language.compile.unit import Unit, block, expression, longest, statement_of
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.code import Run
from convlint.interp.values.functions import Native
from convlint.interp.values.scope import Frame
from convlint.interp.values.signals import Stop
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.ir import nodes
from convlint.ir.walking import walk

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

THEMSELVES = (bool, bytearray, bytes, dict, float, frozenset, int, list, set, str, tuple)
"""Types of which a class pattern takes one positional pattern, for the value itself."""
MAX_ITEMS = 100_000
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
        value = _collection(vm, value, collections.abc.Sequence)
        cause = value if isinstance(value, Unknown) else vm.taint_of(value)
        if cause is not None:
            return undecided(vm, frame, cause)
        if value is None or len(value) < fixed or (not stars and len(value) != fixed):
            return False
        value = list(value) if isinstance(value, collections.deque) else value
        end = len(value) - (fixed - first)
        items = [*value[:first], *value[end:]]
        if not all(part(vm, frame, item) for part, item in zip(parts, items, strict=True)):
            return False
        if store is not None:
            inner = value[first:end]
            store(vm, frame, list(inner) if len(inner) <= MAX_ITEMS else vm.unknown("a list that is too long"))
        return True

    return run


def _collection(vm: Vm, value: Value, kind: type) -> Value:
    """Return what a sequence or mapping pattern looks into: a list, tuple, range, deque or dict; None for what is none.

    What objects of a class of the program hold is known where they leave it to the type that they extend.
    """
    if isinstance(value, Unknown):
        return value
    plain = (list, tuple, range, collections.deque) if kind is collections.abc.Sequence else (dict,)
    if isinstance(value, Instance):
        own = any(value.cls.find(name) is not MISSING for name in ("__len__", "__getitem__", "__iter__", "get", "keys"))
        if isinstance(value.payload, plain) and not own and value.tainted is None:
            return value.payload
        counts = vm.isinstance(value, kind)
        return None if counts is False else vm.unknown(f"what a pattern finds in a `{value.cls.name}` object")
    if isinstance(value, plain):
        return value
    counts = vm.isinstance(value, kind) if not isinstance(value, str | bytes | bytearray) else False
    return None if counts is False else vm.unknown("what a pattern finds in a collection that is not modelled")


def _mapping(unit: Unit, node: nodes.MatchMapping) -> Matches:
    wanted, parts = [expression(unit, key) for key in node.keys], [pattern(unit, part) for part in node.patterns]
    undecided = _undecided(unit, node)
    store = None if node.rest is None else names.store(unit.names, node.rest)

    def run(vm: Vm, frame: Frame, value: Value) -> bool:
        value = _collection(vm, value, collections.abc.Mapping)
        cause = value if isinstance(value, Unknown) else vm.taint_of(value)
        if cause is not None:
            return undecided(vm, frame, cause)
        if value is None:
            return False
        found: dict[Any, None] = {}
        for key in wanted:
            place = keys.find(vm, value, key(vm, frame))
            if isinstance(place, Unknown) and place not in value:
                return undecided(vm, frame, place)
            if place in found:
                vm.throw(ValueError, "mapping pattern checks duplicate key")
            if place is MISSING:
                return False
            found[place] = None
        if not all(part(vm, frame, value[place]) for place, part in zip(found, parts, strict=True)):
            return False
        if store is not None:
            store(vm, frame, {key: item for key, item in value.items() if key not in found})
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
        if count == 1 and _matches_itself(vm, kind):
            if not by_position[0](vm, frame, value):
                return False
            attributes = [MISSING, *named]
        elif count:
            order = vm.getattr(kind, "__match_args__", ())
            if isinstance(order, Unknown):
                return undecided(vm, frame, order)
            _check_order(vm, order, count, named)
            attributes = [*order[:count], *named]
        for name, part in zip(attributes, [*by_position, *by_name], strict=False):
            if name is MISSING:
                continue
            item = vm.getattr(value, name, MISSING)
            there = vm.hasattr(value, name) if isinstance(item, Unknown) else True
            if isinstance(there, Unknown):
                return undecided(vm, frame, there)
            if item is MISSING or not part(vm, frame, item):
                return False
        return True

    return run


def _matches_itself(vm: Vm, kind: Value) -> bool:
    """Whether the one positional pattern of a class pattern is for the value itself."""
    if isinstance(kind, ClassValue):
        return kind.native_base in THEMSELVES and kind.find("__match_args__") is MISSING
    host = kinds.host_object(kind) if isinstance(kind, Native) else kind
    return isinstance(host, type) and issubclass(host, THEMSELVES)


def _check_order(vm: Vm, order: Value, count: int, named: list[str]) -> None:
    """Raise what Python raises of a class whose `__match_args__` do not fit a pattern."""
    if not isinstance(order, tuple):
        absent.refused(vm, "__match_args__ must be a tuple")
    if count > len(order):
        absent.refused(vm, f"accepts {len(order)} positional sub-patterns ({count} given)")
    taken = [*order[:count], *named]
    if any(not isinstance(name, str | Unknown) for name in taken):
        absent.refused(vm, "__match_args__ elements must be strings")
    if len(set(taken)) < len(taken):
        absent.refused(vm, "got multiple sub-patterns for an attribute")


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
