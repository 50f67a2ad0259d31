"""What the interpreter believes after a random program is what Python has then, on one of the paths that it takes."""

from __future__ import annotations

import copy
import sys
import types
from collections import deque
from typing import Any

from hypothesis import HealthCheck, given, settings

from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import BoundMethod, Function, GeneratorValue, Native, Partial
from convlint.interp.values.signals import Bound
from convlint.interp.values.unknown import Perhaps, Unknown
from convlint.interp.vm import Vm
from tests.interp.running import follow
from tests.limits import TooLongError
from tests.soundness.random_programs import HEAD, NAMES, programs

ANYTHING = object()
"""What is not known: it goes with whatever Python has."""
MAX_PATHS = 24
KINDS = ("Base", "Child", "C", "Pair")
"""The classes whose objects are compared by what they hold."""
SEEN = (*NAMES, "Base", "Child")


def _unknown(*given: Any) -> Any:
    """Do what nobody knows of: call what can be called, change what can be changed, return the last of it."""
    for value in given:
        if isinstance(value, list):
            value.append(8)
        elif isinstance(value, dict):
            value["new"] = 8
        elif callable(value) and not isinstance(value, type):
            value()
        elif hasattr(value, "x"):
            value.x = 8
    return given[-1] if given else [3, 4]


def _plain(value: Any, depth: int = 0) -> Any:
    """Return what can be compared of a value of Python's."""
    if depth > 4:
        return ANYTHING
    if isinstance(value, list | tuple | deque):
        return type(value).__name__, [_plain(item, depth + 1) for item in value]
    if isinstance(value, dict):
        return "dict", [(_plain(key, depth + 1), _plain(item, depth + 1)) for key, item in value.items()]
    if isinstance(value, set | frozenset):
        return type(value).__name__, sorted(map(repr, [_plain(item, depth + 1) for item in value]))
    if isinstance(value, int | float | str | type(None)):
        return type(value).__name__, value
    if isinstance(value, type):
        held = {name: _plain(getattr(value, name), depth + 1) for name in ("made", "shared") if hasattr(value, name)}
        return "class", value.__name__, held
    if hasattr(value, "x") and type(value).__name__ in KINDS:
        return "object", type(value).__name__, {k: _plain(v, depth + 1) for k, v in vars(value).items()}
    return "other" if callable(value) or isinstance(value, types.GeneratorType) else ANYTHING


def _ours(vm: Vm, value: Any, depth: int = 0) -> Any:
    """Return what can be compared of a value of the interpreter's."""
    if depth > 4 or isinstance(value, Unknown) or vm.taint_of(value) is not None:
        return ANYTHING
    if isinstance(value, list | tuple | deque):
        return type(value).__name__, [_ours(vm, item, depth + 1) for item in value]
    if isinstance(value, dict):
        return "dict", [(_ours(vm, key, depth + 1), _ours(vm, item, depth + 1)) for key, item in value.items()]
    if isinstance(value, set | frozenset):
        parts = [_ours(vm, item, depth + 1) for item in value]
        return type(value).__name__, ANYTHING if _has_anything(parts) else sorted(map(repr, parts))
    if isinstance(value, int | float | str | type(None)):
        return type(value).__name__, value
    if isinstance(value, ClassValue):
        if value.unknown_base is not None:
            return ANYTHING
        return "class", value.name, {name: _ours(vm, value.find(name), depth + 1) for name in ("made", "shared")}
    if isinstance(value, Instance) and value.cls.name in KINDS:
        perhaps = any(isinstance(held, Perhaps) for held in value.attrs.values())
        if value.tainted is not None or value.cls.unknown_base is not None or perhaps:
            return ANYTHING
        return "object", value.cls.name, {k: _ours(vm, v, depth + 1) for k, v in value.attrs.items()}
    return "other" if isinstance(value, Function | BoundMethod | Native | Partial | GeneratorValue) else ANYTHING


def _has_anything(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_anything, value.values()))
    return value is ANYTHING or (isinstance(value, list | tuple) and any(map(_has_anything, value)))


def _fits(ours: Any, theirs: Any) -> bool:
    if ours is ANYTHING or theirs is ANYTHING:
        return True
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(_fits(ours[name], theirs[name]) for name in ours)
    if isinstance(ours, list | tuple) and isinstance(theirs, list | tuple):
        return len(ours) == len(theirs) and all(map(_fits, ours, theirs))
    return bool(ours == theirs)


def _python(source: str) -> dict[str, Any]:
    """Return what the names hold after Python ran a program. Raises TooLongError."""
    names: dict[str, Any] = {"unknown": _unknown, "__name__": "__main__"}
    left = iter(range(20_000))

    def count(frame: object, event: str, arg: object) -> Any:
        if next(left, None) is None:
            raise TooLongError
        return count

    before = sys.gettrace()
    sys.settrace(count)
    try:
        exec(compile(source, "<program>", "exec", dont_inherit=True), names)
    finally:
        sys.settrace(before)
    return {name: _plain(names[name]) if name in names else "unbound" for name in SEEN}


def differing(source: str) -> list[str]:
    """Return what the interpreter believes on each of its paths that Python has not; none if one path is right."""
    try:
        theirs = _python(source)
    except TooLongError:
        return []
    waiting: list[tuple[bool, ...]] = [()]
    found: list[str] = []
    tried = 0
    while waiting:
        choices = waiting.pop()
        tried += 1
        names, vm, ended = follow(source, choices, given={"unknown": Unknown("given")})
        if isinstance(ended, Bound) or tried > MAX_PATHS:
            return []  # nothing is claimed
        if ended is not None:
            found.append(f"ends with {ended}")
        else:
            ours = {name: _ours(vm, names[name]) if name in names else "unbound" for name in SEEN}
            wrong = [name for name in SEEN if not _fits(ours[name], theirs[name])]
            if not wrong:
                return []
            found += [f"{name} is {ours[name]!r} instead of {theirs[name]!r}" for name in wrong]
        taken = vm.taken
        waiting += [(*taken[:at], not taken[at]) for at in range(len(choices), len(taken))]
    return found


def known(source: str) -> int:
    """Return how many of the names have a known value at the end of the first path."""
    names, vm, ended = follow(source, (), given={"unknown": Unknown("given")})
    if ended is not None:
        return 0
    return sum(1 for name in SEEN if name in names and not _has_anything(_ours(vm, names[name])))


@given(programs())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_random_programs(program: str) -> None:
    assert not differing(HEAD + program)


def test_most_is_known() -> None:
    assert known(HEAD) == len(SEEN)
    assert known(HEAD + "l.append(unknown(3))\no.bump(2)\n") >= len(SEEN) - 1


def test_the_test_sees_what_is_wrong() -> None:
    theirs = _python(HEAD)
    assert theirs["a"] == ("int", 3)
    assert not _fits(("int", 4), theirs["a"])
    assert not differing(HEAD + "unknown(l)\n")
    assert copy.copy(differing(HEAD)) == []
