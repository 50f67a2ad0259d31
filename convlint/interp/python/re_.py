"""`re`, and `regex` where it means the same: lifted, unless a pattern could take too long on its text."""

from __future__ import annotations

import importlib
import math
import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING, Any

try:
    sre_parse = importlib.import_module("re._parser")
except ImportError:  # Python 3.10
    sre_parse = importlib.import_module("sre_parse")

from convlint.interp.language import absent, kinds
from convlint.interp.natives.lifting import fitted, lift, opaque, plain, run
from convlint.interp.natives.registry import add_value, method, native
from convlint.interp.values.functions import BoundMethod, Function, GeneratorValue, Native, Partial
from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAX_PATTERN = 2_000
MAX_NESTED_TEXT = 20
MAX_PACKAGED_TEXT = 20_000
MAX_WORK = 1e7
FEW = 8
"""A repeat of at most this many is not counted as one."""

FLAGS = "A ASCII I IGNORECASE L LOCALE M MULTILINE S DOTALL X VERBOSE U UNICODE NOFLAG DEBUG"
MODULES = ("re", "regex")
OF_REGEX_ONLY = re.compile(
    r"""
    \\[pPXmMGKRhLNQE]                          # escapes of its own
    | \[\[ | \[: | -- | && | \|\| | ~~           # sets in sets, and what they are combined by
    | \{\s*[a-z<]                              # errors that a match may have
    | \(\?(?![:=!<PimsxauL#-]) | \(\?<(?![=!])  # groups of its own
    | \(\* | [+*?}][+]                         # verbs, possessive repeats
    """,
    re.VERBOSE,
)
"""What `regex` may understand where `re` understands something else, or nothing."""
for _module in MODULES:
    add_value(f"{_module}.Pattern", re.Pattern)
    add_value(f"{_module}.Match", re.Match)
    add_value(f"{_module}.error", re.error)
    for name in FLAGS.split():
        if hasattr(re, name):
            add_value(f"{_module}.{name}", getattr(re, name))


def is_quick(pattern: re.Pattern[Any], text: str | bytes) -> bool:
    """Tell whether backtracking is bounded: with k unbounded repeats in a row a match tries up to n^k/k! ways."""
    repeats, nested = _repeats_of(pattern)
    if nested and len(text) > MAX_NESTED_TEXT:
        return False
    ways = repeats + 1  # and a search starts at each place
    return bool(len(text) ** ways / math.factorial(ways) <= MAX_WORK)


@lru_cache(maxsize=512)
def _repeats_of(pattern: re.Pattern[Any]) -> tuple[int, bool]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _repeats(sre_parse.parse(pattern.pattern, pattern.flags & ~re.DEBUG))


def _was_run_before(vm: Vm, text: str | bytes) -> bool:
    """Whether an installed package searches a text while it is imported: who imports it waits for the same search."""
    packaged = vm.importing > 0 and bool(vm.frames) and vm.program.is_packaged(vm.frame.module)
    return packaged and len(text) <= MAX_PACKAGED_TEXT


def _repeats(parsed: Any) -> tuple[int, bool]:
    """Return how many unbounded repeats there are, and whether one has a choice inside: an alternative or a repeat."""
    total, nested = 0, False
    for op, argument in parsed:
        if str(op) in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            _, most, body = argument
            inner, inner_nested = _repeats(body)
            counted = most > FEW
            total += inner + counted
            nested = nested or inner_nested or (counted and _has_choice(body))
        else:
            for part in _subpatterns(argument):
                inner, inner_nested = _repeats(part)
                total += inner
                nested = nested or inner_nested
    return total, nested


def _has_choice(parsed: Any) -> bool:
    for op, argument in parsed:
        if str(op) == "BRANCH" or ("REPEAT" in str(op) and argument[0] != argument[1]):
            return True
        if any(_has_choice(part) for part in _subpatterns(argument)):
            return True
    return False


def _subpatterns(argument: Any) -> list[Any]:
    if isinstance(argument, sre_parse.SubPattern):
        return [argument]
    if isinstance(argument, tuple | list):
        return [part for item in argument for part in _subpatterns(item)]
    return []


def _compiled(vm: Vm, module: str, pattern: Value, flags: Value = 0) -> Value:
    """Return a real pattern, or unknown."""
    pattern = plain(vm, pattern)
    if isinstance(pattern, re.Pattern):
        return pattern
    if not isinstance(pattern, str | bytes) or not isinstance(flags, int):
        return opaque(vm, "re.compile", [pattern, flags])
    if len(pattern) > MAX_PATTERN:
        return vm.unknown("a long regular expression")
    if module == "regex" and not _is_shared(pattern):
        return vm.unknown("a regular expression that only `regex` may understand")
    return run(vm, "re.compile", re.compile, pattern, int(flags) & ~re.DEBUG)


def _is_shared(pattern: str | bytes) -> bool:
    """Whether a pattern means the same to `regex` as to `re`."""
    if isinstance(pattern, bytes) or OF_REGEX_ONLY.search(pattern):
        return False
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


def _compiling(module: str) -> None:
    @native(f"{module}.compile")
    def compile_pattern(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return _compiled(vm, module, *args, **kwargs)


def _apply(vm: Vm, name: str, pattern: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if isinstance(pattern, Unknown):
        return opaque(vm, f"re.{name}", [pattern, *args])
    if name in ("sub", "subn"):
        made = fitted(args, kwargs, ("repl", "string"), {"count": 0})
        if made is not None and isinstance(made[0], Function | BoundMethod | Partial):
            return _by_function(vm, name, pattern, *made)
    known = [plain(vm, value) for value in args]
    named = {key: plain(vm, value) for key, value in kwargs.items()}
    if not all(vm.is_concrete(value) for value in (*known, *named.values())):
        return opaque(vm, f"re.{name}", known, named)
    text = named.get("string", known[-1] if name in ("sub", "subn") and len(known) == 2 else None)
    if text is None:
        at = 1 if name in ("sub", "subn") else 0
        text = known[at] if len(known) > at else None
    if isinstance(text, str | bytes) and not (_was_run_before(vm, text) or is_quick(pattern, text)):
        return vm.unknown("a regular expression that may take very long")
    return run(vm, f"re.{name}", getattr(pattern, name), *known, **named)


def _by_function(vm: Vm, name: str, pattern: re.Pattern[Any], function: Value, text: Value, count: Value) -> Value:
    """Replace each match by what a function of the program gives for it."""
    text, count = plain(vm, text), plain(vm, count)
    known = isinstance(text, str | bytes) and isinstance(count, int)
    known = known and (_was_run_before(vm, text) or is_quick(pattern, text))
    if not known:
        return opaque(vm, f"re.{name}", [function, text, count])
    unknown: list[Value] = []

    def replaced(match: re.Match[Any]) -> Any:
        vm.step()
        made = plain(vm, vm.call(function, [match]))
        if isinstance(made, type(text)):
            return made
        unknown.append(made)
        return text[:0]

    result = getattr(pattern, name)(replaced, text, count)
    if not unknown:
        return result
    wrong = next((made for made in unknown if kinds.python_type(made) is not None), MISSING)
    if wrong is not MISSING:
        absent.refused(vm, f"expected str instance, {absent.kind_of(wrong)} found")
    return vm.unknown(f"what `re.{name}` puts in the place of matches")


def _register(name: str, takes_flags_at: int) -> None:
    for module in MODULES:
        _function(module, name, takes_flags_at)

    @method(re.Pattern, name)
    def bound(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return _result(_apply(vm, name, args[0], args[1:], kwargs))


def _function(module: str, name: str, takes_flags_at: int) -> None:
    @native(f"{module}.{name}")
    def function(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        flags = kwargs.pop("flags", args[takes_flags_at] if len(args) > takes_flags_at else 0)
        pattern = _compiled(vm, module, kwargs.pop("pattern") if "pattern" in kwargs else args.pop(0), flags)
        return _result(_apply(vm, name, pattern, args[: takes_flags_at - 1], kwargs))


def _result(value: Value) -> Value:
    return (
        value
        if isinstance(value, list | tuple | str | bytes | re.Match | Unknown | None)
        else GeneratorValue(iter(list(value)))
    )


for _name, _flags_at in (("match", 2), ("search", 2), ("fullmatch", 2), ("findall", 2), ("finditer", 2), ("split", 3)):
    _register(_name, _flags_at)
for _name in ("sub", "subn"):
    _register(_name, 4)
for _module in MODULES:
    _compiling(_module)
add_value("re.escape", Native("re.escape", lift("re.escape", re.escape)))
add_value("re.purge", Native("re.purge", lambda vm, args, kwargs: None))


def _match_method(name: str) -> None:
    @method(re.Match, name)
    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if not all(vm.is_concrete(value) for value in (*args[1:], *kwargs.values())):
            return opaque(vm, name, args[1:], kwargs)
        return run(vm, name, getattr(args[0], name), *args[1:], **kwargs)


for _name in ("group", "groups", "groupdict", "start", "end", "span", "expand", "__getitem__"):
    _match_method(_name)
