"""Builtins that ask about objects, or do nothing that a shape could depend on: `len`, `isinstance`, `getattr` …"""

from __future__ import annotations

import builtins
import typing
from typing import TYPE_CHECKING

from msgspec.structs import replace

from convlint.interp.language import (
    absent,
    assignment,
    attributes,
    calls,
    classes,
    enums,
    forgetting,
    instance_tests,
    keys,
    kinds,
    results,
)
from convlint.interp.natives.lifting import number, opaque, plain, run, take
from convlint.interp.natives.registry import add_value, constructor, method, native
from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance
from convlint.interp.values.functions import (
    ClassMethod,
    Function,
    GeneratorValue,
    Native,
    Property,
    StaticMethod,
)
from convlint.interp.values.modules import PyModule
from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import MISSING, FreeShape, Unknown, Value, Whole
from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.layers.core.tensor import Tensor

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

IDENTIFIED = (Instance, Function, Native, ClassValue, PyModule, Tensor, list, dict, set, GeneratorValue)

for name, value in vars(builtins).items():
    if isinstance(value, type) and issubclass(value, BaseException):
        add_value(f"builtins.{name}", value)
for name in ("object", "type", "property", "staticmethod", "classmethod", "slice"):
    add_value(f"builtins.{name}", getattr(builtins, name))
add_value("builtins.NotImplemented", NotImplemented)
add_value("builtins.Ellipsis", ...)
add_value("builtins.__debug__", True)


@native("operator.length_hint")
def length_hint(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, _ = take(vm, "length_hint", args, kwargs, "obj", default=0)
    known = isinstance(obj, list | tuple | dict | set | frozenset | str | bytes | range)
    if known:
        return length(vm, [obj], {})
    vm.havoc(obj, "it is asked how many items it has left")
    return vm.unknown("how many items an iterator has left")


@native("builtins.len")
def length(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (value,) = take(vm, "len", args, kwargs, "obj")
    if isinstance(value, Instance) and value.cls.find("__len__") is not MISSING:
        return results.length(vm, vm.call(vm.special(value, "__len__"), []))
    value = plain(vm, value)
    if isinstance(value, FreeShape):
        return vm.getattr(value.tensor, "ndim")
    if isinstance(value, Unknown) or vm.taint_of(value) is not None:
        return opaque(vm, "len", [value])
    if isinstance(value, Tensor):
        if not value.shape:
            absent.refused(vm, "len() of a 0-d tensor")
        return value.shape[0]
    members = enums.listed_members(vm, value) if isinstance(value, ClassValue) else None
    if members is not None:
        return members if isinstance(members, Unknown) else len(members)
    if not getattr(value, "is_text", True):
        absent.refused(vm, f"object of type '{getattr(value, 'stands_for', '')}' has no len()")
    if isinstance(value, typing.Sized) and not isinstance(value, Instance):
        return run(vm, "len", len, value)
    absent.demand(vm, value, "__len__", "object of type '{kind}' has no len()")
    found = vm.special(value, "__len__", MISSING)
    if found is MISSING:
        return vm.unknown(f"`len` of a {_kind(value)}")
    return vm.call(found, [])


def _kind(value: Value) -> str:
    return f"`{value.cls.name}` object" if isinstance(value, Instance) else type(value).__name__


@native("builtins.isinstance")
def is_instance(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, classinfo = take(vm, "isinstance", args, kwargs, "obj", "classinfo")
    return vm.isinstance(obj, classinfo)


@native("builtins.issubclass")
def is_subclass(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    cls, classinfo = take(vm, "issubclass", args, kwargs, "cls", "classinfo")
    return instance_tests.is_subclass(vm, cls, classinfo)


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
    cls = ClassValue(name, f"{module.name}.{name}", bases, dict(namespace), module, vm.place(), path=name)
    cls.path = cls.namespace.pop("__qualname__", name)
    home = vm.frame.scope.globals.get("__name__", "")
    cls.home = home if isinstance(home, str) else ""
    annotations = namespace.get("__annotations__", {})
    cls.annotations = annotations if isinstance(annotations, dict) else {}
    classes.finish(vm, cls)
    return cls


@method(type, "__setattr__")
def type_setattr(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    set_attribute(vm, args, kwargs)


@method(type, "__delattr__")
def type_delattr(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    delete_attribute(vm, args, kwargs)


def _name(vm: Vm, name: Value) -> Value:
    """Return the name of an attribute, which must be a text."""
    name = plain(vm, name)
    kind = kinds.python_type(name)
    if kind is not None and not issubclass(kind, str):
        absent.refused(vm, f"attribute name must be string, not '{kind.__name__}'")
    return name


@native("builtins.getattr")
def get_attribute(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, name, default = take(vm, "getattr", args, kwargs, "object", "name", default=MISSING)
    name = _name(vm, name)
    if not isinstance(name, str):
        return forgetting.one_of(opaque(vm, "getattr", [name, obj]), [obj])
    return vm.getattr(obj, name) if default is MISSING else vm.getattr(obj, name, default)


@native("builtins.setattr")
def set_attribute(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    obj, name, value = take(vm, "setattr", args, kwargs, "object", "name", "value")
    name = _name(vm, name)
    if isinstance(name, str):
        vm.setattr(obj, name, value)
    else:
        vm.havoc(obj, "an attribute was set whose name is not known")


@native("builtins.delattr")
def delete_attribute(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    obj, name = take(vm, "delattr", args, kwargs, "object", "name")
    name = _name(vm, name)
    if isinstance(name, str):
        assignment.delete(vm, obj, name)
    else:
        vm.havoc(obj, "an attribute was deleted whose name is not known")


@native("builtins.hasattr")
def has_attribute(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, name = take(vm, "hasattr", args, kwargs, "obj", "name")
    name = _name(vm, name)
    return vm.hasattr(obj, name) if isinstance(name, str) else opaque(vm, "hasattr", [name, obj])


@native("builtins.callable")
def is_callable(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (value,) = take(vm, "callable", args, kwargs, "obj")
    return instance_tests.is_callable(vm, value)


@native("builtins.id")
def identity(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Only of objects that stay the same object here as in the program."""
    (value,) = take(vm, "id", args, kwargs, "obj")
    return id(value) if isinstance(value, IDENTIFIED) else opaque(vm, "id", [value], calls_nothing=True)


@native("builtins.hash")
def hashed(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Hashes of texts differ from one run of Python to the next."""
    (value,) = take(vm, "hash", args, kwargs, "obj")
    if isinstance(value, Instance) and isinstance(value.cls.find("__hash__"), Function):
        return results.hashed(vm, vm.call(vm.special(value, "__hash__"), []))
    value = number(vm, value)
    known = keys.hash_of(vm, value)
    if isinstance(value, int | float) or vm.hashing:
        return known
    if isinstance(value, str | bytes):
        return Whole("the hash of a text", vm.place())  # it has one: asking for it raises nothing
    return opaque(vm, "hash", [value], calls_nothing=True)  # what the program writes for it has been called


@native("builtins.vars")
def variables(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not args:
        return local_names(vm, [], {})
    found = vm.getattr(args[0], "__dict__", None)
    return absent.lacks(vm, args[0], "vars() argument must have __dict__ attribute") if found is None else found


@native("builtins.print")
def printed(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    """What is printed has no effect, unless the program says into what: a stream of its own is written to."""
    stream = kwargs.get("file")
    if stream is None:
        stream = vm.getattr(vm.program.import_module(vm, "sys", vm.frame.module), "stdout", None)
    if not isinstance(stream, Instance):
        vm.havoc(kwargs.get("file"), "something is printed into it")
        return
    write = vm.getattr(stream, "write")
    between, last = (kwargs.get(name) for name in ("sep", "end"))
    for index, value in enumerate(args):
        if index:
            vm.call(write, [" " if between is None else between])
        vm.call(write, [vm.format(value, "", "s")])
    vm.call(write, ["\n" if last is None else last])
    if vm.truth(kwargs.get("flush", False)):
        vm.call(vm.getattr(stream, "flush"))


@native("builtins.breakpoint", "builtins.help", "gc.collect", "gc.enable", "gc.disable")
def nothing(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    """What has no effect that a shape could depend on."""


def _refuse(label: str, reason: str) -> None:
    @native(f"builtins.{label}")
    def refused(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        for value in [*args, *kwargs.values()]:
            vm.havoc(value, reason)
        return vm.unknown(reason)


for _label in ("compile", "input", "memoryview"):
    _refuse(_label, f"`{_label}` is never run")


@native("builtins.globals")
def global_names(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The names of the module that the running code belongs to: what is set in them is set there."""
    frame = vm.frame
    scope = frame.scope.module()
    module = frame.module if frame.module.scope is scope else replace(frame.module, scope=scope)
    return vm.program.settle(vm, module)


@native("builtins.locals")
def local_names(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The names of the function that is running; in one inside of another function they are not modelled."""
    frame = vm.frame
    function = frame.function
    if function is None and frame.scope.kind == "module":
        return global_names(vm, [], {})
    if function is None and frame.scope.kind == "class":
        return frame.names
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


@method(BaseException, "with_traceback")
def with_traceback(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return args[0]


@method(BaseException, "add_note")
def add_note(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    """Only a traceback shows it."""
    vm.setattr(args[0], "__notes__", vm.unknown("the notes of an exception"))


@method(BaseException, "__init__")
def exception_init(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    """Of a class of the program that derives from an exception: the receiver is the real exception that it carries."""
    error, *given = args
    if isinstance(error, Instance):
        error = error.payload
    if isinstance(error, BaseException):
        error.args = tuple(given)


@method(object, "__new__")
@native("builtins.object.__new__")
def object_new(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if args and isinstance(args[0], ClassValue):
        return calls.blank_instance(vm, args[0], args[1:])
    return vm.unknown("`object.__new__` of a class that is not known")


@method(object, "__setattr__")
@native("builtins.object.__setattr__", binds=True)
def object_setattr(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    """Sets past any `__setattr__` of the class, as frozen dataclasses do; past the registries of a module too."""
    obj, name, value = take(vm, "__setattr__", args, kwargs, "self", "name", "value")
    if not isinstance(name, str):
        vm.havoc(obj, "an attribute was set whose name is not known")
    elif isinstance(obj, ModuleInstance) and not attributes.is_data_descriptor(obj.cls.find(name)):
        obj.attrs[name] = value
    elif isinstance(obj, Instance):
        assignment.set_on_object(vm, obj, name, value)
    else:
        vm.setattr(obj, name, value)


@method(object, "__delattr__")
@native("builtins.object.__delattr__", binds=True)
def object_delattr(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
    obj, name = take(vm, "__delattr__", args, kwargs, "self", "name")
    if isinstance(obj, Instance) and isinstance(name, str):
        assignment.delete_on_object(vm, obj, name)
    else:
        vm.havoc(obj, "an attribute was deleted whose name is not known")


@method(object, "__getattribute__")
@native("builtins.object.__getattribute__", binds=True)
def object_getattribute(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Reads past any `__getattribute__` and `__getattr__` of the class."""
    obj, name = take(vm, "__getattribute__", args, kwargs, "self", "name")
    if not isinstance(obj, Instance) or not isinstance(name, str):
        return vm.unknown("`object.__getattribute__`")
    found = attributes.generic(vm, obj, name)
    if found is MISSING and isinstance(obj, ModuleInstance) and attributes.registered(obj, name) is not MISSING:
        raise PyRaise(absent.attribute_error(obj, name))  # what `nn.Module.__getattr__` finds is no ordinary attribute
    found = absent.attribute(vm, obj, name) if found is MISSING else found
    if found is MISSING:
        raise PyRaise(absent.attribute_error(obj, name))
    return found


@method(object, "__eq__")
@native("builtins.object.__eq__", binds=True)
def object_eq(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, other = take(vm, "__eq__", args, kwargs, "self", "value")
    if isinstance(other, Unknown) or not isinstance(obj, Instance):
        return vm.unknown("whether an object equals something unknown")
    return True if obj is other else NotImplemented


@native("builtins.object.__format__", binds=True)
def object_format(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    obj, spec = take(vm, "__format__", args, kwargs, "self", "format_spec")
    return vm.format(obj, "", "s") if spec == "" else vm.unknown("the format of an object")


def _object_method(name: str) -> None:
    @native(f"builtins.object.{name}", binds=True)
    def answer(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return vm.unknown(f"what `object.{name}` says")


for _label in (
    "__repr__", "__str__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "__hash__", "__dir__", "__sizeof__",
    "__reduce__", "__reduce_ex__", "__subclasshook__", "__getstate__",
):  # fmt: skip
    _object_method(_label)


@constructor(slice)
def make_slice(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    if not 1 <= len(args) <= 3:
        absent.refused(vm, f"slice expected 1 to 3 arguments, got {len(args)}")
    return slice(*args)


@constructor(property)
def make_property(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    getter, setter, deleter, _ = take(vm, "property", args, kwargs, fget=None, fset=None, fdel=None, doc=None)
    return Property(getter, setter, deleter)


@constructor(staticmethod)
def make_static(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return StaticMethod(args[0])


@constructor(classmethod)
def make_class_method(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return ClassMethod(args[0])
