"""Builtins that make or walk iterables: `range`, `zip`, `map`, `sorted`, `iter`, `next` …"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from convlint.interp.language import absent
from convlint.interp.language.iteration import by_index, doubt_of, made_by, rounds
from convlint.interp.natives.lifting import index_of, items_of, number, opaque, take
from convlint.interp.natives.registry import add_value, constructor, native
from convlint.interp.python.builtins.generators import resumed
from convlint.interp.values.classes import Instance
from convlint.interp.values.functions import GeneratorValue
from convlint.interp.values.numbers import Ratio
from convlint.interp.values.rounds import Rounds
from convlint.interp.values.scope import Frame
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.symbolic import Dim, SymbolKind, ceil_div, symbol

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

ITERATED = (GeneratorValue, Instance)
"""Values that change when one draws from them."""

add_value("builtins.range", range)


@constructor(range)
def make_range(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A range with symbolic ends and a known length is a tuple of its items."""
    bounds = [number(vm, value) for value in args]
    if not 1 <= len(args) <= 3 or kwargs:
        absent.refused(vm, f"range expected at least 1 argument, got {len(args)}")
    if any(isinstance(value, float | Ratio) for value in bounds):
        absent.refused(vm, "'float' object cannot be interpreted as an integer")
    if any(isinstance(value, Dim) for value in bounds):
        return _symbolic_range(vm, *([0, *bounds] if len(bounds) == 1 else bounds))
    known = [index_of(vm, value) for value in bounds]
    unknown = next((value for value in known if isinstance(value, Unknown)), None)
    if unknown is not None:
        return opaque(vm, "range", [unknown])
    try:
        return range(*known)  # type: ignore[arg-type]
    except ValueError as error:
        raise PyRaise(error.with_traceback(None)) from None


def _symbolic_range(vm: Vm, start: Value, stop: Value, step: Value = 1) -> Value:
    if isinstance(step, int) and step > 0 and not isinstance(start, Unknown) and not isinstance(stop, Unknown):
        count = ceil_div(vm.assumptions.simplify(stop - start), step)
        if isinstance(count, int) and count <= 1000:
            return tuple(start + index * step for index in range(count))
    return vm.unknown("a range of symbolic length")


@native("builtins.enumerate")
def enumerated(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    iterable, start = take(vm, "enumerate", args, kwargs, "iterable", start=0)
    if not isinstance(start, Unknown | Dim | Instance):
        index_of(vm, start)
    source = rounds(vm, iterable)
    if isinstance(source, Unknown):
        return source
    if isinstance(source, Rounds):
        return source.mapped(lambda item, index: (_number(vm, source, start, index), item), "enumerate")
    return GeneratorValue(_numbered(vm, source, start), "enumerate", holds=(iterable,))


def _number(vm: Vm, source: Rounds, start: Value, index: int | None) -> Value:
    """The number of an item, where it is known which one it is."""
    if index is None:
        return symbol("?", SymbolKind.UNKNOWN, f"the number of an item of a {source.name}")
    return vm.binary("+", start, index) if start != 0 else index


def _numbered(vm: Vm, source: Iterator[Value], start: Value) -> Iterator[Value]:
    for offset, item in enumerate(source):
        yield (vm.binary("+", start, offset) if start != 0 else offset, item)


@native("builtins.zip")
def zipped(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    strict = kwargs.get("strict", False)
    together = _together(vm, args)
    if together is not None:
        return together
    sources = _iterators(vm, args)
    if isinstance(sources, Unknown):
        return sources
    return GeneratorValue(_zip(vm, sources, vm.truth(strict)), "zip", holds=tuple(args))


def _together(vm: Vm, iterables: list[Value]) -> Rounds | Unknown | None:
    """Return rounds over the first items of several iterables, None if none of them goes in rounds."""
    sources = [rounds(vm, iterable) for iterable in iterables]
    loops = [source for source in sources if isinstance(source, Rounds) and not source.is_exact]
    if not loops:
        return None
    known: list[Iterator[Value] | Rounds] = []
    for source in sources:
        if isinstance(source, Unknown):
            return source
        known.append(source)
    first = [next(source.iterator if isinstance(source, Rounds) else source, MISSING) for source in known]
    items = [] if MISSING in first else [tuple(first)]

    def another() -> Value:
        row = (source.another() if isinstance(source, Rounds) else next(source, MISSING) for source in known)
        return tuple(row)

    return Rounds(iter(items), "zip", another, None if items else 0)


def _iterators(vm: Vm, iterables: list[Value]) -> list[Iterator[Value]] | Unknown:
    sources: list[Iterator[Value]] = []
    unknown: Unknown | None = None
    for iterable in iterables:
        source = vm.iterator(iterable)
        if isinstance(source, Unknown):
            unknown = source
        else:
            sources.append(source)
    return sources if unknown is None else not_drawn(vm, unknown, iterables)


def not_drawn(vm: Vm, cause: Unknown, given: list[Value]) -> Unknown:
    """Return why an iterable is not known: how often functions are called and iterators drawn from is not known."""
    drawn = tuple(value for value in given if isinstance(value, ITERATED))
    if drawn:
        vm.havoc(drawn, cause.reason)
    vm.may_call_any([value for value in given if not isinstance(value, ITERATED)], cause.reason)
    return cause


def _zip(vm: Vm, sources: list[Iterator[Value]], strict: bool) -> Iterator[Value]:
    while sources:
        vm.step()
        row = []
        for position, source in enumerate(sources):
            item = next(source, MISSING)
            if item is MISSING:
                if strict and (position or any(next(other, MISSING) is not MISSING for other in sources[1:])):
                    vm.throw(ValueError, "zip() arguments differ in length")
                return
            row.append(item)
        yield tuple(row)


@native("builtins.map")
def mapped(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) < 2:
        absent.refused(vm, "map() must have at least two arguments.")
    function = args[0]
    only = rounds(vm, args[1]) if len(args) == 2 else None
    if isinstance(only, Rounds):
        return only.mapped(lambda item, index: vm.call(function, [item], {}), "map")
    sources = _iterators(vm, args[1:])
    if isinstance(sources, Unknown):
        return not_drawn(vm, sources, [function])
    return GeneratorValue(
        (vm.call(function, list(row), {}) for row in _zip(vm, sources, False)), "map", holds=tuple(args)
    )


@native("builtins.filter")
def filtered(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    function, iterable = take(vm, "filter", args, kwargs, "function", "iterable")
    source = vm.iterator(iterable)
    if isinstance(source, Unknown):
        return not_drawn(vm, source, [function])
    kept = (item for item in source if vm.truth(item if function is None else vm.call(function, [item], {})))
    return GeneratorValue(kept, "filter", holds=(function, iterable))


@native("builtins.reversed")
def backwards(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (value,) = take(vm, "reversed", args, kwargs, "sequence")
    if isinstance(value, Instance) and value.cls.find("__reversed__") is not MISSING:
        return vm.call(vm.special(value, "__reversed__"), [])
    if isinstance(value, Instance) and value.payload is None and value.cls.unknown_base is None:
        return _reversed_object(vm, value)
    if isinstance(value, GeneratorValue | set | frozenset):
        absent.refused(vm, f"'{type(value).__name__}' object is not reversible")
    if isinstance(value, list) and vm.taint_of(value) is None:
        return GeneratorValue(_from_end(value), "reversed", holds=(value,))
    items = items_of(vm, "reversed", value)
    return items if isinstance(items, Unknown) else GeneratorValue(iter(items[::-1]), "reversed", holds=(value,))


def _reversed_object(vm: Vm, value: Instance) -> Value:
    """`reversed` of an object that only has a length and items: it ends at the first that is not there."""
    methods = [vm.special(value, name, MISSING) for name in ("__len__", "__getitem__")]
    if MISSING in methods:
        return absent.lacks(vm, value, f"'{value.cls.name}' object is not reversible")
    size = vm.call(methods[0]) if not any(isinstance(method, Unknown) for method in methods) else None
    if not isinstance(size, int):
        return vm.unknown("the items of an object, backwards")

    return GeneratorValue(by_index(vm, value, range(size - 1, -1, -1)), "reversed", holds=(value,))


def _from_end(items: list[Value]) -> Iterator[Value]:
    """Go through a list backwards, which may become shorter meanwhile."""
    index = len(items) - 1
    while 0 <= index < len(items):
        yield items[index]
        index -= 1


@native("builtins.sorted")
def in_order(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if len(args) != 1:
        absent.refused(vm, f"sorted expected 1 argument, got {len(args)}")
    iterable, key, reverse = take(vm, "sorted", args, kwargs, "iterable", key=None, reverse=False)
    items = items_of(vm, "sorted", iterable)
    return not_drawn(vm, items, [key]) if isinstance(items, Unknown) else sort(vm, items, key, vm.truth(reverse))


class _NotKnownError(Exception):
    """The order of two values is not known."""


class _Place(Struct, frozen=True):
    """One of the values to be sorted, which Python's own sort asks whether it is less than another."""

    vm: Vm
    key: Value
    item: Value

    def __lt__(self, other: _Place) -> bool:
        less = self.vm.truth_of(self.vm.compare("<", self.key, other.key))
        if less is True or less is False:
            return less
        raise _NotKnownError


def sort(vm: Vm, items: list[Value], key: Value, reverse: bool) -> list[Value] | Unknown:
    """Return the items in order, stable as Python's sort is; unknown where a comparison is."""
    vm.step(len(items))
    places = [_Place(vm, item if key is None else vm.call(key, [item], {}), item) for item in items]
    try:
        if all(vm.is_concrete(place.key) for place in places):
            places.sort(key=lambda place: place.key, reverse=reverse)
        else:
            places.sort(reverse=reverse)
    except _NotKnownError:
        return vm.unknown("the order of values that are not known")
    except TypeError as error:
        raise PyRaise(error.with_traceback(None)) from None
    return [place.item for place in places]


@native("builtins.iter")
def iterate(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value, sentinel = take(vm, "iter", args, kwargs, "object", sentinel=MISSING)
    if sentinel is not MISSING:
        return GeneratorValue(_until(vm, value, sentinel), "callable_iterator", holds=(value,))
    if isinstance(value, GeneratorValue):
        return value
    if isinstance(value, Instance) and value.cls.find("__iter__") is not MISSING:
        return made_by(vm, value, vm.special(value, "__iter__"))
    source = vm.iterator(value)
    return source if isinstance(source, Unknown) else GeneratorValue(source, "iterator", holds=(value,))


def _until(vm: Vm, function: Value, sentinel: Value) -> Iterator[Value]:
    while True:
        vm.step()
        item = vm.call(function, [], {})
        if vm.truth(vm.compare("==", item, sentinel)):
            return
        yield item


@native("builtins.next")
def following(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value, default = take(vm, "next", args, kwargs, "iterator", default=MISSING)
    if isinstance(value, Unknown) or (isinstance(value, GeneratorValue) and doubt_of(vm, value) is not None):
        return vm.unknown("the next item of an iterator that is not known")
    if isinstance(value, Instance):
        return _next_of_instance(vm, value, default)
    if not isinstance(value, GeneratorValue):
        absent.demand(vm, value, "__next__", "'{kind}' object is not an iterator")
        return vm.unknown(f"`next` of a {type(value).__name__}")
    if isinstance(value, Rounds):
        vm.met += value.count is None
        item = value.following()
        if item is MISSING and default is MISSING:
            vm.throw(StopIteration, "")
        return default if item is MISSING else item
    written = bool(value.holds) and isinstance(value.holds[0], Frame)
    if default is MISSING:
        return resumed(lambda: next(value.iterator), of_program=written)
    return resumed(lambda: next(value.iterator, default), of_program=written)


def _next_of_instance(vm: Vm, value: Instance, default: Value) -> Value:
    method = vm.special(value, "__next__", MISSING)
    if method is MISSING:
        return absent.lacks(vm, value, f"'{value.cls.name}' object is not an iterator")
    try:
        return vm.call(method, [])
    except PyRaise as raised:
        if isinstance(raised.value, StopIteration) and default is not MISSING:
            return default
        raise
