"""Accelerate: its `Accelerator`, by what it does in one process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native, written
from convlint.interp.values.unknown import DeviceName, Harmless, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

for _module in ("accelerate", "accelerate.accelerator"):
    written("accelerate_.py", _module, "Accelerator")


@native("accelerate.accelerator._open")
def _open(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Harmless(f"`{args[0]}` of an accelerator")


@native("accelerate.accelerator._device")
def _device(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return DeviceName("the device of an accelerator")


@native("accelerate.utils.set_seed")
def _nothing(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return None
