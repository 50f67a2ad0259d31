"""Attributes of what can be called: functions, methods, properties, partials, and functions of libraries."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING

from convlint.interp.language import kinds
from convlint.interp.language.class_attributes import document
from convlint.interp.natives import registry
from convlint.interp.natives.objects import Record
from convlint.interp.values.functions import (
    BoundMethod,
    ClassMethod,
    Function,
    Native,
    Partial,
    Property,
    StaticMethod,
)
from convlint.interp.values.signals import Bound
from convlint.interp.values.unknown import MISSING, Opaque, Value
from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.layers.core import registry as layers

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


def of_function(vm: Vm, function: Function, name: str) -> Value:
    """Return what is modelled of an attribute of a `def` or `lambda` of the program."""
    if name in function.attrs:
        return function.attrs[name]
    if name == "__name__":
        return function.name
    if name == "__qualname__":
        return function.qualname
    if name == "__module__":
        home = function.scope.globals.get("__name__", function.module.name)
        return home if isinstance(home, str) else function.module.name
    if name == "__doc__":
        return document(vm, docstring(function.node))
    if name == "__dict__":
        return function.attrs
    if name == "__class__":
        return types.FunctionType
    if name == "__defaults__":
        positional = (*function.node.params.posonly, *function.node.params.args)
        return tuple(_defaults_of(function, positional).values()) or None
    if name == "__kwdefaults__":
        return {
            p.name: function.defaults[p.name] for p in function.node.params.kwonly if p.name in function.defaults
        } or None
    if name == "__code__":
        return _code(function)
    if name == "__globals__":
        return function.scope.module().names
    if name == "__get__":
        return Native("function.__get__", _bound_by_get(function))
    return function_call(function) if name == "__call__" else MISSING


def _defaults_of(function: Function, params: tuple[nodes.Parameter, ...]) -> dict[str, Value]:
    return {param.name: function.defaults[param.name] for param in params if param.name in function.defaults}


def docstring(node: nodes.FunctionDef | nodes.Lambda | nodes.ClassDef) -> str | None:
    """Return the string that the body of a function or class begins with."""
    first = node.body[0] if isinstance(node.body, tuple) and node.body else None
    value = first.value if isinstance(first, nodes.ExprStmt) else None
    text = value.value if isinstance(value, nodes.Constant) and not value.kind else None
    return text if isinstance(text, str) else None


def _code(function: Function) -> Record:
    params = function.node.params
    counted: dict[str, Value] = {
        "co_name": function.name,
        "co_argcount": len(params.posonly) + len(params.args),
        "co_posonlyargcount": len(params.posonly),
        "co_kwonlyargcount": len(params.kwonly),
    }
    listed = (*params.posonly, *params.args, *params.kwonly, params.vararg, params.kwarg)
    given = tuple(param.name for param in listed if param is not None)
    body = function.node.body
    if isinstance(function.node, nodes.FunctionDef) and isinstance(body, tuple):
        inner = any(isinstance(node, SCOPES) for node in walk(body))
        others = tuple(name for name in function.node.names if name not in given)
        counted["co_varnames"] = VariableNames(given, body) if inner else (*given, *others)
    return Record("code", counted, of=function)


SCOPES = (
    nodes.FunctionDef, nodes.ClassDef, nodes.Lambda, nodes.ListComp, nodes.SetComp, nodes.DictComp, nodes.GeneratorExp,
)  # fmt: skip


class VariableNames(Opaque):
    """`co_varnames` of a function with other scopes in it: the parameters come first; which of its other names are
    among them, or are shared with those scopes, depends on the version of Python."""

    __slots__ = ("body", "given")
    changes = False
    also = (tuple,)

    def __init__(self, given: tuple[str, ...], body: tuple[nodes.Stmt, ...]) -> None:
        self.given, self.body = given, body

    def get_attribute(self, vm: Vm, name: str) -> Value:
        if name == "__contains__":
            return Native("co_varnames in", self._holds)
        if name == "index":
            return Native("co_varnames.index", self._index)
        return vm.unknown("the names of the variables of a function") if not name.startswith("__") else MISSING

    def _holds(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        (name,) = args
        if not isinstance(name, str) or name in self.given:
            return isinstance(name, str) or vm.unknown("whether a function has a variable")
        return vm.unknown("whether a function has a variable") if name in self._mentioned() else False

    def _index(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        known = len(args) == 1 and args[0] in self.given
        return self.given.index(args[0]) if known else vm.unknown("the number of a variable of a function")

    def _mentioned(self) -> set[str]:
        found: set[str] = set()
        for node in walk(self.body, into_definitions=True):
            found.update(getattr(node, key) for key in ("id", "name") if isinstance(getattr(node, key, None), str))
            found.update(name for name in getattr(node, "names", ()) if isinstance(name, str))
            if isinstance(node, nodes.Import | nodes.ImportFrom):
                found.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        return found


def _bound_by_get(function: Value) -> Value:
    def bind(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return function if args[0] is None else BoundMethod(function, args[0])

    return bind


def function_call(function: Value) -> Native:
    return Native("function.__call__", lambda vm, args, kwargs: vm.call(function, args, kwargs))


def of_bound(vm: Vm, method: BoundMethod, name: str) -> Value:
    if name == "__func__":
        return method.func if isinstance(method.func, Function) else MISSING
    if name == "__self__":
        return method.receiver
    if name == "__class__":
        return vm.type_of(method)
    if name == "__get__":
        return Native("method.__get__", lambda vm, args, kwargs: method)
    return function_call(method) if name == "__call__" else MISSING


def of_wrapper(vm: Vm, wrapper: Partial | StaticMethod | ClassMethod | Property, name: str) -> Value:
    """Attributes of what holds other functions."""
    if name == "__class__":
        return vm.type_of(wrapper)
    if isinstance(wrapper, Partial):
        if name == "__call__":
            return function_call(wrapper)
        if name == "__setstate__":
            return Native("partial.__setstate__", _set_state)
        return {"func": wrapper.func, "args": wrapper.args, "keywords": wrapper.kwargs}.get(name, MISSING)
    if isinstance(wrapper, Property):
        return _of_property(wrapper, name)
    if name in ("__func__", "__wrapped__"):
        return wrapper.func
    return vm.getattr(wrapper.func, name) if name in ("__name__", "__qualname__", "__module__", "__doc__") else MISSING


def _set_state(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    raise Bound("what a partial calls is set anew")


def _of_property(prop: Property, name: str) -> Value:
    if prop.cached:
        return prop.getter if name == "func" else MISSING
    if name == "setter":
        return Native("property.setter", lambda vm, args, kwargs: Property(prop.getter, args[0], prop.deleter))
    if name == "getter":
        return Native("property.getter", lambda vm, args, kwargs: Property(args[0], prop.setter, prop.deleter))
    if name == "deleter":
        return Native("property.deleter", lambda vm, args, kwargs: Property(prop.getter, prop.setter, args[0]))
    return {"fget": prop.getter, "fset": prop.setter, "fdel": prop.deleter}.get(name, MISSING)


def is_class_of_torch(native: Native) -> bool:
    """Whether something that is found in `torch` itself is a class, such as `torch.Size` or `torch.LongTensor`."""
    return native.name.rpartition(".")[0] == "torch" and registry.find_instance_test(native.name) is not None


METHODS_OF_MODULES = "torch.nn.Module."


def of_native(vm: Vm, native: Native, name: str) -> Value:
    """Attributes of a function or class of a library."""
    inside = registry.find(f"{native.name}.{name}")
    if inside is not None:
        return inside
    host = kinds.host_object(native)
    if host is not MISSING:
        value = getattr(host, name, MISSING) if name in ("__name__", "__qualname__", "__module__") else MISSING
        return value if isinstance(value, str) else MISSING
    is_function = isinstance(layers.find(native.name), layers.Operation) or native.name.startswith(METHODS_OF_MODULES)
    if name == "__name__" and is_function:
        return native.name.rpartition(".")[2]
    if name in ("__name__", "__qualname__", "__module__") and is_class_of_torch(native):
        home, _, own = native.name.rpartition(".")
        return home if name == "__module__" else own
    if name == "__class__":
        return vm.type_of(native)
    return function_call(native) if name == "__call__" else MISSING
