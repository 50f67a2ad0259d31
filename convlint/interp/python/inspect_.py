"""`inspect`, `types` and `numbers`: what programs ask about functions and classes."""

from __future__ import annotations

import collections
import dataclasses
import inspect
import numbers
import types
from collections.abc import Callable, Iterable
from pathlib import PurePath
from typing import TYPE_CHECKING

from convlint.interp.language import absent
from convlint.interp.natives.lifting import not_followed, take
from convlint.interp.natives.objects import MappingProxy, Record
from convlint.interp.natives.registry import add_value, constructor, instance_test, native
from convlint.interp.python.annotated import EMPTY, Annotated
from convlint.interp.python.builtins.listing import listed
from convlint.interp.values.classes import ClassValue, Instance, key_unknown
from convlint.interp.values.functions import BoundMethod, Function, Native
from convlint.interp.values.modules import PyModule
from convlint.interp.values.unknown import MISSING, Opaque, Unknown, Value
from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.layers.core import registry as layers
from convlint.source import disk
from convlint.source.text import SourceError, decode
from convlint.trace import Concern

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
for _name in (
    "FunctionType",
    "LambdaType",
    "MethodType",
    "ModuleType",
    "GeneratorType",
    "BuiltinFunctionType",
    "BuiltinMethodType",
    "CodeType",
    "MethodDescriptorType",
    "WrapperDescriptorType",
    "NoneType",
    "EllipsisType",
    "UnionType",
    "GenericAlias",
):
    add_value(f"types.{_name}", getattr(types, _name))
for _name in ("Number", "Complex", "Real", "Rational", "Integral"):
    add_value(f"numbers.{_name}", getattr(numbers, _name))


@native("inspect.signature")
def signature(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Of a function of the program as it is written, of a class from its `__init__`."""
    function, skip = args[0], 0
    held = function.attrs if isinstance(function, Function) else vm.added_to(function)
    for name in ("__signature__", SIGNATURE):
        if name in held:
            return held[name] if skip == 0 else vm.unknown("the signature of a method")
    if "__wrapped__" in held:
        return signature(vm, [held["__wrapped__"]], {})
    if isinstance(function, ClassValue):
        function, skip = function.find("__init__"), 1
        if isinstance(function, Native):
            return _of_layer(vm, function)
    elif isinstance(function, BoundMethod):
        function, skip = function.func, 1
    return (
        _of(function, skip) if isinstance(function, Function) else vm.unknown("the signature of what is not a function")
    )


def _of_layer(vm: Vm, init: Native) -> Value:
    """Of a torch layer class: its rule has torch's own parameters, after the two that the rule itself needs."""
    entry = layers.find(init.name.removesuffix(".__init__"))
    if not isinstance(entry, layers.LayerClass):
        return vm.unknown("the signature of a class that is not of the program")
    listed = entry.init_parameters
    if not listed or entry.name.rpartition(".")[2] in VARIADIC:
        return vm.unknown("the signature of a constructor that hands its arguments on")
    return record((param.name, param.kind.name, _default(param)) for param in listed)


def _default(param: inspect.Parameter) -> Value:
    return EMPTY if param.default is param.empty else param.default


def record(listed: Iterable[tuple[str, str, Value]]) -> Record:
    """The signature that has parameters of these names, kinds and defaults."""
    return _signature({name: _parameter(name, kind, default) for name, kind, default in listed})


def _signature(listed: dict[str, Record], function: Function | None = None) -> Record:
    parameters = collections.OrderedDict(listed)
    made = {
        "bind": Native("inspect.Signature.bind", _binding(parameters, inspect.Signature.bind)),
        "bind_partial": Native("inspect.Signature.bind_partial", _binding(parameters, inspect.Signature.bind_partial)),
        "empty": EMPTY,
    }
    returns = function.node.returns if function is not None and isinstance(function.node, nodes.FunctionDef) else None
    fields = {"parameters": parameters, **made}
    return Annotated("inspect.Signature", fields, "return_annotation", function, returns)


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


def _of(function: Function, skip: int) -> Record:
    params = function.node.params
    listed = [(param, "POSITIONAL_ONLY") for param in params.posonly]
    listed += [(param, "POSITIONAL_OR_KEYWORD") for param in params.args]
    if params.vararg is not None:
        listed.append((params.vararg, "VAR_POSITIONAL"))
    listed += [(param, "KEYWORD_ONLY") for param in params.kwonly]
    if params.kwarg is not None:
        listed.append((params.kwarg, "VAR_KEYWORD"))
    made = {
        param.name: _parameter(
            param.name, kind, function.defaults.get(param.name, EMPTY), function=function, annotation=param.annotation
        )
        for param, kind in listed[skip:]
    }
    return _signature(made, function)


def _parameter(
    name: str, kind: str, default: Value, *, function: Function | None = None, annotation: nodes.Expr | None = None
) -> Record:
    fields = {**KINDS, "name": name, "kind": KINDS[kind], "default": default, "empty": EMPTY}
    return Annotated("inspect.Parameter", fields, "annotation", function, annotation)


def _ask(name: str, *types_: type) -> None:
    """A question that Python answers by the type of the object."""

    @native(f"inspect.{name}")
    def ask(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        (value,) = take(vm, name, args, kwargs, "object")
        return vm.isinstance(value, types_)


_ask("isclass", type)
_ask("isfunction", types.FunctionType)
_ask("ismethod", types.MethodType)
_ask("ismodule", types.ModuleType)
_ask("isgenerator", types.GeneratorType)
_ask("isbuiltin", types.BuiltinFunctionType)
_ask("iscode", types.CodeType)
_ask("isframe", types.FrameType)
_ask("istraceback", types.TracebackType)
_ask(
    "isroutine",
    types.FunctionType,
    types.MethodType,
    types.BuiltinFunctionType,
    types.MethodDescriptorType,
    types.WrapperDescriptorType,
)


def _looked_at(name: str) -> None:
    """A question that changes nothing and is not answered."""

    def ask(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
        return vm.unknown(f"`{name}` is not modelled")

    add_value(name, Native(name, ask, reads=True))


for _name in [
    "getmembers_static",
    "getfullargspec",
    "getargvalues",
    "getframeinfo",
    "stack",
    "currentframe",
    "getmodule",
    "getmodulename",
    "getcomments",
    "getclasstree",
    "getclosurevars",
    "getattr_static",
    "isabstract",
]:
    _looked_at(f"inspect.{_name}")
for _name in ("types.get_original_bases", "typing_extensions.get_original_bases"):
    _looked_at(_name)


@native("inspect.getmembers")
def members(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The names and values of an object, sorted, those that a predicate takes."""
    obj, predicate = take(vm, "getmembers", args, kwargs, "object", predicate=None)
    names = listed(vm, obj)
    if isinstance(names, Unknown):
        return names
    vm.step(len(names))
    found = [(name, vm.getattr(obj, name, MISSING)) for name in sorted(names)]
    if predicate is None:
        return [pair for pair in found if pair[1] is not MISSING]
    taken = [vm.truth_of(vm.call(predicate, [value])) for _, value in found]
    if not all(isinstance(answer, bool) for answer in taken):
        return vm.unknown("which members of an object a function takes")
    return [pair for pair, answer in zip(found, taken, strict=True) if answer]


@native("inspect.getsourcefile", "inspect.getfile")
def source_file(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The file in which a class or function of the program is written."""
    (obj,) = take(vm, "getfile", args, kwargs, "object")
    if isinstance(obj, BoundMethod):
        obj = obj.func
    module = obj if isinstance(obj, PyModule) else getattr(obj, "module", None)
    known = isinstance(module, PyModule) and not module.hidden and PurePath(module.filename).is_absolute()
    return module.filename if known else vm.unknown("the file in which something is written", Concern.NOTHING)  # type: ignore[union-attr]


@native("inspect.get_annotations")
def get_annotations(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """What the body of a class says, not those of its bases."""
    obj = args[0] if args else kwargs.get("obj")
    if not isinstance(obj, ClassValue) or not obj.of_program or len(args) + len(kwargs) > 1:
        return vm.unknown("the annotations of an object")
    return dict(obj.annotations)


@native("inspect.getsource")
def source(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The text of a module, class or function, with its decorators, as `inspect` finds its end."""
    (obj,) = take(vm, "getsource", args, kwargs, "object")
    lines = _source_lines(vm, obj.func if isinstance(obj, BoundMethod) else obj)
    return vm.unknown("the source of an object", Concern.NOTHING) if lines is None else "".join(lines)


@native("inspect.getsourcelines")
def source_lines(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (obj,) = take(vm, "getsourcelines", args, kwargs, "object")
    obj = obj.func if isinstance(obj, BoundMethod) else obj
    lines = _source_lines(vm, obj)
    if lines is None:
        return vm.unknown("the source of an object", Concern.NOTHING)
    return (lines, 0 if isinstance(obj, PyModule) else _first_row(vm, obj))


def _source_lines(vm: Vm, obj: Value) -> list[str] | None:
    module = obj if isinstance(obj, PyModule) else getattr(obj, "module", None)
    if not isinstance(module, PyModule) or module.hidden or not module.filename.endswith(".py"):
        return None
    row = 1 if isinstance(obj, PyModule) else _first_row(vm, obj)
    if not row:
        return None
    try:
        lines = decode(disk.now().read(module.filename)).text.splitlines(keepends=True)
    except (OSError, SourceError):
        return None
    return lines if isinstance(obj, PyModule) else inspect.getblock(lines[row - 1 :])


def _first_row(vm: Vm, obj: Value) -> int:
    """The row in which a class or function begins, its decorators with it; 0 if that is not known."""
    node: nodes.Node | None = None
    if isinstance(obj, Function):
        node = obj.node
    elif isinstance(obj, ClassValue) and obj.place is not None and obj.of_program:
        written = walk(vm.program.body(obj.place.filename).body, into_definitions=True)
        span = obj.place.span
        node = next((one for one in written if isinstance(one, nodes.ClassDef) and one.span == span), None)
    if not isinstance(node, nodes.FunctionDef | nodes.ClassDef):
        return 0
    return min(part.span[0] for part in (node, *node.decorators))


@native("inspect.unwrap")
def unwrap(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (function,) = take(vm, "unwrap", args, kwargs, "func")
    for _ in range(MAX_WRAPPED):
        held = function.attrs if isinstance(function, Function) else vm.added_to(function)
        if "__wrapped__" not in held:
            return function
        function = held["__wrapped__"]
    return vm.unknown("what is wrapped")


@native("inspect.getmro")
def mro(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (cls,) = take(vm, "getmro", args, kwargs, "cls")
    return vm.getattr(cls, "__mro__")


@native("inspect.getdoc", "inspect.cleandoc")
def no_text(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return vm.unknown("the documentation of an object")


# --- types ----------------------------------------------------------------------------------------------


def _namespace(vm: Vm, cls: ClassValue, args: list[Value], kwargs: dict[str, Value]) -> Value:
    attrs: dict[str, Value] = {}
    for source in args:
        if not isinstance(source, dict) or vm.taint_of(source) is not None:
            return vm.unknown("a namespace whose names are not known")
        attrs.update(source)
    return Instance(cls, {**attrs, **kwargs})


def _same(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    left, right = args
    if not isinstance(right, Instance) or right.cls is not left.cls:
        return NotImplemented
    return left is right or vm.compare("==", left.attrs, right.attrs)


SIMPLE_NAMESPACE = ClassValue(
    "SimpleNamespace", "types.SimpleNamespace", (), {"__eq__": Native("__eq__", _same, binds=True)}
)
SIMPLE_NAMESPACE.mro = (SIMPLE_NAMESPACE,)
SIMPLE_NAMESPACE.factory = _namespace
add_value("types.SimpleNamespace", SIMPLE_NAMESPACE)


@constructor(types.FunctionType)
def copy_function(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """A function with the code of another one, and the same globals; what it closes over is that of the other one."""
    code, names, name, defaults, _ = take(
        vm, "function", args, kwargs, "code", "globals", name=None, argdefs=None, closure=None
    )
    of = code.of if isinstance(code, Record) else None
    if not isinstance(of, Function) or names is not of.scope.module().names:
        return vm.unknown("a function that is made of code")
    named = name if isinstance(name, str) else of.name
    made = dataclasses.replace(of, name=named, attrs={}, defaults={})
    vm.setattr(made, "__defaults__", defaults)
    return made


@constructor(types.MethodType)
def bind(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return BoundMethod(args[0], args[1])


@native("types.MappingProxyType")
def mapping_proxy(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    (mapping,) = take(vm, "mappingproxy", args, kwargs, "mapping")
    return MappingProxy(mapping) if isinstance(mapping, dict) else vm.unknown("a view of what is not a dict")


@instance_test("types.MappingProxyType")
def is_mapping_proxy(vm: Vm, value: Value) -> bool | Unknown:
    return isinstance(value, MappingProxy)


@native("types.new_class", "types.coroutine", "types.DynamicClassAttribute")
def unmodelled(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    return not_followed(vm, "a tool of `types` that is not modelled", args, kwargs)
