"""`inspect.getfullargspec`: the parameters of a function as lists of names, wrappers not looked through."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from convlint.interp.natives.lifting import take
from convlint.interp.natives.registry import native
from convlint.interp.python import annotated, namedtuples, signatures
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import BoundMethod, Function, Native
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.ir import nodes
from convlint.layers.core import registry as layers

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

FIELDS = ["args", "varargs", "varkw", "defaults", "kwonlyargs", "kwonlydefaults", "annotations"]


@native("inspect.getfullargspec")
def full_argument_spec(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Of a method with the object that it is called on, of a class that of its `__init__`."""
    (asked,) = take(vm, "getfullargspec", args, kwargs, "func")
    function = asked.func if isinstance(asked, BoundMethod) else asked
    if isinstance(function, ClassValue):
        if signatures.says_how_it_is_called(function):
            return vm.unknown("the arguments of a class that says itself how it is called")
        function = function.find("__init__")
    if function is MISSING:
        return vm.unknown("the arguments of a class without a constructor")
    if "__signature__" in (function.attrs if isinstance(function, Function) else vm.added_to(function)):
        return vm.unknown("the arguments of a function with a signature of its own")
    if isinstance(function, Function):
        return _made(vm, _of_function(vm, function))
    return _of_layer(vm, function)


def _of_function(vm: Vm, function: Function) -> list[Value]:
    params = function.node.params
    positional = [param.name for param in (*params.posonly, *params.args)]
    keyword_only = [param.name for param in params.kwonly]
    return [
        positional,
        None if params.vararg is None else params.vararg.name,
        None if params.kwarg is None else params.kwarg.name,
        tuple(function.defaults[name] for name in positional if name in function.defaults) or None,
        keyword_only,
        {name: function.defaults[name] for name in keyword_only if name in function.defaults} or None,
        dict(_annotations(vm, function)),
    ]


def _annotations(vm: Vm, function: Function) -> Iterator[tuple[str, Value]]:
    node, params = function.node, function.node.params
    if isinstance(node, nodes.FunctionDef) and node.returns is not None:
        yield "return", annotated.annotation(vm, function, node.returns)
    for param in params.every:
        if param.annotation is not None:
            yield param.name, annotated.annotation(vm, function, param.annotation)


def _of_layer(vm: Vm, init: Value) -> Value:
    """Of the constructor of a layer of torch: the annotations are not known."""
    entry = layers.find(init.name.removesuffix(".__init__")) if isinstance(init, Native) else None
    if not isinstance(entry, layers.LayerClass) or not signatures.lists_its_parameters(entry):
        return vm.unknown("the arguments of what is not written in the program")
    listed = entry.init_parameters
    positional = ["self", *(param.name for param in listed if param.kind is not param.KEYWORD_ONLY)]
    keyword_only = [param.name for param in listed if param.kind is param.KEYWORD_ONLY]
    given = {param.name: param.default for param in listed if param.default is not param.empty}
    return _made(
        vm,
        [
            positional,
            None,
            None,
            tuple(given[name] for name in positional if name in given) or None,
            keyword_only,
            {name: given[name] for name in keyword_only if name in given} or None,
            vm.unknown("the annotations of a layer"),
        ],
    )


def _made(vm: Vm, values: list[Value]) -> Instance | Unknown:
    cls = namedtuples.new_class(vm, "FullArgSpec", FIELDS, {})
    return Instance(cls, dict(zip(FIELDS, values, strict=True)), tuple(values))
