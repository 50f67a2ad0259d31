"""`__torch_function__`: operations of torch on objects of the program that say themselves what comes of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native
from convlint.interp.values.classes import TORCH_FUNCTION, Instance, ModuleInstance
from convlint.interp.values.functions import Native
from convlint.interp.values.unknown import MISSING, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def handled(vm: Vm, function: Native, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Return what the first such object among the arguments makes of an operation; `MISSING` if there is none."""
    for value in _inside((*args, *kwargs.values())):
        if isinstance(value, Instance) and not isinstance(value, ModuleInstance) and value.payload is None:
            method = vm.special(value, TORCH_FUNCTION, MISSING)
            if method is not MISSING:
                return vm.call(method, [function, (value.cls,), tuple(args), dict(kwargs)])
    return MISSING


def _inside(values: Iterable[Value]) -> Iterator[Value]:
    for value in values:
        if isinstance(value, list | tuple):
            yield from value
        else:
            yield value


@native("torch.overrides.is_tensor_method_or_property")
def _is_of_tensors(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    function = args[0]
    return isinstance(function, Native) and function.name.startswith("torch.Tensor.")
