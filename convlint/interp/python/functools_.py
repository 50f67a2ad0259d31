"""`functools`: partial application, reduction, wrapping and caches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.lifting import take
from convlint.interp.natives.objects import decorating
from convlint.interp.natives.registry import instance_test, native
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.functions import Function, Native, Partial, Property
from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

WRAPPED = ("__name__", "__qualname__", "__module__", "__doc__")
COMPARISONS = {"__lt__": "<", "__gt__": ">", "__le__": "<=", "__ge__": ">="}


@native("functools.partial")
def partial(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args:
        vm.throw(TypeError, "type 'partial' takes at least one argument")
    function, *rest = args
    if isinstance(function, Partial):
        return Partial(function.func, (*function.args, *rest), {**function.kwargs, **kwargs})
    return Partial(function, tuple(rest), dict(kwargs))


@instance_test("functools.partial")
def is_partial(vm: Vm, value: Value) -> bool | Unknown:
    return vm.derived(value, "partial") if isinstance(value, Unknown) else isinstance(value, Partial)


@native("functools.partialmethod")
def partialmethod(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    function, *given = args
    named = dict(kwargs)

    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return vm.call(function, [args[0], *given, *args[1:]], {**named, **kwargs})

    return Native("partialmethod", call, binds=True)


@native("functools.reduce")
def reduce(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    function, iterable, result = take(vm, "reduce", args, kwargs, "function", "iterable", initial=MISSING)
    source = vm.iterator(iterable)
    if isinstance(source, Unknown):
        return vm.unknown(source.reason)
    for item in source:
        vm.step()
        result = item if result is MISSING else vm.call(function, [result, item], {})
    if result is MISSING:
        vm.throw(TypeError, "reduce() of empty iterable with no initial value")
    return result


@native("functools.wraps")
def wraps(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    wrapped = args[0] if args else kwargs.get("wrapped")
    return Native("wraps", lambda vm, args, kwargs: _update(vm, args[0], wrapped))


@native("functools.update_wrapper")
def update_wrapper(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _update(vm, args[0], args[1] if len(args) > 1 else kwargs.get("wrapped"))


def _update(vm: Vm, wrapper: Value, wrapped: Value) -> Value:
    if isinstance(wrapper, Function):
        for name in WRAPPED:
            found = vm.getattr(wrapped, name, MISSING)
            if found is not MISSING:
                wrapper.attrs[name] = found
        if isinstance(wrapped, Function):
            wrapper.attrs.update({key: value for key, value in wrapped.attrs.items() if key not in wrapper.attrs})
        wrapper.attrs["__wrapped__"] = wrapped
    return wrapper


@native("functools.lru_cache", "functools.cache")
def lru_cache(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The function runs at each call: it is taken to give equal results for equal arguments, as its author does."""
    if args and decorating(args[0]):
        return _cached(vm, args[0])
    return Native("lru_cache", lambda vm, args, kwargs: _cached(vm, args[0]))


def _cached(vm: Vm, function: Value) -> Value:
    if isinstance(function, Function):
        function.attrs["__wrapped__"] = function
        function.attrs["cache_clear"] = Native("cache_clear", lambda vm, args, kwargs: None)
        function.attrs["cache_info"] = Native("cache_info", lambda vm, args, kwargs: vm.unknown("the state of a cache"))
    return function


@native("functools.cached_property")
def cached_property(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Property(args[0], None, True)


@native("functools.total_ordering")
def total_ordering(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Each missing comparison follows from the one that the class has and from equality."""
    cls = args[0]
    if not isinstance(cls, ClassValue):
        return cls
    root = next((name for name in COMPARISONS if cls.find(name) is not MISSING), None)
    if root is None:
        vm.throw(ValueError, "must define at least one ordering operation: < > <= >=")
    for name in COMPARISONS:
        if cls.find(name) is MISSING:
            cls.namespace[name] = Native(name, _derived_order(cls.find(root), root, name), binds=True)
    return cls


def _derived_order(known: Value, root: str, wanted: str) -> Value:
    """`a < b` from `a <= b` and `a != b`, and so on: all four follow from `lower`, `equal` and `higher`."""

    def compare(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        result = vm.call(known, args[:2], {})
        if result is NotImplemented:
            return result
        holds, equal = vm.truth(result), vm.truth(vm.compare("==", args[0], args[1]))
        below = (holds and not equal) if root in ("__lt__", "__le__") else (not holds and not equal)
        return {"__lt__": below, "__le__": below or equal, "__gt__": not below and not equal, "__ge__": not below}[
            wanted
        ]

    return compare


@native("functools.singledispatch", "functools.singledispatchmethod")
def singledispatch(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("`functools.singledispatch` is not modelled")


@native("functools.cmp_to_key")
def cmp_to_key(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("`functools.cmp_to_key` is not modelled")
