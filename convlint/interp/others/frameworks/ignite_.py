"""Ignite: engines, their events, and the engines that it makes for supervised training."""

from __future__ import annotations

from convlint.interp.natives.registry import written
from convlint.interp.others.opened import harmless

for _module in ("ignite.engine", "ignite.engine.engine", "ignite.engine.events"):
    written("ignite_.py", _module, "Engine Events State create_supervised_trainer create_supervised_evaluator")
harmless("ignite._open", "an engine")
