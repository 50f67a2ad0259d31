"""What a failure of convlint's own code is to the program that it runs: a gap, never an exception of the program."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from convlint.interp.values.signals import Bound, NeedImports, NeedRank, PyRaise, Undecided
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.refusal import Unmodelled

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

SIGNALS = (PyRaise, Bound, NeedRank, NeedImports, Undecided)
"""Exceptions that natives and rules let pass: the program's own, the end of a run, and what asks for another one."""
BOUNDS = (RecursionError, MemoryError)


class Strictness:
    """Whether failures are raised, so that tests see them."""

    on = False


def failed(vm: Vm, name: str, error: Exception, given: Iterable[Value]) -> Unknown:
    """Return the unknown result of a native or rule that did not foresee how it is called. Raises it under test."""
    for value in given:
        vm.havoc(value, f"`{name}` failed")
    if isinstance(error, Unmodelled):
        return vm.unknown(error.reason)
    if Strictness.on and not isinstance(error, BOUNDS):
        raise error
    return vm.unknown(f"`{name}` is called in a way that is not modelled ({type(error).__name__}: {error})")
