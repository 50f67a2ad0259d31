"""From the records of a run to a `ModelTrace`: paths of modules, what was used, what it costs."""

from __future__ import annotations

from dataclasses import replace

from convlint.analysis.explore import Outcome
from convlint.analysis.fitting import fitting_sizes
from convlint.interp.natives.torch_module import is_known, walk
from convlint.interp.torch_glue import ModelRun, module_info, tensors_in
from convlint.interp.values import ModuleInstance, Value
from convlint.interp.vm import Vm
from convlint.layers.tensor import Tensor
from convlint.symbolic import Size, product
from convlint.trace import Gap, ModelTrace, ModuleInfo, Place, Violation

NOWHERE = Place("", (1, 0, 1, 0))


def trace_of_run(vm: Vm, run: ModelRun, *, source: str, certain: bool, gaps: tuple[Gap, ...] = ()) -> ModelTrace:
    """Return the trace of one outermost call of a module."""
    root = run.root
    modules = fill_infos(vm, root)
    events, conditions, marked = run.first[0], run.first[1], run.first[2]
    violation = run.violation
    if violation is not None and not certain:
        violation = _uncertain(violation)
    trace = ModelTrace(
        name=root.cls.name,
        qualname=root.cls.qualname,
        place=root.cls.place or run.place or NOWHERE,
        root=modules[0],
        inputs=tuple(tensors_in([*run.args, *run.kwargs.values()])),
        outputs=tuple(tensors_in(run.result)),
        events=tuple(vm.events[events : run.last[0]]),
        violation=violation,
        conditions=tuple(vm.conditions[conditions : run.last[1]]),
        gaps=(*gaps, *unique_gaps(vm.gaps[marked : run.last[2]])),
        training=run.training,
        input_source=source,
        call=run.place if source == "call" else None,
        complete=run.returned,
        all_modules=modules,
        total_parameters=total_parameters(root),
        mode_matters=vm.reads_training,
    )
    fits = fitting_sizes(vm.program, run, trace) if violation is not None and violation.certain else ()
    return replace(trace, fits=fits) if fits else trace


def trace_of_refusal(outcome: Outcome, name: str, qualname: str, place: Place, *, certain: bool) -> ModelTrace:
    """Return the trace of a program that torch refuses outside any model's forward, as in a constructor."""
    violation = outcome.violation
    if violation is not None and not certain:
        violation = _uncertain(violation)
    return ModelTrace(
        name, qualname, place, None, (), (), (), violation, (), unique_gaps(outcome.vm.gaps), True, "symbolic", None, False
    )


def _uncertain(violation: Violation) -> Violation:
    return replace(violation, certain=False)


def unique_gaps(gaps: list[Gap]) -> tuple[Gap, ...]:
    return tuple(dict.fromkeys(gaps))


def fill_infos(vm: Vm, root: ModuleInstance) -> tuple[ModuleInfo, ...]:
    """Give every module of a model its path, children and use; return them all, parents first."""
    known = [(path, module) for path, module in walk(root) if isinstance(module, ModuleInstance)]
    for path, module in known:
        info = module_info(vm, module)
        info.path, info.assigned = path, path.rpartition(".")[2]
        info.used = module.touched
        info.parameters = {name: value for name, value in module.parameters.items() if isinstance(value, Tensor)}
        children = [child for child in module.modules.values() if isinstance(child, ModuleInstance)]
        info.children = tuple(module_info(vm, child) for child in children)
    return tuple(module_info(vm, module) for _, module in known)


def total_parameters(root: Value) -> Size | None:
    """Count every parameter once; None if a part of the model is not known."""
    if not is_known(root):
        return None
    total: Size = 0
    seen: set[int] = set()
    for _, module in walk(root):
        for value in module.parameters.values():
            if value is None or id(value) in seen:
                continue
            if not isinstance(value, Tensor):
                return None
            seen.add(id(value))
            total = total + product(value.shape)
    return total
