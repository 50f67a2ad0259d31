"""`inspect`, `types` and `numbers`: what programs ask about functions and classes."""

from __future__ import annotations

import inspect
import numbers
import types
from pathlib import PurePath
from typing import TYPE_CHECKING

import msgspec

from convlint.interp.natives.lifting import not_followed, take
from convlint.interp.natives.objects import MappingProxy, Record
from convlint.interp.natives.registry import add_value, constructor, instance_test, native
from convlint.interp.python.builtins.listing import listed
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import BoundMethod, Function, Native
from convlint.interp.values.modules import PyModule
from convlint.interp.values.unknown import MISSING, Unknown, Value
from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.source import disk
from convlint.source.text import SourceError, decode
from convlint.trace import Concern

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MAX_WRAPPED = 50

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
    obj = obj if isinstance(obj, ClassValue) else _unwrapped(vm, obj)
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
    found = _unwrapped(vm, function)
    return vm.unknown("what is wrapped") if found is MISSING else found


def _unwrapped(vm: Vm, function: Value) -> Value:
    """Return what the wrappers around a function lead to, `MISSING` where that is not known."""
    for _ in range(MAX_WRAPPED):
        if isinstance(function, Instance):
            inner = vm.getattr(function, "__wrapped__", function)
        else:
            told = function.func if isinstance(function, BoundMethod) else function
            held = told.attrs if isinstance(told, Function) else vm.added_to(told)
            inner = held.get("__wrapped__", function)
        if inner is function or isinstance(inner, Unknown):
            return function if inner is function else MISSING
        function = inner
    return MISSING


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
    made = msgspec.structs.replace(of, name=named, attrs={}, defaults={})
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
