"""Running Python's own pure functions on known values: arguments, bounds, exceptions, and what is unknown."""

from __future__ import annotations

import collections
import importlib
import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NoReturn

from convlint.interp.language import absent
from convlint.interp.natives import registry
from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance
from convlint.interp.values.functions import BoundMethod, Function, Native, Partial
from convlint.interp.values.numbers import NotKnown
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, Argument, Unknown, Value
from convlint.layers.core.refusal import Unmodelled
from convlint.symbolic import Dim

if TYPE_CHECKING:
    from convlint.interp.natives.registry import Implementation
    from convlint.interp.vm import Vm

MAX_TEXT = 1_000_000
MAX_BITS = 4096
MAX_ITEMS = 100_000
WRITING = frozenset(
    {"append", "add", "extend", "insert", "__init__", "__setitem__", "clear", "discard", "appendleft", "update"}
)
"""Methods that tell nothing of what is in a container."""
KEYED = frozenset({"get", "setdefault", "pop", "__getitem__", "__contains__"})
"""Methods that ask for one key."""

CONVERSIONS = ("__int__", "__float__", "__index__", "__trunc__", "__floor__", "__ceil__", "__round__", "__abs__")

CALLBACKS = (Function, BoundMethod, Partial)
"""What is given to be called: most of Python's own functions do that with it."""
Guard = Callable[..., bool]
Method = Callable[["Vm", Any, list[Value], dict[str, Value]], Value]


def take(
    vm: Vm, label: str, args: list[Value], kwargs: dict[str, Value], *names: str, **defaults: Value
) -> list[Value]:
    """Bind arguments to required `names` and then to `defaults`; TypeError in the program where they do not fit."""
    if not kwargs and len(args) == len(names):
        return [*args, *defaults.values()]
    found = fitted(args, kwargs, names, defaults)
    if found is None:
        _misfit(vm, label, args, kwargs)
    return found


def fitted(
    args: list[Value], kwargs: dict[str, Value], names: Sequence[str], defaults: dict[str, Value]
) -> list[Value] | None:
    """Bind arguments to required `names` and then to `defaults`; None where they do not fit."""
    order = [*names, *defaults]
    bound = dict(zip(order, args, strict=False))
    unfit = [key for key in kwargs if key not in order or key in bound]
    bound.update(kwargs)
    missing = [key for key in names if key not in bound]
    if len(args) > len(order) or unfit or missing:
        return None
    return [bound.get(key, defaults.get(key)) for key in order]


HOMES = (
    "builtins", "functools", "itertools", "collections", "contextlib", "copy", "dataclasses", "inspect", "math",
    "operator", "re", "types", "typing",
)  # fmt: skip
KINDS = (list, dict, set, str, bytes, tuple, collections.deque, collections.OrderedDict, collections.Counter)


def _misfit(vm: Vm, label: str, args: list[Value], kwargs: dict[str, Value]) -> NoReturn:
    """Refuse arguments as Python does. What Python's own function takes, or nobody can say, is only not modelled."""
    hosts = [getattr(importlib.import_module(home), label, None) for home in HOMES]
    methods = [getattr(kind, label, None) for kind in KINDS]
    answers = [_binds(host, args, kwargs) for host in hosts if callable(host)]
    answers += [_binds(method, [None, *args], kwargs) for method in methods if callable(method)]
    if not answers or any(answers):
        raise Unmodelled(f"`{label}` is called in a way that is not modelled")
    absent.refused(vm, f"{label}() takes other arguments")


def _binds(function: Callable[..., Any], args: list[Value], kwargs: dict[str, Value]) -> bool:
    """Whether Python's own function takes such arguments; no, if it does not tell what it takes."""
    try:
        inspect.signature(function).bind(*args, **kwargs)
    except (TypeError, ValueError):
        return False
    return True


def plain(vm: Vm, value: Value) -> Value:
    """Return the Python value that an object of a class derived from `int`, `str`, `dict` … carries; else the value."""
    if isinstance(value, Instance) and value.payload is not None and not isinstance(value.payload, BaseException):
        return value.tainted if value.tainted is not None else value.payload
    if isinstance(value, Dim):
        return vm.assumptions.simplify(value)
    return value


def number(vm: Vm, value: Value) -> Value:
    """Like `plain`, for a place that calls for a number: an argument that nobody gives is its symbol.

    An object whose class says itself how it becomes a number stays as it is.
    """
    if isinstance(value, Argument):
        return value.dim
    if isinstance(value, Instance) and any(value.cls.find(name) is not MISSING for name in CONVERSIONS):
        return value
    return plain(vm, value)


def run(vm: Vm, label: str, function: Callable[..., Any], *args: Any, **kwargs: Any) -> Value:
    """Call a real Python function; what it raises is raised in the program, and a result out of bounds is unknown."""
    try:
        result = function(*args, **kwargs)
    except NotKnown as unknown:
        return vm.unknown(str(unknown))
    except (MemoryError, RecursionError):
        return vm.unknown(f"`{label}` takes too much memory")
    except LookupError as error:
        if type(error) is LookupError:  # a codec, which the program may have registered
            return vm.unknown(f"`{label}` with a codec that Python does not bring along")
        raise PyRaise(error.with_traceback(None)) from None
    except Exception as error:  # whatever the function raises is the program's
        raise PyRaise(error.with_traceback(None)) from None
    return result if within_bounds(result) else vm.unknown(f"the result of `{label}` is too large")


def within_bounds(value: Any) -> bool:
    if isinstance(value, int):
        return value.bit_length() <= MAX_BITS
    if isinstance(value, str | bytes | bytearray):
        return len(value) <= MAX_TEXT
    return not isinstance(value, list | tuple | dict | set | frozenset) or len(value) <= MAX_ITEMS


def opaque(
    vm: Vm, label: str, args: list[Value], kwargs: dict[str, Value] | None = None, *, calls_nothing: bool = False
) -> Unknown:
    """Return the unknown result of a pure function; the same question about an unknown gets the same answer.

    It may call methods of what it is given, unless it `calls_nothing`.
    """
    values = [*args, *(kwargs or {}).values()]
    if not calls_nothing:
        vm.may_ask(values, f"`{label}` may call methods of what it is given")
    for value in values:
        if isinstance(value, CALLBACKS):
            others = [other for other in values if other is not value]
            vm.may_call(value, f"`{label}` of a value that is not known may call it", others)
    for index, value in enumerate(values):
        cause = value if isinstance(value, Unknown) else vm.taint_of(value)
        if cause is None:
            continue
        rest = values[:index] + values[index + 1 :]
        if isinstance(value, Unknown) and all(isinstance(other, int | str | None) for other in rest):
            return vm.derived(value, label, repr(rest))
        return Unknown(cause.reason, cause.place)
    return vm.unknown(f"`{label}` of a value that is not known")


def not_followed(vm: Vm, reason: str, args: list[Value], kwargs: dict[str, Value]) -> Unknown:
    """Return the unknown result of a function that may call, or change, all that it is given."""
    for value in [*args, *kwargs.values()]:
        vm.havoc(value, reason)
    return vm.unknown(reason)


def lift(label: str, function: Callable[..., Any], guard: Guard | None = None) -> Implementation:
    """Return an implementation that calls a pure Python function when every argument is known.

    `guard` gets the arguments and tells whether the result stays within bounds; it is asked before the call.
    """

    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if any(_acts_otherwise(value) for value in (*args, *kwargs.values())):
            return not_followed(vm, f"`{label}` of an object that says itself what it does", args, kwargs)
        known = [plain(vm, value) for value in args]
        named = {key: plain(vm, value) for key, value in kwargs.items()}
        if not all(vm.is_concrete(value) for value in (*known, *named.values())):
            return opaque(vm, label, known, named)
        if guard is not None and not _safe(guard, known, named):
            return vm.unknown(f"the result of `{label}` is too large")
        return run(vm, label, function, *known, **named)

    return call


def _acts_otherwise(value: Value) -> bool:
    """Whether Python's own functions may call methods of an object that the program has written."""
    if isinstance(value, Instance) and value.payload is None and not isinstance(value, ModuleInstance):
        return value.cls.of_program
    return (
        isinstance(value, Instance)
        and value.payload is not None
        and value.cls.kind == "plain"
        and any(
            name.startswith("__") and name.endswith("__") and name not in PLAIN
            for base in value.cls.mro
            if isinstance(base, ClassValue) and base.of_program
            for name in base.namespace
        )
    )


PLAIN = frozenset({"__init__", "__new__", "__doc__", "__module__", "__qualname__", "__slots__", "__annotations__"})
"""Special names that change nothing of what Python's own functions make of an object."""


def _safe(guard: Guard, args: list[Value], kwargs: dict[str, Value]) -> bool:
    try:
        return guard(*args, **kwargs)
    except (TypeError, ValueError, OverflowError, AttributeError):
        return True  # arguments of the wrong type: the function itself says so


def lift_all(module: str, names: str, guards: dict[str, Guard] | None = None, source: str = "") -> None:
    """Register the named functions of a real module as lifted; the module is imported when one is first called."""
    for name in names.split():
        label = f"{module}.{name}"
        registry.add_value(label, Native(label, _late(label, source or module, name, (guards or {}).get(name))))


def _late(label: str, module: str, name: str, guard: Guard | None) -> Implementation:
    lifted: list[Implementation] = []

    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        if not lifted:
            function = getattr(importlib.import_module(module), name, None)
            if function is None:
                return vm.unknown(f"`{label}` is not in the Python that convlint runs on")
            lifted.append(lift(label, function, guard))
        return lifted[0](vm, args, kwargs)

    return call


def lift_methods(kind: type, names: str, guards: dict[str, Guard] | None = None) -> None:
    """Register the named methods of an immutable Python type as lifted."""
    for name in names.split():
        function = getattr(kind, name, None)
        if function is not None:
            registry.method(kind, name)(lift(f"{kind.__name__}.{name}", function, (guards or {}).get(name)))


def on(kind: type, *names: str, alone: bool = False) -> Callable[[Method], Method]:
    """Register `call(vm, receiver, args, kwargs)` as a method; a receiver that is no longer known answers unknown.

    `alone` is for methods that take no arguments.
    """

    def register(call: Method) -> Method:
        label = f"{kind.__name__}.{names[0]}"
        writes, keyed = names[0] in WRITING, names[0] in KEYED

        def checked(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
            if not args:
                absent.refused(vm, f"unbound method {label}() needs an argument")
            if alone and (len(args) > 1 or kwargs):
                absent.refused(vm, f"{label}() takes no arguments ({len(args) - 1} given)")
            receiver = plain(vm, args[0])
            key = args[1] if keyed and len(args) > 1 else MISSING
            cause = receiver if isinstance(receiver, Unknown) else vm.taint_of(receiver, key, writes=writes)
            if cause is not None:
                return Unknown(cause.reason, cause.place)
            if not isinstance(receiver, kind):
                return vm.unknown(f"`{label}` of a {type(receiver).__name__}")
            return call(vm, receiver, args[1:], kwargs)

        registry.method(kind, *names)(checked)
        return call

    return register


def items_of(vm: Vm, label: str, value: Value) -> list[Value] | Unknown:
    """Materialise an argument that must be iterable."""
    items = vm.list_of(value)
    return Unknown(items.reason, items.place) if isinstance(items, Unknown) else items


def index_of(vm: Vm, value: Value) -> int | Unknown:
    """Return an argument that must be an index; TypeError in the program for what is none."""
    value = number(vm, value)
    if isinstance(value, int):
        return value
    if isinstance(value, Unknown):
        return value
    absent.demand(vm, value, "__index__", "'{kind}' object cannot be interpreted as an integer")
    if isinstance(value, Instance) and value.cls.find("__index__") is not MISSING:
        return index_of(vm, vm.call(vm.special(value, "__index__")))
    return vm.unknown("an index that is not known")
