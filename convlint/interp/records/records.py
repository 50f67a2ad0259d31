"""What a run leaves for the trace: events of layers and operations, and the models that were called."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from convlint.interp.values.classes import Instance, ModuleInstance
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.facts import Cost, Fact, Window
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim
from convlint.trace import Arguments, Event, Gap, ModuleInfo, Place, Violation

if TYPE_CHECKING:
    from convlint.interp.torch.binding import Bindings
    from convlint.interp.torch.operations import Call
    from convlint.interp.values.scope import Frame
    from convlint.interp.vm import Vm


class Recording(Struct, eq=False):
    """What is noted during one call."""

    facts: list[Fact] = []
    given: list[Arguments | None] = []
    """What torch's own forward was given, each time that it ran."""
    returned: Value = None
    """What it returned the last time."""


class Gradless(Struct, eq=False):
    """Where a run stands with `torch.no_grad()`: how many blocks are open, and the functions that it decorates."""

    blocks: int = 0
    functions: dict[int, Value] = {}

    def enter(self, step: int) -> None:
        self.blocks += step

    def holds(self, frames: Sequence[Frame]) -> bool:
        """Tell whether no gradients are computed in these calls, as far as that is seen."""
        return self.blocks > 0 or any(id(frame.function) in self.functions for frame in frames)


class Assigned(Struct, eq=False):
    """An attribute that the program set on one of torch's layers that is no class of the program's own."""

    module: ModuleInstance
    name: str
    before: Value
    value: Value
    place: Place
    stack: tuple[Place, ...]


class ModuleState(Struct, eq=False):
    """A module as it was at one moment. Code that is not understood may change it later."""

    path: str
    module: ModuleInstance
    parameters: dict[str, Value]
    children: tuple[Value, ...]
    doubt: Unknown | None


class ModelRun(Struct, eq=False):
    """One outermost call of a module: what it was given, and which part of the run's records is its own."""

    root: ModuleInstance
    args: list[Value]
    kwargs: dict[str, Value]
    place: Place | None
    first: tuple[int, int, int, int]
    """How many events, conditions, gaps and decisions there were before."""
    last: tuple[int, int, int, int] = (0, 0, 0, 0)
    modules: list[ModuleState] = []
    """Every module of the model as it was when the call began, parents first."""
    state: object = None
    """The same as `making.state_of` tells it."""
    evaluating: tuple[str, ...] = ()
    """The paths of the modules that were in evaluation mode then."""
    late: list[ModuleState] = []
    """Every module of the model as it was when the call ended."""
    touched: frozenset[int] = frozenset()
    """The modules, by identity, that the call has read."""
    training: bool = True
    gradless: bool = False
    """Whether it is called where no gradients are computed."""
    result: Value = None
    returned: bool = False
    caught: bool = False
    """Whether the program expects that torch refuses the call: it catches the exception."""
    violation: Violation | None = None


def what_was_given(vm: Vm, args: list[Value], kwargs: dict[str, Value], training: Value = None) -> Arguments:
    """Return a call's arguments as they are now: the program may change its lists and dicts later."""
    return Arguments(
        tuple(as_known(vm, value) for value in args),
        {name: as_known(vm, value) for name, value in kwargs.items()},
        training if isinstance(training, bool) else None,
    )


UNCHANGING = frozenset({int, float, str, bool, type(None), Dim})


MAX_DEPTH = 200
"""How deep containers lie in one another; one that holds itself is deeper than any."""


def as_known(vm: Vm, value: Value, depth: int = 0) -> Value:
    """Return a value as it is now, containers copied; what code that is not understood may have changed is unknown."""
    kind = type(value)
    if kind in UNCHANGING:
        return value
    cause = vm.taint_of(value)
    if cause is not None:
        return Unknown(cause.reason, cause.place)
    if kind is Tensor:
        return value
    if depth > MAX_DEPTH:
        return vm.unknown("containers that lie too deep in one another")
    if isinstance(value, list):
        return [as_known(vm, item, depth + 1) for item in value]
    if isinstance(value, tuple):
        return tuple([as_known(vm, item, depth + 1) for item in value]) if kind is tuple else value
    if isinstance(value, dict):
        return {key: as_known(vm, item, depth + 1) for key, item in value.items()}
    return value


def marks(vm: Vm) -> tuple[int, int, int, int]:
    return len(vm.events), len(vm.conditions), len(vm.gaps), len(vm.taken)


def tensors_in(values: Value) -> Iterator[Tensor]:
    """Return every tensor in nested containers, in order."""
    found: list[Tensor] = []
    _add_tensors(values, found, set())
    return iter(found)


def _add_tensors(values: Value, found: list[Tensor], opened: set[int]) -> None:
    """`opened` are the containers that are gone through already: one may hold itself."""
    kind = type(values)
    if kind is Tensor:
        found.append(values)
    elif kind in UNCHANGING:
        return
    elif isinstance(values, Tensor):
        found.append(values)
    elif isinstance(values, list | tuple | dict):
        if id(values) in opened:
            return
        opened.add(id(values))
        for item in values.values() if isinstance(values, dict) else values:
            _add_tensors(item, found, opened)
        opened.discard(id(values))
    elif isinstance(values, Instance) and values.payload is not None:
        _add_tensors(values.payload, found, opened)
    elif isinstance(values, Instance) and values.cls.kind != "plain" and not isinstance(values, ModuleInstance):
        _add_tensors(values.attrs, found, opened)


def tensor_tree(result: Value) -> Tensor | tuple[Any, ...] | None:
    """Return the tensors of a result nested as the program nests them; None stands for what is not known."""
    if result is None or isinstance(result, Tensor):
        return result
    if isinstance(result, Instance):
        result = result.payload if result.payload is not None else ()
    if isinstance(result, dict):
        result = list(result.values())
    if not isinstance(result, list | tuple):
        return None
    parts = (
        tensor_tree(part) for part in result if isinstance(part, Tensor | Unknown | Instance | list | tuple | dict)
    )
    return tuple(part for part in parts if part != ())


def has_unknown(values: Value) -> bool:
    """Whether anything in nested containers is not known."""
    if isinstance(values, list | tuple):
        return any(has_unknown(item) for item in values)
    if isinstance(values, dict):
        return any(has_unknown(item) for item in values.values())
    return isinstance(values, Unknown)


def causes_in(values: Value) -> tuple[Gap, ...]:
    """Return where what is not known in nested containers comes from, each origin once."""
    return tuple(dict.fromkeys(Gap(unknown.place, unknown.reason) for unknown in _unknowns(values)))


def _unknowns(values: Value) -> Iterator[Unknown]:
    if isinstance(values, Unknown):
        yield values
    elif isinstance(values, list | tuple):
        for item in values:
            yield from _unknowns(item)
    elif isinstance(values, dict):
        for item in values.values():
            yield from _unknowns(item)
    elif isinstance(values, Instance) and not isinstance(values, ModuleInstance):
        yield from () if values.tainted is None else (values.tainted,)
        yield from _unknowns(values.payload)
        yield from _unknowns(values.attrs) if values.cls.kind != "plain" else ()


def module_states(obj: Value) -> list[ModuleState]:
    """Return the state of every module once, by the path that `named_modules` gives it, parents first."""
    found: list[ModuleState] = []
    if isinstance(obj, ModuleInstance):
        _add_states(obj, "", set(), found)
    return found


def _add_states(obj: ModuleInstance, path: str, seen: set[int], found: list[ModuleState]) -> None:
    seen.add(id(obj))
    doubt = obj.tainted
    if not obj.modules and doubt is None and not obj.unknown_members:  # a leaf, as most are
        found.append(ModuleState(path, obj, _given_ones(obj.parameters), (), obj.cls.unknown_base))
        return
    children = _given_ones(obj.modules)
    inner: list[tuple[str, ModuleInstance]] = []
    for name, child in children.items():
        if isinstance(child, ModuleInstance):
            inner.append((name, child))
        elif doubt is None and isinstance(child, Unknown):
            doubt = child
    if doubt is None and obj.unknown_members:
        doubt = obj.unknown_members[0]
    doubt = doubt or obj.cls.unknown_base
    found.append(ModuleState(path, obj, _given_ones(obj.parameters), tuple(children.values()), doubt))
    for name, child in inner:
        if id(child) not in seen:
            _add_states(child, f"{path}.{name}" if path else name, seen, found)


def _given_ones(table: dict[str, Value]) -> dict[str, Value]:
    """Return a table without what was registered as None."""
    return {name: value for name, value in table.items() if value is not None}


def module_info(vm: Vm, obj: ModuleInstance) -> ModuleInfo:
    """Return the trace's view of a module object; its path and children are filled in when the run is over."""
    entry = vm.infos.get(id(obj))
    if entry is None:
        attributes = {
            name: value
            for name, value in obj.attrs.items()
            if obj.cls.torch_name and not isinstance(value, Unknown | Instance)
        }
        parameters = {name: value for name, value in obj.parameters.items() if isinstance(value, Tensor)}
        info = ModuleInfo(
            "",
            obj.cls.name,
            obj.cls.qualname,
            obj.cls.torch_name,
            obj.definition,
            obj.definition_stack,
            parameters,
            attributes,
            built=obj.built,
        )
        entry = vm.infos[id(obj)] = (obj, info)
    entry[1].changed = obj.changed
    return entry[1]


def record_module(
    vm: Vm,
    obj: ModuleInstance,
    place: Place,
    stack: tuple[Place, ...],
    args: list[Value],
    kwargs: dict[str, Value],
    result: Value,
    recording: Recording,
    *,
    leaf: bool,
) -> None:
    given, returned = [as_known(vm, value) for value in (*args, *kwargs.values())], as_known(vm, result)
    parts = [*given, returned]
    plain = all(type(part) is Tensor or type(part) in UNCHANGING for part in parts)
    windows = tuple(fact for fact in recording.facts if isinstance(fact, Window))
    cost = next((fact for fact in recording.facts if isinstance(fact, Cost)), None)
    name = obj.cls.torch_name or obj.cls.qualname
    vm.events.append(
        Event(
            name,
            module_info(vm, obj),
            place,
            stack,
            tuple(tensors_in(given)),
            tuple(tensors_in(returned)),
            {},
            windows,
            cost,
            not isinstance(returned, Unknown),
            plain or not has_unknown(given),
            leaf,
            module_info(vm, vm.owners[-1]) if vm.owners else None,
            tensor_tree(returned),
            recording.given[0] if len(recording.given) == 1 else None,
            () if plain else causes_in(parts),
            adapted=result is not recording.returned,
        )
    )


def record_operation(vm: Vm, call: Call, inputs: tuple[Tensor, ...], result: Value, bound: Bindings) -> None:
    place = vm.place()
    if place is None or call.name.startswith(FILLING):
        return
    known = {name: value for name, value in bound.arguments.items() if type(value) in UNCHANGING or _is_kept(value)}
    known.pop("ctx", None)
    vm.events.append(
        Event(
            call.name,
            None,
            place,
            vm.stack(),
            inputs,
            tuple(tensors_in(result)),
            known,
            tuple([fact for fact in call.facts if isinstance(fact, Window)]),
            next((fact for fact in call.facts if isinstance(fact, Cost)), None),
            not isinstance(result, Unknown),
            True,
            False,
            module_info(vm, vm.owners[-1]) if vm.owners else None,
            tensor_tree(result),
            call.given,
        )
    )


FILLING = "torch.nn.init."
"""What gives a parameter its first values leaves nothing to be told: it is the same tensor afterwards."""
MODES = frozenset(f"torch.nn.functional.{name}" for name in ("dropout", "dropout1d", "dropout2d", "dropout3d"))
"""Functions that work in training as long as they are not told otherwise, whatever they are given."""


def record_on_unknown(vm: Vm, call: Call, bound: Bindings) -> None:
    """Record the call of a function that is told a mode, or is not, on a tensor that is not known."""
    place = vm.place()
    if place is None or call.name not in MODES:
        return
    known = {name: value for name, value in bound.arguments.items() if type(value) in UNCHANGING}
    owner = module_info(vm, vm.owners[-1]) if vm.owners else None
    given, unsaid = call.given, Event(call.name, None, place, vm.stack(), (), (), known)
    vm.events.append(replace(unsaid, output_known=False, inputs_known=False, within=owner, given=given))


def record_batch(vm: Vm, name: str, batch: Value, arguments: dict[str, Value]) -> None:
    """Record that something other than an operation of torch gave tensors: a loader its batch."""
    place, tensors = vm.place(), tuple(tensors_in(batch))
    if place is not None and tensors:
        owner = module_info(vm, vm.owners[-1]) if vm.owners else None
        vm.events.append(Event(name, None, place, vm.stack(), (), tensors, arguments, within=owner))


def _is_kept(value: Value) -> bool:
    """Whether an argument of an operation is recorded with it, as it is no tensor and holds none."""
    return not isinstance(value, Tensor) and not (
        isinstance(value, list | tuple) and next(tensors_in(value), None) is not None
    )
