"""Modules built again: what the constructor of an equal call has made is copied, instead of running it once more.

A constructor is told again only if it can do nothing else: it has written to nothing that was there before it, met
nothing unknown, decided nothing and called no model; and only where all is as imports have left it, of a class that
they have made, with arguments that are like those of the call that ran (`likeness`).
"""

from __future__ import annotations

import operator
from collections import OrderedDict
from collections.abc import Callable, Container, Hashable, Iterable
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from convlint.interp.records.making import Making
from convlint.interp.torch.likeness import ALWAYS_PLAIN, Alike, Unlike, alike
from convlint.interp.values.classes import Instance, ModuleInstance
from convlint.interp.values.functions import BoundMethod, Native, Partial
from convlint.interp.values.picture import is_shared
from convlint.interp.values.reach import is_atom, remembers_nothing
from convlint.interp.values.unknown import Unknown, Value
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim, Questions
from convlint.trace import Arguments, Place

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

MOST = 2_000
"""How many constructions of one program are remembered."""
MOST_FAILURES = 2
TOLD = frozenset({"steps", "limit", "entered", "built", "reads_training", "last_place", "assumptions"})
"""What of a run may be otherwise after a constructor: it is told again, or counted."""
TABLES = (dict, OrderedDict)


class Built(Struct, frozen=True):
    """What a constructor has left behind: a copy of its module, and what the run had noted."""

    module: ModuleInstance
    given: tuple[object, ...]
    """The objects that its arguments were made of, which are in it by identity."""
    asked: Questions
    entered: frozenset[tuple[str, str]]
    classes: frozenset[Place]
    reads_training: bool
    size: int
    """How many objects it is made of."""


class Known(Struct, eq=False):
    """How often a constructor was called alike, and what it has left once it was told."""

    calls: int = 0
    failures: int = 0
    built: Built | None = None


class Rebuilding:
    """The constructors that the runs of one program have called, by all that they hang on."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Known] = {}
        self._pinned: list[object] = []
        """What keys name by identity, so that the identity stays its own."""

    def construct(
        self, vm: Vm, obj: ModuleInstance, args: list[Value], kwargs: dict[str, Value], run: Callable[[], object]
    ) -> None:
        """Make of a blank module what its constructor makes of it: `run()`, or a copy of what an equal one was."""
        values = [*args, *kwargs.values()]
        given = _likeness_of(vm, values) if _is_as_imported(vm, obj) else None
        known = None if given is None else self._of(vm, obj, (len(args), *kwargs), given)
        if given is None or known is None:
            run()
            return
        known.calls += 1
        if known.built is not None and _asks_alike(vm, known.built):
            _tell_again(vm, known.built, obj, given.objects)
        elif known.calls == 1 or known.built is not None or known.failures >= MOST_FAILURES:
            run()
        else:
            _first(vm, obj, known, given, values, run)

    def _of(self, vm: Vm, obj: ModuleInstance, names: tuple[Hashable, ...], given: Alike) -> Known | None:
        modes = tuple([module.attrs.get("training") for module in given.modules])
        key = (id(obj.cls), names, given.key, modes, vm.gradless.blocks > 0, vm.believed, vm.guarded > 0, _imported(vm))
        found = self._known.get(key)
        if found is None and len(self._known) < MOST:
            found = self._known[key] = Known()
            self._pinned.extend((obj.cls, *given.named))
        return found


def _is_as_imported(vm: Vm, obj: ModuleInstance) -> bool:
    """Whether a constructor finds nothing but its arguments and what imports have made, as they have left it."""
    program = vm.program
    if program.watched or program.overrides or id(obj.cls) not in program.standing:
        return False
    blank = len(obj.attrs) == 1 and not (obj.parameters or obj.buffers or obj.modules)
    return blank and vm.is_as_imported and obj.definition is not None


def _likeness_of(vm: Vm, values: list[Value]) -> Alike | None:
    """Return what values are like, None for those that are like no others."""
    try:
        return alike(values, vm.program.standing, vm.marks)
    except Unlike:
        return None


def _imported(vm: Vm) -> tuple[int, ...]:
    """Return what is another one once something more is imported."""
    program = vm.program
    return len(program.standing), program.patches.count, len(program.marks), len(program.added), len(program.registered)


def _first(
    vm: Vm, obj: ModuleInstance, known: Known, given: Alike, values: list[Value], run: Callable[[], object]
) -> None:
    """Run a constructor, and remember what it leaves if that can be told again."""
    known.failures += 1
    before, imported, asked = _state(vm), _imported(vm), vm.assumptions.mark()
    entered, classes = set(vm.entered), set(vm.built)
    reads_training, vm.reads_training = vm.reads_training, False
    try:
        run()
    finally:
        reads, vm.reads_training = vm.reads_training, vm.reads_training or reads_training
    if _state(vm) != before or _imported(vm) != imported:
        return
    after = _likeness_of(vm, values)
    if after is None or after.key != given.key or any(map(operator.is_not, after.objects, given.objects)):
        return
    try:
        copying = Copying(vm.program.standing, {id(held): held for held in given.objects}, obj, None)
        module = copying.root()
    except Unlike:
        return
    known.built = Built(
        module,
        given.objects,
        vm.assumptions.since(asked),
        frozenset(vm.entered - entered),
        frozenset(vm.built - classes),
        reads,
        copying.size,
    )


def _state(vm: Vm) -> dict[str, object]:
    """Return what must be the same after a constructor as before it: of collections how much is in them."""
    return {
        name: len(value) if isinstance(value, list | dict | set) else value
        for name, value in vars(vm).items()
        if name not in TOLD
    } | {"writes": vm.writes.count}


def _asks_alike(vm: Vm, built: Built) -> bool:
    """Whether all that a constructor has asked of sizes has the same answer; then it has been asked again."""
    if not built.asked.steps:
        return True
    after = vm.assumptions.again(built.asked)
    if after is not None:
        vm.assumptions = after
    return after is not None


def _tell_again(vm: Vm, built: Built, obj: ModuleInstance, given: tuple[object, ...]) -> None:
    vm.step(1 + built.size)
    vm.entered |= built.entered
    vm.built |= built.classes
    vm.reads_training = vm.reads_training or built.reads_training
    same = {id(old): new for old, new in zip(built.given, given, strict=True)}
    Copying(vm.program.standing, same, built.module, obj).root()


class Copying:
    """One module copied with all that it holds, except what stands and what `same` names: that is replaced by its like.

    The copy is made of `target` if that is given, a blank module, or of a new one. Raises Unlike for what cannot be
    copied.
    """

    def __init__(
        self, standing: Container[int], same: dict[int, Any], source: ModuleInstance, target: ModuleInstance | None
    ) -> None:
        self._standing = standing
        self._same = same
        self._source = source
        self._target = target
        self._stacks: dict[int, tuple[Place, ...]] = {}
        self._depth = len(source.definition_stack)
        self.size = 0

    def root(self) -> ModuleInstance:
        """Return the copy of the module itself."""
        source, target = self._source, self._target
        if target is None:  # a blank one, where the original was built
            target = ModuleInstance(source.cls, {}, definition=source.definition)
            target.definition_stack = source.definition_stack
        self._same[id(source)] = target
        assert target.definition is not None
        self._prefix = (*target.definition_stack, target.definition)
        return self._fill(source, target)

    def _value(self, value: Any) -> Any:
        kind = type(value)
        if kind in ALWAYS_PLAIN or kind is Dim:
            return value
        number = id(value)
        if number in self._same:
            return self._same[number]
        if isinstance(value, Unknown):
            raise Unlike
        if kind is tuple:
            return tuple([self._value(part) for part in value])
        if number in self._standing or is_shared(value) or is_atom(value):
            return value
        self.size += 1
        return self._object(value)

    def _object(self, value: Any) -> Any:
        kind = type(value)
        if kind is ModuleInstance:
            return self._module(value)
        if isinstance(value, Tensor):
            if value.aliases is not None:
                raise Unlike
            return self._known(value, value.twin())
        if kind is list:
            new: Any = self._known(value, [])
            new.extend(map(self._value, value))
            return new
        if kind in TABLES:
            return self._table(value, self._known(value, kind()))
        if kind is BoundMethod:
            return self._known(value, BoundMethod(self._value(value.func), self._value(value.receiver)))
        if kind is Partial:
            kwargs = self._table(value.kwargs, {})
            return self._known(value, Partial(self._value(value.func), self._value(value.args), kwargs))
        if kind is Native and not value.holds and (value.reads or remembers_nothing(value.call)):
            return value
        if kind is Instance and value.tainted is None:
            return self._instance(value)
        raise Unlike

    def _known(self, old: Any, new: Any) -> Any:
        self._same[id(old)] = new
        return new

    def _table(self, old: dict[Any, Value], new: dict[Any, Value]) -> dict[Any, Value]:
        """Fill a dict with copies of what another one holds."""
        new.update(old)
        for key, value in old.items():
            if type(value) not in ALWAYS_PLAIN:
                new[key] = self._value(value)
            if type(key) is not str and not _is_plain_key(key):
                raise Unlike
        return new

    def _instance(self, old: Instance) -> Instance:
        new = Instance(self._class(old.cls))
        self._known(old, new)
        new.payload = self._value(old.payload)
        self._table(old.attrs, new.attrs)
        return new

    def _class(self, cls: Value) -> Value:
        if id(cls) not in self._standing and not is_shared(cls):
            raise Unlike
        return cls

    def _module(self, old: ModuleInstance) -> ModuleInstance:
        new = self._known(old, ModuleInstance(self._class(old.cls), {}, definition=old.definition))
        new.definition_stack = self._stack(old.definition_stack)
        return self._fill(old, new)

    def _stack(self, old: tuple[Place, ...]) -> tuple[Place, ...]:
        """Return the calls that lead to where a part is built: to the module, and on from there as before."""
        found = self._stacks.get(id(old))
        if found is None:
            source, depth = self._source, self._depth
            if len(old) <= depth or old[:depth] != source.definition_stack or old[depth] != source.definition:
                raise Unlike
            found = self._stacks[id(old)] = self._prefix + old[depth + 1 :]
        return found

    def _fill(self, old: ModuleInstance, new: ModuleInstance) -> ModuleInstance:
        if old.tainted is not None or old.unknown_members or old.payload is not None:
            raise Unlike
        self._table(old.attrs, new.attrs)
        self._table(old.parameters, new.parameters)
        self._table(old.buffers, new.buffers)
        self._table(old.modules, new.modules)
        new.begun, new.touched, new.changed, new.home = old.begun, old.touched, old.changed, old.home
        new.built = None if old.built is None else self._arguments(old.built)
        if old.made is not None:
            new.made = Making(old.made.cls, self._arguments(old.made.given), old.made.state)
        return new

    def _arguments(self, old: Arguments) -> Arguments:
        values: Iterable[object] = (*old.positional, *old.named.values())
        if all(type(value) in ALWAYS_PLAIN for value in values):
            return old
        named = {name: self._value(value) for name, value in old.named.items()}
        return Arguments(tuple([self._value(value) for value in old.positional]), named, old.training)


def _is_plain_key(key: Any) -> bool:
    return type(key) in ALWAYS_PLAIN or (type(key) is tuple and all(map(_is_plain_key, key)))
