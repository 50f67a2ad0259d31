"""Hydra: what its Python in the prelude asks for, and where its names are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native, written
from convlint.interp.others import opened
from convlint.interp.values.unknown import Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

BUILDING = "instantiate call get_class get_method get_object to_absolute_path get_original_cwd"
written("hydra_.py", "hydra", "main initialize initialize_config_dir compose")
written("hydra_.py", "hydra.experimental", "initialize compose")
written("hydra_.py", "hydra.utils", BUILDING)
written("hydra_.py", "hydra.core.config_store", "ConfigStore")
native("hydra._internal._open")(opened.unknown)


@native("hydra._internal._is_open")
def _is_open(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return isinstance(args[0], Unknown)
