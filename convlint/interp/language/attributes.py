"""Attributes: reading, writing and deleting them as Python and `nn.Module` do."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING

from convlint.interp.natives import registry
from convlint.interp.torch import layers as torch_layers
from convlint.interp.torch import modules as torch_modules
from convlint.interp.torch import tensors as torch_tensors
from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance, SuperValue
from convlint.interp.values.functions import (
    BoundMethod,
    ClassMethod,
    Function,
    GeneratorValue,
    Native,
    Partial,
    Property,
    StaticMethod,
)
from convlint.interp.values.modules import LazyImport, PyModule
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, REQUIRED, FreeTensor, Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def get(vm: Vm, obj: Value, name: str, default: Value = REQUIRED) -> Value:
    """Return `obj.name`; raise AttributeError in the program if it has none and no default is given."""
    found = lookup(vm, obj, name)
    if found is not MISSING:
        return found
    if default is not REQUIRED:
        return default
    kind = obj.cls.name if isinstance(obj, Instance) else type(obj).__name__
    vm.throw(AttributeError, f"'{kind}' object has no attribute '{name}'")


def has(vm: Vm, obj: Value, name: str) -> bool | Unknown:
    if isinstance(obj, Unknown):
        return vm.derived(obj, "hasattr", name)
    found = lookup(vm, obj, name, quiet=True)
    if isinstance(found, Unknown) and not _holds(obj, name):
        return found
    return found is not MISSING


def _holds(obj: Value, name: str) -> bool:
    """Whether the attribute is certainly there, though its value is unknown."""
    if isinstance(obj, ModuleInstance) and any(name in d for d in (obj.modules, obj.parameters, obj.buffers)):
        return True
    return isinstance(obj, Instance) and (name in obj.attrs or obj.cls.find(name) is not MISSING)


def lookup(vm: Vm, obj: Value, name: str, quiet: bool = False) -> Value:
    """Return `obj.name` or `MISSING`."""
    if isinstance(obj, Instance):
        return _instance(vm, obj, name)
    if isinstance(obj, Tensor | FreeTensor):
        return torch_tensors.tensor_attribute(vm, obj, name)
    if isinstance(obj, Unknown):
        return vm.derived(obj, ".", name)
    if isinstance(obj, PyModule):
        return vm.program.module_attribute(vm, obj, name)
    if isinstance(obj, ClassValue):
        return _class(vm, obj, name)
    if isinstance(obj, SuperValue):
        return _super(vm, obj, name)
    if isinstance(obj, Function):
        return _function(vm, obj, name)
    if isinstance(obj, BoundMethod):
        return _bound(vm, obj, name)
    if isinstance(obj, Partial):
        return {"func": obj.func, "args": obj.args, "keywords": obj.kwargs}.get(name, MISSING)
    if isinstance(obj, Property):
        return _property(obj, name)
    return _native(vm, obj, name)


def bind(vm: Vm, found: Value, receiver: Value, cls: ClassValue) -> Value:
    """Turn what a class holds into what an attribute of its instance is."""
    if isinstance(found, Function) or (isinstance(found, Native) and found.binds):
        return BoundMethod(found, receiver)
    if isinstance(found, StaticMethod):
        return found.func
    if isinstance(found, ClassMethod):
        return BoundMethod(found.func, cls)
    if isinstance(found, LazyImport):
        return vm.program.resolve(vm, found)
    if isinstance(found, Instance) and found.cls.find("__get__") is not MISSING:
        return vm.call(vm.getattr(found, "__get__"), [receiver, cls])
    return found


def _instance(vm: Vm, obj: Instance, name: str) -> Value:
    found = obj.cls.find(name)
    if isinstance(found, Property):
        return _read_property(vm, obj, name, found)
    if name in obj.attrs:
        if name == "training" and isinstance(obj, ModuleInstance):
            vm.reads_training = True
        return obj.attrs[name]
    if name == "__class__":
        return obj.cls
    if name == "__dict__":
        return obj.attrs
    if found is not MISSING:
        return bind(vm, found, obj, obj.cls)
    if isinstance(obj, ModuleInstance):
        for table in (obj.parameters, obj.buffers, obj.modules):
            if name in table:
                value = table[name]
                if isinstance(value, ModuleInstance):
                    value.touched = True
                return value
        if name in ("_parameters", "_buffers", "_modules"):
            return {"_parameters": obj.parameters, "_buffers": obj.buffers, "_modules": obj.modules}[name]
        if name in ("_forward_hooks", "_forward_pre_hooks"):
            return obj.attrs.setdefault(name, {})
    return _instance_fallback(vm, obj, name)


def _instance_fallback(vm: Vm, obj: Instance, name: str) -> Value:
    if obj.payload is not None:
        method = registry.find_method(type(obj.payload), name)
        if method is not None:
            return BoundMethod(Native(name, method, True), obj.payload)
        if isinstance(obj.payload, BaseException) and name == "args":
            return obj.payload.args
    fallback = obj.cls.find("__getattr__")
    if fallback is not MISSING and not name.startswith("__"):
        try:
            return vm.call(bind(vm, fallback, obj, obj.cls), [name])
        except PyRaise as raised:
            if isinstance(raised.value, AttributeError):
                return MISSING
            raise
    if obj.tainted is not None:
        return vm.derived(obj.tainted, ".", obj, name)
    if obj.cls.unknown_base is not None:
        if name.startswith("__") and name.endswith("__") and name != "__call__":
            return MISSING
        return vm.derived(obj.cls.unknown_base, ".", obj, name)
    if isinstance(obj, ModuleInstance) and obj.cls.torch_name and not name.startswith("__"):
        return torch_layers.layer_method(vm, obj, name)
    if obj.cls.is_module and torch_modules.is_module_api(name):
        return vm.unknown(f"`nn.Module.{name}` is not modelled")
    return {"__module__": obj.cls.module.name if obj.cls.module else "", "__doc__": None}.get(name, MISSING)


def _read_property(vm: Vm, obj: Instance, name: str, prop: Property) -> Value:
    if prop.cached and name in obj.attrs:
        return obj.attrs[name]
    value = vm.call(prop.getter, [obj])
    if prop.cached:
        obj.attrs[name] = value
    return value


def _class(vm: Vm, obj: ClassValue, name: str) -> Value:
    found = obj.find(name)
    if found is not MISSING:
        if isinstance(found, StaticMethod):
            return found.func
        if isinstance(found, ClassMethod):
            return BoundMethod(found.func, obj)
        if isinstance(found, LazyImport):
            return vm.program.resolve(vm, found)
        return found
    if name in ("__name__", "__qualname__"):
        return obj.name
    if name == "__module__":
        return obj.module.name if obj.module else obj.qualname.rpartition(".")[0]
    if name == "__mro__":
        return obj.mro
    if name == "__bases__":
        return obj.bases
    if name == "__dict__":
        return obj.namespace
    if name == "__doc__":
        return None
    if name == "__annotations__":
        return obj.annotations
    if name == "__subclasses__":
        return vm.unknown("the subclasses of a class")
    if obj.native_base is not None:
        method = registry.find_method(obj.native_base, name)
        if method is not None:
            return Native(f"{obj.name}.{name}", method, True)
    if obj.unknown_base is not None:
        return vm.derived(obj.unknown_base, ".", obj, name)
    if name in ("__init__", "__new__", "__setattr__", "__getattribute__", "__init_subclass__", "__repr__", "__str__"):
        return registry.find(f"builtins.object.{name}") or MISSING
    return MISSING


def _super(vm: Vm, obj: SuperValue, name: str) -> Value:
    cls = obj.receiver.cls if isinstance(obj.receiver, Instance) else obj.receiver
    mro = cls.mro if isinstance(cls, ClassValue) else ()
    after = mro[mro.index(obj.owner) + 1 :] if obj.owner in mro else ()
    for base in after:
        if isinstance(base, ClassValue) and name in base.namespace:
            found = base.namespace[name]
            if isinstance(found, Property):
                return vm.call(found.getter, [obj.receiver])
            if isinstance(found, ClassMethod):
                return BoundMethod(found.func, cls)
            return bind(vm, found, obj.receiver, cls)
        if isinstance(base, Unknown):
            return vm.derived(base, "super", name)
    if isinstance(obj.receiver, Instance) and obj.receiver.payload is not None:
        method = registry.find_method(type(obj.receiver.payload), name)
        if method is not None:
            return BoundMethod(Native(name, method, True), obj.receiver.payload)
    if name == "__init__":
        return Native("object.__init__", lambda vm, args, kwargs: None)
    if name == "__init_subclass__":
        return Native("object.__init_subclass__", lambda vm, args, kwargs: None)
    if name == "__new__":
        return Native("object.__new__", _object_new)
    if name == "__setattr__":
        return BoundMethod(Native("object.__setattr__", _object_setattr, True), obj.receiver)
    if isinstance(obj.receiver, ModuleInstance) and obj.receiver.cls.torch_name and not name.startswith("__"):
        return torch_layers.layer_method(vm, obj.receiver, name)
    unknown_base = cls.unknown_base if isinstance(cls, ClassValue) else None
    return vm.derived(unknown_base, "super", name) if unknown_base is not None else MISSING


def _object_new(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    from convlint.interp.language.calls import blank_instance

    return blank_instance(vm, args[0], args[1:])


def _object_setattr(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    args[0].attrs[args[1]] = args[2]


def _function(vm: Vm, obj: Function, name: str) -> Value:
    if name in obj.attrs:
        return obj.attrs[name]
    fixed = {"__name__": obj.name, "__qualname__": obj.qualname, "__module__": obj.module.name, "__doc__": None}
    if name in fixed:
        return fixed[name]
    if name == "__dict__":
        return obj.attrs
    if name == "__class__":
        return types.FunctionType
    if name == "__defaults__":
        return tuple(obj.defaults.values()) or None
    if name == "__get__":
        return Native("__get__", lambda vm, args, kwargs: BoundMethod(obj, args[0]))
    if name in ("__code__", "__annotations__", "__kwdefaults__", "__globals__", "__closure__", "__signature__"):
        return vm.unknown(f"`{name}` of a function")
    return MISSING


def _bound(vm: Vm, obj: BoundMethod, name: str) -> Value:
    if name == "__func__":
        return obj.func
    if name == "__self__":
        return obj.receiver
    return lookup(vm, obj.func, name)


def _property(prop: Property, name: str) -> Value:
    if name == "setter":
        return Native("setter", lambda vm, args, kwargs: Property(prop.getter, args[0], prop.cached))
    if name in ("getter", "deleter"):
        return Native(name, lambda vm, args, kwargs: prop)
    return {"fget": prop.getter, "fset": prop.setter}.get(name, MISSING)


def _native(vm: Vm, obj: Value, name: str) -> Value:
    """Attributes of Python's own values: methods that are modelled, and a few plain facts."""
    cause = vm.taint_of(obj)
    kind = obj if isinstance(obj, type) else type(obj)
    method = registry.find_method(kind, name)
    if method is not None:
        if isinstance(obj, type):
            return Native(f"{obj.__name__}.{name}", method, True)
        if cause is not None and not isinstance(obj, list | dict | set):
            return cause
        return BoundMethod(Native(f"{kind.__name__}.{name}", method, True), obj)
    if isinstance(obj, type) and name in ("__name__", "__qualname__", "__module__"):
        return getattr(obj, name)
    if isinstance(obj, tuple) and name in getattr(obj, "_fields", ()):
        return getattr(obj, name)
    if isinstance(obj, BaseException) and name in ("args", "__cause__", "__traceback__"):
        return obj.args if name == "args" else None
    if isinstance(obj, int | float | complex) and name in ("real", "imag", "numerator", "denominator"):
        return getattr(obj, name, MISSING)
    if isinstance(obj, range | slice) and name in ("start", "stop", "step"):
        return getattr(obj, name)
    if name == "__class__":
        return vm.type_of(obj)
    if isinstance(obj, Native):
        inside = registry.find(f"{obj.name}.{name}")
        if inside is not None:
            return inside
        return {
            "__name__": obj.name.rpartition(".")[2],
            "__module__": obj.name.rpartition(".")[0],
            "__doc__": None,
        }.get(name, MISSING)
    if isinstance(obj, GeneratorValue) and name in ("close", "send", "throw"):
        return vm.unknown(f"`{name}` of a generator")
    special = getattr(obj, "get_attribute", None)
    if special is not None:
        return special(vm, name)
    plain = isinstance(obj, str | bytes | int | float | list | dict | set | tuple | type(None))
    if plain and not hasattr(obj, name):
        return MISSING
    if isinstance(obj, Dim) or not plain or hasattr(obj, name):
        return vm.unknown(f"`{name}` of {kind.__name__} is not modelled")
    return MISSING
