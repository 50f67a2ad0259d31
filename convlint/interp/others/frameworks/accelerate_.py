"""Accelerate: its `Accelerator`, by what it does in one process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native, written
from convlint.interp.others.opened import harmless
from convlint.interp.values.unknown import DeviceName, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

for _module in ("accelerate", "accelerate.accelerator"):
    written("accelerate_.py", _module, "Accelerator")
harmless("accelerate.accelerator._open", "an accelerator")


@native("accelerate.accelerator._device")
def _device(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return DeviceName("the device of an accelerator")


@native("accelerate.utils.set_seed")
def _nothing(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return None
