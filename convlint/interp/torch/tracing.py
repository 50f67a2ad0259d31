"""What torch's symbolic tracing needs of the interpreter: calls and parameters of modules that go by the tracer.

The tracer itself, its proxies and its graphs are Python in `prelude/`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.values.classes import ModuleInstance
from convlint.interp.values.functions import Native
from convlint.interp.values.unknown import Value
from convlint.layers.core.tensor import Tensor

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def called(vm: Vm, obj: ModuleInstance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Call a module as the tracer that is running says."""
    tracing = vm.tracings[-1]
    forward = vm.getattr(obj, "forward")
    tracing.enter_module(vm, forward)

    def run(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return vm.call(forward, args, kwargs)

    return vm.call(tracing.called, [obj, Native("forward", run), tuple(args), dict(kwargs)])


def read(vm: Vm, name: str, value: Value) -> Value:
    """Return what a registered value of a module is while a tracer is running."""
    return vm.call(vm.tracings[-1].read, [name, value]) if isinstance(value, Tensor) else value
