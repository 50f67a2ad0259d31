"""From the records of a run to a `ModelTrace`: paths of modules, what was used, what it costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

from msgspec.structs import replace

from convlint.analysis.explore import Outcome
from convlint.analysis.fitting import fitting_sizes, nearest_sizes
from convlint.analysis.homes import other_names
from convlint.analysis.mentions import reads_part
from convlint.analysis.recipes import recipe_of
from convlint.analysis.remedies import mended_run
from convlint.interp.records.records import Assigned, ModelRun, ModuleState, causes_in, module_info, tensors_in
from convlint.interp.values.classes import ClassValue, ModuleInstance
from convlint.interp.values.unknown import Unknown, Value
from convlint.interp.vm import Vm
from convlint.layers.core.tensor import Shape, Tensor
from convlint.symbolic import Size, product
from convlint.trace import (
    DECISION,
    Assignment,
    Event,
    Fitting,
    Gap,
    ModelTrace,
    ModuleInfo,
    OpenCondition,
    Place,
    ProgramRun,
    ProgramTrace,
    Remedy,
    Violation,
)

NOWHERE = Place("", (1, 0, 1, 0))
Infos = dict[int, ModuleInfo]
Record = TypeVar("Record", Event, OpenCondition, Violation)


def trace_of_run(
    vm: Vm, run: ModelRun, *, source: str, certain: bool, whole: bool = False, maker: object = None
) -> ModelTrace:
    """Return the trace of one outermost call of a module; `whole` if the run was made for it, construction included.

    `maker` is how the model is built anew, as `recipes.call_of` tells it, where that is known.
    """
    root = run.root
    first = (0, 0, 0, 0) if whole else run.first
    gaps = decisions(vm, first[3], run.last[3]) + unique_gaps(vm.gaps[first[2] : run.last[2]])
    states = states_of(run)
    unknown_parts = causes_in([_doubts_about(state) for state in states])
    infos = infos_of(vm, states)
    modules = fill_infos(vm, run, states, infos)
    conditions = first[1]
    violation = None if run.violation is None else _about(run.violation, infos)
    if violation is not None and not certain:
        violation = _uncertain(violation)
    trace = ModelTrace(
        name=root.cls.name,
        qualname=root.cls.qualname,
        place=root.cls.place or run.place or NOWHERE,
        root=modules[0],
        inputs=tuple(tensors_in([*run.args, *run.kwargs.values()])),
        outputs=tuple(tensors_in(run.result)),
        events=tuple(_as_hooked(vm.events[run.first[0] : run.last[0]], infos)),
        violation=violation,
        conditions=tuple(_about(condition, infos) for condition in vm.conditions[conditions : run.last[1]]),
        gaps=tuple(dict.fromkeys(gaps + unknown_parts)),
        training=run.training,
        input_source=source,
        call=run.place if source == "call" else None,
        complete=run.returned,
        all_modules=modules,
        total_parameters=total_parameters(states),
        unknown_outputs=causes_in(run.result),
        unknown_parts=unknown_parts,
        mode_matters=vm.reads_training,
        saves_otherwise=vm.saves_otherwise,
        only_path=not vm.taken and not vm.caught_demands,
        recipe=recipe_of(run, maker),
        assumed=vm.assumptions.conditions,
        presumed=unique_gaps([*vm.program.presumed, *vm.presumed]),
        assignments=assignments_of(vm),
        filled=_filled(vm, vm.events[: run.first[0]]),
    )
    if violation is None or not violation.certain:
        return trace
    mended = mended_run(vm, run, trace)
    if mended is not None:
        trial, outcome = mended
        shown = trace_of_run(outcome.vm, outcome.vm.model_runs[-1], source="symbolic", certain=False)
        remedy = Remedy(trial.slip, trial.shape, trial.of_model, trial.arguments, shown)
        trace = replace(trace, remedy=remedy)
    fits = fitting_sizes(vm.program, run, trace)
    if fits is None:
        return replace(trace, nearest=nearest_sizes(vm.program, run, trace))
    open_run = trace_of_run(fits.vm, fits.vm.model_runs[-1], source="symbolic", certain=True)
    return replace(trace, fits=fits.texts, fitting=Fitting(open_run, fits.symbol, fits.sizes))


def trace_of_refusal(outcome: Outcome, name: str, qualname: str, place: Place, *, certain: bool) -> ModelTrace:
    """Return the trace of a program that torch refuses outside any model's forward, as in a constructor."""
    violation = outcome.violation
    if violation is not None and not certain:
        violation = _uncertain(violation)
    return ModelTrace(
        name,
        qualname,
        place,
        None,
        (),
        (),
        (),
        violation,
        (),
        unique_gaps(outcome.vm.gaps),
        True,
        "symbolic",
        None,
        False,
        assumed=outcome.vm.assumptions.conditions,
        presumed=unique_gaps([*outcome.vm.program.presumed, *outcome.vm.presumed]),
    )


def program_trace(outcome: Outcome, name: str, place: Place) -> ProgramTrace | None:
    """Return all that one path of a program did, models and what is around them; None if it did nothing with torch."""
    vm = outcome.vm
    if not vm.events and not vm.assigned:
        return None
    presumed = unique_gaps([*vm.program.presumed, *vm.presumed])
    runs = tuple(_program_run(vm, run) for run in vm.model_runs)
    return ProgramTrace(name, place, tuple(vm.events), assignments_of(vm), presumed, vm.assumptions.conditions, runs)


def _filled(vm: Vm, events: Sequence[Event]) -> tuple[Tensor, ...]:
    """Return the parameters to which other tensors were copied: `weight.data.copy_(kernel)`."""
    copies = [event.inputs for event in events if event.name == "torch.Tensor.copy_" and len(event.inputs) == 2]
    pairs = [[vm.data_of.get(id(tensor), (tensor, tensor))[1] for tensor in copy] for copy in copies]
    return tuple(target for target, source in pairs if target.is_parameter and not source.is_parameter)


def _program_run(vm: Vm, run: ModelRun) -> ProgramRun:
    inputs = tuple(tensors_in([*run.args, *run.kwargs.values()]))
    root = module_info(vm, run.root)
    return ProgramRun(root, run.place, run.first[0], run.last[0], inputs, run.training, run.gradless)


def assignments_of(vm: Vm) -> tuple[Assignment, ...]:
    """Return the attributes of layers that a path has set, of layers that are known at its end."""
    return tuple(_assignment(vm, item) for item in vm.assigned if item.module.tainted is None and not _is_read(item))


def _is_read(item: Assigned) -> bool:
    """Whether the class of the program's own that an attribute was set on reads it."""
    return item.module.cls.place is not None and reads_part([item.module.cls], item.name)


def _assignment(vm: Vm, item: Assigned) -> Assignment:
    module = item.module
    parts = tuple(module_info(vm, part) for part in _parts(module))
    info, held = module_info(vm, module), _held(module)
    return Assignment(info, item.name, item.before, item.value, item.place, item.stack, held, parts)


def _parts(module: ModuleInstance) -> Iterator[ModuleInstance]:
    for part in module.modules.values():
        if isinstance(part, ModuleInstance):
            yield part
            yield from _parts(part)


def _held(module: ModuleInstance) -> dict[str, Shape]:
    return {name: value.shape for name, value in module.parameters.items() if isinstance(value, Tensor)}


def _uncertain(violation: Violation) -> Violation:
    return replace(violation, certain=False)


def decisions(vm: Vm, first: int, last: int) -> tuple[Gap, ...]:
    """The decisions that a path took without knowing, as gaps."""
    taken = zip(vm.decided_at[first:last], vm.reasons[first:last], strict=True)
    return tuple(Gap(place, f"{DECISION}{reason}") for place, reason in taken)


def unique_gaps(gaps: list[Gap]) -> tuple[Gap, ...]:
    return tuple(dict.fromkeys(gaps))


def infos_of(vm: Vm, states: list[ModuleState]) -> Infos:
    """Return what the trace tells of each module of a run, by the identity of what the run's records hold.

    Where a program calls several times, each run has its own: a module's path, and whether it is used, differ.
    """
    held = [module_info(vm, state.module) for state in states]
    several = len(vm.model_runs) > 1
    return {id(info): replace(info) if several else info for info in held}


def _about(record: Record, infos: Infos) -> Record:
    """Return a record of a module of the run as one of what the trace tells of it."""
    info = infos.get(id(record.module))
    return record if info is None or info is record.module else replace(record, module=info)


def _as_hooked(events: list[Event], infos: Infos) -> Iterator[Event]:
    """Yield the events; a module that is no part of the model, as one made in `forward`, has no hook on it."""
    for event in events:
        within = infos.get(id(event.within), event.within)
        if within is not event.within:
            event = replace(event, within=within)
        if event.leaf and id(event.module) not in infos:
            event = replace(event, leaf=False)
        yield _about(event, infos)


def fill_infos(vm: Vm, run: ModelRun, states: list[ModuleState], infos: Infos) -> tuple[ModuleInfo, ...]:
    """Give every module of a model its path, children and use; return them all, parents first."""
    within_layers = {id(child) for state in states if state.module.cls.torch_name for child in state.children}

    def info_of(module: ModuleInstance) -> ModuleInfo:
        held = module_info(vm, module)
        return infos.get(id(held), held)

    for state in states:
        info = info_of(state.module)
        info.path, info.assigned = state.path, state.path.rpartition(".")[2]
        info.used = id(state.module) in run.touched or id(state.module) in within_layers
        info.unknown = causes_in(_doubts_about(state))
        info.parameters = {name: value for name, value in state.parameters.items() if isinstance(value, Tensor)}
        children = [child for child in state.children if isinstance(child, ModuleInstance)]
        info.children = tuple(map(info_of, children))
    by_path = {state.path: state.module for state in states}
    for path, name in other_names(by_path).items():
        info_of(by_path[path]).known_as = name
    _note_named({state.path: (state.module, info_of(state.module)) for state in states})
    return tuple(info_of(state.module) for state in states)


def _note_named(modules: dict[str, tuple[ModuleInstance, ModuleInfo]]) -> None:
    """Note of the topmost unused modules, by path, whether code names them all the same; metrics and augmentations of
    libraries are there for loops around the model."""
    for path, (module, info) in modules.items():
        above = path.rpartition(".")[0]
        if path and not info.used and above in modules and (not above or modules[above][1].used):
            around = [".".join(path.split(".")[:length]) for length in range(path.count("."), -1, -1)]
            owners = [modules[name][0].cls for name in around if name in modules]
            info.named = _is_of_a_library(module) or reads_part(owners, info.assigned)


def _is_of_a_library(module: ModuleInstance) -> bool:
    """Whether a module derives from a class of a library other than torch that is written in the prelude, or holds
    nothing but such modules."""
    parts = [part for part in module.modules.values() if isinstance(part, ModuleInstance)]
    if parts and module.cls.module is None:
        return all(map(_is_of_a_library, parts))
    return any(isinstance(base, ClassValue) and _is_librarys(base) for base in module.cls.mro)


def _is_librarys(cls: ClassValue) -> bool:
    return cls.module is not None and cls.module.hidden and not cls.qualname.startswith("torch.")


def states_of(run: ModelRun) -> list[ModuleState]:
    """The modules of a model when it was called, with the parameters and modules that its first call made."""
    late = {id(state.module): state for state in run.late}
    for state in run.modules:
        found = late.pop(id(state.module), None)
        if found is not None and found.doubt is None:
            state.parameters, state.children = found.parameters, found.children
    return run.modules + list(late.values())


def _doubts_about(state: ModuleState) -> list[Value]:
    """What keeps the parameters of one module from being counted."""
    return [state.doubt, *(value for value in state.parameters.values() if isinstance(value, Unknown))]


def total_parameters(states: list[ModuleState]) -> Size | None:
    """Count every parameter once; None if a part of the model is not known."""
    found: dict[int, Tensor] = {}
    for state in states:
        for value in state.parameters.values():
            if not isinstance(value, Tensor):
                return None
            found[id(value)] = value
    if any(state.doubt is not None for state in states):
        return None
    total: Size = 0
    for value in found.values():
        total = total + product(value.shape)
    return total
