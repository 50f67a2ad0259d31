"""Ignite: engines, their events, and the engines that it makes for supervised training."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native, written
from convlint.interp.values.unknown import Harmless, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

for _module in ("ignite.engine", "ignite.engine.engine", "ignite.engine.events"):
    written("ignite_.py", _module, "Engine Events State create_supervised_trainer create_supervised_evaluator")


@native("ignite._open")
def _open(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Harmless(f"`{args[0]}` of an engine")
