"""Exceptions of the program and who catches them; entering and leaving context managers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.language import absent
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.ir import nodes

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


def catches(vm: Vm, kind: Value, value: Value) -> bool:
    """Tell whether `except kind` catches the exception; what is not known forks."""
    if isinstance(kind, Unknown):
        return vm.decide(f"whether an unknown exception class catches: {kind.reason}")
    if isinstance(kind, tuple):
        return any(catches(vm, item, value) for item in kind)
    if isinstance(value, Unknown):
        return vm.decide(f"which exception is raised: {value.reason}")
    if isinstance(value, Instance):
        if isinstance(kind, type):
            base = value.cls.native_base
            return kind in (BaseException, Exception) or (base is not None and issubclass(base, kind))
        return isinstance(kind, ClassValue) and value.cls.derives_from(kind)
    return isinstance(kind, type) and isinstance(value, kind)


def may_swallow(manager: Value) -> bool:
    """Whether a context manager may keep an exception from going on; torch's own do not."""
    from convlint.interp.torch.misc import NoEffect

    return not isinstance(manager, NoEffect)


def enter(vm: Vm, manager: Value) -> Value:
    """Call `__enter__`."""
    if isinstance(manager, Unknown):
        return Unknown(manager.reason, manager.place)
    method = vm.getattr(manager, "__enter__", MISSING)
    if method is MISSING:
        return absent.lacks(vm, manager, "the object does not support the context manager protocol")
    return vm.call(method)


def leave(vm: Vm, manager: Value, error: Value) -> bool:
    """Call `__exit__`; tell whether the exception was swallowed. An unknown manager may swallow it."""
    if isinstance(manager, Unknown):
        return error is not None and vm.decide(f"whether a context manager swallows the exception: {manager.reason}")
    method = vm.getattr(manager, "__exit__", MISSING)
    if method is MISSING:
        return error is not None and vm.decide("whether a context manager swallows the exception")
    kind = None if error is None else vm.type_of(error)
    result = vm.call(method, [kind, error, None])
    return error is not None and vm.truth(result)
