"""`contextlib`: context managers made of generator functions, and the ready ones."""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator
from typing import TYPE_CHECKING

from convlint.interp.language import exceptions
from convlint.interp.natives.lifting import not_followed, take
from convlint.interp.natives.objects import NativeContext
from convlint.interp.natives.registry import add_value, native, written
from convlint.interp.python.functools_ import update
from convlint.interp.values.functions import GeneratorValue, Native
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

add_value("contextlib.ContextDecorator", contextlib.ContextDecorator)
add_value("contextlib.AbstractContextManager", contextlib.AbstractContextManager)
STOPPED = "generator raised StopIteration"
"""What Python says of a generator function that lets StopIteration go on."""


@native("contextlib.contextmanager")
def contextmanager(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (function,) = take(vm, "contextmanager", args, kwargs, "func")
    made = Native(
        "contextmanager",
        lambda vm, args, kwargs: _of_generator(vm, function, args, kwargs),
        binds=True,
        holds=(function,),
    )
    return update(vm, made, function)


def _of_generator(vm: Vm, function: Value, args: list[Value], kwargs: dict[str, Value]) -> Value:
    started: list[GeneratorValue] = []

    def enter(vm: Vm) -> Value:
        made = vm.call(function, args, kwargs)
        if not isinstance(made, GeneratorValue):
            return vm.unknown("a context manager whose function is not a generator")
        started.append(made)
        item = next(made.iterator, MISSING)
        if item is MISSING:
            vm.throw(RuntimeError, "generator didn't yield")
        return item

    def leave(vm: Vm, error: Value) -> Value:
        if not started:
            return vm.unknown("a context manager that is not known") if error is not None else False
        iterator = started.pop().iterator
        if error is None:
            next(iterator, None)
            return False
        return _throw(vm, iterator, error)

    return NativeContext(enter, leave, swallows=True)


def _throw(vm: Vm, iterator: Iterator[Value], error: Value) -> bool | Unknown:
    """Raise an exception where the function waits; it is swallowed if the function then ends without raising."""
    if not isinstance(iterator, Generator):
        return vm.unknown("whether a context manager swallows the exception")
    try:
        iterator.throw(PyRaise(error))
    except StopIteration:
        return True
    except PyRaise as raised:
        if raised.value is error:
            return False
        wrapped = isinstance(error, StopIteration) and isinstance(raised.value, RuntimeError)
        if wrapped and (raised.value.args == (STOPPED,) or vm.decide("whether a StopIteration goes on as it was")):
            return False
        raise
    raise PyRaise(RuntimeError("generator didn't stop after throw()"))


@native("contextlib.nullcontext")
def nullcontext(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (result,) = take(vm, "nullcontext", args, kwargs, enter_result=None)
    return NativeContext(lambda vm: result, lambda vm, error: False)


@native("contextlib.suppress")
def suppress(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    kinds = tuple(args)
    return NativeContext(
        lambda vm: None, lambda vm, error: error is not None and exceptions.catches(vm, kinds, error), swallows=True
    )


@native("contextlib.closing")
def closing(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (thing,) = take(vm, "closing", args, kwargs, "thing")

    def leave(vm: Vm, error: Value) -> Value:
        vm.call(vm.getattr(thing, "close"))
        return False

    return NativeContext(lambda vm: thing, leave)


def _redirect(name: str) -> None:
    """A context in which `sys.stdout` or `sys.stderr` is another stream."""

    @native(f"contextlib.redirect_{name}")
    def redirect(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        (target,) = take(vm, f"redirect_{name}", args, kwargs, "new_target")
        before: list[Value] = []

        def system() -> Value:
            return vm.program.import_module(vm, "sys", vm.frame.module)

        def enter(vm: Vm) -> Value:
            before.append(vm.getattr(system(), name))
            vm.setattr(system(), name, target)
            return target

        def leave(vm: Vm, error: Value) -> bool:
            vm.setattr(system(), name, before.pop() if before else vm.unknown(f"`sys.{name}`"))
            return False

        return NativeContext(enter, leave)


_redirect("stdout")
_redirect("stderr")


written("stacks.py", "contextlib", "ExitStack")


@native("contextlib.asynccontextmanager", "contextlib.AsyncExitStack")
def other(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return not_followed(vm, "a context manager that is not modelled", args, kwargs)
