"""What the prelude's graphs and tracers ask the interpreter for: see `tracing`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.natives.objects import NativeContext
from convlint.interp.natives.registry import native
from convlint.interp.records.records import module_states
from convlint.interp.records.tracing import Tracing
from convlint.interp.torch.module_class import named_tensors
from convlint.interp.values.classes import ClassValue
from convlint.interp.values.functions import Function, Native
from convlint.interp.values.modules import PyModule
from convlint.interp.values.unknown import Value

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


@native("torch.fx._tracing")
def _tracing(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    called, read, wrap, modules, functions, root = args
    wrapped = {id(value): value for value in functions} | _functions_of(vm, modules)
    names = frozenset(getattr(value, "name", "").rpartition(".")[2] for value in wrapped.values())
    tracing = Tracing(called, read, wrap, wrapped, names)

    def enter(vm: Vm) -> Value:
        for scope, name in vm.program.traced_as_one:
            if isinstance(scope.names.get(name), Function):
                tracing.replace(vm, scope.names, name)
        tracing.enter_module(vm, root)
        vm.tracings.append(tracing)
        return None

    def leave(vm: Vm, error: Value) -> Value:
        vm.tracings.remove(tracing)
        tracing.restore()
        return False

    return NativeContext(enter, leave)


def _functions_of(vm: Vm, modules: Value) -> dict[int, Value]:
    """The public functions of the modules whose functions are nodes."""
    found: dict[int, Value] = {}
    for module in modules:
        if isinstance(module, PyModule) and module.scope is not None:
            for name in list(module.scope.names):
                value = vm.getattr(module, name, None) if not name.startswith("_") else None
                if isinstance(value, Function | Native):
                    found[id(value)] = value
    return found


@native("torch.fx.wrap")
def _wrap(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Note that a function of the module that calls, given itself or by its name, is one node where it is traced."""
    given = args[0]
    name = given if isinstance(given, str) else given.name if isinstance(given, Function) else ""
    frame = vm.frames[-1] if vm.frames else None
    if name and frame is not None:
        vm.program.traced_as_one.append((frame.scope.module(), name))
    return given


@native("torch.fx._name_of")
def _name_of(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The name of a parameter or buffer of a module, None if a tensor is none of them."""
    module, tensor = args
    registered = (*named_tensors(module, "parameters", True), *named_tensors(module, "buffers", True))
    return next((name for name, value in registered if value is tensor), None)


@native("torch.fx._kept_at")
def _kept_at(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """The name of a plain attribute of a module, or of one in it, that holds a tensor."""
    module, tensor = args
    for state in module_states(module):
        for name, value in state.module.attrs.items():
            if value is tensor:
                return f"{state.path}.{name}" if state.path else name
    return None


@native("torch.fx._of_own_class")
def _of_own_class(vm: Vm, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Give a module a class of its own, which derives from the one that it had."""
    module, name = args
    own = module.cls
    made = ClassValue(
        name, own.qualname, (own,), {}, own.module, own.place, is_module=True, unknown_base=own.unknown_base
    )  # fmt: skip
    made.mro = (made, *own.mro)
    module.cls = made
    return None
