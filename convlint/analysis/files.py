"""Which models of a file are run, and how: as its script does, as its functions do, and every class on its own."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from convlint.analysis import classes, scripts
from convlint.analysis.explore import Exploration, Made, Outcome
from convlint.analysis.following import followed
from convlint.analysis.hints import with_hints
from convlint.analysis.inputs import Declared, declared_for, is_annotated
from convlint.analysis.loading import Sources
from convlint.analysis.recipes import call_of
from convlint.analysis.reuse import Found, is_imported_back
from convlint.analysis.watched import lines_of, watched
from convlint.interp.imports.program import Program
from convlint.interp.torch.module_class import MODULE
from convlint.interp.values.classes import ClassValue, ModuleInstance
from convlint.interp.values.functions import Function
from convlint.interp.values.modules import PyModule
from convlint.interp.values.unknown import MISSING, Value
from convlint.interp.vm import Vm
from convlint.ir import nodes
from convlint.lines import Lines, merged
from convlint.source import disk
from convlint.source.stack import worked
from convlint.trace import FileAnalysis, Gap, ModelTrace, Place, ProgramTrace, SourceProblem

LIGHTNING = "lightning.pytorch.LightningModule"
FILE_STEPS = 400_000
"""How much the runs of one file may do: about two seconds' worth."""


class AnalysisSettings(Struct, frozen=True):
    """`search_path` are the folders in which packages are looked for after the file's own; `inputs` are the sizes
    declared for models, by qualified name ("pkg.mod.Net"), and `arguments` what their classes are built with.
    `installed` are the folders that are searched last: of the environment that convlint runs in unless given."""

    search_path: tuple[str, ...] = ()
    installed: tuple[str, ...] | None = None
    inputs: Mapping[str, Declared] = {}
    use_cache: bool = True
    arguments: Mapping[str, Mapping[str, Any]] = {}
    watching: bool = False
    """Whether what the lines of a file hold is noted."""
    seconds: float = math.inf
    """How much time of the processor one file has, reading sources not counted."""


def analyse_file(program: Program, sources: Sources, path: str, settings: AnalysisSettings) -> FileAnalysis:
    """Analyse the models of one file."""
    if not sources.mentions_torch(path):
        return FileAnalysis(path, ())
    loaded = sources.load(path)
    if isinstance(loaded, SourceProblem):
        return FileAnalysis(path, (), problem=loaded)
    with watched(program, path if settings.watching else ""):
        return _FileRun(program, sources, path, settings).analysis()


class _FileRun:
    """The runs of one file: its script, its functions without arguments, then every class that they leave out.

    Functions may take half of what a file may take, so that the classes have their turn in a file of many factories.
    """

    def __init__(self, program: Program, sources: Sources, path: str, settings: AnalysisSettings) -> None:
        self.program, self.path, self.settings = program, path, settings
        self.module = program.begin(Vm(program), path)
        self.comments = sources.declared_inputs(path)
        self.runs = None if settings.watching else sources.runs(path)
        if self.runs is not None:
            self.runs.read(program.body(path), disk.now())
        self.start = Place(path, (1, 0, 1, 0))
        self.before = program.spent
        self.traces: list[ModelTrace] = []
        self.programs: list[ProgramTrace] = []
        self.covered: set[Place] = set()
        self.constructed: list[ModuleInstance] = []
        self.called: set[int] = set()
        """The models that the program calls, by identity; `constructed` keeps them alive."""
        self.built: set[Place] = set()
        self.gaps: list[Gap] = []
        self.lines: list[Lines] = []

    def analysis(self) -> FileAnalysis:
        script = scripts.run_script(self.program, self.module)
        self._note(script, scripts.traces_of_calls(script, self.start))
        self.programs.extend(scripts.program_traces(script, self.start))
        for node in scripts.zero_argument_functions(self.module, self.program):
            if self._has_left(FILE_STEPS // 2, f"function `{node.name}`") and not _entered(
                script, node.name, self.path
            ):
                self._run_function(node)
        for obj in _never_called(self.constructed, self.called, self.covered, self.path):
            if self._has_left(FILE_STEPS, f"the `{obj.cls.name}`"):
                self._run_built(obj)
        for cls in _own_classes(self.program, self.module, _has_forward):
            if self._has_left(FILE_STEPS, f"class `{cls.name}`"):
                self._run_class(cls)
        for cls in _own_classes(self.program, self.module, _has_steps):
            if self._has_left(FILE_STEPS, f"class `{cls.name}`"):
                self._run_steps(cls)
        gaps, built = tuple(dict.fromkeys(self.gaps)), frozenset(self.built)
        lines, programs = merged(self.lines), tuple(self.programs)
        told = replace(followed(self.traces, self._models(), gaps), ended=_why_ended(script))
        traces = tuple(with_hints(self.program, self.traces))
        return FileAnalysis(self.path, traces, gaps, built, lines=lines, programs=programs, followed=told)

    def _models(self) -> set[Place]:
        """The classes of models that the file defines, and those of the project that it builds, that no run called."""
        own = _own_classes(self.program, self.module, lambda cls: _has_forward(cls) or _has_steps(cls))
        parts = {id(part) for obj in self.constructed for part in obj.modules.values()}
        built = (obj.cls for obj in self.constructed if id(obj) not in parts and _has_forward(obj.cls))
        others = {cls.place for cls in built if cls.module is not None and not cls.module.hidden}
        kept = {place for place in others if place is not None and not self.program.is_installed(place.filename)}
        return (kept | {cls.place for cls in own if cls.place is not None}) - self.covered

    def _has_left(self, steps: int, what: str) -> bool:
        late = worked() > self.program.deadline
        if late:
            disk.now().cut_short()
        if self.program.spent - self.before <= steps and not late:
            return True
        share = "time" if late else "work"
        self.gaps.append(Gap(self.start, f"{what} is not run: the file has had its share of {share}"))
        return False

    def _run_built(self, obj: ModuleInstance) -> None:
        """Run a model that the program builds and never calls on anything known."""
        assert obj.made is not None
        inputs, source = _inputs_of(obj.cls, self.comments, self.settings)
        subject = classes.built_subject(obj, obj.made, self.module, inputs, source)
        for each in _modes(subject):
            exploration = classes.run_subject(self.program, each)
            found = classes.traces_of(exploration, each)
            self._note(exploration, found, obj.cls)
            if obj.cls.place is not None and any(trace.root is not None for trace in found):
                self.covered.add(obj.cls.place)
            if not _reads_mode(exploration):
                break

    def _run_function(self, node: nodes.FunctionDef) -> None:
        built: list[Made] = []
        exploration = scripts.run_function(self.program, self.module, node, built)
        self._note(exploration, scripts.traces_of_calls(exploration, self.start))
        self.programs.extend(scripts.program_traces(exploration, self.start))
        model = scripts.returned_model(exploration)
        if model is not None:
            inputs, source = _inputs_of(model.cls, self.comments, self.settings)
            subject = _factory_subject(self.program, self.module, node, model, inputs, source, built)
            made = classes.run_subject(self.program, subject)
            self._note(made, classes.traces_of(made, subject))

    def _run_class(self, cls: ClassValue) -> None:
        inputs, source = _inputs_of(cls, self.comments, self.settings)
        arguments = self.settings.arguments.get(cls.qualname)
        if cls.place in self.covered and not inputs and source != "annotation" and arguments is None:
            return
        context = (inputs, source, repr(arguments), self.program.in_order, cls.qualname)
        found = None if self.runs is None else self.runs.get(cls.name, context)
        if found is None:
            with disk.now().recording() as record:
                found = self._runs_of_class(cls, inputs, source, arguments)
            if self.runs is not None and not record.is_cut_short and not is_imported_back(self.program, self.module):
                self.runs.put(cls.name, context, disk.now().known(self.path), found)
        else:
            self.program.spent += found.steps
        self.traces.extend(found.traces)
        self.gaps.extend(found.gaps)
        self.covered |= found.covered
        self.built |= found.built

    def _runs_of_class(
        self, cls: ClassValue, inputs: Declared, source: str, arguments: Mapping[str, Any] | None
    ) -> Found:
        """Run a class in both modes, if that makes a difference, and return what these runs show by themselves."""
        before = self.traces, self.gaps, self.covered, self.built
        self.traces, self.gaps, self.covered, self.built = [], [], set(), set()
        spent = self.program.spent
        try:
            self._run_modes(cls, inputs, source, arguments)
            own, steps = (self.traces, self.gaps, self.covered, self.built), self.program.spent - spent
        finally:
            self.traces, self.gaps, self.covered, self.built = before
        return Found(tuple(own[0]), tuple(own[1]), frozenset(own[2]), frozenset(own[3]), steps)

    def _run_modes(self, cls: ClassValue, inputs: Declared, source: str, arguments: Mapping[str, Any] | None) -> None:
        if arguments is None:
            whole = classes.class_subject(cls, inputs, source)
        else:
            whole = classes.configured_subject(cls, inputs, source, arguments)
        for subject in _modes(whole):
            exploration = classes.run_subject(self.program, subject)
            self._note(exploration, classes.traces_of(exploration, subject), cls)
            if not _reads_mode(exploration):
                break

    def _run_steps(self, cls: ClassValue) -> None:
        """Run a module of Lightning that has no forward: its step on an open batch, where no known one came to it."""
        if cls.place in self.covered:
            return
        subject = replace(classes.class_subject(cls, (), "symbolic"), step="training_step")
        exploration = classes.run_subject(self.program, subject)
        found = classes.traces_of(exploration, subject)
        about = [replace(trace, qualname=cls.qualname, place=cls.place or trace.place) for trace in found]
        self._note(exploration, about, cls)

    def _note(self, exploration: Exploration, found: list[ModelTrace], own: ClassValue | None = None) -> None:
        """Keep what a run shows; that the analysis itself builds the class `own` says nothing of the program."""
        self.traces.extend(found)
        self.lines.append(lines_of([exploration]))
        if own is None and exploration.outcomes:
            vm = exploration.outcomes[0].vm
            self.constructed.extend(vm.constructed)
            self.called.update(id(run.root) for run in vm.model_runs if scripts.tensors_known(run))
        for outcome in exploration.outcomes:
            self.covered.update(outcome.vm.called)
            self.built.update(place for place in outcome.vm.built if own is None or place != own.place)
            self.gaps.extend(outcome.vm.gaps)
            if _ends_early(outcome):
                self.gaps.append(Gap(_last_place(outcome, self.start), f"the run ends here: {outcome.reason}"))


def _ends_early(outcome: Outcome) -> bool:
    """Whether a run ended before its end; a program that exits without an error is at its end."""
    return outcome.ended in ("failed", "stopped") and outcome.reason != "SystemExit"


def _why_ended(script: Exploration) -> tuple[str, ...]:
    """Return why the run of a script ended early, on its first path, if it did on every one; else nothing."""
    early = [outcome.reason for outcome in script.outcomes if _ends_early(outcome)]
    return (early[0],) if early and len(early) == len(script.outcomes) else ()


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
    node: nodes.FunctionDef,
    model: ModuleInstance,
    inputs: Declared,
    source: str,
    made: list[Made],
) -> classes.Subject:
    """Return what a function builds as a subject, named after its class, or, if that is torch's, after it."""

    def build(vm: Vm) -> Value:
        return vm.call(program.module_attribute(vm, module, node.name))

    def careful_build(vm: Vm) -> Value:
        return scripts.careful_call(vm, program, module, node)

    cls, maker = model.cls, call_of(module, node.name, [], {})
    if cls.place is not None and not model.cls.torch_name:
        title, qualname, place = cls.name, cls.qualname, cls.place
    else:
        title, qualname, place = node.name, f"{module.name}.{node.name}", Place(module.filename, node.span)
    careful = careful_build if scripts.has_open_arguments(node) else None
    return classes.Subject(
        title, qualname, place, module, build, inputs, source, careful_build=careful, maker=maker, made=made
    )


def _never_called(
    constructed: list[ModuleInstance], called: set[int], covered: set[Place], path: str
) -> Iterator[ModuleInstance]:
    """Yield the models that a file builds once, and neither calls on anything known nor puts into another one."""
    parts = {id(part) for obj in constructed for part in obj.modules.values()}
    kinds = Counter(map(_kind, constructed))
    for obj in constructed:
        kind = _kind(obj)
        if kind is None or kind.filename != path or kinds[kind] > 1 or kind in covered:
            continue
        if id(obj) not in called and id(obj) not in parts and _is_model(obj):
            yield obj


def _kind(obj: ModuleInstance) -> Place | None:
    """Where the class of a model stands, or where it is built if that is torch's own."""
    own = obj.cls.place is not None and not obj.cls.torch_name
    return obj.cls.place if own else obj.definition


def _is_model(obj: ModuleInstance) -> bool:
    """Whether a module is more than one of torch's layers, and can be called."""
    own = obj.cls.place is not None and _has_forward(obj.cls)
    return obj.made is not None and (own or (bool(obj.modules) and obj.cls.qualname.endswith(".Sequential")))


def _own_classes(program: Program, module: PyModule, wanted: Callable[[ClassValue], bool]) -> list[ClassValue]:
    """The model classes that a file defines at its top level, users before what they use (the later ones first)."""
    vm = Vm(program)
    program.run(vm, module)
    found: list[ClassValue] = []
    for stmt in program.body(module.filename).body:
        for inner in _class_definitions(stmt):
            cls = program.classes.get(Place(module.filename, inner.span))
            if cls is not None and cls.is_module and wanted(cls):
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


def _has_steps(cls: ClassValue) -> bool:
    """Whether a class is a module of Lightning that is trained, and cannot be called."""
    lightning = any(getattr(base, "qualname", "") == LIGHTNING for base in cls.mro)
    return lightning and isinstance(cls.find("training_step"), Function) and not _has_forward(cls)


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
