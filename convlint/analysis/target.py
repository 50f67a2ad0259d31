"""Running one named model: `path/to/file.py:Name`, or `package.module:name`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from convlint.analysis.classes import Subject, constructor_arguments, run_subject, trace_of
from convlint.analysis.environment import installed_folders
from convlint.analysis.inputs import Declared, declared_for, opened
from convlint.analysis.joining import common
from convlint.analysis.loading import RECENT, Sources
from convlint.analysis.paths import REFUSING, run_paths
from convlint.analysis.recipes import call_of
from convlint.analysis.watched import lines_of, watched
from convlint.interp.imports.program import Program
from convlint.interp.torch.module_class import MODULE
from convlint.interp.values.classes import ClassValue, ModuleInstance
from convlint.interp.values.functions import Function
from convlint.interp.values.modules import LazyImport, PyModule
from convlint.interp.values.signals import Bound, NeedImports, PyRaise
from convlint.interp.values.unknown import Argument, Unknown, Value
from convlint.interp.vm import Vm
from convlint.lines import Lines
from convlint.source.disk import Disk, asked_as
from convlint.source.stack import on_large_stack
from convlint.trace import ModelTrace, Place, RunPath, SourceProblem

TARGET_STEPS = 12_000_000
"""How much one path of a model that the user names may do: some twenty seconds' worth."""
MAX_TARGET_PATHS = 64
"""How many paths of it are run: four stages that each ask for the height and the width have 25."""


class TargetError(Exception):
    """The target does not name a model: no such file, no such name, or it is neither class nor function."""


def trace_target(
    target: str,
    inputs: Declared = (),
    *,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    search_path: Sequence[str] = (),
    training: bool = False,
    use_cache: bool = True,
) -> ModelTrace:
    """Return the trace of the model that `target` names, built with `args` and `kwargs` and run on `inputs`.

    Raises TargetError when the target cannot be found or builds no model.
    """
    run = run_target(
        target, inputs, args=args, kwargs=kwargs, search_path=search_path, training=training, use_cache=use_cache
    )
    return run.trace


class TargetRun(Struct, frozen=True):
    """All paths of one model's run. `trace` is what the paths have in common; there are no others if `exhaustive`."""

    trace: ModelTrace
    paths: tuple[RunPath, ...]
    exhaustive: bool
    lines: Lines = {}
    """What the lines of the file that was watched held."""


def run_target(
    target: str,
    inputs: Declared = (),
    *,
    args: Sequence[Any] = (),
    kwargs: Mapping[str, Any] | None = None,
    search_path: Sequence[str] = (),
    installed: Sequence[str] | None = None,
    training: bool = False,
    use_cache: bool = True,
    open_sizes: bool = False,
    watch: str = "",
    sources: Sources | None = None,
) -> TargetRun:
    """Run the model that `target` names along every path, as `trace_target` does.

    With `open_sizes`, numbers that a comment at the model declares are taken as symbols; `inputs` stay what they are.
    `installed` are the folders that are searched last: of the environment that convlint runs in unless given.
    What the lines of the file `watch` hold is noted. Files are read by way of `sources` if given.
    """
    roots = (
        *(str(path) for path in search_path),
        str(Path.cwd()),
        *(installed_folders() if installed is None else installed),
    )
    read = sources or Sources(Disk(), use_cache=use_cache, kept=RECENT)
    folders = tuple(dict.fromkeys(roots))

    def work() -> TargetRun:
        in_order: frozenset[str] = frozenset()
        while True:
            program = Program(read.body, folders, max_steps=TARGET_STEPS, in_order=in_order)
            try:
                with watched(program, watch):
                    return _trace(program, read, target, inputs, list(args), dict(kwargs or {}), training, open_sizes)
            except NeedImports as need:
                in_order |= {need.package}
            finally:
                program.close()

    def on_disk() -> TargetRun:
        with asked_as(read.disk):
            return work()

    return on_large_stack(on_disk)


def _trace(
    program: Program,
    sources: Sources,
    target: str,
    inputs: Declared,
    args: list[Any],
    kwargs: dict[str, Any],
    training: bool,
    open_sizes: bool,
) -> TargetRun:
    vm = Vm(program)
    module, name = _locate(program, vm, sources, target)
    found = _find(program, vm, module, name, target)
    place = _place_of(found, module)
    qualname = f"{module.name}.{name}" if not isinstance(found, ClassValue) else found.qualname

    if (args or kwargs) and isinstance(found, ModuleInstance):
        raise TargetError(f"`{target}` is an object, which takes no arguments to be built with")
    kwargs = {key: Argument(key) if value is ... else value for key, value in kwargs.items()}
    left_open = constructor_arguments(found) if isinstance(found, ClassValue) and not args else ([], {})
    built_with = (left_open[0], {key: value for key, value in left_open[1].items() if key not in kwargs})

    def build(vm: Vm) -> Value:
        value = _find(program, vm, module, name, target)
        if isinstance(value, ModuleInstance):  # the program has built it
            return value
        if isinstance(value, ClassValue) and not args:
            positional, named = constructor_arguments(value)
            return vm.call(value, positional, {**named, **kwargs})
        return vm.call(value, list(args), dict(kwargs))

    opens = any(isinstance(value, Argument) for value in kwargs.values())
    declared = inputs
    if not inputs and isinstance(found, ClassValue):
        declared = declared_for(found, sources.declared_inputs(place.filename))
        declared = opened(declared) if open_sizes else declared
    source = "declared" if declared else "symbolic"
    maker = None if isinstance(found, ClassValue | ModuleInstance) else call_of(module, name, args, kwargs)
    subject = Subject(
        name,
        qualname,
        place,
        module,
        build,
        declared,
        source,
        training=training,
        maker=maker,
        max_paths=MAX_TARGET_PATHS,
    )
    exploration = run_subject(program, subject)
    traces = [trace_of(outcome, subject, exploration) for outcome in exploration.outcomes]
    known = [trace for trace in traces if trace is not None]
    if not known:
        reasons = [outcome.reason or _no_model(outcome.value) for outcome in exploration.outcomes]
        raise TargetError(f"`{target}` builds no model: {reasons[0] if reasons else 'its inputs are not known'}")
    ends = zip(exploration.outcomes, traces, strict=True)
    surviving = [trace for outcome, trace in ends if trace is not None and outcome.ended not in REFUSING]
    paths = run_paths(exploration, traces, vm.gaps, open_build=built_with != ([], {}) or opens)
    return TargetRun(common(surviving or known), paths, exploration.exhaustive, lines_of([exploration]))


def _no_model(value: Value) -> str:
    return value.reason if isinstance(value, Unknown) else f"it returns a {type(value).__name__}"


def _parted(target: str) -> tuple[str, str]:
    """Return the file or module that a target names, and the name in it, "" if it gives none."""
    where, separator, name = target.rpartition(":")
    if not separator or (len(where) == 1 and target[1:2] == ":"):
        return target, ""
    return where, name


def file_named(target: str) -> str:
    """Return what a target names before its colon as places call a file: most models are defined in that one."""
    return str(Path(_parted(target)[0]))


def _locate(program: Program, vm: Vm, sources: Sources, target: str) -> tuple[PyModule, str]:
    where, name = _parted(target)
    if where.endswith((".py", ".ipynb")):
        path = Path(where)
        if not sources.disk.is_file(str(path)):
            raise TargetError(f"`{where}` is not a file")
        module = program.module_of_file(str(path))
    else:
        importer = PyModule("__convlint__")
        try:
            module = program.import_module(vm, where, importer)
        except PyRaise as raised:
            raise TargetError(f"`{where}` cannot be imported: {raised.value}") from None
        if not module.filename:
            raise TargetError(f"the source of module `{where}` was not found")
    problem = sources.load(module.filename)
    if isinstance(problem, SourceProblem):
        raise TargetError(f"{module.filename}:{problem.row}:{problem.column}: {problem.message}")
    return module, name or _only_model(program, vm, module, target)


def _only_model(program: Program, vm: Vm, module: PyModule, target: str) -> str:
    """The name of a file's only model class. Raises TargetError if it has none or several."""
    program.run(vm, module)
    names = [cls.name for place, cls in program.classes.items() if place.filename == module.filename and cls.is_module]
    if not names:
        raise TargetError(f"`{target}` defines no model")
    if len(names) > 1:
        raise TargetError(f"`{target}` defines several models: name one of {', '.join(f'`{name}`' for name in names)}")
    return names[0]


def _find(program: Program, vm: Vm, module: PyModule, name: str, target: str) -> Value:
    value: Value = module
    try:
        for part in name.split("."):
            value = vm.getattr(value, part)
    except PyRaise:
        raise TargetError(f"`{target}`: there is no `{name}` in {module.filename}") from None
    except Bound as bound:
        raise TargetError(f"`{target}`: {bound.reason}") from None
    if isinstance(value, LazyImport):
        value = program.resolve(vm, value)
    if isinstance(value, Unknown):
        raise TargetError(f"`{target}`: `{name}` is not known: {value.reason}")
    callable_ = callable(getattr(value, "call", None)) or hasattr(value, "func")
    if not (isinstance(value, ModuleInstance | ClassValue | Function) or callable_):
        raise TargetError(f"`{target}`: `{name}` is neither a model, nor a class or function that gives one")
    if isinstance(value, ClassValue) and not value.is_module and value.unknown_base is None:
        raise TargetError(f"`{target}`: class `{name}` is not a `{MODULE.qualname}`")
    return value


def _place_of(value: Value, module: PyModule) -> Place:
    if isinstance(value, ClassValue) and value.place is not None:
        return value.place
    if isinstance(value, Function):
        return Place(value.module.filename, value.node.span)
    if isinstance(value, ModuleInstance) and value.definition is not None:
        return value.definition
    return Place(module.filename, (1, 0, 1, 0))
