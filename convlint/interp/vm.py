"""The state of one abstract run, and the doors through which natives and layer rules use the interpreter."""

from __future__ import annotations

import copy
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn

from convlint.interp.language import (
    assignment,
    attributes,
    calls,
    comparisons,
    forgetting,
    formatting,
    instance_tests,
    iteration,
    operators,
    subscripts,
)
from convlint.interp.language.checks import Believed
from convlint.interp.language.moments import Left
from convlint.interp.records.records import Assigned, Gradless, ModelRun, Recording
from convlint.interp.values.classes import ModuleInstance
from convlint.interp.values.kept import Kept
from convlint.interp.values.numbers import Ratio, SymbolicBool
from convlint.interp.values.picture import Writes, is_shared
from convlint.interp.values.scope import Frame
from convlint.interp.values.sides import Seen, first_side
from convlint.interp.values.signals import Bound, PyRaise, Undecided
from convlint.interp.values.taint import Marks
from convlint.interp.values.unknown import (
    MISSING,
    REQUIRED,
    Argument,
    Derived,
    DerivedNumber,
    DerivedWhole,
    Harmless,
    Inherited,
    Inside,
    Negation,
    Number,
    Unknown,
    Value,
    Whole,
    part_of,
)
from convlint.layers.core.tensor import Tensor
from convlint.lines import Lines
from convlint.source import disk
from convlint.source.memory import resident
from convlint.source.stack import worked
from convlint.symbolic import Assumptions, Condition, Dim, Verdict, negation
from convlint.trace import Concern, Event, Gap, ModuleInfo, OpenCondition, Place

if TYPE_CHECKING:
    from convlint.interp.imports.program import Program
    from convlint.interp.language.joining import Journal
    from convlint.interp.language.moments import Moment
    from convlint.interp.records.tracing import Tracing
    from convlint.interp.torch.replays import Fixed
    from convlint.interp.values.functions import GeneratorValue
    from convlint.interp.values.modules import PyModule

MAX_SECONDS = 20.0
NOTHING: Mapping[str, Value] = MappingProxyType({})


class Vm:
    """One run along one path. `choices` are the decisions to take first; further ones are recorded in `taken`.

    Those at the indices `on_sizes` are conditions on sizes. `caught_demands` tells that sizes were demanded where the
    program would catch torch's exception. `doubts` are where something that is not known may refuse the input, or may
    have done more than was seen.
    """

    def __init__(self, program: Program, choices: tuple[bool, ...] = (), *, seconds: float = MAX_SECONDS) -> None:
        self.program = program
        self.choices = choices
        self.seen: Seen | None = None
        """What other paths have taken; decisions beyond `choices` are taken otherwise where that is given."""
        self.taken: list[bool] = []
        self.reasons: list[str] = []
        self.decided_at: list[Place | None] = []
        self.on_sizes: set[int] = set()
        self.caught_demands = False
        self.importing = 0
        self.root_import = ""
        """The file of the module whose import the run caused, if one is under way: others are imported by it."""
        self.assumptions = Assumptions()
        self.frames: list[Frame] = []
        self.events: list[Event] = []
        self.conditions: list[OpenCondition] = []
        self.gradless = Gradless()
        self.assigned: list[Assigned] = []
        """The attributes of torch's layers that the program set anew."""
        self.data_of: dict[int, tuple[Tensor, Tensor]] = {}
        """What `.data` gave, by identity, and of which parameter."""
        self.gaps: list[Gap] = []
        self.doubts: list[Gap] = []
        self.presumed: list[Gap] = []
        self.model_runs: list[ModelRun] = []
        self.lines: Lines = {}
        """What the lines of a watched file held."""
        self.called: set[Place] = set()
        self.built: set[Place] = set()
        self.constructed: list[ModuleInstance] = []
        """The modules that were built outside of the construction of another one."""
        self.entered: set[tuple[str, str]] = set()
        self.reads_training = False
        self.saves_otherwise = False
        """Whether a model has told torch to keep less for backward than its operations would."""
        self.last_place: Place | None = None
        self.owners: list[ModuleInstance] = []
        self.recordings: list[Recording] = []
        self.tracings: list[Tracing] = []
        """The tracers that are running: modules are called, and their parameters read, as the last one says."""
        self.infos: dict[int, tuple[ModuleInstance, ModuleInfo]] = {}
        self.import_guards = 0
        self.constructing = 0
        """How many constructors of modules are running, one inside the other."""
        self.autocast: list[Value] = []
        """Whether autocast is on, one entry for every `with` that says so: dtypes of results are not known inside."""
        self.deterministic: Value = False
        """Whether torch is told to use deterministic algorithms only."""
        self.believed = Believed.NONE
        """Which raises of the program's own are taken for faults."""
        self.on_defaults = False
        """Whether a number counts that somebody outside of the program may give otherwise."""
        self.met = 0
        """How often something that is not known was asked for what might raise an exception."""
        self.settling = 0
        """How many rounds of loops are running that stand for many rounds, one inside the other."""
        self.calls = 0
        """How often a model was called, from outside of models."""
        self.looping = 0
        """How many loops are running outside of models, one inside the other."""
        self.left = Left()
        """Where the round that is running, of those that stand for many, may have been left before its end."""
        self.loops_settled = 0
        """How many loops had such rounds."""
        self.waiting: list[tuple[GeneratorValue, Frame]] = []
        """Generators that wait where something would run if they were closed, and the frames that keep them."""
        self.guarded = 0
        """How many blocks are running whose exceptions the program may catch, one inside the other."""
        self.steps = 0
        self.deadline = time.thread_time() + seconds
        self.limit = 0
        """The number of steps from which on `pause` is asked whether to go on."""
        self._added: dict[int, tuple[object, dict[str, Value]]] = {}
        self._registered: dict[type, tuple[Value, ...]] = {}
        self.writes = Writes(program.standing)
        """What this run has written to that stood before it."""
        self.marks = Marks()
        """Containers, generators and tensors that are no longer known on this path."""
        self.hashing = 0
        """How many `__hash__` of the program are running to find a key: hashes of texts are known there."""
        self.hashes: dict[int, tuple[object, int]] = {}
        """What the `__hash__` of keys gave first."""
        self.watched: dict[int, tuple[object, int]] = {}
        """Dicts and sets with many keys, how many, which are all as Python itself looks them up."""
        self.shown: dict[int, object] = {}
        """Objects whose `__dict__` was asked for, by the id of that: what is put in there are attributes."""
        self.sizes: dict[int, tuple[Unknown, Dim]] = {}
        """The symbols that stand for unknown values where only a size will do."""
        self.fixed: Fixed | None = None
        """The model that the run has built, where it is known to be what it was then."""
        self.made_buffers: dict[int, object] = {}
        """Tensors that `nn.Buffer` has made: a module that is given one as an attribute registers it."""
        self.settled: int | None = None
        """The count of writes when the model was called; None where it has not been."""
        self.guessing = 0
        """How many loops over something unknown are running, one inside the other."""
        self.journals: list[Journal] = []
        """What keeps how things were where both ways of a branch are run, the outermost first."""
        self.moments: list[Moment] = []
        """The moments to which what happens now may or may not be added, in the order of their beginning."""
        self.opened: dict[int, list[Value]] = {}
        """What a function may have returned that goes on, by the identity of its frame."""
        self._clashes: set[int] = set()
        self._answers: dict[int, tuple[Unknown, bool]] = {}
        self.kept = Kept()
        """What code may change that has been given to something unknown."""
        self.answered = 0
        """How often the truth of something unknown was asked for."""
        self._derived: dict[tuple[object, ...], tuple[Value, tuple[Value, ...], Unknown]] = {}

    def branch(self, choices: tuple[bool, ...]) -> Vm:
        """Return a run that goes on from here with other decisions; neither knows of what the other does."""
        other = copy.copy(self)
        for name, value in vars(self).items():
            if isinstance(value, list | dict | set):
                setattr(other, name, value.copy())
        other.choices = choices
        other.gradless = Gradless(self.gradless.blocks, self.gradless.functions.copy())
        other.assumptions = self.assumptions.branch()
        other.writes = self.writes.going_on()
        other.kept = self.kept.copy()
        return other

    def writing(self, value: object) -> None:
        """Tell that an object is about to be written to. What an import writes stays, whatever the run does."""
        if not self.importing:
            for moment in self.moments:
                moment.note(value)
            self.writes.note(value)
            return
        if self.journals:
            self.journals[-1].note(value)
        shared = is_shared(value)
        if shared:
            self.program.patches.note(value)
        if self.writes.touches(value) and id(value) not in self._clashes:
            if not shared:
                self.program.need_first(self.root_import)
            self._clashes.add(id(value))  # forgetting it writes to it again; `writes` keeps it alive
            self.havoc(value, "a run and an import that it caused both change it")

    def drawing(self, value: GeneratorValue) -> None:
        """Tell that something is about to be drawn from an iterator."""
        if not self.importing:
            for moment in self.moments:
                moment.note_drawn(value)

    @property
    def can_replay(self) -> bool:
        """Whether the model is as it was built, and nothing has been set that changes how operations work; nobody
        watches the lines that would not run."""
        if self.autocast or self.importing or self.deterministic or self.program.watched:
            return False
        return self.settled == self.writes.count

    @property
    def main(self) -> PyModule | None:
        """The module of the script that runs; None where a function of a file runs, as it is when it is imported."""
        if not self.frames or self.frames[0].scope.names.get("__name__") != "__main__":
            return None
        return self.frames[0].module

    @property
    def is_as_imported(self) -> bool:
        """Whether all that stood before the run is as imports have left it, and what happens happens for certain."""
        if self.importing or self.autocast or self.deterministic or self.tracings or self.waiting or self.opened:
            return False
        if self.journals or self.moments or self.guessing or self.settling or self.writes.count:
            return False
        return not (self._added or self._registered) and self.program.standing.keys().isdisjoint(self.marks)

    @property
    def in_rounds(self) -> bool:
        """Whether a loop outside of models is running, where what is open does not fork the run: ways are joined."""
        return self.settling > 0 or (self.looping > 0 and self.is_outside)

    @property
    def is_outside(self) -> bool:
        """Whether what runs is no part of a model, its construction or an import."""
        return not (self.owners or self.constructing or self.importing)

    # --- where we are ------------------------------------------------------------------------------------

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    def place(self) -> Place | None:
        """The innermost place in a file that is being run."""
        for frame in reversed(self.frames):
            if frame.module.filename and not frame.module.hidden:
                return frame.place()
        return None

    def place_of_user(self) -> Place | None:
        """The innermost place that is not in an installed package; `place()` where all are."""
        for frame in reversed(self.frames):
            module = frame.module
            if module.filename and not module.hidden and not self.program.is_packaged(module):
                return frame.place()
        return self.place()

    def stack(self) -> tuple[Place, ...]:
        """The calls that led to `place()`, outermost first, without it."""
        before: tuple[Place, ...] = ()
        stack = before
        for frame in self.frames:
            if frame.module.filename and not frame.module.hidden:
                before, stack = stack, frame.trail(stack)
        return before

    def step(self, count: int = 1) -> None:
        """Count work: what a call or one round of a loop runs is counted at once."""
        self.steps += count
        if self.steps > self.limit:
            self.pause()

    def pause(self) -> None:
        """Look at the bounds now and then; raise `Bound` when the run has had its share."""
        if self.steps > self.program.max_steps:
            raise Bound("the run is too long")
        self.limit = min(self.steps + 0xFFF, self.program.max_steps)
        disk.now().go_on()
        if resident() > self.program.most_memory:
            disk.now().cut_short()
            raise Bound("the run takes too much memory")
        if worked() > self.program.deadline:
            disk.now().cut_short()
            raise Bound("the file has had its share of time")
        if time.thread_time() > self.deadline:
            disk.now().cut_short()
            raise Bound("the run takes too long")

    # --- what is not known -------------------------------------------------------------------------------

    def unknown(self, reason: str, concern: Concern = Concern.RUN) -> Unknown:
        """Return an unknown value and record a gap where the run stands. What is imported refuses no input."""
        place = self.place() if self.importing else self.place_of_user()
        self.met += concern is not Concern.NOTHING
        if self.importing and concern is Concern.RUN:
            concern = Concern.NOTHING
        self.gaps.append(Gap(place, reason, concern=concern))
        return Unknown(reason, place)

    def doubt(self, cause: Unknown) -> None:
        """Note that something unknown was called or combined with what the model is given."""
        if not self.importing:
            self.doubts.append(Gap(self.place(), f"what comes of something unknown is not known: {cause.reason}"))

    def presume(self, what: str) -> None:
        """Note what is taken of the world outside of the program, which the program itself gives a default for."""
        held = self.program.presumed if self.importing else self.presumed
        held.append(Gap(self.place(), what, concern=Concern.NOTHING))

    def derived(self, source: Unknown, operation: str, *operands: Value) -> Unknown:
        """Return the unknown result of an operation on an unknown; the same question gets the same answer."""
        if operation not in RAISES_NOTHING and not isinstance(source, Harmless):
            self.met += 1
            if operation not in TELLS_NOTHING:
                forgetting.operated(self, operands, source)
        parts = [_same(operand) for operand in operands]
        if None in parts:
            return part_of(source)
        key = (id(source), operation, *parts)
        if key not in self._derived:
            if operation == "." and isinstance(source, Inside):
                made: Unknown = type(source)(source.reason, source.place, source.holder)
            else:
                made = _kind_of_result(source, operation, operands)(source.reason, source.place)
            self._derived[key] = (source, operands, made)  # alive: ids stay theirs
        return self._derived[key][2]

    def inside(self, found: Unknown, holder: Value) -> Unknown:
        """Return what an object of a class has of something unknown in it; the same question gets the same answer."""
        key = (id(found), "inside", id(holder))
        if key not in self._derived:
            held = (holder, found.holder) if isinstance(found, Inside) else (holder,)
            self._derived[key] = (found, held, Inside(found.reason, found.place, held))
        return self._derived[key][2]

    def inherited(self, found: Unknown, receiver: Value) -> Unknown:
        """Return what an object or class has from a base that is not known; the same question gets the same answer."""
        if not isinstance(receiver, ModuleInstance):
            return self.inside(found, receiver)
        key = (id(found), "inherited", id(receiver))
        if key not in self._derived:
            self._derived[key] = (found, (receiver,), Inherited(found.reason, found.place, receiver))
        return self._derived[key][2]

    def open_question(self, obj: Value, question: str, name: str, concern: Concern) -> Unknown:
        """Return what is not known of an object under a name; the same question gets the same answer."""
        self.met += 1
        key = (id(obj), question, name)
        if key not in self._derived:
            made = self.unknown(question, concern)
            if forgetting.is_changeable(obj) or isinstance(obj, BaseException):
                made = Inside(made.reason, made.place, obj)
            elif isinstance(obj, ModuleInstance) and obj.cls.unknown_base is not None:
                made = Inherited(made.reason, made.place, obj)
            self._derived[key] = (obj, (), made)
        return self._derived[key][2]

    def havoc(self, value: Value, reason: str) -> None:
        """Make unknown all that code which is not understood may change once it is given a value."""
        forgetting.expose(self, value, Unknown(reason, self.place()))

    def may_ask(self, operands: Iterable[Value], reason: str) -> None:
        """Make unknown what the methods of objects may change, which are operands, or parts of one."""
        forgetting.operated(self, operands, Unknown(reason, self.place()))

    def may_call(self, function: Value, reason: str, given: Sequence[Value] = ()) -> None:
        """Make unknown all that a function may change, which is called any number of times with what is given."""
        forgetting.call(self, [function], Unknown(reason, self.place()), given)

    def may_call_any(self, functions: Iterable[Value], reason: str) -> None:
        """Make unknown all that some functions may change, each called any number of times."""
        forgetting.call(self, functions, Unknown(reason, self.place()))

    def taint_of(self, container: object, key: Value = MISSING, *, writes: bool = False) -> Unknown | None:
        """Return why a list, dict, set or tensor is no longer known, or None.

        What is in a registry is known as far as it is asked for by a `key` that is there, or written to. Raises
        NeedImports for any other question about one.
        """
        number, program = id(container), self.program
        marked = self.marks.get(number) or program.marks.get(number)
        if marked is not None:
            self.met += 1
            return marked[1]
        if number in program.registries and not writes:
            return program.registries.look(self, container, key)
        return None

    def taint(self, value: object, cause: Unknown) -> None:
        """Mark one container or tensor as no longer known. What a module did on import outlives the run."""
        (self.program.marks if self.importing else self.marks).put(value, cause)

    def added_to(self, obj: object) -> Mapping[str, Value]:
        """Return the attributes that the program has given to what keeps none itself: a function of a library …"""
        entry = self._added.get(id(obj)) or self.program.added.get(id(obj))
        return entry[1] if entry else NOTHING

    def add_to(self, obj: object, name: str, value: Value) -> None:
        """Keep an attribute of what keeps none itself. What a module did on import outlives the run."""
        added = self.program.added if self.importing else self._added
        added[id(obj)] = (obj, {**self.added_to(obj), name: value})

    def in_one_way(self, value: Value) -> Value:
        """Return what is kept of a value that cannot be set back: unknown if both ways of a branch are run."""
        return Unknown("it is set in one way of a branch", self.place()) if self.journals else value

    def registered(self, kind: type) -> tuple[Value, ...]:
        """Return the classes that the program has registered with an abstract class of Python's own."""
        return (*self.program.registered.get(kind, ()), *self._registered.get(kind, ()))

    def register(self, kind: type, cls: Value) -> None:
        """Let a class count as a subclass of an abstract class of Python's own."""
        table = self.program.registered if self.importing else self._registered
        table[kind] = (*table.get(kind, ()), cls)

    # --- decisions ---------------------------------------------------------------------------------------

    def truth_of(self, value: Value) -> bool | SymbolicBool | Unknown:
        """Return the truth of a value, or the condition or unknown that it hangs on; nothing is decided."""
        return operators.truth(self, value)

    def truth(self, value: Value) -> bool:
        """Decide a condition. What is not known forks: this run takes one side, another run the other."""
        result = operators.truth(self, value)
        if result is True or result is False:
            return result
        if isinstance(result, SymbolicBool):
            return self._decide_condition(result.condition)
        if isinstance(result, Negation):
            return not self.truth(result.of)
        self.answered += 1
        answer = self._answers.get(id(result))
        if answer is None:
            answer = (result, self.decide(result.reason))
            self._answers[id(result)] = answer
        return answer[1]

    def holds(self, value: Value, expected: bool = True) -> bool:
        """Decide a condition whose other outcome ends the program: where it is not known no run forks for it."""
        result = operators.truth(self, value)
        if self.guarded or self.importing or not isinstance(result, Unknown):
            return self.truth(value)
        asked = result.of if isinstance(result, Negation) else result
        if id(asked) not in self._answers:
            self._answers[id(asked)] = (asked, (asked is result) is expected)
        return self.truth(result)

    def has_answered(self, value: Value) -> bool:
        """Whether this path has decided the truth of something unknown before."""
        return id(value.of if isinstance(value, Negation) else value) in self._answers

    def _decide_condition(self, condition: Condition) -> bool:
        verdict = self.assumptions.decide(condition)
        if verdict is not Verdict.OPEN:
            return verdict is Verdict.PROVED
        chosen = self.decide(str(condition))
        if not self.importing:
            self.on_sizes.add(len(self.taken) - 1)
        self.assumptions.assume(condition if chosen else negation(condition))
        return chosen

    def choice(self, place: Place | None, before: Sequence[Place | None] = ()) -> bool:
        """Return how the path decides a question that is asked at a place, once it has decided those `before`."""
        position = len(self.taken) + len(before)
        if position < len(self.choices):
            return self.choices[position]
        if self.seen is None:
            return True
        return first_side(place, (*self.decided_at, *before).count(place), self.seen)

    def decide(self, reason: str) -> bool:
        """Choose the outcome of a question that has no known answer."""
        if self.importing:
            # A module is run once for all paths, so it cannot fork.
            raise Undecided(reason)
        place = self.place()
        chosen = self.choice(place)
        self.taken.append(chosen)
        self.reasons.append(reason)
        self.decided_at.append(place)
        return chosen

    # --- operations of the language ----------------------------------------------------------------------

    def call(self, func: Value, args: list[Value] | None = None, kwargs: dict[str, Value] | None = None) -> Value:
        return calls.call(self, func, args or [], kwargs or {})

    def getattr(self, obj: Value, name: str, default: Value = REQUIRED) -> Value:
        return attributes.get(self, obj, name, default)

    def special(self, obj: Value, name: str, default: Value = REQUIRED) -> Value:
        return attributes.special(self, obj, name, default)

    def setattr(self, obj: Value, name: str, value: Value) -> None:
        assignment.set_(self, obj, name, value)

    def hasattr(self, obj: Value, name: str) -> bool | Unknown:
        return attributes.has(self, obj, name)

    def binary(self, op: str, left: Value, right: Value) -> Value:
        return operators.binary(self, op, left, right)

    def compare(self, op: str, left: Value, right: Value) -> Value:
        return comparisons.compare(self, op, left, right)

    def unary(self, op: str, operand: Value) -> Value:
        return operators.unary(self, op, operand)

    def getitem(self, obj: Value, key: Value) -> Value:
        return subscripts.get(self, obj, key)

    def setitem(self, obj: Value, key: Value, value: Value) -> None:
        subscripts.set_(self, obj, key, value)

    def iterator(self, value: Value) -> Iterator[Value] | Unknown:
        return iteration.iterator(self, value)

    def list_of(self, value: Value) -> list[Value] | Unknown:
        """Materialise an iterable; an unknown or endless one is unknown."""
        return iteration.list_of(self, value)

    def isinstance(self, value: Value, classinfo: Value) -> bool | Unknown:
        return instance_tests.is_instance(self, value, classinfo)

    def type_of(self, value: Value) -> Value:
        return instance_tests.type_of(self, value)

    def format(self, value: Value, spec: str = "", conversion: str = "") -> str | Unknown:
        return formatting.format_value(self, value, spec, conversion)

    def is_concrete(self, value: Value) -> bool:
        return formatting.is_concrete(self, value)

    def caught(self, raised: PyRaise, *, again: bool = False) -> None:
        """Note that the program catches an exception, or that it lets it go on after all (`again`)."""
        for run in self.model_runs:
            if raised.violation is not None and run.violation is raised.violation:
                run.caught = not again

    def throw(self, error: type[BaseException], message: str) -> NoReturn:
        """Raise an exception in the interpreted program."""
        self.last_place = self.place()
        raise PyRaise(error(message))

    # --- sizes -------------------------------------------------------------------------------------------

    def as_size(self, value: Value) -> int | Dim | None:
        """Return an integer or symbolic size for a value that must be one, else None."""
        if isinstance(value, bool):
            return int(value)
        if isinstance(value, int | Dim):
            return value
        if isinstance(value, Argument):
            return value.dim
        return None


ARITHMETIC = frozenset({"+", "-", "*", "/", "//", "%", "**", "abs", "round"})
CONVERSIONS: Mapping[str, type[Unknown]] = MappingProxyType(
    {"int": DerivedWhole, "len": DerivedWhole, "float": DerivedNumber}
)


def _kind_of_result(source: Unknown, operation: str, operands: tuple[Value, ...]) -> type[Unknown]:
    """Return what an operation makes of something unknown: whether it is a number, and a whole one, may be known."""
    if operation in CONVERSIONS:
        return CONVERSIONS[operation]
    if isinstance(source, Number) and operation in ARITHMETIC:
        others = [other for other in operands if not isinstance(other, bool | str)]
        if all(isinstance(other, int | Whole) for other in (source, *others)):
            return DerivedNumber if operation in ("/", "**") else DerivedWhole
        if all(isinstance(other, int | float | Dim | Ratio | Number) for other in others):
            return DerivedNumber
    return Harmless if isinstance(source, Harmless) else Derived


RAISES_NOTHING = frozenset({"is", "isinstance", "issubclass", "hasattr", "type", "callable"})
"""Questions that raise nothing, whatever they are asked about."""


TELLS_NOTHING = frozenset({".", "super", "__get__"})
"""Questions that let nobody have what they are asked about: what they give is called later on, if at all."""
MAX_NESTED = 4
"""How deep what a question is about may lie in containers for it to be known again."""


def _same(operand: Value, depth: int = MAX_NESTED) -> tuple[object, ...] | None:
    """Return what two operands have in common if a question about them is the same one; None if it may change."""
    if operand is None or isinstance(operand, str | bytes | int | float | Dim):
        return (type(operand), operand)
    if isinstance(operand, tuple | list | set | frozenset | dict):
        if not depth:
            return None
        parts = [_same(part, depth - 1) for part in operand]
        if isinstance(operand, dict):
            parts += [_same(part, depth - 1) for part in operand.values()]
        return None if None in parts else (type(operand), *parts)
    return (type(operand), id(operand))
