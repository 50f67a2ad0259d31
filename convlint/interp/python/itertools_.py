"""`itertools`, lazy as Python's, over any values."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from convlint.interp.language import absent
from convlint.interp.language.membership import same_item
from convlint.interp.natives.lifting import MAX_ITEMS, index_of, items_of, opaque, take
from convlint.interp.natives.registry import native
from convlint.interp.python.builtins.iteration import not_drawn
from convlint.interp.values.functions import GeneratorValue
from convlint.interp.values.signals import PyRaise, Unlisted
from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def _stepping(vm: Vm, source: Iterator[Value]) -> Iterator[Value]:
    for item in source:
        vm.step()
        yield item


def _lazy(vm: Vm, name: str, source: Iterator[Value], *holds: Value) -> GeneratorValue:
    return GeneratorValue(_stepping(vm, source), name, holds=holds)


@native("itertools.chain")
def chain(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _chained(vm, args)


@native("itertools.chain.from_iterable")
def chain_from_iterable(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (iterable,) = take(vm, "from_iterable", args, kwargs, "iterable")
    parts = items_of(vm, "from_iterable", iterable)
    return parts if isinstance(parts, Unknown) else _chained(vm, parts)


def _chained(vm: Vm, parts: list[Value]) -> Value:
    sources: list[Iterator[Value]] = []
    for part in parts:
        try:
            source = vm.iterator(part)
        except PyRaise as raised:
            sources.append(_raising(raised))  # only once it is reached
            continue
        if isinstance(source, Unknown):
            return not_drawn(vm, source, parts)
        sources.append(source)
    return _lazy(vm, "chain", itertools.chain(*sources), *parts)


def _raising(raised: PyRaise) -> Iterator[Value]:
    raise raised
    yield


def _over_lists(name: str, function: Callable[..., Iterator[Any]], size: Callable[..., int]) -> None:
    """Register a function that reads its arguments whole; `size` bounds what it makes."""

    @native(f"itertools.{name}")
    def combine(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        lists: list[Any] = []
        for position, arg in enumerate(args):
            if position and name != "product":
                if not vm.is_concrete(arg):
                    return opaque(vm, name, [arg])
                lists.append(arg)
                continue
            items = items_of(vm, name, arg)
            if isinstance(items, Unknown):
                return items
            lists.append(items)
        if not all(vm.is_concrete(value) for value in kwargs.values()):
            return opaque(vm, name, list(kwargs.values()))
        try:
            if size(*lists, **kwargs) > MAX_ITEMS:
                return vm.unknown(f"`itertools.{name}` makes too many items")
            return _lazy(vm, name, function(*lists, **kwargs))
        except (TypeError, ValueError) as error:
            raise PyRaise(error.with_traceback(None)) from None


def _product_size(*lists: list[Value], repeat: int = 1) -> int:
    size = 1
    for _ in range(max(repeat, 0)):
        for items in lists:
            size *= len(items)
        if not 0 < size <= MAX_ITEMS:
            return size
    return size


def _choices(items: list[Value], r: int | None = None) -> int:
    """No more than there are permutations."""
    size = 1
    for index in range(len(items) if r is None else min(r, len(items))):
        size *= len(items) - index
        if size > MAX_ITEMS:
            break
    return size


_over_lists("product", itertools.product, _product_size)
_over_lists("permutations", itertools.permutations, _choices)
_over_lists("combinations", itertools.combinations, _choices)
_over_lists(
    "combinations_with_replacement",
    itertools.combinations_with_replacement,
    lambda items, r: (len(items) + r) ** min(r, 99),
)


@native("itertools.pairwise")
def pairwise(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (iterable,) = take(vm, "pairwise", args, kwargs, "iterable")
    return _each(vm, "pairwise", iterable, itertools.pairwise)


@native("itertools.repeat")
def repeat(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    value, times = take(vm, "repeat", args, kwargs, "object", times=MISSING)
    if times is MISSING:
        return _lazy(vm, "repeat", itertools.repeat(value))
    count_ = index_of(vm, times)
    return (
        opaque(vm, "repeat", [count_])
        if isinstance(count_, Unknown)
        else _lazy(vm, "repeat", itertools.repeat(value, count_))
    )


@native("itertools.count")
def count(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    start, step = take(vm, "count", args, kwargs, start=0, step=1)
    if type(start) is int and type(step) is int:
        return GeneratorValue(itertools.count(start, step), "count")

    def counting() -> Iterator[Value]:
        value = start
        while True:
            yield value
            value = vm.binary("+", value, step)

    return _lazy(vm, "count", counting())


@native("itertools.cycle")
def cycle(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (iterable,) = take(vm, "cycle", args, kwargs, "iterable")
    return _each(vm, "cycle", iterable, itertools.cycle)


@native("itertools.islice")
def islice(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not 2 <= len(args) <= 4 or kwargs:
        absent.refused(vm, f"islice expected 2 to 4 arguments, got {len(args)}")
    bounds: list[int | None] = []
    for bound in args[1:]:
        if isinstance(bound, str | float | list | tuple):
            vm.throw(ValueError, "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
        index = None if bound is None else index_of(vm, bound)
        if isinstance(index, Unknown):
            return opaque(vm, "islice", [index])
        if index is not None and (index < 0 or (index == 0 and len(bounds) == 2)):
            vm.throw(ValueError, "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.")
        bounds.append(index)
    return _each(vm, "islice", args[0], lambda source: itertools.islice(source, *bounds))


def _each(
    vm: Vm, name: str, iterable: Value, make: Callable[[Iterator[Value]], Iterator[Value]], function: Value = None
) -> Value:
    """Draw from an iterable, and call a function on the way."""
    source = vm.iterator(iterable)
    if isinstance(source, Unknown):
        return not_drawn(vm, source, [function])
    return _lazy(vm, name, make(source), iterable, function)


@native("itertools.starmap")
def starmap(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    function, iterable = take(vm, "starmap", args, kwargs, "function", "iterable")

    def call(item: Value) -> Value:
        items = vm.list_of(item)
        return items if isinstance(items, Unknown) else vm.call(function, items, {})

    return _each(vm, "starmap", iterable, lambda source: (call(item) for item in source), function)


@native("itertools.takewhile")
def takewhile(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    test, iterable = take(vm, "takewhile", args, kwargs, "predicate", "iterable")
    return _each(
        vm,
        "takewhile",
        iterable,
        lambda source: itertools.takewhile(lambda item: vm.truth(vm.call(test, [item], {})), source),
        test,
    )


@native("itertools.dropwhile")
def dropwhile(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    test, iterable = take(vm, "dropwhile", args, kwargs, "predicate", "iterable")
    return _each(
        vm,
        "dropwhile",
        iterable,
        lambda source: itertools.dropwhile(lambda item: vm.truth(vm.call(test, [item], {})), source),
        test,
    )


@native("itertools.filterfalse")
def filterfalse(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    test, iterable = take(vm, "filterfalse", args, kwargs, "function", "iterable")

    def fails(item: Value) -> bool:
        return not vm.truth(item if test is None else vm.call(test, [item], {}))

    return _each(vm, "filterfalse", iterable, lambda source: (item for item in source if fails(item)), test)


@native("itertools.compress")
def compress(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    data, selectors = take(vm, "compress", args, kwargs, "data", "selectors")
    chosen = vm.iterator(selectors)
    if isinstance(chosen, Unknown):
        return not_drawn(vm, chosen, [data])
    kept = lambda source: (d for d, s in zip(source, chosen, strict=False) if vm.truth(s))  # noqa: E731
    return _each(vm, "compress", data, kept, selectors)


@native("itertools.accumulate")
def accumulate(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    iterable, function, initial = take(vm, "accumulate", args, kwargs, "iterable", func=None, initial=None)

    def join(left: Value, right: Value) -> Value:
        return vm.binary("+", left, right) if function is None else vm.call(function, [left, right], {})

    return _each(
        vm, "accumulate", iterable, lambda source: itertools.accumulate(source, join, initial=initial), function
    )


@native("itertools.zip_longest")
def zip_longest(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (fill,) = take(vm, "zip_longest", [], kwargs, fillvalue=None)
    sources = [vm.iterator(arg) for arg in args]
    unknown = next((source for source in sources if isinstance(source, Unknown)), None)
    if unknown is not None:
        return not_drawn(vm, unknown, args)
    return _lazy(vm, "zip_longest", itertools.zip_longest(*sources, fillvalue=fill), *args)  # type: ignore[arg-type]


@native("itertools.tee")
def tee(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    iterable, times = take(vm, "tee", args, kwargs, "iterable", n=2)
    if isinstance(iterable, GeneratorValue) and iterable.name == "tee":
        vm.havoc(iterable, "an iterator that is handed on")
        return vm.unknown("copies of what is a copy already")
    source, copies = vm.iterator(iterable), index_of(vm, times)
    if isinstance(copies, int) and copies < 0:
        vm.throw(ValueError, "n must be >= 0")
    if isinstance(source, Unknown) or isinstance(copies, Unknown) or copies > 100:
        return opaque(vm, "tee", [source, copies])
    return tuple(GeneratorValue(copy, "tee", holds=(iterable,)) for copy in itertools.tee(source, copies))


class _Key(Struct, frozen=True, eq=False):
    """The key of an item, which Python's own `groupby` compares with that of the one before."""

    vm: Vm
    value: Value

    def __eq__(self, other: object) -> bool:
        assert isinstance(other, _Key)
        same = same_item(self.vm, self.value, other.value)
        if same is True or same is False:
            return same
        raise Unlisted(self.vm.unknown("the groups of values that are not known"), len(self.vm.frames))

    __ne__ = object.__ne__  # a struct's own looks at every field


@native("itertools.groupby")
def groupby(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The keys of neighbours must be known to be equal or not."""
    iterable, function = take(vm, "groupby", args, kwargs, "iterable", key=None)

    def key(item: Value) -> _Key:
        return _Key(vm, item if function is None else vm.call(function, [item], {}))

    def groups(source: Iterator[Value]) -> Iterator[Value]:
        for found, group in itertools.groupby(source, key):
            yield found.value, GeneratorValue(group, "groupby", holds=(iterable, function))

    return _each(vm, "groupby", iterable, groups, function)


@native("itertools.batched")
def batched(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    iterable, size, strict = take(vm, "batched", args, kwargs, "iterable", "n", strict=False)
    width = index_of(vm, size)
    if isinstance(width, Unknown):
        return not_drawn(vm, width, [iterable])
    if width < 1:
        vm.throw(ValueError, "n must be at least one")
    whole = vm.truth(strict)

    def batches(source: Iterator[Value]) -> Iterator[Value]:
        source = iter(source)
        while batch := tuple(itertools.islice(source, width)):
            if whole and len(batch) < width:
                vm.throw(ValueError, "batched(): incomplete batch")
            yield batch

    return _each(vm, "batched", iterable, batches)
