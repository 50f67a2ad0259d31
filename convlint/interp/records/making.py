"""How modules came about: the class and the arguments that each was built with, and whether it has changed since."""

from __future__ import annotations

from collections import Counter, OrderedDict, defaultdict
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
CHANGING = frozenset({list, dict, set, OrderedDict, defaultdict, Counter})
"""The kinds of collections whose content counts as what a module is made of."""


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
        vm.program.rebuilding.construct(vm, obj, args, kwargs, lambda: vm.call(init, [obj, *args], kwargs))
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
        attributes, parameters, buffers = module.attrs, state.parameters, module.buffers
        names = (*attributes, *parameters, *buffers)
        held = [id(value) for name, value in attributes.items() if name != "training"]
        dtypes = [getattr(value, "dtype", None) for value in parameters.values()]
        tensors = (*map(id, parameters.values()), *dtypes, *map(id, buffers.values()))
        found.append((hash(state.path), id(module), names, tuple(held), _lengths(attributes), tensors))
    return tuple(found)


def _lengths(attributes: dict[str, Value]) -> tuple[int, ...]:
    """Return how much is in each of the collections that an object holds."""
    if CHANGING.isdisjoint(map(type, attributes.values())):
        return ()
    return tuple([len(value) for value in attributes.values() if isinstance(value, list | dict | set)])
