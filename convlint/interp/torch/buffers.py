"""`torch.nn.Buffer`: a tensor that a module registers as a buffer when it becomes an attribute of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.lifting import take
from convlint.interp.natives.registry import native
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.tensor import Tensor

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


@native("torch.nn.Buffer", "torch.nn.parameter.Buffer")
def make_buffer(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    data, _ = take(vm, "Buffer", args, kwargs, data=None, persistent=True)
    if not isinstance(data, Tensor):
        return data if isinstance(data, Unknown) else vm.unknown("a buffer of what is no tensor")
    made = data.twin()
    made.is_parameter = False
    vm.made_buffers[id(made)] = made
    return made
