"""Methods of generators: what is sent and thrown to where they wait."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Generator
from typing import TYPE_CHECKING, Any

from convlint.interp.language import absent, exceptions
from convlint.interp.natives.registry import method
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.functions import GeneratorValue, Native
from convlint.interp.values.signals import Bound, PyRaise
from convlint.interp.values.unknown import Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def resumed(step: Callable[[], Value], *, of_program: bool = True) -> Value:
    """Take one step of an iterator of Python's own; its end is the program's StopIteration, with what is returned.

    `of_program` tells that it is a generator of the program: it cannot be asked while it runs.
    """
    try:
        return step()
    except StopIteration as ended:
        error: Exception = StopIteration() if ended.value is None else StopIteration(ended.value)
    except (RuntimeError, ValueError) as refused:
        if str(refused) not in REFUSED:
            raise
        if isinstance(refused, ValueError) and not of_program:
            raise Bound("an iterator is asked for an item while it makes one") from None
        error = refused.with_traceback(None)
    raise PyRaise(error)


REFUSED = frozenset(
    {"generator already executing", "deque mutated during iteration", "cannot re-enter the tee iterator"}
)
"""What Python says of iterators of its own that the program changes, or asks, while they run."""


def _running(vm: Vm, value: Value, name: str) -> Generator[Value, Value, Any] | Unknown:
    if vm.taint_of(value) is not None:
        return vm.unknown(f"`{name}` of a generator that is not known")
    if not isinstance(value, GeneratorValue) or not isinstance(value.iterator, Generator):
        return vm.unknown(f"`{name}` of an iterator that is no generator")
    return value.iterator


def _is_fresh(running: Generator[Value, Value, Any]) -> bool:
    """Whether nothing of a generator has run yet; one of a library is taken to have begun."""
    return inspect.isgenerator(running) and inspect.getgeneratorstate(running) == inspect.GEN_CREATED


@method(GeneratorValue, "__next__")
def following(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    running = _running(vm, args[0], "__next__")
    return running if isinstance(running, Unknown) else resumed(lambda: next(running))


@method(GeneratorValue, "send")
def send(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    running, sent = _running(vm, args[0], "send"), args[1]
    if isinstance(running, Unknown):
        return running
    if sent is not None and _is_fresh(running):
        absent.refused(vm, "can't send non-None value to a just-started generator")
    return resumed(lambda: running.send(sent))


@method(GeneratorValue, "throw")
def throw(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    running = _running(vm, args[0], "throw")
    if isinstance(running, Unknown):
        return running
    error = _thrown(vm, args[1], args[2] if len(args) > 2 else None)
    return resumed(lambda: running.throw(PyRaise(error, explicit=True)))


def _thrown(vm: Vm, kind: Value, value: Value) -> Value:
    """Return the exception that is thrown into a generator: one that is given, or one of a class, made of a value."""
    if isinstance(kind, Unknown):
        return kind
    if not exceptions.may_be_raised(kind):
        absent.refused(vm, "exceptions must be classes or instances deriving from BaseException")
    if not isinstance(kind, type | ClassValue | Native):
        if value is not None:
            absent.refused(vm, "instance exception may not have a separate value")
        return kind
    is_made = vm.isinstance(value, kind) if value is not None else False
    if isinstance(is_made, Unknown):
        return vm.unknown("the exception that is thrown into a generator")
    given = [] if value is None else list(value) if isinstance(value, tuple) else [value]
    error = value if is_made else vm.call(kind, given)
    if isinstance(error, type | ClassValue) or not exceptions.may_be_raised(error):
        absent.refused(vm, "calling the class of an exception should have returned an exception")
    return error


@method(GeneratorValue, "close")
def close(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`GeneratorExit` is thrown where the generator waits: its `finally` runs; it is over after that."""
    running = _running(vm, args[0], "close")
    if isinstance(running, Unknown):
        return running
    if _is_fresh(running):
        running.close()
        return None
    try:
        running.throw(PyRaise(GeneratorExit()))
    except StopIteration:
        return None
    except PyRaise as raised:
        if isinstance(raised.value, GeneratorExit):
            return None
        raise
    vm.throw(RuntimeError, "generator ignored GeneratorExit")
