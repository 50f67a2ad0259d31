"""`try` and `with`: exceptions of the program, who catches them, and context managers."""

from __future__ import annotations

from collections.abc import Generator
from typing import TYPE_CHECKING

from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.scope import Frame
from convlint.interp.values.signals import PyRaise, Stop
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.ir import nodes

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

GUARDS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})
Run = Generator[Value, Value, Stop | None]


def try_(vm: Vm, node: nodes.Try, frame: Frame) -> Run:
    from convlint.interp.language import execute

    stop: Stop | None = None
    try:
        try:
            guarded = _guards_imports(node)
            vm.import_guards += guarded
            demands = len(vm.conditions)
            try:
                stop = yield from execute.block(vm, node.body, frame)
            finally:
                vm.import_guards -= guarded
                vm.caught_demands |= bool(node.handlers) and len(vm.conditions) > demands
            ended = stop is None
        except PyRaise as raised:
            ended = False
            handler = _handler(vm, node, raised.value, frame)
            if handler is None:
                raise
            stop = yield from _handle(vm, handler, raised, frame)
        if ended:
            stop = yield from execute.block(vm, node.orelse, frame)
    except PyRaise as raised:
        final = yield from execute.block(vm, node.finalbody, frame)
        if final is not None:
            vm.caught(raised)
            return final
        raise
    final = yield from execute.block(vm, node.finalbody, frame)
    return final if final is not None else stop


def _guards_imports(node: nodes.Try) -> int:
    """1 if a handler is there for imports that fail, else 0."""
    for handler in node.handlers:
        kinds = handler.type.elts if isinstance(handler.type, nodes.Tuple) else (handler.type,)
        for kind in kinds:
            if kind is None or (isinstance(kind, nodes.Name) and kind.id in GUARDS):
                return 1
    return 0


def _handler(vm: Vm, node: nodes.Try, value: Value, frame: Frame) -> nodes.ExceptHandler | None:
    from convlint.interp.language.evaluate import evaluate

    for handler in node.handlers:
        if handler.type is None or catches(vm, evaluate(vm, handler.type, frame), value):
            return handler
    return None


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


def _handle(vm: Vm, handler: nodes.ExceptHandler, raised: PyRaise, frame: Frame) -> Run:
    from convlint.interp.language import execute

    vm.caught(raised)
    outer, frame.handling = frame.handling, raised.value
    if handler.name is not None:
        execute.store_name(handler.name, raised.value, frame)
    try:
        return (yield from execute.block(vm, handler.body, frame))
    except PyRaise as again:
        # `raise` alone, or with the same object, keeps what torch said.
        if again.value is raised.value and again.violation is None:
            again.violation = raised.violation
            vm.caught(raised, again=True)
        raise
    finally:
        frame.handling = outer
        if handler.name is not None:
            frame.scope.redirected.get(handler.name, frame.scope).names.pop(handler.name, None)


def with_(vm: Vm, node: nodes.With, frame: Frame) -> Run:
    return (yield from _with(vm, node, 0, frame))


def _with(vm: Vm, node: nodes.With, index: int, frame: Frame) -> Run:
    from convlint.interp.language import execute
    from convlint.interp.language.evaluate import evaluate

    if index == len(node.items):
        return (yield from execute.block(vm, node.body, frame))
    item = node.items[index]
    manager = evaluate(vm, item.context_expr, frame)
    entered = enter(vm, manager)
    if item.optional_vars is not None:
        execute.assign(vm, item.optional_vars, entered, frame)
    demands = len(vm.conditions)
    try:
        stop = yield from _with(vm, node, index + 1, frame)
        vm.caught_demands |= _may_swallow(manager) and len(vm.conditions) > demands
    except PyRaise as raised:
        if leave(vm, manager, raised.value):
            vm.caught(raised)
            return None
        raise
    leave(vm, manager, None)
    return stop


def _may_swallow(manager: Value) -> bool:
    """Whether a context manager may keep an exception from going on; torch's own do not."""
    from convlint.interp.torch.misc import NoEffect

    return not isinstance(manager, NoEffect)


def enter(vm: Vm, manager: Value) -> Value:
    """Call `__enter__`."""
    if isinstance(manager, Unknown):
        return Unknown(manager.reason, manager.place)
    method = vm.getattr(manager, "__enter__", MISSING)
    if method is MISSING:
        return vm.unknown("a context manager that is not modelled")
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
