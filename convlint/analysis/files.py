"""Which models of a file are run, and how: as its script does, as its functions do, and every class on its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from convlint.analysis import classes, scripts
from convlint.analysis.explore import Exploration, Outcome
from convlint.analysis.inputs import Declared, declared_for, is_annotated
from convlint.analysis.loading import Sources, installed_folders
from convlint.interp.natives.torch_module import MODULE
from convlint.interp.program import Program
from convlint.interp.values import MISSING, ClassValue, Function, ModuleInstance, PyModule, Value
from convlint.interp.vm import Vm
from convlint.ir import nodes
from convlint.source.stack import on_large_stack
from convlint.trace import FileAnalysis, Gap, ModelTrace, Place, SourceProblem


@dataclass(frozen=True, slots=True)
class FileInput:
    """A file to analyse: its path and its bytes, which may differ from those on disk."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True)
class AnalysisSettings:
    """`search_path` are the folders in which packages are looked for after the file's own; `inputs` are the sizes
    declared for models, by qualified name ("pkg.mod.Net")."""

    search_path: tuple[str, ...] = ()
    inputs: Mapping[str, Declared] = field(default_factory=dict)
    use_cache: bool = True


def analyse(files: Sequence[FileInput], settings: AnalysisSettings) -> Iterator[FileAnalysis]:
    """Analyse each file in turn; the modules that they import are read once."""
    sources = Sources({file.path: file.data for file in files}, use_cache=settings.use_cache)
    program = Program(sources.body, (*settings.search_path, *installed_folders()))
    for file in files:
        yield on_large_stack(lambda file=file: analyse_file(program, sources, file.path, settings))  # type: ignore[misc]


def analyse_file(program: Program, sources: Sources, path: str, settings: AnalysisSettings) -> FileAnalysis:
    """Analyse the models of one file."""
    loaded = sources.load(path)
    if isinstance(loaded, SourceProblem):
        return FileAnalysis(path, (), problem=loaded)
    if not sources.mentions_torch(path):
        return FileAnalysis(path, ())
    module = program.module_of_file(path)
    traces: list[ModelTrace] = []
    covered: set[Place] = set()
    gaps: list[Gap] = []
    start = Place(path, (1, 0, 1, 0))

    def note(exploration: Exploration, found: list[ModelTrace]) -> None:
        traces.extend(found)
        for outcome in exploration.outcomes:
            covered.update(outcome.vm.called)
            gaps.extend(outcome.vm.gaps)
            if outcome.ended in ("failed", "stopped"):
                gaps.append(Gap(_last_place(outcome, start), f"the run ends here: {outcome.reason}"))

    script = scripts.run_script(program, module)
    note(script, scripts.traces_of_calls(script, start))
    declared = sources.declared_inputs(path)
    for name in scripts.zero_argument_functions(module, program):
        if _entered(script, name, path):
            continue
        exploration = scripts.run_function(program, module, name)
        note(exploration, scripts.traces_of_calls(exploration, start))
        model = scripts.returned_model(exploration)
        if model is not None and model.cls.place is not None and model.cls.place.filename == path:
            subject = _factory_subject(program, module, name, model, *_inputs_of(model.cls, declared, settings))
            made = classes.run_subject(program, subject)
            note(made, classes.traces_of(made, subject))
    for cls in _own_classes(program, module):
        inputs, source = _inputs_of(cls, declared, settings)
        if cls.place in covered and not inputs and source != "annotation":
            continue
        for subject in _modes(classes.class_subject(cls, inputs, source)):
            exploration = classes.run_subject(program, subject)
            note(exploration, classes.traces_of(exploration, subject))
            if not _reads_mode(exploration):
                break
    return FileAnalysis(path, tuple(traces), tuple(dict.fromkeys(gaps)))


def _last_place(outcome: Outcome, default: Place) -> Place:
    return outcome.vm.last_place or default


def _entered(script: Exploration, name: str, path: str) -> bool:
    """Whether the script has called the function of that name."""
    return any((path, name) in outcome.vm.entered for outcome in script.outcomes)


def _reads_mode(exploration: Exploration) -> bool:
    return any(outcome.vm.reads_training for outcome in exploration.outcomes)


def _modes(subject: classes.Subject) -> Iterator[classes.Subject]:
    """A module is in training mode when it is built; evaluation mode is another run if the program asks for it."""
    yield subject
    yield replace(subject, training=False)


def _factory_subject(
    program: Program, module: PyModule, name: str, model: ModuleInstance, inputs: Declared, source: str
) -> classes.Subject:
    def build(vm: Vm) -> Value:
        return vm.call(program.module_attribute(vm, module, name))

    assert model.cls.place is not None
    return classes.Subject(model.cls.name, model.cls.qualname, model.cls.place, module, build, inputs, source)


def _own_classes(program: Program, module: PyModule) -> list[ClassValue]:
    """The model classes that a file defines at its top level, users before what they use (the later ones first)."""
    vm = Vm(program)
    program.run(vm, module)
    found: list[ClassValue] = []
    for stmt in program.body(module.filename).body:
        for inner in _class_definitions(stmt):
            cls = program.classes.get(Place(module.filename, inner.span))
            if cls is not None and cls.is_module and _has_forward(cls):
                found.append(cls)
    return found[::-1]


def _class_definitions(stmt: nodes.Stmt) -> Iterator[nodes.ClassDef]:
    if isinstance(stmt, nodes.ClassDef):
        yield stmt
    elif isinstance(stmt, nodes.If | nodes.Try):
        for inner in stmt.body:
            yield from _class_definitions(inner)


def _has_forward(cls: ClassValue) -> bool:
    forward = cls.find("forward")
    return forward is not MISSING and forward is not MODULE.namespace.get("forward")


def _inputs_of(cls: ClassValue, comments: Mapping[int, Declared], settings: AnalysisSettings) -> tuple[Declared, str]:
    """What a class's inputs are said to be, and by whom."""
    comment = declared_for(cls, comments)
    if comment:
        return comment, "declared"
    configured = settings.inputs.get(cls.qualname)
    if configured is not None:
        return configured, "config"
    forward = cls.find("forward")
    return (), "annotation" if isinstance(forward, Function) and is_annotated(forward) else "symbolic"
