"""Lightning's module: an `nn.Module` with training hooks, none of which changes shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.language import absent
from convlint.interp.natives.registry import add_value, native, written
from convlint.interp.torch.module_class import MODULE
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import BoundMethod, Function, Native
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
    """What the constructor was given, by name: all of it, or the arguments that are named."""
    function, names, wanted = vm.frame.function, vm.frame.scope.names, args[1:]
    taken = function.code.required[1:] if function is not None else ()
    held = {name: names[name] for name in taken if name in names}
    ignored = kwargs.get("ignore", ())
    left_out = [ignored] if isinstance(ignored, str) else ignored
    if not all(isinstance(name, str) for name in wanted) or not isinstance(left_out, list | tuple):
        args[0].attrs["hparams"] = Unknown("the saved hyperparameters")
        return None
    kept = {name: value for name, value in held.items() if (not wanted or name in wanted) and name not in left_out}
    args[0].attrs["hparams"] = vm.call(vm.program.torch_value(vm, "lightning._AttributeDict"), [kept])
    return None


@native("lightning._step")
def _step(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A method that the class of the program's defines, None where it does not."""
    obj, name = args
    found = obj.cls.find(name) if isinstance(obj, Instance) else None
    return vm.getattr(obj, name) if isinstance(found, Function) else None


@native("lightning._taken")
def _taken(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What a step is called with: the batch, and its number if it takes more than one argument."""
    step, *given = args
    function = step.func if isinstance(step, BoundMethod) else step
    if not isinstance(function, Function) or function.node.params.vararg is not None:
        return tuple(given)
    params = function.node.params
    return tuple(given[: len(params.posonly + params.args) - 1])


@native("lightning._not_modelled")
def _not_modelled(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args[0].startswith("__"):
        absent.no_attribute(vm, args[0])
    return vm.unknown(f"`{args[0]}` of Lightning's is not modelled")


@native("lightning._given")
def _given(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The first of several values that is there: loaders that are given, or what gives them."""
    return next((value for value in args if value is not None), None)


written("lightning_loops.py", "lightning", "_AttributeDict Trainer LightningDataModule")
for _package in ("lightning", "lightning.pytorch", "pytorch_lightning"):
    written("lightning_loops.py", _package, "Trainer LightningDataModule")
for _module in ("lightning.pytorch.cli", "pytorch_lightning.cli"):
    written("lightning_cli.py", _module, "LightningCLI")
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
SAVING = Native("save_hyperparameters", _save_hyperparameters, binds=True)
LIGHTNING.namespace["save_hyperparameters"] = SAVING
add_value("lightning._save_hyperparameters", SAVING)
LIGHTNING.namespace["__getattr__"] = Native("LightningModule.__getattr__", _unknown_attribute, binds=True)
for _package in (
    "lightning",
    "lightning.pytorch",
    "pytorch_lightning",
    "lightning.pytorch.core",
    "pytorch_lightning.core",
):
    add_value(f"{_package}.LightningModule", LIGHTNING)
