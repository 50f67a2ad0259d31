"""Torch's names as values: layers, functions, base classes, and what is not modelled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from convlint.interp.imports import prelude
from convlint.interp.natives import registry as natives
from convlint.interp.torch import layers as torch_layers
from convlint.interp.torch import operations as torch_operations
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.layers.core import registry as layers
from convlint.layers.shared.dtypes import TENSOR_TYPES
from convlint.trace import Concern

if TYPE_CHECKING:
    from convlint.interp.imports.program import Program
    from convlint.interp.vm import Vm


VERSION = ("torch.__version__", "torch.version.__version__", "torch.torch_version.__version__")


class TorchNames:
    """The values of qualified torch names, each made once for a program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._values: dict[str, Value] = {}
        self.members: dict[tuple[str, str], Value] = {}
        """What modules of torch have under a name, where that was asked for before and is known."""

    def value(self, vm: Vm, name: str) -> Value:
        """Return the value of a qualified torch name; what is not modelled is unknown."""
        if name not in self._values:
            value = self._find(vm, name)
            if isinstance(value, Unknown) and natives.find(name) is not value:
                return vm.unknown(value.reason, Concern.NOTHING)
            self._values[name] = value
        return self._values[name]

    def define_operator(self, name: str, value: Value) -> None:
        """Remember an operator that the program gives torch, by namespace and name ("mine.double")."""
        self.members.clear()
        for suffix in ("", ".default"):
            self._values[f"torch.ops.{name}{suffix}"] = value

    def _find(self, vm: Vm, name: str) -> Value:
        lacking = self._program.versions.lacks(name)
        if lacking:
            return Unknown(lacking)
        found = natives.find(name)
        if name in VERSION and self._program.versions.installed:
            kind: Callable[[str], Value] = type(found)
            return kind(self._program.versions.installed)
        if found is not None:
            return found
        written = prelude.find(self._program, vm, name)
        if written is not MISSING:
            return written
        entry = layers.find(name)
        if isinstance(entry, layers.Operation):
            return torch_operations.operation_value(entry)
        if isinstance(entry, layers.LayerClass):
            return self.value(vm, entry.name) if entry.name != name else self._layer_class(vm, entry)
        modelled = (*layers.names(), *prelude.NAMES)
        if natives.is_module(name) or any(known.startswith(name + ".") for known in modelled):
            return self._program.namespace(name)
        if name.startswith("torch.ops.") and name.count(".") == 2:
            return self._program.namespace(name)
        if name in layers.bases():
            return self._abstract_class(vm, name)
        if name.startswith("torch.cuda.") and name.rpartition(".")[2] in TENSOR_TYPES:
            return self.value(vm, "torch." + name.rpartition(".")[2])
        if name.startswith("torch.nn.modules."):
            return self.value(vm, "torch.nn." + name.rpartition(".")[2])
        return Unknown(f"`{name}` is not modelled")

    def _layer_class(self, vm: Vm, entry: layers.LayerClass) -> ClassValue:
        base_values = [self._abstract_class(vm, base) for base in entry.bases]
        module_class = self.value(vm, "torch.nn.Module")
        last = entry.name.rpartition(".")[2]
        cls = ClassValue(last, entry.name, (*base_values, module_class), {}, torch_name=entry.name, is_module=True)
        cls.namespace["__init__"] = torch_layers.layer_init(entry)
        cls.namespace["forward"] = torch_layers.layer_forward(entry)
        cls.mro = (cls, *base_values, *(module_class.mro if isinstance(module_class, ClassValue) else ()))
        return cls

    def _abstract_class(self, vm: Vm, name: str) -> Value:
        """A base class of torch's layers that users only test against; shared by all that derive from it."""
        if name not in self._values:
            entry = layers.find(name)
            if isinstance(entry, layers.LayerClass):
                return self.value(vm, name)
            cls = ClassValue(name.rpartition(".")[2], name, (), {}, is_module=True)
            cls.mro = (cls,)
            self._values[name] = cls
        return self._values[name]
