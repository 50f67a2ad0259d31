"""Reading attributes as Python and `nn.Module` do: of objects, classes, modules, and whatever else a program holds."""

from __future__ import annotations

import abc
import collections
from typing import TYPE_CHECKING

from convlint.interp.language import absent, class_attributes, forgetting, function_attributes, kinds, mixins
from convlint.interp.natives import registry
from convlint.interp.torch import layers as torch_layers
from convlint.interp.torch import open_sizes, tracing
from convlint.interp.torch import tensors as torch_tensors
from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance, SuperValue
from convlint.interp.values.functions import (
    BoundMethod,
    ClassMethod,
    Function,
    Native,
    Partial,
    Property,
    StaticMethod,
)
from convlint.interp.values.modules import LazyImport, PyModule
from convlint.interp.values.numbers import Size
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, REQUIRED, FreeTensor, Inside, Perhaps, Unknown, Value
from convlint.layers.core.tensor import Tensor

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

REGISTRIES = {"_parameters": "parameters", "_buffers": "buffers", "_modules": "modules"}
OF_SUBCLASSES = ("__init_subclass__", "__subclasshook__")
"""Class methods of `object` itself."""
HOOKS = ("_forward_hooks", "_forward_pre_hooks")


def get(vm: Vm, obj: Value, name: str, default: Value = REQUIRED) -> Value:
    """Return `obj.name`; raise AttributeError in the program if it has none and no default is given.

    With `MISSING` as default only what the class defines counts, as where Python itself looks for a special method.
    """
    try:
        found = lookup(vm, obj, name)
        if found is MISSING and default is not MISSING and isinstance(obj, Instance) and _is_special(name):
            found = _by_getattr(vm, obj, name)
    except PyRaise as raised:
        if default is REQUIRED or not is_attribute_error(raised.value):
            raise
        vm.caught(raised)
        return default
    if found is not MISSING and not (type(obj) is PyModule and absent.is_refused(vm, obj, name, found)):
        return found
    if default is not REQUIRED:
        return default
    raise PyRaise(absent.attribute_error(obj, name))


def special(vm: Vm, obj: Value, name: str, default: Value = REQUIRED) -> Value:
    """Return a special method as Python itself looks for it: in the class, whatever the object holds by that name."""
    if isinstance(obj, Instance) and name in obj.attrs and obj.cls.find(name) is MISSING:
        if obj.cls.unknown_base is not None or obj.payload is not None:
            return vm.unknown(f"`{name}` of a `{obj.cls.name}` object")
        if default is REQUIRED:
            raise PyRaise(absent.attribute_error(obj, name))
        return default
    if isinstance(obj, Instance) and name in obj.attrs:
        found = obj.cls.find(name)
        return _read_property(vm, obj, name, found) if isinstance(found, Property) else bind(vm, found, obj, obj.cls)
    if isinstance(obj, Instance) and obj.cls.handles_reading:  # which Python does not ask
        found = generic(vm, obj, name)
        found = _unmodelled(vm, obj, name) if found is MISSING else found
        if found is MISSING and default is REQUIRED:
            raise PyRaise(absent.attribute_error(obj, name))
        return default if found is MISSING else found
    return get(vm, obj, name, default)


def has(vm: Vm, obj: Value, name: str) -> bool | Unknown:
    """Evaluate `hasattr(obj, name)`."""
    if isinstance(obj, Unknown) and not isinstance(obj, FreeTensor):
        return vm.derived(obj, "hasattr", name)
    found = get(vm, obj, name, None if _is_certain(obj, name) else _NOTHING)
    if found is _NOTHING:
        return False
    if not isinstance(found, Unknown) or _is_certain(obj, name):
        return True
    there = absent.presence(vm, obj, name)
    return found if there is False else there


_NOTHING = object()


def _is_certain(obj: Value, name: str) -> bool:
    """Whether the attribute is certainly there, though its value may be unknown."""
    if isinstance(obj, ModuleInstance) and any(name in d for d in (obj.modules, obj.parameters, obj.buffers)):
        return True
    if isinstance(obj, Instance) and name in obj.attrs:
        return not (obj.cls.handles_reading or isinstance(obj.attrs[name], Perhaps))
    found = obj.cls.find(name) if isinstance(obj, Instance) else MISSING
    return found is not MISSING and not isinstance(found, Property | Instance)


def is_attribute_error(value: Value) -> bool:
    if isinstance(value, Instance):
        base = value.cls.native_base
        return base is not None and issubclass(base, AttributeError)
    return isinstance(value, AttributeError)


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")


def lookup(vm: Vm, obj: Value, name: str) -> Value:
    """Return `obj.name`, unknown where it may be there and is not modelled, `MISSING` where it certainly is not."""
    if isinstance(obj, Instance):
        return _instance(vm, obj, name)
    if isinstance(obj, Unknown) and not isinstance(obj, FreeTensor):
        return open_sizes.attribute(vm, obj, name)
    if isinstance(obj, PyModule):
        found = vm.program.module_attribute(vm, obj, name)
    elif isinstance(obj, ClassValue):
        found = class_attributes.of_class(vm, obj, name)
    elif isinstance(obj, SuperValue):
        found = _super(vm, obj, name)
    else:
        found = vm.added_to(obj).get(name, MISSING)
        found = _other(vm, obj, name) if found is MISSING else found
    return absent.attribute(vm, obj, name) if found is MISSING else found


def _other(vm: Vm, obj: Value, name: str) -> Value:
    """Attributes of what is no object of a class of the program."""
    if isinstance(obj, Tensor | FreeTensor):
        return torch_tensors.tensor_attribute(vm, obj, name)
    if isinstance(obj, Function):
        return function_attributes.of_function(vm, obj, name)
    if isinstance(obj, BoundMethod):
        found = function_attributes.of_bound(vm, obj, name)
        return lookup(vm, obj.func, name) if found is MISSING else found
    if isinstance(obj, Partial | StaticMethod | ClassMethod | Property):
        return function_attributes.of_wrapper(vm, obj, name)
    if isinstance(obj, Native):
        return function_attributes.of_native(vm, obj, name)
    return plain(vm, obj, name)


# --- objects --------------------------------------------------------------------------------------------


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
    if isinstance(found, Instance):
        return descriptor_get(vm, found, receiver, cls)
    if isinstance(found, Unknown) and forgetting.is_changeable(receiver):  # perhaps a method, or a descriptor
        if isinstance(found, Inside):
            vm.havoc((found, receiver), found.reason)
        return vm.inside(found, receiver)
    return found


def descriptor_get(vm: Vm, found: Instance, receiver: Value, cls: Value) -> Value:
    """Return what an object that a class holds gives for an attribute: itself, unless it is a descriptor."""
    if found.cls.find("__get__") is not MISSING:
        return vm.call(vm.special(found, "__get__"), [receiver, cls])
    if isinstance(found, ModuleInstance) or found.cls.unknown_base is None:
        return found
    return vm.derived(found.cls.unknown_base, "__get__", found)


def is_data_descriptor(found: Value) -> bool:
    """Whether what a class holds comes before what its instances hold under the same name."""
    if isinstance(found, Property):
        return not found.cached
    return isinstance(found, Instance) and any(
        found.cls.find(name) is not MISSING for name in ("__set__", "__delete__")
    )


def _is_read(found: Value) -> bool:
    """Whether a descriptor says what reading gives; one that only sets leaves that to what the object holds."""
    return isinstance(found, Property) or found.cls.unknown_base is not None or found.cls.find("__get__") is not MISSING


def _instance(vm: Vm, obj: Instance, name: str) -> Value:
    vm.met += obj.tainted is not None
    if obj.cls.handles_reading:
        return _by_getattribute(vm, obj, name)
    found = generic(vm, obj, name)
    if found is not MISSING:
        return found
    if _is_special(name):
        return _unmodelled(vm, obj, name)
    return _by_getattr(vm, obj, name)


def generic(vm: Vm, obj: Instance, name: str) -> Value:
    """Return what `object.__getattribute__` finds of what is modelled; `MISSING` where it finds nothing."""
    found = obj.cls.find(name)
    if found is not MISSING and is_data_descriptor(found) and _is_read(found):
        return _read_property(vm, obj, name, found) if isinstance(found, Property) else bind(vm, found, obj, obj.cls)
    if name in obj.attrs:
        if name == "training" and isinstance(obj, ModuleInstance):
            vm.reads_training = True
        return obj.attrs[name]
    if name == "__class__" and found is MISSING:
        return vm.type_of(obj)
    if name == "__dict__" and obj.tainted is not None and type(obj) is Instance:
        return vm.derived(obj.tainted, ".", obj, name)
    if name == "__dict__":
        if isinstance(obj, ModuleInstance):
            show_registries(obj)
        has = class_attributes.has_dict(obj.cls)
        if has is None:
            return vm.unknown(f"whether a `{obj.cls.name}` object has a `__dict__`")
        vm.shown[id(obj.attrs)] = obj
        return obj.attrs if has else MISSING
    if isinstance(found, Property):
        return _read_property(vm, obj, name, found)
    if found is not MISSING and obj.tainted is not None and type(obj) is Instance and _may_be_hidden(obj, found):
        return vm.derived(obj.tainted, ".", obj, name)
    if found is not MISSING:
        if isinstance(found, Unknown) and isinstance(obj, ModuleInstance) and name in REGISTERING:
            vm.writing(obj)  # it is asked for to be called, and what it then registers is not known
            obj.unknown_members.append(found)
        return bind(vm, found, obj, obj.cls)
    if isinstance(obj, ModuleInstance):
        if name in REGISTRIES:
            return getattr(obj, REGISTRIES[name])
        if name in HOOKS:
            return obj.attrs.setdefault(name, {})
    return _extended(vm, obj, name) if obj.payload is not None else MISSING


REGISTERING = frozenset({"register_parameter", "register_buffer", "register_module", "add_module"})
"""Methods of `nn.Module` that put something into it; programs may set others in their place."""


def _may_be_hidden(obj: Instance, found: Value) -> bool:
    """Whether code that is not understood may have set on an object what its class holds: methods seldom are."""
    return obj.cls.unknown_base is not None or not isinstance(found, METHODS)


METHODS = (Function, Native, StaticMethod, ClassMethod, Instance)


def _extended(vm: Vm, obj: Instance, name: str) -> Value:
    """Attributes of the value of one of Python's types that an object extends."""
    if isinstance(obj.payload, Property):
        return function_attributes.of_wrapper(vm, obj.payload, name)
    method = registry.find_method(type(obj.payload), name)
    if method is not None and (name in class_attributes.OF_CLASSES or name == "copy"):
        return vm.unknown(f"`{name}` of an object of a class that derives from one of Python's")
    if method is not None:
        return BoundMethod(Native(name, method, True), obj if isinstance(obj.payload, BaseException) else obj.payload)
    if _is_special(name) or not hasattr(obj.payload, name):
        return MISSING
    return plain(vm, obj.payload, name)


def show_registries(obj: ModuleInstance) -> None:
    """Put into what `__dict__` shows the registries that torch keeps there."""
    for name, table in REGISTRIES.items():
        obj.attrs.setdefault(name, getattr(obj, table))
    for name in HOOKS:
        obj.attrs.setdefault(name, {})


def registered(obj: ModuleInstance, name: str) -> Value:
    """Return what `nn.Module.__getattr__` finds: a parameter, a buffer or a submodule."""
    for table in (obj.parameters, obj.buffers, obj.modules):
        if name in table:
            value = table[name]
            if isinstance(value, ModuleInstance):
                value.touched = True
            return value
    return MISSING


def _read_property(vm: Vm, obj: Instance, name: str, prop: Property) -> Value:
    if prop.cached and name in obj.attrs:
        return obj.attrs[name]
    if prop.cached and class_attributes.slots(obj.cls) is not None:
        absent.refused(vm, f"No '__dict__' attribute on '{obj.cls.name}' instance to cache '{name}' property.")
    if prop.getter is None:
        return MISSING
    try:
        value = vm.call(prop.getter, [obj])
    except PyRaise as raised:
        if not is_attribute_error(raised.value) or not isinstance(obj.cls.find("__getattr__"), Function):
            raise
        vm.caught(raised)
        return MISSING
    if prop.cached:
        obj.attrs[name] = value
    return value


def _by_getattribute(vm: Vm, obj: Instance, name: str) -> Value:
    method = obj.cls.find("__getattribute__")
    try:
        return vm.call(bind(vm, method, obj, obj.cls), [name])
    except PyRaise as raised:
        if not is_attribute_error(raised.value):
            raise
        vm.caught(raised)
        return _by_getattr(vm, obj, name)


def _by_getattr(vm: Vm, obj: Instance, name: str) -> Value:
    """Return what `__getattr__` gives, of the program or of `nn.Module`, where nothing else is found."""
    fallback = obj.cls.find("__getattr__")
    if not isinstance(fallback, Function):
        found = registered(obj, name) if isinstance(obj, ModuleInstance) else MISSING
        if found is not MISSING:
            return found if not vm.tracings else tracing.read(vm, name, found)
    mixed_in = mixins.of_mapping(vm, obj, name)
    if mixed_in is not MISSING:
        return absent.attribute(vm, obj, name) if _may_have_more(obj) else mixed_in
    if fallback is MISSING or (isinstance(fallback, Native) and fallback.name == "torch.nn.Module.__getattr__"):
        return _unmodelled(vm, obj, name)
    try:
        return vm.call(bind(vm, fallback, obj, obj.cls), [name])
    except PyRaise as raised:
        if not is_attribute_error(raised.value):
            raise
        vm.caught(raised)
        return absent.attribute(vm, obj, name) if _may_have_more(obj) else MISSING


def _may_have_more(obj: Instance) -> bool:
    return obj.tainted is not None or obj.cls.unknown_base is not None


def _unmodelled(vm: Vm, obj: Instance, name: str) -> Value:
    if not _may_have_more(obj):
        if isinstance(obj, ModuleInstance) and obj.cls.torch_name and name != "__module__":
            method = torch_layers.layer_method(vm, obj, name)
            if method is not MISSING:
                return method
        mixed_in = mixins.of_mapping(vm, obj, name) if _is_special(name) else MISSING
        if mixed_in is not MISSING:
            return mixed_in
        own = registry.find(f"builtins.object.{name}") if _is_special(name) else None
        if own is not None:
            return BoundMethod(own, obj) if isinstance(own, Native) and own.binds else own
        of_class = class_attributes.of_class(vm, obj.cls, name) if name in ("__module__", "__doc__") else MISSING
        if of_class is not MISSING:
            return of_class
    return absent.attribute(vm, obj, name)


# --- super ----------------------------------------------------------------------------------------------


def _super(vm: Vm, obj: SuperValue, name: str) -> Value:
    receiver = obj.receiver
    cls = receiver.cls if isinstance(receiver, Instance) else receiver
    if not isinstance(cls, ClassValue) or obj.owner not in cls.mro:
        return BoundMethod(class_attributes.METHODS["__call__"], receiver) if _calls_type(obj, name) else MISSING
    for base in cls.mro[cls.mro.index(obj.owner) + 1 :]:
        if isinstance(base, ClassValue) and name in base.namespace:
            return _above(vm, base.namespace[name], receiver, cls)
        if isinstance(base, Unknown):
            return vm.inherited(vm.derived(base, "super", name), receiver)
    if isinstance(receiver, Instance) and receiver.payload is not None:
        method = registry.find_method(type(receiver.payload), name)
        if method is not None:
            return BoundMethod(Native(name, method, True), receiver.payload)
    if cls.unknown_base is not None:
        return vm.inherited(vm.derived(cls.unknown_base, "super", name), receiver)
    mixed_in = mixins.of_mapping(vm, receiver, name) if isinstance(receiver, Instance) else MISSING
    if mixed_in is not MISSING:
        return mixed_in
    own = registry.find(f"builtins.object.{name}")
    if isinstance(own, Native):
        of_class = receiver is cls and name not in OF_SUBCLASSES
        return BoundMethod(own, receiver) if own.binds and not of_class else own
    if isinstance(receiver, ModuleInstance) and receiver.cls.torch_name and not _is_special(name):
        return torch_layers.layer_method(vm, receiver, name)
    return MISSING


def _calls_type(obj: SuperValue, name: str) -> bool:
    """Whether it is `super().__call__` in a metaclass that derives from `type` alone."""
    meta = getattr(obj.receiver, "metaclass", None)
    return name == "__call__" and meta is obj.owner and obj.owner.bases == (type,)


def _above(vm: Vm, found: Value, receiver: Value, cls: ClassValue) -> Value:
    """Bind what a class above holds, as an attribute of the receiver: an object, or the class of a class method."""
    if receiver is cls:
        return class_attributes.bound_to_class(vm, found, cls)
    if isinstance(found, Property):
        return vm.call(found.getter, [receiver])
    return bind(vm, found, receiver, cls)


# --- Python's own values --------------------------------------------------------------------------------


def plain(vm: Vm, obj: Value, name: str) -> Value:
    """Attributes of Python's own values and of small values of libraries: methods that are modelled, plain facts."""
    kind = obj if isinstance(obj, type) else type(obj)
    method = registry.find_method(kind, name)
    if method is not None:
        if name in class_attributes.OF_CLASSES:
            return Native(f"{kind.__name__}.{name}", method)
        if isinstance(obj, type):
            return Native(f"{obj.__name__}.{name}", method, True)
        cause = vm.taint_of(obj, writes=True)
        if cause is not None and not isinstance(obj, list | dict | set):
            return cause
        return BoundMethod(Native(f"{kind.__name__}.{name}", method, True), obj)
    if isinstance(obj, type):
        if name == "register" and isinstance(obj, abc.ABCMeta):
            return class_attributes.register_with(obj)
        return getattr(obj, name) if name in ("__name__", "__qualname__", "__module__", "__doc__") else MISSING
    if name == "__class__":
        return vm.type_of(obj)
    if name == "__doc__" and type(obj) in (str, int, float, bool, list, dict, tuple, set):
        return class_attributes.document(vm, type(obj).__doc__)
    special = getattr(obj, "get_attribute", None)
    if special is not None:
        found = special(vm, name)
        return vm.unknown(f"`{name}` of a {kind.__name__} is not modelled") if found is MISSING else found
    return _plain_fact(vm, obj, name)


def _plain_fact(vm: Vm, obj: Value, name: str) -> Value:
    spoilt = vm.taint_of(obj, writes=True) if isinstance(obj, BaseException) else None
    if spoilt is not None and (name.startswith("__") or not hasattr(obj, name)):
        return vm.inside(vm.derived(spoilt, ".", name), obj)
    named = isinstance(obj, tuple) and name in getattr(obj, "_fields", ())
    if isinstance(obj, Size) or (kinds.is_own(type(obj)) and not named) or not hasattr(obj, name) or _is_special(name):
        return MISSING
    if isinstance(obj, StopIteration) and name == "value":
        return vm.unknown("what a generator returns")
    cause = vm.taint_of(obj, writes=True)
    if cause is not None:
        return vm.derived(cause, ".", name)
    if named:
        return getattr(obj, name)
    if isinstance(obj, BaseException):
        value = getattr(obj, name)
        if name == "args":
            return value
        if value is None:
            return MISSING  # Python tells more of the exceptions that it raises itself
        return value if vm.is_concrete(value) else MISSING
    if isinstance(obj, collections.deque) and name == "maxlen":
        return obj.maxlen
    if isinstance(obj, int | float | complex) and name in ("real", "imag", "numerator", "denominator"):
        return getattr(obj, name)
    return getattr(obj, name) if isinstance(obj, range | slice) and name in ("start", "stop", "step") else MISSING
