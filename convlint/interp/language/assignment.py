"""Setting and deleting attributes as Python and `nn.Module` do."""

from __future__ import annotations

import builtins
from typing import TYPE_CHECKING

from convlint.interp.language import absent, class_attributes, kinds
from convlint.interp.natives.objects import Form
from convlint.interp.natives.type_forms import Alias
from convlint.interp.records.records import UNCHANGING, Assigned
from convlint.interp.torch import modules as torch_modules
from convlint.interp.torch import tensors as torch_tensors
from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance
from convlint.interp.values.functions import BoundMethod, Function, GeneratorValue, Native, Partial, Property
from convlint.interp.values.modules import PyModule
from convlint.interp.values.numbers import LibraryNumber, Size
from convlint.interp.values.signals import Bound, PyRaise
from convlint.interp.values.unknown import MISSING, Harmless, Unknown, Value
from convlint.layers.core import attribute_names
from convlint.layers.core.tensor import Tensor

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def set_(vm: Vm, obj: Value, name: str, value: Value) -> None:
    """Do `obj.name = value`."""
    vm.writing(obj)
    vm.met += isinstance(obj, Unknown)
    if isinstance(obj, Instance):
        setter = obj.cls.find("__setattr__")
        if isinstance(setter, Function) or (isinstance(setter, Native) and not isinstance(obj, ModuleInstance)):
            vm.call(setter, [obj, name, value])
        elif isinstance(setter, Unknown):
            vm.havoc(obj, setter.reason)
        else:
            set_on_object(vm, obj, name, value)
    elif isinstance(obj, ClassValue):
        _set_on_class(vm, obj, name, value)
        _given_to_library(vm, obj, name, value)
    elif isinstance(obj, Alias):
        set_(vm, obj.origin, name, value)
    elif isinstance(obj, Form) and obj.name == "typing.Annotated" and obj.parts:
        set_(vm, obj.parts[0], name, value)
    elif isinstance(obj, Function):
        _set_on_function(vm, obj, name, value)
    elif isinstance(obj, PyModule):
        if obj.scope is not None:
            vm.writing(obj.scope)
            obj.scope.names[name] = value
        else:
            if obj.name == "builtins" and name != "print" and hasattr(builtins, name):
                raise Bound(f"`{name}` of Python is replaced")
            obj.attrs[name] = value
        _given_to_library(vm, obj, name, value)
    elif isinstance(obj, Tensor):
        torch_tensors.set_tensor_attribute(vm, obj, name, value)
    elif isinstance(obj, Unknown):
        if name == "cell_contents":
            raise Bound("a variable of a function is set from outside")
        vm.havoc((obj, value), "an attribute of what an object holds was set")
    else:
        if isinstance(obj, type):
            absent.refused(vm, f"cannot set '{name}' attribute of immutable type '{obj.__name__}'")
        if name == "__class__":
            absent.refused(vm, "__class__ assignment only supported for mutable types or ModuleType subclasses")
        if _takes_none(obj) and not (isinstance(obj, GeneratorValue) and name in ("__name__", "__qualname__")):
            raise PyRaise(absent.attribute_error(obj, name))
        if isinstance(obj, BaseException):
            vm.taint(obj, Unknown("an exception whose attributes are set", vm.place()))
        vm.add_to(obj, name, vm.in_one_way(value))


def _given_to_library(vm: Vm, holder: ClassValue | PyModule, name: str, value: Value) -> None:
    """Let code of a library call a function that the program puts into one of its modules or classes.

    Under a name that the library itself has not got, only the program finds it.
    """
    written = holder.of_program if isinstance(holder, ClassValue) else bool(holder.filename)
    if isinstance(holder, ClassValue) and holder.qualname.startswith("torch.nn."):
        written = written or not attribute_names.may_have(holder.name, name)
    if not written and isinstance(value, Function | BoundMethod | Partial | Instance):
        vm.may_call(value, f"it is put into `{holder.name}`")


def _takes_none(obj: Value) -> bool:
    """Whether an object of one of Python's own types has no place for attributes of the program."""
    if isinstance(obj, BoundMethod | GeneratorValue | Size | LibraryNumber):
        return True
    kind = kinds.python_type(obj)
    if kind is None:
        return False
    return not (hasattr(obj, "__dict__") if type(obj) is kind else kinds.defines(kind, "__dict__"))


def set_on_object(vm: Vm, obj: Instance, name: str, value: Value) -> None:
    """Do what `object.__setattr__` does, and for modules what `nn.Module.__setattr__` does."""
    vm.writing(obj)
    if isinstance(obj, ModuleInstance) and (isinstance(value, ModuleInstance) or getattr(value, "is_parameter", False)):
        if not obj.begun and obj.tainted is None:
            what = "module" if isinstance(value, ModuleInstance) else "parameter"
            absent.no_attribute(vm, f"cannot assign {what} before Module.__init__() call")
        set_registered(vm, obj, name, value)  # torch asks no descriptor about these
        return
    found = obj.cls.find(name)
    if isinstance(found, Property) and not found.cached:
        if found.setter is None:
            absent.no_attribute(vm, f"property '{name}' of '{obj.cls.name}' object has no setter")
        vm.call(found.setter, [obj, value])
    elif isinstance(found, Instance) and found.cls.find("__set__") is not MISSING:
        vm.call(vm.special(found, "__set__"), [obj, value])
    elif isinstance(found, Instance) and found.cls.unknown_base is not None:
        vm.havoc(obj, found.cls.unknown_base.reason)
    elif name in ("__class__", "__dict__"):
        _become(vm, obj, name, value)
    elif isinstance(obj, ModuleInstance):
        set_registered(vm, obj, name, value)
    else:
        slots = class_attributes.slots(obj.cls)
        if isinstance(obj.payload, BaseException) and hasattr(obj.payload, name):
            vm.taint(obj.payload, Unknown("an exception whose attributes are set", vm.place()))
        if (slots is not None and name not in slots) or _is_fixed(obj, name):
            raise PyRaise(absent.attribute_error(obj, name))
        obj.attrs[name] = value


def _is_fixed(obj: Instance, name: str) -> bool:
    """Whether it is a plain `object()`, or a named tuple: its fields never change, and by itself it takes no others."""
    fixed = "_fields" in obj.cls.namespace or name in obj.cls.field_order
    return obj.cls.qualname == "builtins.object" or (obj.cls.kind == "namedtuple" and fixed)


def _become(vm: Vm, obj: Instance, name: str, value: Value) -> None:
    """Set `__class__` or `__dict__` of an object."""
    if vm.journals:
        vm.havoc(obj, f"`{name}` of an object is set in one way of a branch")
    elif name == "__class__" and isinstance(value, ClassValue) and value.is_module == obj.cls.is_module:
        obj.cls = value
    elif name == "__dict__" and isinstance(value, dict) and not isinstance(obj, ModuleInstance):
        obj.attrs = value
    elif (
        name == "__dict__"
        and isinstance(obj, ModuleInstance)
        and isinstance(other := vm.shown.get(id(value)), ModuleInstance)
    ):
        _share(obj, other)
    else:
        vm.havoc(obj, f"`{name}` of an object is set")


def _share(obj: ModuleInstance, other: ModuleInstance) -> None:
    """Give a module all that another one holds: its registries, which torch keeps in its `__dict__`, among it."""
    obj.attrs, obj.parameters, obj.buffers, obj.modules = other.attrs, other.parameters, other.buffers, other.modules
    obj.unknown_members, obj.begun, obj.tainted = other.unknown_members, other.begun, other.tainted


def _set_on_class(vm: Vm, cls: ClassValue, name: str, value: Value) -> None:
    if isinstance(cls.namespace.get("__members__"), dict) and name in cls.namespace["__members__"]:
        absent.no_attribute(vm, f"cannot reassign member '{name}'")
    if name == "__bases__":
        raise Bound("the bases of a class are set anew")
    if name == "__name__" and isinstance(value, str):
        cls.name = value
    else:
        if name == "__getattribute__":
            raise Bound("a class is given a `__getattribute__` after it was made")
        cls.namespace[name] = value


def _set_on_function(vm: Vm, function: Function, name: str, value: Value) -> None:
    """Set an attribute of a function; its defaults are what calls use from then on."""
    params = function.node.params
    if name == "__code__":
        raise Bound("the code of a function is replaced")
    if name == "__defaults__" and (value is None or isinstance(value, tuple)):
        positional = [param.name for param in (*params.posonly, *params.args)]
        given = value or ()
        kept = {key: default for key, default in function.defaults.items() if key not in positional}
        function.defaults = kept | dict(zip(positional[len(positional) - len(given) :], given, strict=True))
    elif name == "__kwdefaults__" and (value is None or isinstance(value, dict)):
        named = {param.name for param in params.kwonly}
        kept = {key: default for key, default in function.defaults.items() if key not in named}
        function.defaults = kept | (value or {})
    elif name in ("__defaults__", "__kwdefaults__"):
        function.defaults = {param.name: value for param in params.single}
    elif name == "__name__" and isinstance(value, str):
        function.name = value
    elif name == "__dict__" and isinstance(value, dict):
        function.attrs = value
    elif name in ("__name__", "__qualname__", "__dict__") and isinstance(value, int | float | list | tuple | None):
        absent.refused(vm, f"{name} must be set to another type")
    elif name in ("__globals__", "__closure__", "__builtins__"):
        absent.no_attribute(vm, "readonly attribute")
    else:
        function.attrs[name] = value


# --- modules of torch -----------------------------------------------------------------------------------


def set_registered(vm: Vm, obj: ModuleInstance, name: str, value: Value) -> None:
    """`nn.Module.__setattr__`: parameters, modules and buffers go to their registries."""
    if obj.built is not None and any(name in table for table in (obj.attrs, obj.parameters, obj.modules)):
        obj.changed = True
    if obj.made is not None and not vm.importing and (type(value) in UNCHANGING or type(value) is tuple):
        _note_assigned(vm, obj, name, value)
    if isinstance(value, Tensor) and value.is_parameter:
        if name not in obj.parameters:
            _forget(obj, name)
        obj.parameters[name] = value
    elif isinstance(value, ModuleInstance):
        if name not in obj.modules:
            _forget(obj, name)
        obj.modules[name] = value
        if value.home is None:
            value.home = (obj.cls, name)
    elif name in obj.parameters and (value is None or isinstance(value, Unknown)):
        obj.parameters[name] = value
    elif name in obj.modules and (value is None or isinstance(value, Unknown)):
        obj.modules[name] = value
    elif name in obj.parameters:
        absent.refused(
            vm, f"cannot assign '{type(value).__name__}' as parameter '{name}' (torch.nn.Parameter or None expected)"
        )
    elif name in obj.modules:
        absent.refused(
            vm, f"cannot assign '{type(value).__name__}' as child module '{name}' (torch.nn.Module or None expected)"
        )
    elif name in obj.buffers:
        obj.buffers[name] = value
    elif id(value) in vm.made_buffers:
        _forget(obj, name)
        obj.buffers[name] = value
    else:
        if isinstance(value, Unknown) and not isinstance(value, Harmless):
            torch_modules.unknown_member(vm, obj, value)
        obj.attrs[name] = value


def _note_assigned(vm: Vm, obj: ModuleInstance, name: str, value: Value) -> None:
    """Keep that code of the program sets a plain value on a layer of torch's own class, or on a module of the program's
    from outside what it did not have."""
    place = vm.place()
    if place is None:
        return
    of_torch = obj.cls.place is None and obj.cls.qualname.startswith("torch.nn.")
    if of_torch or (name in ATTRIBUTES_OF_LAYERS and _is_new_from_outside(vm, obj, name)):
        vm.assigned.append(Assigned(obj, name, obj.attrs.get(name), value, place, vm.stack()))


ATTRIBUTES_OF_LAYERS = frozenset({"p"})
"""What only layers of torch have, and people set on the model that holds them."""


def _is_new_from_outside(vm: Vm, obj: ModuleInstance, name: str) -> bool:
    is_known = name in obj.attrs or obj.cls.find(name) is not MISSING or obj.cls.unknown_base is not None
    return not is_known and all(frame.receiver is not obj for frame in vm.frames)


def _forget(obj: ModuleInstance, name: str) -> None:
    for table in (obj.attrs, obj.parameters, obj.buffers, obj.modules):
        table.pop(name, None)


# --- deleting -------------------------------------------------------------------------------------------


def delete(vm: Vm, obj: Value, name: str) -> None:
    """Do `del obj.name`."""
    vm.writing(obj)
    if isinstance(obj, Instance):
        deleter = obj.cls.find("__delattr__")
        if isinstance(deleter, Function) or (isinstance(deleter, Native) and not isinstance(obj, ModuleInstance)):
            vm.call(deleter, [obj, name])
        else:
            delete_on_object(vm, obj, name)
        return
    if isinstance(obj, Unknown):
        vm.met += 1
        vm.havoc(obj, "an attribute of what an object holds was deleted")
        return
    if isinstance(obj, ClassValue) and name == "__getattribute__":
        raise Bound("the `__getattribute__` of a class is deleted")
    if isinstance(obj, Function) and name in ("__defaults__", "__kwdefaults__"):
        _set_on_function(vm, obj, name, None)
        return
    held = _table(vm, obj)
    if held is not None and name in held:
        del held[name]
    elif name in vm.added_to(obj):
        vm.add_to(obj, name, vm.in_one_way(MISSING))
    elif absent.presence(vm, obj, name) is False:
        raise PyRaise(absent.attribute_error(obj, name))


def _table(vm: Vm, obj: Value) -> dict[str, Value] | None:
    if isinstance(obj, ClassValue):
        return obj.namespace
    if isinstance(obj, Function):
        return obj.attrs
    if isinstance(obj, PyModule):
        vm.writing(obj.scope)
        return obj.attrs if obj.scope is None else obj.scope.names
    return None


def delete_on_object(vm: Vm, obj: Instance, name: str) -> None:
    """Do what `object.__delattr__` does, and `nn.Module.__delattr__`."""
    vm.writing(obj)
    vm.met += obj.tainted is not None
    found = obj.cls.find(name)
    if isinstance(found, Property) and not found.cached:
        if found.deleter is None:
            absent.no_attribute(vm, f"property '{name}' of '{obj.cls.name}' object has no deleter")
        vm.call(found.deleter, [obj])
        return
    if isinstance(found, Instance) and found.cls.find("__delete__") is not MISSING:
        vm.call(vm.special(found, "__delete__"), [obj])
        return
    tables = [obj.attrs]
    if isinstance(obj, ModuleInstance):
        tables += [obj.parameters, obj.buffers, obj.modules]
    for table in tables:
        if name in table:
            del table[name]
            return
    if obj.tainted is None and obj.cls.unknown_base is None:
        raise PyRaise(absent.attribute_error(obj, name))
    vm.met += 1
