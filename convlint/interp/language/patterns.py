"""`match` patterns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.values.scope import Frame
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.ir import nodes
from convlint.ir.walking import walk

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def matches(vm: Vm, pattern: nodes.Pattern, subject: Value, frame: Frame) -> bool:
    """Match one pattern, binding its names; what is not known forks."""
    from convlint.interp.language.evaluate import evaluate

    if isinstance(pattern, nodes.MatchAs):
        if pattern.pattern is not None and not matches(vm, pattern.pattern, subject, frame):
            return False
        _bind(pattern.name, subject, frame)
        return True
    if isinstance(pattern, nodes.MatchOr):
        return any(matches(vm, part, subject, frame) for part in pattern.patterns)
    if isinstance(pattern, nodes.MatchValue):
        return vm.truth(vm.compare("==", subject, evaluate(vm, pattern.value, frame)))
    if isinstance(pattern, nodes.MatchSingleton):
        return vm.truth(vm.compare("is", subject, pattern.value))
    if isinstance(pattern, nodes.MatchSequence):
        return _sequence(vm, pattern, subject, frame)
    if isinstance(pattern, nodes.MatchMapping):
        return _mapping(vm, pattern, subject, frame)
    if isinstance(pattern, nodes.MatchClass):
        return _class(vm, pattern, subject, frame)
    return True


def _bind(name: str | None, value: Value, frame: Frame) -> None:
    if name is not None:
        frame.scope.redirected.get(name, frame.scope).names[name] = value


def _sequence(vm: Vm, pattern: nodes.MatchSequence, subject: Value, frame: Frame) -> bool:
    if isinstance(subject, Unknown):
        return _undecided(vm, pattern, subject, frame)
    if not isinstance(subject, list | tuple) or vm.taint_of(subject) is not None:
        return False
    stars = [index for index, part in enumerate(pattern.patterns) if isinstance(part, nodes.MatchStar)]
    fixed = len(pattern.patterns) - len(stars)
    if len(subject) < fixed or (not stars and len(subject) != fixed):
        return False
    if not stars:
        return all(matches(vm, part, item, frame) for part, item in zip(pattern.patterns, subject, strict=True))
    first, after = stars[0], len(pattern.patterns) - stars[0] - 1
    end = len(subject) - after
    head = zip(pattern.patterns[:first], subject[:first], strict=True)
    tail = zip(pattern.patterns[first + 1 :], subject[end:], strict=True)
    if not all(matches(vm, part, item, frame) for part, item in [*head, *tail]):
        return False
    star = pattern.patterns[first]
    _bind(star.name if isinstance(star, nodes.MatchStar) else None, list(subject[first:end]), frame)
    return True


def _mapping(vm: Vm, pattern: nodes.MatchMapping, subject: Value, frame: Frame) -> bool:
    from convlint.interp.language.evaluate import evaluate

    if isinstance(subject, Unknown):
        return _undecided(vm, pattern, subject, frame)
    if not isinstance(subject, dict):
        return False
    keys = [evaluate(vm, key, frame) for key in pattern.keys]
    for key, part in zip(keys, pattern.patterns, strict=True):
        if key not in subject or not matches(vm, part, subject[key], frame):
            return False
    _bind(pattern.rest, {key: value for key, value in subject.items() if key not in keys}, frame)
    return True


def _class(vm: Vm, pattern: nodes.MatchClass, subject: Value, frame: Frame) -> bool:
    from convlint.interp.language.evaluate import evaluate

    kind = evaluate(vm, pattern.cls, frame)
    if not vm.truth(vm.isinstance(subject, kind)):
        return False
    names = list(pattern.kwd_attrs)
    if pattern.patterns:
        if isinstance(kind, type) and len(pattern.patterns) == 1:
            return matches(vm, pattern.patterns[0], subject, frame)
        order = vm.list_of(vm.getattr(kind, "__match_args__", ()))
        if isinstance(order, Unknown):
            return _undecided(vm, pattern, order, frame)
        names = [*order[: len(pattern.patterns)], *names]
    for name, part in zip(names, pattern.patterns + pattern.kwd_patterns, strict=False):
        value = vm.getattr(subject, name, MISSING)
        if value is MISSING or not matches(vm, part, value, frame):
            return False
    return True


def _undecided(vm: Vm, pattern: nodes.Pattern, cause: Unknown, frame: Frame) -> bool:
    """Fork on whether an unknown subject matches, and bind every name in the pattern to an unknown."""
    if not vm.truth(vm.derived(cause, "match", pattern)):
        return False
    for inner in walk((pattern,)):
        if isinstance(inner, nodes.MatchAs | nodes.MatchStar):
            _bind(inner.name, Unknown(cause.reason, cause.place), frame)
        elif isinstance(inner, nodes.MatchMapping):
            _bind(inner.rest, Unknown(cause.reason, cause.place), frame)
    return True
