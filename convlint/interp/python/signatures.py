"""`inspect.signature`: the parameters of functions and classes, and what arguments are bound to them."""

from __future__ import annotations

import collections
import inspect
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING

from convlint.interp.language import absent
from convlint.interp.natives.objects import Record
from convlint.interp.natives.registry import add_value, native
from convlint.interp.python.annotated import EMPTY, Annotated
from convlint.interp.values.classes import ClassValue, key_unknown
from convlint.interp.values.functions import BoundMethod, Function, Native
from convlint.interp.values.unknown import MISSING, Opaque, Value
from convlint.ir import nodes
from convlint.layers.core import registry as layers

if TYPE_CHECKING:
    from convlint.interp.natives.registry import Implementation
    from convlint.interp.vm import Vm

VARIADIC = frozenset({"RNN", "GRU", "LSTM", "RNNBase", "RNNCellBase", "NLLLoss2d"})
"""Classes whose constructors take `*args, **kwargs` in torch, and hand them on."""
MAX_WRAPPED = 50
SIGNATURE = "<signature>"
"""Under which name the signature is kept of a function that is generated."""
KINDS = {str(kind.name): kind for kind in inspect._ParameterKind}

add_value("inspect.Parameter", Record("inspect.Parameter", {**KINDS, "empty": EMPTY}))
add_value("inspect._empty", EMPTY)
add_value("inspect.Signature", Record("inspect.Signature", {"empty": EMPTY}))


@native("inspect.signature")
def signature(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Of a function of the program as it is written, of a class from its `__init__`."""
    if len(args) != 1 or kwargs:
        return vm.unknown("a signature that is asked for with options")
    function, skip = args[0], 0
    if isinstance(function, BoundMethod):
        function, skip = function.func, 1
    for _ in range(MAX_WRAPPED):
        held = function.attrs if isinstance(function, Function) else vm.added_to(function)
        given = next((held[name] for name in ("__signature__", SIGNATURE) if name in held), None)
        if given is not None:
            return given if skip == 0 else vm.unknown("the signature of a method")
        if "__wrapped__" not in held:
            break
        function = held["__wrapped__"]
        if isinstance(function, BoundMethod):
            function, skip = function.func, skip + 1
    if isinstance(function, ClassValue):
        return _of_class(vm, function) if skip == 0 else vm.unknown("the signature of a class in a method")
    return _of(vm, function, skip)


def _of_class(vm: Vm, cls: ClassValue) -> Value:
    """Python asks the metaclass and `__new__` before `__init__`: what those take is not looked at."""
    if says_how_it_is_called(cls):
        return vm.unknown("the signature of a class that says itself how it is called")
    init = cls.find("__init__")
    if not isinstance(init, Native):
        return _of(vm, init, 1)
    made = vm.added_to(init).get(SIGNATURE)
    return _without_first(vm, made) if isinstance(made, Record) else _of_layer(vm, init)


def says_how_it_is_called(cls: ClassValue) -> bool:
    """Return whether something other than `__init__` may decide what a class is called with."""
    return isinstance(cls.metaclass, ClassValue) or cls.unknown_base is not None or cls.find("__new__") is not MISSING


def _without_first(vm: Vm, made: Record) -> Value:
    """Return the signature of a method without the object that it is called on."""
    listed = list(made.fields["parameters"].items())
    rest = _signature(dict(listed[1:]))
    if "return_annotation" in made.fields:
        rest.fields["return_annotation"] = made.fields["return_annotation"]
    return rest


def _of_layer(vm: Vm, init: Native) -> Value:
    """Of a torch layer class: its rule has torch's own parameters, after the two that the rule itself needs."""
    entry = layers.find(init.name.removesuffix(".__init__"))
    if not isinstance(entry, layers.LayerClass):
        return vm.unknown("the signature of a class that is not of the program")
    if not lists_its_parameters(entry):
        return vm.unknown("the signature of a constructor that hands its arguments on")
    return record((param.name, param.kind.name, _default(param)) for param in entry.init_parameters)


def lists_its_parameters(entry: layers.LayerClass) -> bool:
    """Return whether the constructor of a layer names its parameters in torch as its rule does."""
    return bool(entry.init_parameters) and entry.name.rpartition(".")[2] not in VARIADIC


def _default(param: inspect.Parameter) -> Value:
    return EMPTY if param.default is param.empty else param.default


def record(listed: Iterable[tuple[str, str, Value]], annotations: Mapping[str, Value] | None = None) -> Record:
    """The signature that has parameters of these names, kinds and defaults.

    With `annotations`, they have these, others none, and nothing is returned.
    """
    made = {name: _parameter(name, kind, default) for name, kind, default in listed}
    if annotations is None:
        return _signature(made)
    for name, parameter in made.items():
        parameter.fields["annotation"] = annotations.get(name, EMPTY)
    signature = _signature(made)
    signature.fields["return_annotation"] = None
    return signature


def _signature(listed: dict[str, Record], function: Function | None = None) -> Record:
    parameters = collections.OrderedDict(listed)
    made = {
        "bind": Native("inspect.Signature.bind", _binding(parameters, inspect.Signature.bind)),
        "bind_partial": Native("inspect.Signature.bind_partial", _binding(parameters, inspect.Signature.bind_partial)),
        "empty": EMPTY,
    }
    returns = function.node.returns if function is not None and isinstance(function.node, nodes.FunctionDef) else None
    fields = {"parameters": parameters, **made}
    return Annotated("inspect.Signature", fields, under="return_annotation", function=function, node=returns)


class BoundArguments(Opaque):
    """What `Signature.bind` gives: `arguments` is a dict of the program, which it may change."""

    __slots__ = ("bound",)

    def __init__(self, bound: inspect.BoundArguments) -> None:
        self.bound = bound

    def get_attribute(self, vm: Vm, name: str) -> Value:
        arguments = self.bound.arguments
        if name == "arguments":
            return arguments
        if name == "apply_defaults":
            return Native("inspect.BoundArguments.apply_defaults", self._apply_defaults)
        if name in ("args", "kwargs") and vm.taint_of(arguments) is None and key_unknown(arguments) is None:
            return getattr(self.bound, name)
        return vm.unknown(f"`{name}` of bound arguments")

    def _apply_defaults(self, vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> None:
        """The dict stays the same object, as the program may hold it."""
        arguments = self.bound.arguments
        self.bound.apply_defaults()
        given = dict(self.bound.arguments)
        arguments.clear()
        arguments.update(given)
        self.bound.arguments = arguments


def _binding(parameters: dict[str, Record], bind: Callable[..., inspect.BoundArguments]) -> Implementation:
    """Bind as Python does: only the names, kinds and presence of defaults count."""

    def call(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        listed = [
            inspect.Parameter(
                name,
                parameter.fields["kind"],
                default=inspect.Parameter.empty
                if parameter.fields["default"] is EMPTY
                else parameter.fields["default"],
            )
            for name, parameter in parameters.items()
        ]
        try:
            return BoundArguments(bind(inspect.Signature(listed), *args, **kwargs))
        except TypeError as error:
            absent.refused(vm, str(error))

    return call


def _of(vm: Vm, function: Value, skip: int) -> Value:
    """Of a function, without so many of its first parameters; one that takes any number of arguments stays."""
    if not isinstance(function, Function):
        return vm.unknown("the signature of what is not a function")
    params = function.node.params
    listed = [(param, "POSITIONAL_ONLY") for param in params.posonly]
    listed += [(param, "POSITIONAL_OR_KEYWORD") for param in params.args]
    positional, listed = listed, [one for one in listed[skip:] if one[1] != "VAR_POSITIONAL"]
    if len(positional) < skip and params.vararg is None:
        return vm.unknown("the signature of a method that takes no object")
    if params.vararg is not None:
        listed.append((params.vararg, "VAR_POSITIONAL"))
    listed += [(param, "KEYWORD_ONLY") for param in params.kwonly]
    if params.kwarg is not None:
        listed.append((params.kwarg, "VAR_KEYWORD"))
    made = {
        param.name: _parameter(
            param.name, kind, function.defaults.get(param.name, EMPTY), function=function, annotation=param.annotation
        )
        for param, kind in listed
    }
    return _signature(made, function)


def _parameter(
    name: str, kind: str, default: Value, *, function: Function | None = None, annotation: nodes.Expr | None = None
) -> Record:
    fields = {**KINDS, "name": name, "kind": KINDS[kind], "default": default, "empty": EMPTY}
    return Annotated("inspect.Parameter", fields, under="annotation", function=function, node=annotation)
