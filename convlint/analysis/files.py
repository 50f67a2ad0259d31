"""Which models of a file are run, and how: as its script does, as its functions do, and every class on its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from convlint.analysis import classes, scripts
from convlint.analysis.explore import Exploration, Made, Outcome
from convlint.analysis.inputs import Declared, declared_for, is_annotated
from convlint.analysis.loading import Sources
from convlint.analysis.recipes import call_of
from convlint.interp.imports.program import Program
from convlint.interp.torch.module_class import MODULE
from convlint.interp.values.classes import ClassValue, ModuleInstance
from convlint.interp.values.functions import Function
from convlint.interp.values.modules import PyModule
from convlint.interp.values.unknown import MISSING, Value
from convlint.interp.vm import Vm
from convlint.ir import nodes
from convlint.trace import FileAnalysis, Gap, ModelTrace, Place, SourceProblem

FILE_STEPS = 400_000
"""How much the runs of one file may do: about two seconds' worth."""


@dataclass(frozen=True, slots=True)
class AnalysisSettings:
    """`search_path` are the folders in which packages are looked for after the file's own; `inputs` are the sizes
    declared for models, by qualified name ("pkg.mod.Net"). `installed` are the folders that are searched last: of
    the environment that convlint runs in unless given."""

    search_path: tuple[str, ...] = ()
    installed: tuple[str, ...] | None = None
    inputs: Mapping[str, Declared] = field(default_factory=dict)
    use_cache: bool = True


def analyse_file(program: Program, sources: Sources, path: str, settings: AnalysisSettings) -> FileAnalysis:
    """Analyse the models of one file."""
    if not sources.mentions_torch(path):
        return FileAnalysis(path, ())
    loaded = sources.load(path)
    if isinstance(loaded, SourceProblem):
        return FileAnalysis(path, (), problem=loaded)
    return _FileRun(program, sources, path, settings).analysis()


class _FileRun:
    """The runs of one file: its script, its functions without arguments, then every class that they leave out.

    Functions may take half of what a file may take, so that the classes have their turn in a file of many factories.
    """

    def __init__(self, program: Program, sources: Sources, path: str, settings: AnalysisSettings) -> None:
        self.program, self.path, self.settings = program, path, settings
        self.module = program.module_of_file(path)
        self.comments = sources.declared_inputs(path)
        self.start = Place(path, (1, 0, 1, 0))
        self.before = program.spent
        self.traces: list[ModelTrace] = []
        self.covered: set[Place] = set()
        self.built: set[Place] = set()
        self.gaps: list[Gap] = []

    def analysis(self) -> FileAnalysis:
        script = scripts.run_script(self.program, self.module)
        self._note(script, scripts.traces_of_calls(script, self.start))
        for name in scripts.zero_argument_functions(self.module, self.program):
            if self._has_left(FILE_STEPS // 2, f"function `{name}`") and not _entered(script, name, self.path):
                self._run_function(name)
        for cls in _own_classes(self.program, self.module):
            if self._has_left(FILE_STEPS, f"class `{cls.name}`"):
                self._run_class(cls)
        return FileAnalysis(self.path, tuple(self.traces), tuple(dict.fromkeys(self.gaps)), frozenset(self.built))

    def _has_left(self, steps: int, what: str) -> bool:
        if self.program.spent - self.before <= steps:
            return True
        self.gaps.append(Gap(self.start, f"{what} is not run: the file has had its share of work"))
        return False

    def _run_function(self, name: str) -> None:
        built: list[Made] = []
        exploration = scripts.run_function(self.program, self.module, name, built)
        self._note(exploration, scripts.traces_of_calls(exploration, self.start))
        model = scripts.returned_model(exploration)
        if model is not None:
            inputs, source = _inputs_of(model.cls, self.comments, self.settings)
            subject = _factory_subject(self.program, self.module, name, model, inputs, source, built)
            made = classes.run_subject(self.program, subject)
            self._note(made, classes.traces_of(made, subject))

    def _run_class(self, cls: ClassValue) -> None:
        inputs, source = _inputs_of(cls, self.comments, self.settings)
        if cls.place in self.covered and not inputs and source != "annotation":
            return
        for subject in _modes(classes.class_subject(cls, inputs, source)):
            exploration = classes.run_subject(self.program, subject)
            self._note(exploration, classes.traces_of(exploration, subject), cls)
            if not _reads_mode(exploration):
                break

    def _note(self, exploration: Exploration, found: list[ModelTrace], own: ClassValue | None = None) -> None:
        """Keep what a run shows; that the analysis itself builds the class `own` says nothing of the program."""
        self.traces.extend(found)
        for outcome in exploration.outcomes:
            self.covered.update(outcome.vm.called)
            self.built.update(place for place in outcome.vm.built if own is None or place != own.place)
            self.gaps.extend(outcome.vm.gaps)
            if outcome.ended in ("failed", "stopped"):
                self.gaps.append(Gap(_last_place(outcome, self.start), f"the run ends here: {outcome.reason}"))


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
    program: Program,
    module: PyModule,
    name: str,
    model: ModuleInstance,
    inputs: Declared,
    source: str,
    made: list[Made],
) -> classes.Subject:
    """Return what a function builds as a subject, named after its class, or, if that is torch's, after it."""

    def build(vm: Vm) -> Value:
        return vm.call(program.module_attribute(vm, module, name))

    cls, maker = model.cls, call_of(module, name, [], {})
    if cls.place is not None and not model.cls.torch_name:
        title, qualname, place = cls.name, cls.qualname, cls.place
    else:
        title, qualname, place = name, f"{module.name}.{name}", _place_of_function(program, module, name)
    return classes.Subject(title, qualname, place, module, build, inputs, source, maker=maker, made=made)


def _place_of_function(program: Program, module: PyModule, name: str) -> Place:
    found = (stmt for stmt in program.body(module.filename).body if isinstance(stmt, nodes.FunctionDef))
    return Place(module.filename, next(stmt.span for stmt in found if stmt.name == name))


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
