"""Configurations whose entries are attributes: OmegaConf, EasyDict, Munch, ConfigDict of ml_collections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native, written
from convlint.interp.values.unknown import Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

written("configs.py", "omegaconf", "OmegaConf DictConfig ListConfig")
written("configs.py", "easydict", "EasyDict edict")
written("configs.py", "munch", "Munch")
written("configs.py", "box", "Box")
written("configs.py", "attrdict", "AttrDict")
for _module in ("ml_collections", "ml_collections.config_dict"):
    written("configs.py", _module, "ConfigDict FrozenConfigDict")


@native("omegaconf._is_open")
def _is_open(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return isinstance(args[0], Unknown) or vm.taint_of(args[0]) is not None


@native("omegaconf._unknown")
def _unknown(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Unknown(args[0])
