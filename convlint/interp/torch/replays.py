"""Calls of equal modules on equal input: what the first one left is told again of the others, instead of running them.

A call is told again only if it can do nothing else: it wrote to nothing that was there before it, met nothing unknown,
and returned tensors; and only of a module with the same key (`likeness`), on input of the same sizes, in the same mode,
where all that it asks of what is assumed of the sizes has the same answer, on a path that decides alike.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.structs import replace

from convlint.interp.records.records import UNCHANGING, module_info
from convlint.interp.torch.likeness import Key, Unlike, key_of
from convlint.interp.values.classes import ModuleInstance
from convlint.interp.values.unknown import Value
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Assumptions, Dim, Questions, SymbolKind, symbols_of
from convlint.trace import Arguments, Event, ModuleInfo, OpenCondition, Place

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

PLAIN = (int, float, str, type(None), Dim)
MOST_WAYS = 24
MOST_FAILURES = 3


class Decision(Struct, frozen=True):
    """A decision on sizes, as the run keeps it; `here` where it was taken at the place of the call itself."""

    reason: str
    chosen: bool
    place: Place | None
    here: bool


class Left(Struct, frozen=True):
    """What a call has left behind, to be told again."""

    given: tuple[Tensor, ...]
    result: Value
    events: tuple[Event, ...]
    conditions: tuple[OpenCondition, ...]
    asked: Questions
    decided: tuple[Decision, ...]
    """What it decided of sizes."""
    numbers: dict[int, int]
    """The numbers of the modules, in the order of the key, by the identity of what the events tell of them."""
    parameters: dict[int, tuple[int, str]]
    """The number of the module and the name of each parameter that the modules hold, by its identity."""
    around: ModuleInfo | None
    depth: int
    """How many calls were around this one."""
    touched: tuple[bool, ...]
    called: frozenset[Place]
    entered: frozenset[tuple[str, str]]
    reads_training: bool


class Fixed(Struct, eq=False):
    """A model as it was built, for all the runs that begin with it; `objects` are all that it reaches, by identity."""

    objects: dict[int, object]
    keys: dict[int, tuple[Key, tuple[ModuleInstance, ...]] | None] = {}


class Known(Struct, eq=False):
    """What calls with one key have left, one for each way that they go, and how many cannot be told again."""

    left: list[Left] = []
    failures: int = 0

    @property
    def is_full(self) -> bool:
        return len(self.left) >= MOST_WAYS or self.failures >= MOST_FAILURES


class Replays:
    """The calls that the runs of one program have made, by all that they hang on."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Known] = {}
        self._pinned: list[object] = []
        """What keys name by identity, so that the identity stays its own."""

    def call(
        self, vm: Vm, obj: ModuleInstance, args: list[Value], kwargs: dict[str, Value], run: Callable[[], Value]
    ) -> Value:
        """Return the result of a call: `run()`, or what it was when an equal call ran."""
        given = _tensors(vm, [*args, *kwargs.values()])
        found = None if given is None or vm.place() is None else self._module(vm, obj)
        if given is None or found is None:
            return run()
        module, modules = found
        modes = tuple(part.attrs.get("training") for part in modules)
        known = self._known.setdefault((module, _input(args, kwargs), modes, vm.settling > 0), Known())
        for left in known.left:
            after = vm.assumptions.again(left.asked) if _decides_alike(vm, left) else None
            if after is not None:
                return _again(vm, left, modules, given, after)
        if known.is_full:
            return run()
        before = _Before(vm, modules, given, tuple(_lists([*args, *kwargs.values()])))
        return self._first(known, before, run)

    def _module(self, vm: Vm, obj: ModuleInstance) -> tuple[Key, tuple[ModuleInstance, ...]] | None:
        fixed = vm.fixed
        if fixed is None or id(obj) not in fixed.objects:
            return None
        if not fixed.objects.keys().isdisjoint(vm.marks):
            return None  # this path has lost something of the model
        if id(obj) not in fixed.keys:
            try:
                key, modules, named = key_of(obj, vm.program.standing, vm.marks)
                self._pinned.extend(named)
                fixed.keys[id(obj)] = (key, modules)
            except Unlike:
                fixed.keys[id(obj)] = None
        return fixed.keys[id(obj)]

    def _first(self, known: Known, before: _Before, run: Callable[[], Value]) -> Value:
        try:
            result = run()
        finally:
            touched = before.touched_since()
        left = before.left(result, touched)
        if left is None:
            known.failures += 1
        else:
            known.left.append(left)
        return result


def _tensors(vm: Vm, values: list[Value]) -> tuple[Tensor, ...] | None:
    """Return the tensors among arguments; None if there is more than tensors without values and plain values."""
    found: list[Tensor] = []
    for value in _spread(vm, values):
        if isinstance(value, Tensor):
            if value.data is not None or value.bounds is not None or value.aliases is not None or value.is_parameter:
                return None
            found.append(value)
        elif not isinstance(value, PLAIN):
            return None
    return tuple(found)


def _spread(vm: Vm, values: Iterable[Value]) -> Iterator[Value]:
    """Yield the values, and in place of lists and tuples that the call was given what is in them."""
    for value in values:
        if type(value) is tuple or (type(value) is list and vm.taint_of(value) is None):
            yield from _spread(vm, value)
        else:
            yield value


def _input(args: list[Value], kwargs: dict[str, Value]) -> Key:
    """Return what a call hangs on of its arguments; a tensor that is given twice is told by its place."""
    first: dict[int, int] = {}

    def of(value: Value) -> Hashable:
        if isinstance(value, list | tuple):
            return type(value), *map(of, value)
        if not isinstance(value, Tensor):
            return type(value), value
        place = first.setdefault(id(value), len(first))
        return place, value.shape, value.dtype, value.requires_grad

    return tuple(map(of, args)), tuple((name, of(value)) for name, value in kwargs.items())


class _Before:
    """How a run stood before a call, to tell what the call has left."""

    def __init__(
        self, vm: Vm, modules: tuple[ModuleInstance, ...], given: tuple[Tensor, ...], lists: Sequence[list[Value]]
    ) -> None:
        self._vm, self._modules, self._given = vm, modules, given
        self._lists = [(held, list(held)) for held in lists]
        self._as_given = [(tensor.shape, tensor.dtype, tensor.requires_grad) for tensor in given]
        self._counts = _counts(vm)
        self._events, self._conditions = len(vm.events), len(vm.conditions)
        self._asked = vm.assumptions.mark()
        self._place, self._decided = vm.place(), len(vm.taken)
        self._called, self._entered = set(vm.called), set(vm.entered)
        self._touched = [module.touched for module in modules]
        self._reads_training, vm.reads_training = vm.reads_training, False
        for module in modules:
            module.touched = False

    def touched_since(self) -> tuple[bool, ...]:
        """Return which modules the call has read, and let the run go on with all that it had read before."""
        touched = tuple(module.touched for module in self._modules)
        for module, before in zip(self._modules, self._touched, strict=True):
            module.touched = module.touched or before
        return touched

    def left(self, result: Value, touched: tuple[bool, ...]) -> Left | None:
        """Return what the call has left; None if it cannot be told again."""
        vm = self._vm
        reads_training = vm.reads_training
        vm.reads_training = reads_training or self._reads_training
        unchanged = [(tensor.shape, tensor.dtype, tensor.requires_grad) for tensor in self._given] == self._as_given
        kept = all(_same(held, before) for held, before in self._lists)
        if _counts(vm) != self._counts or not (unchanged and kept) or not self._is_told(result):
            return None
        if not vm.on_sizes.issuperset(range(self._decided, len(vm.taken))):
            return None
        infos = tuple(module_info(vm, module) for module in self._modules)
        left = Left(
            self._given,
            result,
            tuple(vm.events[self._events :]),
            tuple(vm.conditions[self._conditions :]),
            vm.assumptions.since(self._asked),
            tuple(self._decisions()),
            {id(info): number for number, info in enumerate(infos)},
            {id(held): (number, name) for number, info in enumerate(infos) for name, held in info.parameters.items()},
            _owner(vm),
            len(vm.stack()),
            touched,
            frozenset(vm.called - self._called),
            frozenset(vm.entered - self._entered),
            reads_training,
        )
        return left if _can_be_told(left) else None

    def _decisions(self) -> Iterator[Decision]:
        vm = self._vm
        for index in range(self._decided, len(vm.taken)):
            place = vm.decided_at[index]
            yield Decision(vm.reasons[index], vm.taken[index], place, place == self._place)

    def _is_told(self, result: Value) -> bool:
        """Whether a result is made of plain values and of tensors without values, in lists of the call's own."""
        if type(result) in (tuple, list):
            given = any(result is held for held, _ in self._lists)
            return not given and all(map(self._is_told, result))
        if isinstance(result, Tensor):
            return result.data is None and result.aliases is None
        return type(result) in UNCHANGING


def _same(held: list[Value], before: list[Value]) -> bool:
    return len(held) == len(before) and all(one is other for one, other in zip(held, before, strict=True))


def _lists(values: Iterable[Value]) -> Iterator[list[Value]]:
    """Yield the lists among values, those inside of others included."""
    for value in values:
        if isinstance(value, list):
            yield value
        if isinstance(value, list | tuple):
            yield from _lists(value)


def _counts(vm: Vm) -> tuple[object, ...]:
    """What must be the same after a call as before it."""
    return (
        vm.writes.count,
        vm.answered,
        len(vm.gaps),
        len(vm.assigned),
        len(vm.doubts),
        len(vm.model_runs),
        len(vm.built),
        vm.caught_demands,
        len(vm.autocast),
    )


def _owner(vm: Vm) -> ModuleInfo | None:
    return module_info(vm, vm.owners[-1]) if vm.owners else None


def _can_be_told(left: Left) -> bool:
    """Whether records speak of the call's own modules only, and of no size that each call has anew."""
    records: tuple[Event | OpenCondition, ...] = (*left.events, *left.conditions)
    for record in records:
        if record.module is not None and id(record.module) not in left.numbers:
            return False
        if len(record.stack) < left.depth:
            return False
    within = (event.within for event in left.events)
    if not all(info is None or info is left.around or id(info) in left.numbers for info in within):
        return False
    tensors = {id(tensor): tensor for event in left.events for tensor in event.outputs}
    return not any(map(_has_own_size, tensors.values())) and not _has_own_size(left.result)


def _has_own_size(value: Value) -> bool:
    """Whether there is a size in a value that each call has anew."""
    if isinstance(value, Dim):
        return any(symbol.kind is SymbolKind.UNKNOWN for symbol in symbols_of(value))
    parts = value.shape if isinstance(value, Tensor) else value
    return (
        any(type(part) is not int and _has_own_size(part) for part in parts)
        if isinstance(parts, tuple | list)
        else False
    )


# --- telling again ---------------------------------------------------------------------------------------


def _decides_alike(vm: Vm, left: Left) -> bool:
    """Whether the path takes the decisions that a call has taken."""
    here = vm.place()
    asked = [here if decision.here else decision.place for decision in left.decided]
    return all(
        vm.choice(place, asked[:number]) == decision.chosen
        for number, (place, decision) in enumerate(zip(asked, left.decided, strict=True))
    )


def _again(
    vm: Vm, left: Left, modules: tuple[ModuleInstance, ...], given: tuple[Tensor, ...], after: Assumptions
) -> Value:
    telling = _Telling(vm, left, modules, given)
    vm.step(1 + len(left.events))
    vm.assumptions = after
    for decision in left.decided:
        vm.on_sizes.add(len(vm.taken))
        vm.taken.append(decision.chosen)
        vm.reasons.append(decision.reason)
        vm.decided_at.append(vm.place() if decision.here else decision.place)
    vm.events.extend(map(telling.event, left.events))
    vm.conditions.extend(map(telling.condition, left.conditions))
    vm.called |= left.called
    vm.entered |= left.entered
    vm.reads_training = vm.reads_training or left.reads_training
    for module, touched in zip(modules, left.touched, strict=True):
        module.touched = module.touched or touched
    return telling.value(left.result)


class _Telling:
    """One call told again: its own modules, tensors and calls around it in place of those of the call that ran."""

    def __init__(self, vm: Vm, left: Left, modules: tuple[ModuleInstance, ...], given: tuple[Tensor, ...]) -> None:
        self._left = left
        self._vm, self._modules = vm, modules
        self._around = _owner(vm)
        place = vm.place()
        assert place is not None
        self._place, self._stack = place, vm.stack()
        self._inside = (*self._stack, place)
        self._tensors = {id(old): new for old, new in zip(left.given, given, strict=True)}

    def event(self, event: Event) -> Event:
        place, stack = self._where(event)
        value = self.value
        return Event(  # `dataclasses.replace` takes three times as long
            event.name,
            self._info(event.module),
            place,
            stack,
            tuple([value(tensor) for tensor in event.inputs]),
            tuple([value(tensor) for tensor in event.outputs]),
            event.arguments,
            event.windows,
            event.cost,
            event.output_known,
            event.inputs_known,
            event.leaf,
            self._info(event.within),
            value(event.result),
            self._arguments(event.given),
            event.unknown,
            event.adapted,
        )

    def condition(self, condition: OpenCondition) -> OpenCondition:
        place, stack = self._where(condition)
        return replace(condition, module=self._info(condition.module), place=place, stack=stack)

    def _where(self, record: Event | OpenCondition) -> tuple[Place, tuple[Place, ...]]:
        inner = record.stack[self._left.depth + 1 :]
        if len(record.stack) == self._left.depth:
            return self._place, self._stack
        return record.place, self._inside + inner

    def _info(self, info: ModuleInfo | None) -> ModuleInfo | None:
        if info is None:
            return None
        number = self._left.numbers.get(id(info))
        return self._around if number is None else module_info(self._vm, self._modules[number])

    def _arguments(self, given: Arguments | None) -> Arguments | None:
        if given is None:
            return None
        named = {name: self.value(value) for name, value in given.named.items()}
        return Arguments(tuple(map(self.value, given.positional)), named, given.training)

    def value(self, value: Any) -> Any:
        """Return the same value with tensors of this call's own; what is shared in the one is shared in the other."""
        if type(value) is Tensor:
            if value.is_parameter:
                return self._parameter(value)
            found = self._tensors.get(id(value))
            if found is None:
                found = self._tensors[id(value)] = value.twin()
            return found
        if type(value) in (tuple, list):
            return type(value)(map(self.value, value))
        if type(value) is dict:
            return {name: self.value(item) for name, item in value.items()}
        return value

    def _parameter(self, tensor: Tensor) -> Tensor:
        """A parameter that an operation was given: that of the same name of this call's own module."""
        if id(tensor) not in self._left.parameters:
            return tensor
        number, name = self._left.parameters[id(tensor)]
        found = self._modules[number].parameters.get(name)
        return found if isinstance(found, Tensor) else tensor
