"""`str`, `bytes` and `bytearray`: constructors and methods, lifted with bounds on what they make."""

from __future__ import annotations

import itertools
import re
import string
from collections.abc import Iterator
from typing import TYPE_CHECKING

from convlint.interp.language import absent, results
from convlint.interp.natives.lifting import (
    MAX_TEXT,
    Guard,
    items_of,
    lift,
    lift_methods,
    not_followed,
    number,
    opaque,
    plain,
    take,
)
from convlint.interp.natives.registry import add_value, constructor, method, native
from convlint.interp.values.classes import Instance
from convlint.interp.values.functions import Function
from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAX_WIDTH = 10_000

for kind in (str, bytes, bytearray):
    add_value(f"builtins.{kind.__name__}", kind)


def _fits(text: str | bytes, width: int, *rest: object) -> bool:
    return width <= MAX_TEXT


def _replaced(text: str, old: str, new: str, count: int = -1) -> bool:
    places = text.count(old) if count < 0 else min(count, text.count(old))
    return len(text) + places * len(new) <= MAX_TEXT


def _expanded(text: str, tabsize: int = 8) -> bool:
    return len(text) * max(tabsize, 1) <= MAX_TEXT


def _translated(text: str, table: dict[int, object]) -> bool:
    return len(text) * max([1, *(len(new) for new in table.values() if isinstance(new, str))]) <= MAX_TEXT


GUARDS: dict[str, Guard] = {
    "center": _fits,
    "expandtabs": _expanded,
    "ljust": _fits,
    "replace": _replaced,
    "rjust": _fits,
    "translate": _translated,
    "zfill": _fits,
}
SHARED = (
    "capitalize center count endswith expandtabs find index isalnum isalpha isascii isdigit islower isspace istitle "
    "isupper ljust lower lstrip maketrans partition removeprefix removesuffix replace rfind rindex rjust rpartition "
    "rsplit rstrip split splitlines startswith strip swapcase title translate upper zfill"
)
lift_methods(str, SHARED + " casefold encode isdecimal isidentifier isnumeric isprintable", GUARDS)
lift_methods(bytes, SHARED + " decode hex fromhex", GUARDS)


@constructor(str)
def make_str(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args and not kwargs:
        return ""
    if len(args) == 1 and not kwargs:
        made = _own_text(vm, args[0], "__str__", "__repr__")
        return vm.format(args[0], "", "s") if made is MISSING else made
    return lift("str", str)(vm, args, kwargs)


@native("builtins.repr")
def representation(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (value,) = take(vm, "repr", args, kwargs, "obj")
    made = _own_text(vm, value, "__repr__")
    return vm.format(value, "", "r") if made is MISSING else made


def _own_text(vm: Vm, value: Value, *names: str) -> Value:
    """Return what a method of the program gives for a text, which may be an object of a class that derives from it."""
    name = next((one for one in names if isinstance(value, Instance) and value.cls.find(one) is not MISSING), "")
    if not name or not isinstance(value.cls.find(name), Function):
        return MISSING
    made = vm.call(vm.special(value, name))
    return made if isinstance(made, Instance) and isinstance(made.payload, str) else results.text(vm, made)


@native("builtins.format")
def formatted(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value, spec = take(vm, "format", args, kwargs, "value", format_spec="")
    return format_with(vm, value, spec)


def format_with(vm: Vm, value: Value, spec: Value, conversion: str = "") -> str | Unknown:
    """Format one value; a width or precision out of bounds is not tried."""
    spec = plain(vm, spec)
    if not isinstance(spec, str):
        return opaque(vm, "format", [spec])
    if any(int(digits) > MAX_WIDTH for digits in re.findall(r"\d{1,9}", spec)):
        return vm.unknown("a text with a very large width")
    return vm.format(value, spec, conversion)


@constructor(bytes)
def make_bytes(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args and isinstance(args[0], Instance) and args[0].cls.find("__bytes__") is not MISSING:
        return vm.call(vm.special(args[0], "__bytes__"), [])
    if len(args) == 1 and not kwargs and not isinstance(number(vm, args[0]), int | bytes):
        items = items_of(vm, "bytes", args[0])
        return items if isinstance(items, Unknown) else lift("bytes", bytes)(vm, [items], {})
    return lift("bytes", bytes, lambda size=b"", *rest, **named: not isinstance(size, int) or size <= MAX_TEXT)(
        vm, args, kwargs
    )


@constructor(bytearray)
def make_bytearray(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    made = make_bytes(vm, args, kwargs)
    return bytearray(made) if isinstance(made, bytes) else made


@method(str, "join")
def join(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    separator, iterable = take(vm, "join", args, kwargs, "self", "iterable")
    items = items_of(vm, "join", iterable)
    separator = plain(vm, separator)
    if isinstance(items, Unknown) or not isinstance(separator, str):
        return opaque(vm, "join", [items, separator])
    parts = [plain(vm, item) for item in items]
    if sum(len(part) + len(separator) for part in parts if isinstance(part, str)) > MAX_TEXT:
        return vm.unknown("the text is too long")
    if not all(isinstance(part, str) for part in parts):
        return lift("join", str.join)(vm, [separator, parts], {})
    return separator.join(parts)


@method(str, "format")
def format_text(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    text = plain(vm, args[0])
    if not isinstance(text, str):
        return opaque(vm, "format", [text])
    return _fill(vm, text, args[1:], kwargs, itertools.count())


@method(str, "format_map")
def format_map(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    text, mapping = take(vm, "format_map", args, kwargs, "self", "mapping")
    if isinstance(mapping, Instance):
        return not_followed(vm, "`format_map` with an object of a class of the program", args, kwargs)
    text, mapping = plain(vm, text), plain(vm, mapping)
    if not isinstance(text, str) or not isinstance(mapping, dict) or vm.taint_of(mapping) is not None:
        return opaque(vm, "format_map", [text, mapping])
    return _fill(vm, text, None, mapping, itertools.count())


def _fill(vm: Vm, text: str, args: list[Value] | None, kwargs: dict[str, Value], position: Iterator[int]) -> Value:
    """Fill in the fields one by one, through the program's own attributes and formatting.

    Fields without a number are counted, those inside of a format as well.
    """
    parts: list[str] = []
    try:
        fields = list(string.Formatter().parse(text))
    except ValueError as error:
        vm.throw(ValueError, str(error))
    for literal, name, spec, conversion in fields:
        parts.append(literal)
        if name is None:
            continue
        if not name or name[0] in ".[":
            name = f"{next(position)}{name}"
        value = _field(vm, name, args, kwargs)
        filled = _fill(vm, spec, args, kwargs, position) if spec and "{" in spec else spec
        made = format_with(vm, value, filled, conversion or "")
        if isinstance(made, Unknown):
            return made
        parts.append(made)
    return "".join(parts) if sum(map(len, parts)) <= MAX_TEXT else vm.unknown("the text is too long")


def _field(vm: Vm, name: str, args: list[Value] | None, kwargs: dict[str, Value]) -> Value:
    first, rest = re.match(r"([^.\[]*)(.*)", name, re.DOTALL).groups()  # type: ignore[union-attr]
    if re.search(r"\d{18}", name):
        vm.throw(ValueError, "Too many decimal digits in format string")
    if first.isdigit():
        if args is None:
            vm.throw(ValueError, "Format string contains positional fields")
        if int(first) >= len(args):
            vm.throw(IndexError, f"Replacement index {first} out of range for positional args tuple")
        value = args[int(first)]
    elif first in kwargs:
        value = kwargs[first]
    else:
        absent.no_key(vm, first)
    if not re.fullmatch(r"(\.[^.\[]+|\[[^\]]+\])*", rest):
        vm.throw(ValueError, "Empty attribute in format string")
    for attribute, item in re.findall(r"\.([^.\[]+)|\[([^\]]+)\]", rest):
        value = vm.getattr(value, attribute) if attribute else vm.getitem(value, int(item) if item.isdigit() else item)
    return value
