"""Configurations whose entries are attributes: OmegaConf, EasyDict, Munch, ConfigDict of ml_collections."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import native, written
from convlint.interp.python.dataclasses_ import FIELDS
from convlint.interp.values.classes import Instance
from convlint.interp.values.unknown import MISSING, Unknown, Value

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
    """Whether it is not known of a configuration which entries it has."""
    (value,) = args
    held = value.attrs.get("_content") if isinstance(value, Instance) else None
    return any(isinstance(part, Unknown) or vm.taint_of(part) is not None for part in (value, held))


@native("omegaconf._unknown")
def _unknown(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Unknown(args[0])


@native("omegaconf._kind")
def _kind(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What contains others of its own: "dict", "list", "tuple", or "" for all else, be it known or not."""
    return type(args[0]).__name__ if type(args[0]) in (dict, list, tuple) else ""


@native("omegaconf._entry")
def _entry(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """An entry as it is read: a dataclass as a dict; what a text stands for that names another entry is not known."""
    value = args[0]
    if isinstance(value, str) and (value == "???" or "${" in value):
        return Unknown(f"the entry of a configuration that is written `{value}`")
    fields = value.cls.find(FIELDS) if isinstance(value, Instance) else MISSING
    if not isinstance(fields, dict):
        return value
    return {name: vm.getattr(value, name) for name, field in fields.items() if not field.init_var}
