"""Setting and deleting attributes as Python and `nn.Module` do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.torch import modules as torch_modules
from convlint.interp.torch import tensors as torch_tensors
from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance
from convlint.interp.values.functions import BoundMethod, Function, Property
from convlint.interp.values.modules import PyModule
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.tensor import Tensor

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def set_(vm: Vm, obj: Value, name: str, value: Value) -> None:
    """Do `obj.name = value`."""
    vm.writing(obj)
    if isinstance(obj, ModuleInstance):
        _set_on_module(vm, obj, name, value)
    elif isinstance(obj, Instance):
        found = obj.cls.find(name)
        setter = obj.cls.find("__setattr__")
        if isinstance(found, Property) and found.setter is not None:
            vm.call(found.setter, [obj, value])
        elif isinstance(setter, Function):
            vm.call(setter, [obj, name, value])
        else:
            obj.attrs[name] = value
    elif isinstance(obj, ClassValue):
        obj.namespace[name] = value
    elif isinstance(obj, Function):
        obj.attrs[name] = value
    elif isinstance(obj, BoundMethod):
        set_(vm, obj.func, name, value)
    elif isinstance(obj, PyModule):
        if obj.scope is not None:
            vm.writing(obj.scope)
            obj.scope.names[name] = value
        else:
            obj.attrs[name] = value
    elif isinstance(obj, Tensor):
        torch_tensors.set_tensor_attribute(vm, obj, name, value)
    elif isinstance(obj, list | dict | tuple | str | int | float | None.__class__):
        vm.throw(AttributeError, f"'{type(obj).__name__}' object has no attribute '{name}'")


def _set_on_module(vm: Vm, obj: ModuleInstance, name: str, value: Value) -> None:
    """`nn.Module.__setattr__`: parameters, modules and buffers go to their registries."""
    found = obj.cls.find(name)
    if isinstance(found, Property) and found.setter is not None:
        vm.call(found.setter, [obj, value])
        return
    setter = obj.cls.find("__setattr__")
    if isinstance(setter, Function):
        vm.call(setter, [obj, name, value])
        return
    set_registered(vm, obj, name, value)


def set_registered(vm: Vm, obj: ModuleInstance, name: str, value: Value) -> None:
    if obj.built is not None and any(name in table for table in (obj.attrs, obj.parameters, obj.modules)):
        obj.changed = True
    if isinstance(value, Tensor) and value.is_parameter:
        _forget(obj, name)
        obj.parameters[name] = value
    elif isinstance(value, ModuleInstance):
        if name not in obj.modules:
            _forget(obj, name)
        obj.modules[name] = value
    elif name in obj.parameters and (value is None or isinstance(value, Unknown)):
        obj.parameters[name] = value
    elif name in obj.modules and (value is None or isinstance(value, Unknown)):
        obj.modules[name] = value
    elif name in obj.parameters:
        vm.throw(
            TypeError,
            f"cannot assign '{type(value).__name__}' as parameter '{name}' (torch.nn.Parameter or None expected)",
        )
    elif name in obj.modules:
        vm.throw(
            TypeError,
            f"cannot assign '{type(value).__name__}' as child module '{name}' (torch.nn.Module or None expected)",
        )
    elif name in obj.buffers:
        obj.buffers[name] = value
    else:
        if isinstance(value, Unknown):
            torch_modules.unknown_member(vm, obj, value)
        obj.attrs[name] = value


def _forget(obj: ModuleInstance, name: str) -> None:
    for table in (obj.attrs, obj.parameters, obj.buffers, obj.modules):
        table.pop(name, None)


def delete(vm: Vm, obj: Value, name: str) -> None:
    """Do `del obj.name`."""
    vm.writing(obj)
    tables: list[dict[str, Value]] = []
    if isinstance(obj, Instance):
        tables.append(obj.attrs)
    if isinstance(obj, ModuleInstance):
        tables += [obj.parameters, obj.buffers, obj.modules]
    if isinstance(obj, ClassValue):
        tables.append(obj.namespace)
    for table in tables:
        if name in table:
            del table[name]
            return
    if tables and not _may_have_more(obj):
        vm.throw(AttributeError, name)


def _may_have_more(obj: Value) -> bool:
    """Whether an object or class has attributes that are not known, as those of an unknown base class."""
    if isinstance(obj, Instance):
        return obj.tainted is not None or obj.cls.unknown_base is not None
    return isinstance(obj, ClassValue) and obj.unknown_base is not None
