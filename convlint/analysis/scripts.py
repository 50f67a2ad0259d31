"""Running a file as a script, and its functions that need no arguments: the models that they build and call."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec.structs import replace

from convlint.analysis.explore import Exploration, Made, Outcome, Steps, explore, goes_on
from convlint.analysis.meanwhile import forget_changes
from convlint.analysis.optional import open_arguments
from convlint.analysis.tracing import program_trace, trace_of_refusal, trace_of_run
from convlint.interp.imports.program import Program
from convlint.interp.language.checks import Believed
from convlint.interp.language.compile import run_module
from convlint.interp.records.records import ModelRun, tensors_in
from convlint.interp.values.classes import ModuleInstance
from convlint.interp.values.modules import PyModule
from convlint.interp.values.scope import Frame, Scope
from convlint.interp.values.signals import NeedRank
from convlint.interp.values.unknown import Argument, Value
from convlint.interp.vm import Vm
from convlint.ir import nodes
from convlint.trace import ModelTrace, Place, ProgramTrace

UNBOUND = ("NameError: ", "UnboundLocalError: ")
"""How a path ends on which a name was not given: what gives it, as an `elif` for each kind, was left out."""


def run_script(program: Program, module: PyModule) -> Exploration:
    """Explore a file as Python runs it when it is started, in a fresh module for every path."""

    def action(vm: Vm) -> Value:
        vm.believed = Believed.ALL
        scope = Scope({"__name__": "__main__", "__file__": module.filename, "__doc__": None})
        main = PyModule(module.name, module.filename, scope, state="ready", is_package=module.is_package)
        frame = Frame(main, scope)
        vm.frames.append(frame)
        try:
            run_module(vm, program.body(module.filename), frame)
        finally:
            vm.frames.pop()
        return None

    return _explore(program, Steps(action))


def run_function(program: Program, module: PyModule, node: nodes.FunctionDef, made: list[Made]) -> Exploration:
    """Explore a call without arguments of a function at the top level of a module; what it makes goes into `made`.

    What torch refuses counts only if it refuses it whatever is given for the arguments that default to nothing.
    """
    exploration = _explore(program, Steps(lambda vm: _call(vm, program, module, node, {}), made=made))
    if exploration.is_refused and has_open_arguments(node):
        careful = _explore(program, Steps(lambda vm: careful_call(vm, program, module, node)), goes_on)
        return exploration if careful.always_refused else replace(exploration, doubtful=True)
    return exploration


def has_open_arguments(node: nodes.FunctionDef) -> bool:
    """Whether a function has arguments that stand for nothing unless given: `width=None`, `parts=()`, `*sizes`."""
    return node.params.vararg is not None or bool(open_arguments(node.params))


def careful_call(vm: Vm, program: Program, module: PyModule, node: nodes.FunctionDef) -> Value:
    """Call a function with the arguments that default to nothing left open."""
    if node.params.vararg is not None:
        return vm.unknown(f"`{node.name}` takes any number of arguments")
    names = [param.name for param in open_arguments(node.params)]
    return _call(vm, program, module, node, {name: Argument(name) for name in names})


def _call(vm: Vm, program: Program, module: PyModule, node: nodes.FunctionDef, kwargs: dict[str, Value]) -> Value:
    vm.believed = Believed.OF_MODELS
    frame = Frame(module, module.scope, at=node.span)  # type: ignore[arg-type]
    vm.frames.append(frame)
    try:
        function = program.module_attribute(vm, module, node.name)
        forget_changes(vm, program, module, node)
        return vm.call(function, [], kwargs)
    finally:
        vm.frames.pop()


def _explore(program: Program, steps: Steps, until: Callable[[Outcome], bool] | None = None) -> Exploration:
    try:
        return explore(program, steps, max_paths=12, until=until)
    except NeedRank:
        return Exploration((), False)


def returned_model(exploration: Exploration) -> ModuleInstance | None:
    """Return the model that a function builds, if it returns one on its first path and has not called it."""
    for outcome in exploration.outcomes:
        if isinstance(outcome.value, ModuleInstance):
            called = any(run.root is outcome.value for run in outcome.vm.model_runs)
            return None if called else outcome.value
    return None


def traces_of_calls(exploration: Exploration, where: Place) -> list[ModelTrace]:
    """Return a trace for every model that was called with known inputs, and for what torch refuses outside of them."""
    traces: list[ModelTrace] = []
    seen: set[object] = set()
    for outcome in exploration.outcomes:
        for run in outcome.vm.model_runs:
            if run.caught or _is_no_model(run):
                continue
            trace = _trace_of_call(outcome, run, exploration)
            key = (
                trace.qualname,
                trace.call,
                _shapes(run),
                trace.violation,
                trace.complete,
                len(trace.events),
                trace.training,
            )
            if key not in seen and tensors_known(run):
                seen.add(key)
                traces.append(trace)
        if outcome.violation is not None and not _in_a_run(outcome):
            certain = not exploration.doubtful and (exploration.always_refused or not outcome.vm.taken)
            name = where.filename.replace("\\", "/").rpartition("/")[2]
            traces.append(trace_of_refusal(outcome, name, name, where, certain=certain))
    return traces


def _is_no_model(run: ModelRun) -> bool:
    """Whether what was called is a metric or an augmentation of a library, and nothing is wrong with it."""
    module = run.root.cls.module
    is_librarys = module is not None and module.hidden and run.violation is None
    return is_librarys and not any(state.parameters or state.doubt is not None for state in run.modules)


def program_traces(exploration: Exploration, where: Place) -> list[ProgramTrace]:
    """Return all that each path of a script or function did."""
    name = where.filename.replace("\\", "/").rpartition("/")[2]
    made = (program_trace(outcome, name, where) for outcome in exploration.outcomes)
    return [program for program in made if program is not None]


def tensors_known(run: ModelRun) -> bool:
    return next(tensors_in([*run.args, *run.kwargs.values()]), None) is not None


def _shapes(run: ModelRun) -> tuple[object, ...]:
    return tuple(tensor.shape for tensor in tensors_in([*run.args, *run.kwargs.values()]))


def _in_a_run(outcome: Outcome) -> bool:
    return any(run.violation is outcome.violation for run in outcome.vm.model_runs)


def _trace_of_call(outcome: Outcome, run: ModelRun, exploration: Exploration) -> ModelTrace:
    """A call is refused for certain if no decision was taken on the way, or if it is refused however they are taken.

    What the program does with the exception counts as the way: on another path it may catch it.
    """
    certain = not exploration.doubtful and (not outcome.vm.taken or _refused_everywhere(run, exploration))
    return trace_of_run(outcome.vm, run, source="call", certain=certain)


def _refused_everywhere(run: ModelRun, exploration: Exploration) -> bool:
    if exploration.doubtful or not exploration.exhaustive or run.violation is None:
        return False
    return all(_refuses_at(outcome, run.place) for outcome in exploration.outcomes)


def _refuses_at(outcome: Outcome, place: Place | None) -> bool:
    """Whether a path does not get past that call: torch refuses it, or the program ends before on purpose."""
    runs = [run for run in outcome.vm.model_runs if run.place == place]
    if runs:
        return all(run.violation is not None and not run.caught for run in runs)
    return outcome.ended == "raised" or outcome.reason.startswith(UNBOUND)


def zero_argument_functions(module: PyModule, program: Program) -> Iterator[nodes.FunctionDef]:
    """Yield a module's own functions that can be called without arguments."""
    for stmt in program.body(module.filename).body:
        if not isinstance(stmt, nodes.FunctionDef) or stmt.is_async:
            continue
        if all(param.default is not None for param in stmt.params.single):
            yield stmt
