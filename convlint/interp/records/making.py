"""How modules came about: the class and the arguments that each was built with, and whether it has changed since."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from msgspec import Struct

from convlint.interp.records.records import ModuleState, module_states, what_was_given
from convlint.interp.values.classes import ClassValue, ModuleInstance
from convlint.interp.values.unknown import Value
from convlint.trace import Arguments

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

State = tuple[object, ...]


class Making(Struct, frozen=True):
    """One call of a module class. `state` is what the module was when its construction ended; None if it was built
    inside the construction of another one, whose state covers it."""

    cls: ClassValue
    given: Arguments
    state: State | None = None


def construct(vm: Vm, obj: ModuleInstance, init: Value, args: list[Value], kwargs: dict[str, Value]) -> None:
    """Run the constructor of a module, and note how it was built."""
    given = what_was_given(vm, args, kwargs)
    vm.constructing += 1
    try:
        vm.call(init, [obj, *args], kwargs)
    finally:
        vm.constructing -= 1
    obj.made = Making(obj.cls, given, None if vm.constructing else _state_now(vm, obj))
    if not vm.constructing and not vm.importing:
        vm.constructed.append(obj)


def _state_now(vm: Vm, obj: ModuleInstance) -> State:
    """Return what a module is made of, which is work for each of its parts: one may be wrapped by the next for ever."""
    states = module_states(obj)
    vm.step(len(states))
    return state_of(states)


def state_of(states: Iterable[ModuleState]) -> State:
    """Return what a model is made of, by identity; its modes are left out, and paths, long in deep models, hashed."""
    found: list[object] = []
    for state in states:
        module = state.module
        held = [(name, id(value), _length(value)) for name, value in module.attrs.items() if name != "training"]
        tensors = [(name, id(value), getattr(value, "dtype", None)) for name, value in state.parameters.items()]
        buffers = [(name, id(value)) for name, value in module.buffers.items()]
        found.append((hash(state.path), id(module), tuple(held), tuple(tensors), tuple(buffers)))
    return tuple(found)


def _length(value: Value) -> int | None:
    return len(value) if isinstance(value, list | dict | set) else None
