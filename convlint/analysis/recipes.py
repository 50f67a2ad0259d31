"""How to build and call a model again as the program did: plain values, for a process that runs it in torch.

A value is a number, a text or None as it is, or a dict with one key that says what it stands for: `list`, `tuple` and
`dict` (as pairs) hold values; `input` is the index of an input tensor; `name` is something importable, as the file and
the name of its module and its own dotted name. With `call` instead of `name`, and `args` and `kwargs` beside it, it is
what a call of such a thing returns.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from convlint.interp.records.making import state_of
from convlint.interp.records.records import ModelRun, module_states, tensors_in
from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance
from convlint.interp.values.functions import Function, Native
from convlint.interp.values.modules import PyModule
from convlint.interp.values.numbers import Size
from convlint.interp.values.scope import Scope
from convlint.interp.values.unknown import Unknown, Value
from convlint.ir import nodes
from convlint.layers.core.tensor import Tensor
from convlint.trace import Arguments, Recipe

Plain = Any


class NotKnown(Exception):  # noqa: N818 - a signal
    """Something cannot be built again; the text says why."""


def recipe_of(run: ModelRun, maker: Plain | None) -> Recipe | str:
    """Return how to repeat a run, or why that is not known. `maker` is how the model is built, if that is known."""
    try:
        tensors = dict(enumerate(tensors_in([*run.args, *run.kwargs.values()])))
        build = _Inputs({}).module(run.root, run.state) if maker is None else maker
        inputs = _Inputs(tensors)
        positional = tuple(inputs.value(value) for value in run.args)
        named = {name: inputs.value(value) for name, value in run.kwargs.items()}
        return Recipe(build, positional, named, run.evaluating)
    except NotKnown as reason:
        return str(reason)


def call_of(module: PyModule, name: str, args: list[Value], kwargs: Mapping[str, Value]) -> Plain | None:
    """Return the call of a function by its name in a module; None if its arguments cannot be given again."""
    try:
        return _Inputs({}).call(_name(module.filename, module.name, name), Arguments(tuple(args), kwargs))
    except NotKnown:
        return None


def construction_of(cls: ClassValue, args: list[Value], kwargs: Mapping[str, Value]) -> Plain | None:
    """Return the call of a class; None if its arguments cannot be given again, or the class cannot be reached."""
    try:
        return _Inputs({}).call(_class(cls), Arguments(tuple(args), kwargs))
    except NotKnown:
        return None


class _Inputs:
    """Writes values down. Tensors are the inputs, in their order; there are no others."""

    def __init__(self, tensors: Mapping[int, Tensor]) -> None:
        self._left = dict(tensors)

    def module(self, obj: ModuleInstance, state: object) -> Plain:
        """Return how a module was built, as it was then."""
        made = obj.made
        if made is None:
            raise NotKnown(f"how the `{obj.cls.name}` is built is not known")
        if made.state is None:
            raise NotKnown(f"the `{obj.cls.name}` is a part of another module")
        if made.state != state:
            raise NotKnown(f"the program changes the `{obj.cls.name}` after it has built it")
        return self.call(self.value(made.cls), made.given)

    def call(self, function: Plain, given: Arguments) -> Plain:
        positional = [self.value(value) for value in given.positional]
        named = {name: self.value(value) for name, value in given.named.items()}
        return {"call": function["name"], "args": positional, "kwargs": named}

    def value(self, value: Value) -> Plain:
        """Return a value of the program as a plain one. Raises NotKnown."""
        if value is None or isinstance(value, bool | int | float | str):
            return value
        if isinstance(value, Unknown):
            raise NotKnown(value.reason)
        if isinstance(value, Tensor):
            return self._tensor(value)
        if isinstance(value, list):
            return {"list": [self.value(item) for item in value]}
        if type(value) in (tuple, Size):
            return {"tuple": [self.value(item) for item in value]}
        if type(value) is dict:
            return {"dict": [[self.value(key), self.value(item)] for key, item in value.items()]}
        return self._object(value)

    def _tensor(self, tensor: Tensor) -> Plain:
        for index, own in self._left.items():
            if own is tensor:
                del self._left[index]
                return {"input": index}
        raise NotKnown("a tensor that is no input is given")

    def _object(self, value: Value) -> Plain:
        if isinstance(value, ModuleInstance):
            return self.module(value, state_of(module_states(value)))
        if isinstance(value, ClassValue):
            return _class(value)
        if isinstance(value, Function) and isinstance(value.node, nodes.FunctionDef) and not _is_local(value.scope):
            return _name(value.module.filename, value.module.name, value.qualname)
        if isinstance(value, Native) and value.name.startswith("torch."):
            module, _, name = value.name.rpartition(".")
            return _name("", module, name)
        if isinstance(value, Instance) and value.cls.kind == "dataclass" and list(value.attrs) == value.cls.field_order:
            return self.call(_class(value.cls), Arguments((), value.attrs))
        kind = getattr(getattr(value, "cls", None), "name", type(value).__name__)
        raise NotKnown(f"a `{kind}` is given, which is not built again")


def _class(cls: ClassValue) -> Plain:
    if cls.module is None or not cls.module.filename or cls.module.hidden:
        module, _, name = cls.qualname.rpartition(".")
        if module.partition(".")[0] != "torch":
            raise NotKnown(f"where `{cls.name}` is defined is not known")
        return _name("", module, name)
    name = cls.qualname.removeprefix(f"{cls.module.name}.")
    functions = (value for value in cls.namespace.values() if isinstance(value, Function))
    if any(_is_local(function.scope) for function in functions):
        raise NotKnown(f"`{cls.name}` is defined inside a function")
    return _name(cls.module.filename, cls.module.name, name)


def _is_local(scope: Scope | None) -> bool:
    """Whether what is defined in a scope can be reached only while a function runs."""
    while scope is not None and scope.kind == "class":
        scope = scope.parent
    return scope is None or scope.kind != "module"


def _name(filename: str, module: str, name: str) -> Plain:
    return {"name": {"file": filename, "module": module, "name": name}}
