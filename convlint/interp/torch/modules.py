"""Calling `nn.Module` objects: hooks, forward, and what is recorded of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.records.making import state_of
from convlint.interp.records.records import (
    ModelRun,
    Recording,
    as_known,
    marks,
    module_states,
    record_module,
    tensors_in,
)
from convlint.interp.torch import tracing
from convlint.interp.values.classes import ModuleInstance, may_have_more
from convlint.interp.values.signals import NeedRank, PyRaise
from convlint.interp.values.unknown import MISSING, Shaped, Unknown, Value
from convlint.layers.core.tensor import Tensor

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


MODULE_API = frozenset(
    [
        "forward",
        "state_dict",
        "load_state_dict",
        "register_full_backward_hook",
        "register_backward_hook",
        "get_extra_state",
        "compile",
        "register_state_dict_pre_hook",
        "register_load_state_dict_post_hook",
        "_load_from_state_dict",
        "_save_to_state_dict",
        "_register_load_state_dict_pre_hook",
        "_register_state_dict_hook",
        "to_empty",
        "ipu",
        "xpu",
        "mtia",
        "_apply",
        "_version",
        "dump_patches",
    ]
)
"""What `nn.Module` has besides what is modelled: unknown where it is missing, never an error."""


def call_module(vm: Vm, obj: ModuleInstance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """`nn.Module.__call__`. An outermost call is a run of a model, whose records are kept apart."""
    if vm.tracings:
        return tracing.called(vm, obj, args, kwargs)
    vm.calls += not vm.owners
    if vm.owners or vm.importing:
        return _call_inner(vm, obj, args, kwargs)
    args = [Tensor(value.shape, "") if isinstance(value, Shaped) else value for value in args]
    vm.assumptions.forget_questions()
    modules = module_states(obj)
    for state in modules:
        state.module.touched = False
    training = obj.attrs.get("training") is True
    run = ModelRun(obj, args, kwargs, vm.place(), marks(vm), modules=modules, training=training)
    run.state, run.gradless = state_of(modules), vm.gradless.holds(vm.frames)
    run.evaluating = tuple(state.path for state in modules if state.module.attrs.get("training") is False)
    vm.model_runs.append(run)
    try:
        result = _call_inner(vm, obj, args, kwargs)
        run.result = as_known(vm, result)
        run.returned = True
    except PyRaise as raised:
        run.violation = raised.violation
        raise
    except NeedRank:  # all begins again, and nobody looks at this run
        modules = []
        raise
    finally:
        run.last = marks(vm)
        run.late = module_states(obj) if modules else []
        run.touched = frozenset(id(state.module) for state in run.late if state.module.touched)
    return result


def _call_inner(vm: Vm, obj: ModuleInstance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Call a module, or tell again what a call of an equal one did on equal input."""
    if vm.owners and obj.modules and vm.can_replay:
        return vm.program.replays.call(vm, obj, args, kwargs, lambda: _run(vm, obj, args, kwargs))
    return _run(vm, obj, args, kwargs)


def _run(vm: Vm, obj: ModuleInstance, args: list[Value], kwargs: dict[str, Value]) -> Value:
    """Hooks, forward, and the event that a leaf or torch module leaves."""
    obj.touched = True
    if next(tensors_in([*args, *kwargs.values()]), None) is not None and obj.cls.place is not None:
        vm.called.add(obj.cls.place)
    place, stack = vm.place(), vm.stack()
    args = _pre_hooks(vm, obj, args)
    forward = vm.getattr(obj, "forward", MISSING)
    if forward is MISSING:
        vm.throw(NotImplementedError, f'Module [{obj.cls.name}] is missing the required "forward" function')
    recording = Recording()
    vm.recordings.append(recording)
    vm.owners.append(obj)
    try:
        result = vm.call(forward, args, kwargs)
    finally:
        vm.owners.pop()
        vm.recordings.pop()
    result = _post_hooks(vm, obj, args, result)
    children = [child for child in obj.modules.values() if child is not None]
    if (not children or obj.cls.torch_name) and place is not None:
        leaf = not children and not may_have_more(obj)
        record_module(vm, obj, place, stack, args, kwargs, result, recording, leaf=leaf)
    return result


def _pre_hooks(vm: Vm, obj: ModuleInstance, args: list[Value]) -> list[Value]:
    hooks = obj.attrs.get("_forward_pre_hooks", {})
    if isinstance(hooks, Unknown):
        return [vm.derived(hooks, "hook", argument) for argument in args]
    for hook in hooks.values():
        result = vm.call(hook, [obj, tuple(args)])
        if isinstance(result, Unknown):
            return [result]
        if result is not None:
            args = list(result) if isinstance(result, tuple) else [result]
    return args


def _post_hooks(vm: Vm, obj: ModuleInstance, args: list[Value], result: Value) -> Value:
    hooks = obj.attrs.get("_forward_hooks", {})
    if isinstance(hooks, Unknown):
        return vm.derived(hooks, "hook", result)
    for hook in hooks.values():
        changed = vm.call(hook, [obj, tuple(args), result])
        if changed is not None:
            result = changed
    return result


def is_module_api(name: str) -> bool:
    return name in MODULE_API


def unknown_member(vm: Vm, obj: ModuleInstance, value: Unknown) -> None:
    """An unknown value was set on a module: it may be a submodule or a parameter, so totals are not known."""
    obj.unknown_members.append(value)
