"""Lightning's module: an `nn.Module` with training hooks, none of which changes shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.registry import add_value
from convlint.interp.torch.module_class import MODULE
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.functions import Native
from convlint.interp.values.unknown import Unknown, Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

LIGHTNING = ClassValue("LightningModule", "lightning.pytorch.LightningModule", (MODULE,), {}, is_module=True)
LIGHTNING.mro = (LIGHTNING, MODULE)


def _nothing(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return None


def _unknown_attribute(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Trainer, logger, hyperparameters and the like exist only while training runs."""
    return vm.unknown(f"`LightningModule.{args[1]}` is not modelled")


def _save_hyperparameters(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    args[0].attrs["hparams"] = Unknown("the saved hyperparameters")


for _name in (
    "log",
    "log_dict",
    "print",
    "toggle_optimizer",
    "untoggle_optimizer",
    "manual_backward",
    "freeze",
    "unfreeze",
):
    LIGHTNING.namespace[_name] = Native(f"LightningModule.{_name}", _nothing, binds=True)
LIGHTNING.namespace["save_hyperparameters"] = Native("save_hyperparameters", _save_hyperparameters, binds=True)
LIGHTNING.namespace["__getattr__"] = Native("LightningModule.__getattr__", _unknown_attribute, binds=True)
for _package in (
    "lightning",
    "lightning.pytorch",
    "pytorch_lightning",
    "lightning.pytorch.core",
    "pytorch_lightning.core",
):
    add_value(f"{_package}.LightningModule", LIGHTNING)
