"""Exceptions of the program and who catches them; entering and leaving context managers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.language import absent, kinds
from convlint.interp.natives.objects import NativeContext
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import Function, Native
from convlint.interp.values.modules import LazyImport
from convlint.interp.values.unknown import MISSING, Harmless, Opaque, Unknown, Value
from convlint.ir import nodes
from convlint.ir.walking import walk

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

GUARDS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def guards_imports(node: nodes.Try) -> int:
    """1 if a handler is there for imports that fail, else 0."""
    for handler in node.handlers:
        kinds = handler.type.elts if isinstance(handler.type, nodes.Tuple) else (handler.type,)
        for kind in kinds:
            if kind is None or (isinstance(kind, nodes.Name) and kind.id in GUARDS):
                return 1
    return 0


EXPECTED = frozenset(
    {"ImportError", "ModuleNotFoundError", "KeyboardInterrupt", "GeneratorExit", "StopAsyncIteration", "SystemExit"}
)
"""Exceptions that are not taken to come from code that is not understood: of imports it is asked apart."""


def goes_on(handler: nodes.ExceptHandler) -> bool:
    """Whether a program may go on after a handler that catches what code which is not understood may raise."""
    kinds = handler.type.elts if isinstance(handler.type, nodes.Tuple) else (handler.type,)
    if all(isinstance(kind, nodes.Name) and kind.id in EXPECTED for kind in kinds):
        return False
    return not isinstance(handler.body[-1], nodes.Raise)


def catches(vm: Vm, kind: Value, value: Value) -> bool:
    """Tell whether `except kind` catches the exception; what is not known forks."""
    if isinstance(kind, Unknown):
        return vm.decide(f"whether an unknown exception class catches: {kind.reason}")
    _check(vm, kind)
    if isinstance(kind, tuple):
        return any(catches(vm, item, value) for item in kind)
    if isinstance(value, Unknown):
        return vm.decide(f"which exception is raised: {value.reason}")
    if not isinstance(kind, type | ClassValue):
        return vm.decide("whether an exception class that is not modelled catches")
    if not isinstance(value, Instance):
        return isinstance(kind, type) and isinstance(value, kind)
    base = value.cls.native_base
    if value.cls.derives_from(kind) or (isinstance(kind, type) and base is not None and issubclass(base, kind)):
        return True
    if value.cls.unknown_base is not None:
        return kind is BaseException or vm.decide(f"which exception is raised: {value.cls.unknown_base.reason}")
    return kind in (BaseException, Exception) and base is None


def _check(vm: Vm, kind: Value) -> None:
    """Raise what Python raises where `except` names what is no class of exceptions."""
    if isinstance(kind, tuple):
        for item in kind:
            _check(vm, item)
        return
    plain = isinstance(kind, type) and not issubclass(kind, BaseException)
    if plain or kind is None or isinstance(kind, int | float | str | list | dict | set):
        absent.refused(vm, "catching classes that do not inherit from BaseException is not allowed")


def may_be_raised(value: Value) -> bool:
    """Whether a value is an exception or a class of exceptions, or may be one."""
    if isinstance(value, Instance | ClassValue):
        cls = value.cls if isinstance(value, Instance) else value
        bases = cls.mro if cls.native_base is None else (*cls.mro, cls.native_base)
        return cls.unknown_base is not None or any(map(_may_be_exception, bases))
    if isinstance(value, type):
        return issubclass(value, BaseException)
    kind = kinds.python_type(value)
    if kind is None:
        return isinstance(value, Unknown | Opaque | Native | LazyImport) or not kinds.is_own(type(value))
    return issubclass(kind, BaseException)


def _may_be_exception(base: Value) -> bool:
    """Whether a class of an MRO is one of exceptions, or may be one."""
    if isinstance(base, ClassValue) and (base.of_program or base.qualname.startswith("torch.nn.")):
        return False
    host = base if isinstance(base, type) else kinds.standard_class(absent.qualname_of(base))
    return host is None or issubclass(host, BaseException)


def may_swallow(manager: Value) -> bool:
    """Whether a context manager may keep an exception from going on; torch's own do not."""
    from convlint.interp.torch.misc import NoEffect

    return not isinstance(manager, NoEffect)


def swallows(manager: Value) -> bool:
    """Whether a context manager that is known may keep an exception from going on, by what its `__exit__` returns."""
    if isinstance(manager, NativeContext):
        return manager.swallows
    method = manager.cls.find("__exit__") if isinstance(manager, Instance) else None
    if not isinstance(method, Function) or isinstance(method.node, nodes.Lambda):
        return False
    returned = [part.value for part in walk(method.node.body) if isinstance(part, nodes.Return)]
    return any(not (value is None or (isinstance(value, nodes.Constant) and not value.value)) for value in returned)


def enter(vm: Vm, manager: Value) -> Value:
    """Call `__enter__`; Python looks for `__exit__` before."""
    if isinstance(manager, Unknown):
        return Unknown(manager.reason, manager.place)
    for name in ("__enter__", "__exit__"):
        absent.demand(vm, manager, name, "'{kind}' object does not support the context manager protocol")
    method = vm.special(manager, "__enter__", MISSING)
    if method is MISSING:
        return absent.lacks(vm, manager, "the object does not support the context manager protocol")
    return vm.call(method)


def leave(vm: Vm, manager: Value, error: Value) -> bool:
    """Call `__exit__`; tell whether the exception was swallowed. An unknown manager may swallow it."""
    if isinstance(manager, Unknown):
        if error is not None and not isinstance(manager, Harmless):
            vm.havoc((manager, error), manager.reason)
        return error is not None and vm.decide(f"whether a context manager swallows the exception: {manager.reason}")
    method = vm.special(manager, "__exit__", MISSING)
    if method is MISSING:
        return error is not None and vm.decide("whether a context manager swallows the exception")
    kind = None if error is None else vm.type_of(error)
    result = vm.call(method, [kind, error, None])
    return error is not None and vm.truth(result)
