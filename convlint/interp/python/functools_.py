"""`functools`: partial application, reduction, wrapping and caches."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.language import absent, function_attributes, instance_tests, keys
from convlint.interp.natives.lifting import take
from convlint.interp.natives.objects import decorating
from convlint.interp.natives.registry import instance_test, native
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.functions import Function, Native, Partial, Property
from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

WRAPPED = ("__name__", "__qualname__", "__module__", "__doc__")
KEPT = "results kept by a cache"
"""The name, which no program can write, under which a cached function keeps its results."""
MAX_KEPT = 10_000
COMPARISONS = {"__lt__": "<", "__gt__": ">", "__le__": "<=", "__ge__": ">="}


@native("functools.partial")
def partial(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args:
        absent.refused(vm, "type 'partial' takes at least one argument")
    function, *rest = args
    if instance_tests.is_callable(vm, function) is False:
        absent.refused(vm, "the first argument must be callable")
    if isinstance(function, Partial) and not vm.added_to(function):
        return Partial(function.func, (*function.args, *rest), {**function.kwargs, **kwargs})
    return Partial(function, tuple(rest), dict(kwargs))


@instance_test("functools.partial")
def is_partial(vm: Vm, value: Value) -> bool | Unknown:
    return vm.derived(value, "partial") if isinstance(value, Unknown) else isinstance(value, Partial)


@native("functools.partialmethod")
def partialmethod(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args:
        absent.refused(vm, "type 'partialmethod' takes at least one argument")
    function, *given = args
    named = dict(kwargs)
    if not isinstance(function, Function):
        return vm.unknown("`functools.partialmethod` of what is not a function of the program")

    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return vm.call(function, [args[0], *given, *args[1:]], {**named, **kwargs})

    return Native("partialmethod", call, binds=True, holds=(function, *given, *named.values()))


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
        absent.refused(vm, "reduce() of empty iterable with no initial value")
    return result


@native("functools.wraps")
def wraps(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    wrapped, names, updated = take(vm, "wraps", args, kwargs, "wrapped", assigned=WRAPPED, updated=("__dict__",))
    return Native("wraps", lambda vm, args, kwargs: update(vm, args[0], wrapped, names, updated))


@native("functools.update_wrapper")
def update_wrapper(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    wrapper, wrapped, names, updated = take(
        vm, "update_wrapper", args, kwargs, "wrapper", "wrapped", assigned=WRAPPED, updated=("__dict__",)
    )
    return update(vm, wrapper, wrapped, names, updated)


def update(vm: Vm, wrapper: Value, wrapped: Value, names: Value = WRAPPED, updated: Value = ("__dict__",)) -> Value:
    """Give a wrapper what tells of the function that it wraps."""
    if not vm.is_concrete((names, updated)):
        vm.havoc(wrapper, "it is made to look like something in a way that is not known")
        return wrapper
    for name in names:
        found = _told(vm, wrapped, name)
        if found is not MISSING:
            vm.setattr(wrapper, name, found)
    for name in updated:
        if name == "__dict__":
            for key, value in (wrapped.attrs if isinstance(wrapped, Function) else vm.added_to(wrapped)).items():
                vm.setattr(wrapper, key, value)
        else:
            vm.call(vm.getattr(vm.getattr(wrapper, name), "update"), [vm.getattr(wrapped, name, {})])
    vm.setattr(wrapper, "__wrapped__", wrapped)
    return wrapper


def _told(vm: Vm, wrapped: Value, name: str) -> Value:
    """Return an attribute that only describes: nothing is to be said where it is not known."""
    if isinstance(wrapped, Function) and name in WRAPPED:
        found = function_attributes.of_function(vm, wrapped, name)
        return Unknown(f"`{name}` of `{wrapped.name}`") if found is MISSING else found
    return vm.getattr(wrapped, name, MISSING)


@native("functools.lru_cache")
def lru_cache(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args and decorating(args[0]):
        return _cached(vm, args[0], 128)
    size, typed = take(vm, "lru_cache", args, kwargs, maxsize=128, typed=False)
    return Native("lru_cache", lambda vm, args, kwargs: _cached(vm, args[0], size, typed is not False))


@native("functools.cache")
def cache(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return _cached(vm, args[0], None)


def _cached(vm: Vm, function: Value, size: Value, typed: bool = False) -> Value:
    """A function that runs once for equal arguments; more often for arguments that cannot be compared here.

    It is taken to give equal results for equal arguments, as its author does.
    """

    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        given = [*args, *(part for item in kwargs.items() for part in item)]
        key = (len(args), *given, *(map(vm.type_of, given) if typed else ()))
        known: dict[Value, Value] = vm.added_to(made).get(KEPT, {})
        found = keys.find(vm, known, key)
        if found is not MISSING and not isinstance(found, Unknown):
            kept = dict(known)
            result = kept.pop(found)
            vm.add_to(made, KEPT, {**kept, found: result})
            return result
        result = vm.call(function, args, kwargs)
        if isinstance(found, Unknown):  # it may have been called like this before
            vm.may_call(function, found.reason)
            return result
        known = vm.added_to(made).get(KEPT, {})
        limit = size if isinstance(size, int) else MAX_KEPT
        if limit > 0 and keys.find(vm, known, key) is MISSING:
            latest = list(known.items())[max(len(known) - limit + 1, 0) :]  # what was not asked for longest goes
            vm.add_to(made, KEPT, {**dict(latest), key: result})
        return result

    made = Native("cached function", call, binds=True, holds=(function,))
    update(vm, made, function)
    vm.add_to(made, "cache_clear", Native("cache_clear", lambda vm, args, kwargs: vm.add_to(made, KEPT, {})))
    vm.add_to(made, "cache_info", Native("cache_info", lambda vm, args, kwargs: vm.unknown("the state of a cache")))
    return made


@native("functools.cached_property")
def cached_property(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Property(args[0], cached=True)


@native("functools.total_ordering")
def total_ordering(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Each missing comparison follows from the one that the class has and from equality."""
    cls = args[0]
    if not isinstance(cls, ClassValue):
        return cls
    if cls.native_base is not None or cls.unknown_base is not None:
        for name in COMPARISONS:
            cls.namespace.setdefault(name, Unknown("an order that a base class may define"))
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


@native("functools.singledispatch")
def singledispatch(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A function whose implementation hangs on the class of its first argument."""
    (function,) = take(vm, "singledispatch", args, kwargs, "func")
    known: list[tuple[Value, Value]] = []

    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if not args:
            absent.refused(vm, f"{absent.kind_of(function)} requires at least 1 positional argument")
        chosen = _implementation(vm, known, function, args[0])
        if isinstance(chosen, Unknown):
            for value in [*args, *kwargs.values()]:
                vm.havoc(value, chosen.reason)
            return Unknown(chosen.reason, chosen.place)
        return vm.call(chosen, args, kwargs)

    def register(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        cls, given = take(vm, "register", args, kwargs, "cls", func=None)
        if given is None and not isinstance(cls, ClassValue | type):
            known.append((vm.unknown("a class told by an annotation"), cls))
            return cls
        if given is not None:
            known.append((cls, given))
            return given
        return Native("register", lambda vm, args, kwargs: register(vm, [cls, args[0]], {}))

    made = Native("singledispatch", call, holds=(function, known))
    update(vm, made, function)
    vm.add_to(made, "register", Native("register", register))
    return made


def _implementation(vm: Vm, known: list[tuple[Value, Value]], function: Value, value: Value) -> Value:
    """Return the implementation of the only class that fits, or of the one that derives from all others that do."""
    fitting = []
    for cls, implementation in known:
        fits = vm.isinstance(value, cls)
        if isinstance(fits, Unknown):
            return fits
        if fits:
            fitting.append((cls, implementation))
    for cls, implementation in reversed(fitting):
        if all(instance_tests.is_subclass(vm, cls, other) is True for other, _ in fitting):
            return implementation
    return vm.unknown("which implementation of a function is meant") if fitting else function


@native("functools.singledispatchmethod")
def singledispatchmethod(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("`functools.singledispatchmethod` is not modelled")


@native("functools.cmp_to_key")
def cmp_to_key(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("`functools.cmp_to_key` is not modelled")
