"""Running a model class on its own: built from defaults or symbols, run on declared or symbolic inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from convlint.analysis.explore import ENOUGH, MAX_PATHS, Exploration, Made, Outcome, Steps, explore, goes_on
from convlint.analysis.inputs import Declared, declared_tensors, free_arguments, symbolic_tensor
from convlint.analysis.optional import open_arguments
from convlint.analysis.ranks import fits_nothing, may_fit
from convlint.analysis.recipes import construction_of
from convlint.analysis.tracing import trace_of_refusal, trace_of_run
from convlint.interp.imports.program import Program
from convlint.interp.language.attributes import lookup
from convlint.interp.language.checks import Believed
from convlint.interp.records.making import Making
from convlint.interp.records.records import what_was_given
from convlint.interp.torch.containers import MODULE_DICT, MODULE_LIST, SEQUENTIAL
from convlint.interp.torch.modules import call_module
from convlint.interp.values.classes import ClassValue, ModuleInstance
from convlint.interp.values.functions import BoundMethod, Function
from convlint.interp.values.modules import PyModule
from convlint.interp.values.scope import Frame
from convlint.interp.values.signals import NeedRank
from convlint.interp.values.unknown import MISSING, Argument, FreeTensor, OpenBatch, Value
from convlint.interp.vm import Vm
from convlint.ir import nodes
from convlint.layers.core.tensor import Tensor
from convlint.trace import Gap, ModelTrace, Place, Recipe

MAX_RESTARTS = 6
ANY_RANKS = (2, 3, 4)
OTHER_RANKS = (5, 1)
"""Seldom meant, and refused elsewhere as a rule; but what only these fit is not refused for certain."""
Builder = Callable[[Vm], Value]


class Subject(Struct, frozen=True):
    """A model to run: how it is built, where it is defined, on what, and in which mode."""

    name: str
    qualname: str
    place: Place
    module: PyModule
    build: Builder
    inputs: Declared = ()
    source: str = "symbolic"
    training: bool = True
    careful_build: Builder | None = None
    """How it is built when optional constructor arguments must not be relied on; None if that makes no difference."""
    careful: bool = False
    """Whether optional arguments are left open, those of forward included."""
    maker: object = None
    """The call that builds it, as `recipes.call_of` tells it, for what is not simply a class."""
    from_defaults: bool = False
    """Whether the constructor has arguments, and none of them is given."""
    open_build: Builder | None = None
    """How it is built with every constructor argument left open."""
    told_build: Builder | None = None
    """How it is built from the defaults that say something, the others left open; None if all do."""
    max_paths: int = MAX_PATHS
    made: list[Made] = []
    """What `build` has made on the paths so far."""
    step: str = ""
    """The method that is called on an open batch instead of `forward`."""


def class_subject(cls: ClassValue, inputs: Declared, source: str) -> Subject:
    """Return a subject that builds a class from its defaults, and from symbols where there are none."""
    assert cls.place is not None
    assert cls.module is not None

    def build(vm: Vm) -> Value:
        return vm.call(cls, *constructor_arguments(cls))

    open_ended = _takes_any_number(cls.find("__init__")) or (not inputs and _takes_any_number(cls.find("forward")))

    def careful_build(vm: Vm) -> Value:
        if open_ended:
            return vm.unknown(f"`{cls.name}` takes any number of arguments")
        return vm.call(cls, *constructor_arguments(cls, every=True))

    def told_build(vm: Vm) -> Value:
        return vm.call(cls, [], {param.name: Argument(param.name) for param in optional})

    needs_arguments = any(constructor_arguments(cls))
    careful = careful_build if needs_arguments or open_ended else None
    maker = construction_of(cls, *constructor_arguments(cls))
    init = cls.find("__init__")
    optional = open_arguments(init.node.params) if isinstance(init, Function) else []
    takes_more = isinstance(init, Function) and init.node.params.kwarg is not None
    from_defaults = not needs_arguments and (takes_more or any(constructor_arguments(cls, every=True)))
    return Subject(
        cls.name,
        cls.qualname,
        cls.place,
        cls.module,
        build,
        inputs,
        source,
        careful_build=careful,
        maker=maker,
        from_defaults=from_defaults,
        open_build=careful_build,
        told_build=told_build if from_defaults and optional else None,
    )


def built_subject(obj: ModuleInstance, made: Making, module: PyModule, inputs: Declared, source: str) -> Subject:
    """Return a subject that builds a model with the arguments with which the program built it."""
    cls, given = made.cls, made.given

    def build(vm: Vm) -> Value:
        again = what_was_given(vm, list(given.positional), dict(given.named))
        return vm.call(cls, list(again.positional), dict(again.named))

    def careful_build(vm: Vm) -> Value:
        return vm.unknown(f"`{cls.name}` takes any number of inputs")

    open_ended = not inputs and _takes_any_number(cls.find("forward"))
    own = cls.place is not None and not cls.torch_name
    place = cls.place if own else obj.definition
    assert place is not None
    qualname = cls.qualname if own else f"{module.name}.{cls.name}:{place.span[0]}"
    maker = construction_of(cls, list(given.positional), given.named)
    careful = careful_build if open_ended else None
    return Subject(cls.name, qualname, place, module, build, inputs, source, careful_build=careful, maker=maker)


def configured_subject(cls: ClassValue, inputs: Declared, source: str, arguments: Mapping[str, Any]) -> Subject:
    """Return a subject that builds a class as the settings say, by keyword."""
    assert cls.place is not None
    assert cls.module is not None

    def build(vm: Vm) -> Value:
        return vm.call(cls, [], deepcopy(dict(arguments)))

    maker = construction_of(cls, [], arguments)
    return Subject(cls.name, cls.qualname, cls.place, cls.module, build, inputs, source, maker=maker)


def _takes_any_number(function: Value) -> bool:
    return isinstance(function, Function) and function.node.params.vararg is not None


def constructor_arguments(cls: ClassValue, *, every: bool = False) -> tuple[list[Value], dict[str, Value]]:
    """Return what a class is built with: defaults, and symbols for what has none.

    With `every`, symbols stand for what has a default, too.
    """
    init = cls.find("__init__")
    if not isinstance(init, Function):
        return [], {}
    params = init.node.params
    kwargs: dict[str, Value] = {}
    for param in (params.posonly + params.args)[1:] + params.kwonly:
        if every or param.default is None:
            argument = Argument(param.name)
            whole = isinstance(param.annotation, nodes.Name) and param.annotation.id == "int"
            kwargs[param.name] = argument.dim if whole else argument
    positional = [kwargs.pop(param.name) for param in params.posonly[1:] if param.name in kwargs]
    return positional, kwargs


def run_subject(program: Program, subject: Subject) -> Exploration:
    """Explore a model's construction and forward.

    What torch refuses with every optional argument left out counts only if it refuses it whatever they are: nobody is
    known to rely on the defaults of a forward, or of a constructor that needs arguments, or on a default that stands
    for nothing.
    """
    exploration = _explore_ranks(program, subject)
    if subject.told_build is not None and all(map(_fails, exploration.outcomes)):
        return run_subject(program, _built_by(replace(subject, told_build=None, maker=None), subject.told_build))
    if exploration.is_refused and (subject.careful_build is not None or not subject.inputs):
        careful = _built_by(replace(subject, careful=True), subject.careful_build)
        if not _explore_ranks(program, careful, goes_on).always_refused:
            return replace(exploration, doubtful=True)
    if exploration.is_refused and subject.told_build is not None:
        told = _built_by(replace(subject, careful=True), subject.told_build)
        if not _explore_ranks(program, told, goes_on).always_refused:
            return replace(exploration, doubtful=True)
    if exploration.is_refused and subject.from_defaults and subject.open_build is not None:
        whatever = _explore_ranks(program, _built_by(replace(subject, careful=True), subject.open_build), goes_on)
        return replace(exploration, on_defaults=not whatever.always_refused)
    return exploration


def _fails(outcome: Outcome) -> bool:
    return outcome.ended in ("refused", "raised", "failed")


def _explore_ranks(program: Program, subject: Subject, until: Callable[[Outcome], bool] | None = None) -> Exploration:
    """Explore, starting again whenever the program shows the rank of an input; `until` as in `explore`."""
    # Each path of a step may ask for the ranks of other parts of its batch, and none of them is told before it is run.
    until = None if subject.step else until
    ranks: dict[str, int] = {}
    for _ in range(MAX_RESTARTS):
        try:
            running, most = _running(subject, dict(ranks)), subject.max_paths
            enough = ENOUGH if most <= MAX_PATHS else most
            found = explore(program, running, max_paths=most, enough=enough, until=until)
            return replace(found, doubtful=True) if _may_fit_samples(program, subject, ranks, found) else found
        except NeedRank as need:
            if need.name in ranks:
                break
            if not need.certain:
                return _run_at_any_rank(program, subject, ranks, need.name, until)
            ranks[need.name] = need.rank
    return Exploration((), False)


def _may_fit_samples(program: Program, subject: Subject, ranks: dict[str, int], found: Exploration) -> bool:
    """Tell whether no batch fits, but single samples might: an operation that takes both shows the rank of a batch."""
    returned = any(outcome.ended == "returned" for outcome in found.outcomes)
    if not ranks or not returned or not fits_nothing(found):
        return False
    try:
        one_less = {name: rank - 1 for name, rank in ranks.items()}
        lower = explore(program, _running(subject, one_less), until=may_fit)
    except NeedRank:
        return True
    return not fits_nothing(lower)


def _run_at_any_rank(
    program: Program, subject: Subject, ranks: dict[str, int], name: str, until: Callable[[Outcome], bool] | None
) -> Exploration:
    """Explore with an input whose last size alone matters: what torch refuses at every rank is refused for certain;
    otherwise the input stays unknown."""
    tried = []
    every = (*ANY_RANKS, *OTHER_RANKS)
    for rank in every:
        try:
            tried.append(explore(program, _running(subject, {**ranks, name: rank}), until=goes_on))
        except NeedRank:
            break
        if not tried[-1].always_refused:
            break
    places = {_refused_at(exploration) for exploration in tried[: len(ANY_RANKS)]}
    if len(tried) == len(every) and tried[-1].always_refused and len(places) == 1:
        return tried[0]
    try:
        return explore(program, _running(subject, {**ranks, name: 0}), until=until)
    except NeedRank:
        return Exploration((), False)


def _built_by(subject: Subject, build: Builder | None) -> Subject:
    """Return a subject that is built in another way, if there is one."""
    return subject if build is None else replace(subject, build=build, made=[])


def _running(subject: Subject, ranks: dict[str, int]) -> Steps:
    """Return the two steps of a run: building the model, and calling it once."""
    return Steps(
        lambda vm: in_frame(vm, subject, lambda: subject.build(vm)),
        lambda vm, model: in_frame(vm, subject, lambda: call_model(vm, model, subject, ranks)),
        subject.made,
    )


def _refused_at(exploration: Exploration) -> frozenset[Place] | None:
    """Where torch refuses, if every path comes to such a place."""
    if not exploration.always_refused:
        return None
    return frozenset(outcome.violation.place for outcome in exploration.outcomes if outcome.violation is not None)


def traces_of(exploration: Exploration, subject: Subject) -> list[ModelTrace]:
    """Return a trace for every explored path."""
    made = (trace_of(outcome, subject, exploration) for outcome in exploration.outcomes)
    return [trace for trace in made if trace is not None]


def in_frame(vm: Vm, subject: Subject, action: Callable[[], Value]) -> Value:
    """Do something as code beside the model's definition would."""
    vm.frames.append(Frame(subject.module, subject.module.scope, at=subject.place.span))  # type: ignore[arg-type]
    try:
        return action()
    finally:
        vm.frames.pop()


def call_model(vm: Vm, model: Value, subject: Subject, ranks: dict[str, int]) -> Value:
    """Call what was built once, in the mode that is asked for; return it as it is if it is no model to call."""
    if not isinstance(model, ModuleInstance) or _is_empty_container(model):
        return model
    vm.call(vm.getattr(model, "train"), [subject.training])
    if subject.step:
        return vm.call(vm.getattr(model, subject.step), [OpenBatch(lambda name: _part(name, ranks)), 0])
    if subject.inputs:
        vm.believed = Believed.OF_MODELS
    args, kwargs = model_inputs(vm, model, subject, ranks)
    vm.settled = vm.writes.count
    return call_module(vm, model, args, kwargs)


def _part(name: str, ranks: dict[str, int]) -> Value:
    """A part of an open batch: symbols for its sizes where its rank is known."""
    if ranks.get(name):
        return symbolic_tensor(ranks[name], name, alone=False)
    return FreeTensor(name, settled=name in ranks)


def _is_empty_container(model: ModuleInstance) -> bool:
    """Whether callers have yet to put modules into it: what it does without any says nothing."""
    return not model.modules and any(model.cls.derives_from(kind) for kind in (SEQUENTIAL, MODULE_LIST, MODULE_DICT))


def model_inputs(
    vm: Vm, model: ModuleInstance, subject: Subject, ranks: dict[str, int]
) -> tuple[list[Value], dict[str, Value]]:
    if subject.inputs:
        return declared_tensors(subject.inputs), {}
    # Only where the program says it: a base class that is not known has every attribute, none of them known.
    told = "example_input_array" in model.attrs or model.cls.find("example_input_array") is not MISSING
    example = lookup(vm, model, "example_input_array") if told else None
    if isinstance(example, Tensor):
        return [example], {}
    forward = lookup(vm, model, "forward")
    while isinstance(forward, BoundMethod):
        forward = forward.func
    if isinstance(forward, Function):
        return free_arguments(forward, ranks, careful=subject.careful)
    if ranks.get("input"):
        return [symbolic_tensor(ranks["input"], "input", alone=True)], {}
    return [FreeTensor("input", settled="input" in ranks)], {}


def trace_of(outcome: Outcome, subject: Subject, exploration: Exploration) -> ModelTrace | None:
    """Return the trace of one explored path; None if no model was called and nothing was refused.

    What a constructor calls, to find a stride or a size, is no run of the model, which is called when it is built.
    """
    vm = outcome.vm
    if vm.settled is None and not subject.step and outcome.violation is None:
        return None
    certain = not exploration.doubtful and (exploration.always_refused or not vm.taken)
    if not vm.model_runs:
        if outcome.violation is None:
            return None
        trace = trace_of_refusal(outcome, subject.name, subject.qualname, subject.place, certain=certain)
        trace = replace(trace, from_defaults=subject.from_defaults, on_defaults=exploration.on_defaults)
        return trace if subject.maker is None else replace(trace, recipe=Recipe(subject.maker, (), {}))
    run = vm.model_runs[-1]
    trace = trace_of_run(vm, run, source=subject.source, certain=certain, whole=True, maker=subject.maker)
    trace = replace(trace, only_path=trace.only_path and not exploration.doubtful)
    if outcome.ended == "failed":
        place = vm.place()
        trace = replace(trace, gaps=(*trace.gaps, Gap(place, f"the program raises {outcome.reason}")))
    if outcome.ended == "stopped":
        trace = replace(trace, gaps=(*trace.gaps, Gap(None, outcome.reason)))
    return replace(trace, name=subject.name, from_defaults=subject.from_defaults, on_defaults=exploration.on_defaults)
