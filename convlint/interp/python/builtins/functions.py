"""Builtins that ask about objects, or do nothing that a shape could depend on: `len`, `isinstance`, `getattr` …"""

from __future__ import annotations

import builtins
import typing
from typing import TYPE_CHECKING

from convlint.interp.language import assignment, calls, classes
from convlint.interp.natives.lifting import number, opaque, plain, take
from convlint.interp.natives.objects import instance
from convlint.interp.natives.registry import add_value, constructor, method, native
from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance
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
from convlint.interp.values.modules import PyModule
from convlint.interp.values.unknown import MISSING, FreeShape, Unknown, Value
from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.layers.core.tensor import Tensor

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

CALLABLE = (Function, Native, BoundMethod, ClassValue, Partial, type)
IDENTIFIED = (Instance, Function, Native, ClassValue, PyModule, Tensor, list, dict, set, GeneratorValue)

for name, value in vars(builtins).items():
    if isinstance(value, type) and issubclass(value, BaseException):
        add_value(f"builtins.{name}", value)
for name in ("object", "type", "property", "staticmethod", "classmethod", "slice"):
    add_value(f"builtins.{name}", getattr(builtins, name))
add_value("builtins.NotImplemented", NotImplemented)
add_value("builtins.Ellipsis", ...)
add_value("builtins.__debug__", True)


@native("builtins.len", "operator.length_hint")
def length(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (value,) = take(vm, "len", args, kwargs, "obj")
    if isinstance(value, Instance) and value.cls.find("__len__") is not MISSING:
        return vm.call(vm.getattr(value, "__len__"), [])
    value = plain(vm, value)
    if isinstance(value, FreeShape):
        return vm.getattr(value.tensor, "ndim")
    if isinstance(value, Unknown) or vm.taint_of(value) is not None:
        return opaque(vm, "len", [value])
    if isinstance(value, Tensor):
        if not value.shape:
            vm.throw(TypeError, "len() of a 0-d tensor")
        return value.shape[0]
    if isinstance(value, ClassValue) and isinstance(value.namespace.get("__members__"), dict):
        return len(set(value.namespace["__members__"].values()))
    if isinstance(value, typing.Sized) and not isinstance(value, Instance):
        return len(value)
    if value is None or isinstance(value, int | float | Function):
        vm.throw(TypeError, f"object of type '{type(value).__name__}' has no len()")
    found = vm.getattr(value, "__len__", MISSING)
    if found is MISSING:
        return vm.unknown(f"`len` of a {_kind(value)}")
    return found if isinstance(found, Unknown) else vm.call(found, [])


def _kind(value: Value) -> str:
    return f"`{value.cls.name}` object" if isinstance(value, Instance) else type(value).__name__


@native("builtins.isinstance")
def is_instance(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, classinfo = take(vm, "isinstance", args, kwargs, "obj", "classinfo")
    return vm.isinstance(obj, classinfo)


@native("builtins.issubclass")
def is_subclass(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    cls, classinfo = take(vm, "issubclass", args, kwargs, "cls", "classinfo")
    if isinstance(cls, Native) or isinstance(classinfo, Native):
        return vm.unknown("issubclass of a class that is not modelled")
    return classes.is_subclass(vm, cls, classinfo)


@constructor(type)
def make_type(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`type(value)`, or a class made from a name, bases and a namespace."""
    if len(args) == 1:
        return vm.type_of(args[0])
    name, bases, namespace = take(vm, "type", args, {}, "name", "bases", "dict")
    known = isinstance(name, str) and isinstance(bases, tuple) and isinstance(namespace, dict) and not kwargs
    if not known or vm.taint_of(namespace) is not None or not all(isinstance(key, str) for key in namespace):
        return vm.unknown("a class made by `type`")
    module = vm.frame.module
    cls = ClassValue(name, f"{module.name}.{name}", bases, dict(namespace), module, vm.place())
    classes.finish(vm, cls)
    return cls


@native("builtins.getattr")
def get_attribute(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, name, default = take(vm, "getattr", args, kwargs, "object", "name", default=MISSING)
    name = plain(vm, name)
    if not isinstance(name, str):
        return opaque(vm, "getattr", [name, obj])
    return vm.getattr(obj, name) if default is MISSING else vm.getattr(obj, name, default)


@native("builtins.setattr")
def set_attribute(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    obj, name, value = take(vm, "setattr", args, kwargs, "object", "name", "value")
    name = plain(vm, name)
    if isinstance(name, str):
        vm.setattr(obj, name, value)
    else:
        vm.havoc(obj, "an attribute was set whose name is not known")


@native("builtins.delattr")
def delete_attribute(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    obj, name = take(vm, "delattr", args, kwargs, "object", "name")
    name = plain(vm, name)
    if isinstance(name, str):
        assignment.delete(vm, obj, name)
    else:
        vm.havoc(obj, "an attribute was deleted whose name is not known")


@native("builtins.hasattr")
def has_attribute(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, name = take(vm, "hasattr", args, kwargs, "obj", "name")
    name = plain(vm, name)
    return vm.hasattr(obj, name) if isinstance(name, str) else opaque(vm, "hasattr", [name, obj])


@native("builtins.callable")
def is_callable(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (value,) = take(vm, "callable", args, kwargs, "obj")
    if isinstance(value, Unknown):
        return opaque(vm, "callable", [value])
    if isinstance(value, Instance):
        if value.cls.is_module or value.cls.find("__call__") is not MISSING:
            return True
        return False if value.cls.unknown_base is None else opaque(vm, "callable", [value.cls.unknown_base])
    return (
        isinstance(value, CALLABLE) or hasattr(value, "call_value") or (callable(value) and not vm.is_concrete(value))
    )


@native("builtins.id")
def identity(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Only of objects that stay the same object here as in the program."""
    (value,) = take(vm, "id", args, kwargs, "obj")
    return id(value) if isinstance(value, IDENTIFIED) else opaque(vm, "id", [value])


@native("builtins.hash")
def hashed(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Hashes of texts differ from one run of Python to the next."""
    (value,) = take(vm, "hash", args, kwargs, "obj")
    value = number(vm, value)
    if isinstance(value, list | dict | set):
        vm.throw(TypeError, f"unhashable type: '{type(value).__name__}'")
    return hash(value) if isinstance(value, int | float) else opaque(vm, "hash", [value])


@native("builtins.vars")
def variables(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.getattr(args[0], "__dict__") if len(args) == 1 else vm.unknown("`vars()`")


def _has_name(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    listing, name = args
    return has_attribute(vm, [listing.attrs["of"], name], {})


def _names(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("the names in a module")


LISTING = instance("dir", __contains__=_has_name, __iter__=_names, __len__=_names, __getitem__=_names).cls


@native("builtins.dir")
def directory(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Of a module only whether a name is in it can be asked."""
    if len(args) == 1 and isinstance(args[0], PyModule):
        return Instance(LISTING, {"of": args[0]})
    return vm.unknown("`dir` is not modelled")


@native("builtins.print", "builtins.breakpoint", "builtins.help", "gc.collect", "gc.enable", "gc.disable")
def nothing(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    """What has no effect that a shape could depend on."""


@native("builtins.exit", "builtins.quit")
def leave(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    vm.throw(SystemExit, "")


def _refuse(label: str, reason: str) -> None:
    @native(f"builtins.{label}")
    def refused(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        for value in [*args, *kwargs.values()]:
            vm.havoc(value, reason)
        return vm.unknown(reason)


for _label in ("eval", "exec", "compile", "__import__", "globals", "open", "input", "memoryview"):
    _refuse(_label, f"`{_label}` is never run")


@native("builtins.locals")
def local_names(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The names of the function that is running; in one inside of another function they are not modelled."""
    frame = vm.frame
    function = frame.function
    if function is None or not isinstance(function.node, nodes.FunctionDef) or frame.scope.parent is not function.scope:
        return vm.unknown("`locals` outside of a plain function")
    if function.scope.kind == "function":
        return vm.unknown("`locals` in a function inside of another")
    names = dict(frame.names)
    if frame.owner is not None and any(
        isinstance(part, nodes.Name) and part.id in ("super", "__class__") for part in walk(function.node.body)
    ):
        names["__class__"] = frame.owner
    return names


OBJECT = ClassValue("object", "builtins.object", (), {})
OBJECT.mro = (OBJECT,)


@constructor(object)
def make_object(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return Instance(OBJECT)


@method(object, "__init__", "__init_subclass__")
@native("builtins.object.__init__", "builtins.object.__init_subclass__", binds=True)
def object_init(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    """`object.__init__` leaves the object as it is."""


@method(BaseException, "__init__")
def exception_init(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    """Of a class of the program that derives from an exception: the receiver is the real exception that it carries."""
    error, *given = args
    if isinstance(error, Instance):
        error = error.payload
    if isinstance(error, BaseException):
        error.args = tuple(value if vm.is_concrete(value) else str(vm.format(value)) for value in given)


@method(object, "__new__")
@native("builtins.object.__new__")
def object_new(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args and isinstance(args[0], ClassValue):
        return calls.blank_instance(vm, args[0], args[1:])
    return vm.unknown("`object.__new__` of a class that is not known")


@method(object, "__setattr__")
@native("builtins.object.__setattr__", binds=True)
def object_setattr(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    """Sets past any `__setattr__` of the class, as frozen dataclasses do."""
    obj, name, value = take(vm, "__setattr__", args, kwargs, "self", "name", "value")
    if isinstance(obj, Instance) and isinstance(name, str) and not isinstance(obj, ModuleInstance):
        obj.attrs[name] = value
    elif isinstance(name, str):
        vm.setattr(obj, name, value)
    else:
        vm.havoc(obj, "an attribute was set whose name is not known")


@method(object, "__getattribute__")
@native("builtins.object.__getattribute__", binds=True)
def object_getattribute(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, name = take(vm, "__getattribute__", args, kwargs, "self", "name")
    if isinstance(obj, Instance) and isinstance(name, str) and name in obj.attrs:
        return obj.attrs[name]
    return vm.unknown("`object.__getattribute__`")


@method(object, "__repr__", "__str__")
@native("builtins.object.__repr__", "builtins.object.__str__", binds=True)
def object_repr(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("the default text of an object")


@constructor(slice)
def make_slice(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return slice(*args)


@constructor(property)
def make_property(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    getter, setter, _, _ = take(vm, "property", args, kwargs, fget=None, fset=None, fdel=None, doc=None)
    return Property(getter, setter)


@constructor(staticmethod)
def make_static(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return StaticMethod(args[0])


@constructor(classmethod)
def make_class_method(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return ClassMethod(args[0])
