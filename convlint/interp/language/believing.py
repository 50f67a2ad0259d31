"""Exceptions that code of installed packages raises: believed only if all that led to them is known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.values.functions import Function
from convlint.interp.values.modules import PyModule
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import Unknown, Value
from convlint.trace import Concern

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def instead_of(vm: Vm, func: Function, raised: PyRaise, given: list[Value]) -> Unknown | None:
    """Return what a call of a function gives whose exception is not believed; None if it is, or if it is not known yet.

    That is decided where the program calls the package: there, one path goes on with something unknown, and another one
    has the exception, for whoever catches it.
    """
    program = vm.program
    if raised.violation is not None or not program.is_packaged(func.module) or program.is_packaged(_caller(vm)):
        return None
    if not _is_doubtful(vm, func, raised):
        return None
    reason = f"`{func.module.name}.{func.name}` is not followed to its end: {_text(raised.value)}"
    if not vm.decide(reason):
        raised.explicit = True  # on this path Python does raise
        return None
    for value in given:
        vm.havoc(value, reason)
    return vm.unknown(reason)


def _caller(vm: Vm) -> PyModule:
    """Return the module that calls: what Python itself has between two of them is asked by the one that asked it."""
    return next((frame.module for frame in reversed(vm.frames) if not frame.module.hidden), vm.frame.module)


def _is_doubtful(vm: Vm, func: Function, raised: PyRaise) -> bool:
    """Whether something unknown or unmodelled stood on the way: all that is no `raise` may come of such things.

    A name that is not modelled is no doubt by itself: where it decides anything, that is a decision of its own.
    """
    if not raised.explicit or vm.doubts:
        return True
    top = func.module.name.partition(".")[0]
    return any(
        gap.concern is Concern.RUN
        or (gap.concern is Concern.PROGRAM and gap.place is not None and f"/{top}/" in gap.place.filename)
        for gap in vm.gaps
    )


def _text(error: Value) -> str:
    return f"it raises {type(error).__name__}" if isinstance(error, BaseException) else "it raises an exception"
