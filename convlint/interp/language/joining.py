"""Two states of a run made one: what differs between now and an earlier moment is known only as far as both agree."""

from __future__ import annotations

import collections
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from convlint.interp.language.alike import NUMBERS, common_sizes
from convlint.interp.values.arrays import ArrayLike, Formed
from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance
from convlint.interp.values.functions import BoundMethod, Function, GeneratorValue, Native
from convlint.interp.values.modules import PyModule
from convlint.interp.values.reach import is_atom
from convlint.interp.values.rounds import Rounds
from convlint.interp.values.scope import Frame, Scope
from convlint.interp.values.unknown import MISSING, Harmless, Number, OneOf, Unknown, Value, Whole
from convlint.layers.core.tensor import Tensor
from convlint.layers.shared import constants
from convlint.symbolic import Dim, Size, SymbolKind, symbols_of
from convlint.symbolic.dim import of_atom

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

PLAIN = (int, float, complex, str, bytes, type(None))
CLASSES = (ClassValue, Native, type)
"""What may be a class; of those of libraries, functions are not told from classes here."""


class Joint:
    """What differs between two states of objects, and what of it is known of both."""

    def __init__(self, vm: Vm, reason: str) -> None:
        self._vm = vm
        self._cause = Unknown(reason, vm.place())
        self._changed = False
        self._lists: dict[tuple[int, int], tuple[list[Value], list[Value], list[Value]]] = {}

    def _is_new(self, value: Value) -> bool:
        """Whether an object is known to have been made since the states parted, so that nothing older holds it."""
        return False

    def _join_object(self, value: Value, before: Any) -> None:
        if isinstance(value, Tensor):
            self._tensor(value, before)
        elif isinstance(value, Instance):
            more = [self._table(table, entries) for table, entries in zip(tables(value), before, strict=True)]
            if any(more) and value.tainted is None:
                value.tainted, self._changed = self._cause, True
        elif isinstance(value, ClassValue):
            if self._table(value.namespace, before) and value.unknown_base is None:
                value.unknown_base, self._changed = self._cause, True
        elif isinstance(value, Function):
            self._defaults(value, before[0])
            self._names(value.attrs, before[1])
        elif isinstance(value, Scope | PyModule):
            self._names(value.names if isinstance(value, Scope) else value.attrs, before)
        elif isinstance(value, dict):
            if len(value) != len(before) or value.keys() != before.keys():
                self._lost(value)
            self._table(value, before)
        elif isinstance(value, list) and len(value) == len(before):
            for index, (now, then) in enumerate(zip(list(value), before, strict=True)):
                self._entry(value.__setitem__, index, then, now)
        elif len(value) != len(before) or any(now is not then for now, then in zip(value, before, strict=True)):
            self._lost(value)

    def _table(self, table: dict[Any, Value], before: dict[Any, Value]) -> list[Any]:
        """Join the entries of a table; return and remove those that were not there: they may be there or not."""
        for name, then in before.items():
            now = table.get(name, MISSING)
            if now is not then:
                self._entry(table.__setitem__, name, then, now)
        added = [name for name in table if name not in before] if len(table) > len(before) else []
        for name in added:
            del table[name]
        return added

    def _names(self, table: dict[str, Value], before: dict[str, Value]) -> None:
        """Join a table in which a name that may be there is taken to be there."""
        for name in self._table(table, before):
            table[name], self._changed = self._unknown(), True

    def _defaults(self, function: Function, before: dict[str, Value]) -> None:
        """Join the defaults of a function, which are set all at once."""
        now = function.defaults
        if now is not before:
            names = before | now
            function.defaults = {
                name: self._joined(before.get(name, MISSING), now.get(name, MISSING)) for name in names
            }

    def _entry(self, store: Callable[[Any, Value], None], name: Any, then: Value, now: Value) -> None:
        made = self._joined(then, now)
        if made is not now:
            store(name, made)

    def _lost(self, value: Value) -> None:
        if self._vm.taint_of(value) is None:
            self._changed = True
            self._vm.taint(value, self._cause)

    def _tensor(self, tensor: Tensor, before: tuple[Any, ...]) -> None:
        shape, dtype, data = before
        if tensor.shape != shape or tensor.dtype != dtype:
            self._lost(tensor)
        elif tensor.data is not data and tensor.data != data:
            self._changed = True
            constants.overwritten(tensor)

    # --- values -----------------------------------------------------------------------------------------

    def joined(self, then: Value, now: Value) -> Value:
        """Return what stands for both of two values."""
        return self._joined(then, now)

    def _joined(self, then: Value, now: Value) -> Value:
        """Return what stands for both; `now` itself where it says no more than `then` did."""
        if now is then:
            return now
        if isinstance(now, NUMBERS) and isinstance(then, NUMBERS):
            return self._joined_numbers(then, now)
        if isinstance(now, Unknown) or isinstance(then, Unknown):
            self._changed |= not isinstance(then, Unknown) or isinstance(then, Number)
            if isinstance(now, Harmless) and isinstance(then, Harmless):
                return Harmless(self._cause.reason, self._cause.place)
            return self._unknown()
        if (
            type(now) is type(then)
            or (isinstance(now, Instance) and isinstance(then, Instance))
            or (isinstance(now, int) and isinstance(then, int))
        ):
            same = self._of_one_kind(then, now)
            if same is not MISSING:
                return same
        self._changed = True
        if isinstance(now, CLASSES) and isinstance(then, CLASSES):
            return OneOf(self._cause.reason, self._cause.place, (then, now))
        return self._unknown()

    def _of_one_kind(self, then: Value, now: Value) -> Value:
        if isinstance(now, Tensor):
            return self._joined_tensors(then, now)
        if isinstance(now, Instance):
            return self._joined_arrays(then, now)
        if isinstance(now, tuple) and len(now) == len(then):
            parts = [self._joined(a, b) for a, b in zip(then, now, strict=True)]
            return now if all(made is part for made, part in zip(parts, now, strict=True)) else type(now)(parts)
        if type(now) is list:
            return self._joined_lists(then, now)
        if isinstance(now, Rounds) and isinstance(then, Rounds):
            return self._joined_rounds(then, now)
        if isinstance(now, Function) and now.node is then.node:
            return now
        if isinstance(now, BoundMethod) and now.receiver is then.receiver:
            return now
        if isinstance(now, PLAIN) or (is_atom(now) and not isinstance(now, Unknown)):
            return now if now == then else MISSING
        return MISSING

    def _joined_lists(self, then: list[Value], now: list[Value]) -> Value:
        """A list of what is the same in both, for two that only what is joined here can hold."""
        if len(now) != len(then) or not (self._is_new(now) and self._is_new(then)):
            return MISSING
        key = (id(then), id(now))
        if key not in self._lists:
            parts = [self._joined(a, b) for a, b in zip(then, now, strict=True)]
            self._lists[key] = (then, now, parts)
        return self._lists[key][2]

    def _joined_rounds(self, then: Rounds, now: Rounds) -> Value:
        """One of two iterators over one object, as far along as nobody knows."""
        if (
            not now.goes_over_the_same(then)
            or self._vm.taint_of(now) is not None
            or self._vm.taint_of(then) is not None
        ):
            return MISSING
        self._changed |= then.count is not None
        now.count = then.count = None
        return now

    def _joined_numbers(self, then: Value, now: Value) -> Value:
        """A number, and a whole one, where both are that."""
        known = not isinstance(now, Number) and not isinstance(then, Number)
        if known and all(isinstance(now, kind) == isinstance(then, kind) for kind in (bool, float)) and now == then:
            return now
        whole = all(isinstance(one, int | Dim | Whole) and not isinstance(one, bool) for one in (then, now))
        self._changed |= not isinstance(then, Number) or (isinstance(then, Whole) and not whole)
        if isinstance(then, bool) or isinstance(now, bool):
            return self._unknown()
        return (Whole if whole else Number)(self._cause.reason, self._cause.place)

    def _joined_arrays(self, then: Value, now: Value) -> Value:
        """An array or a picture of which only the form is known, `MISSING` for other objects."""
        if not isinstance(then, Formed) or not isinstance(now, Formed):
            return MISSING
        if isinstance(then, ArrayLike) != isinstance(now, ArrayLike):
            return MISSING
        if now.tainted is not None or then.tainted is not None:
            return MISSING
        if now.is_open and then.is_open and now.form == then.form:
            return now
        made = self._joined_tensors(Tensor(*then.form), Tensor(*now.form))
        self._changed |= not then.is_open
        return now.like(made.shape, made.dtype) if isinstance(made, Tensor) else MISSING

    def _joined_tensors(self, then: Tensor, now: Tensor) -> Value:
        """A tensor of which only what is the same in both is known."""
        if then.ndim != now.ndim or self._vm.taint_of(now) is not None or self._vm.taint_of(then) is not None:
            return MISSING
        dtype = now.dtype if now.dtype == then.dtype else ""
        known = then.shape == now.shape and dtype == then.dtype
        if known and (then.data is None or then.data == now.data):
            return now
        sizes = common_sizes((now.shape, then.shape), self._cause.reason)
        both = then.is_parameter and now.is_parameter
        made = Tensor(sizes, dtype, None, both, then.requires_grad and now.requires_grad)
        loses = (then.dtype, then.data, then.is_parameter, then.requires_grad) != (
            dtype,
            None,
            both,
            made.requires_grad,
        )
        self._changed |= loses or not all(a == b or _is_any_size(b) for a, b in zip(now.shape, then.shape, strict=True))
        return made

    def _unknown(self) -> Unknown:
        return Unknown(self._cause.reason, self._cause.place)


def _is_any_size(size: Size) -> bool:
    """Whether a size says nothing: one symbol, which stands for an unknown number."""
    found = symbols_of(size)
    return len(found) == 1 and size == of_atom(next(iter(found))) and next(iter(found)).kind is SymbolKind.UNKNOWN


class Journal(Joint):
    """What is written to from one moment on, and how it was then, so that the run can turn back to that moment.

    The names of all that runs are kept from the start; other objects when they are first written to. What a module does
    that is imported meanwhile stays.
    """

    def __init__(self, vm: Vm, reason: str, frame: Frame) -> None:
        super().__init__(vm, reason)
        self._own = frame.scope
        self._before: dict[int, tuple[Value, Any]] = {}
        self._generators: list[GeneratorValue] = []
        for running in vm.frames:
            scope: Scope | None = running.scope
            while scope is not None and id(scope) not in self._before:
                self.note(scope)
                self._generators += [item for item in scope.names.values() if isinstance(item, GeneratorValue)]
                scope = scope.parent

    def note(self, value: Value) -> None:
        """Keep how an object is that is about to be written to."""
        if id(value) not in self._before:
            copy = copied(value)
            if copy is not None:
                self._before[id(value)] = (value, copy)

    def include(self, other: Journal) -> None:
        """Keep what another one has kept that began later."""
        self._before = {**other._before, **self._before}

    def turn_back(self) -> State:
        """Make everything what it was at first; return what it was until now."""
        until_now = {key: (value, copied(value)) for key, (value, _) in self._before.items()}
        self.turn_to(self._before)
        return until_now

    def turn_to(self, state: State) -> None:
        """Make everything what it was in a state; what is not in it, what it was at first."""
        for key, (value, before) in self._before.items():
            put(value, state[key][1] if key in state else before)

    def join(self, other: State = MappingProxyType({}), names: State | None = MappingProxyType({})) -> bool:
        """Make everything what it may be now or may be in another state; return whether anything was different.

        With `names`, the names of what runs are those of that state, or, with None, stay what they are.
        """
        for key, (value, before) in self._before.items():
            if value is self._own and names is None:
                continue
            if value is self._own and names:
                put(value, names[key][1])
                continue
            self._join_object(value, other[key][1] if key in other else before)
        for generator in self._generators:
            self._vm.taint(generator, self._cause)
        return self._changed


State = Mapping[int, tuple[Value, Any]]
"""How objects are at one moment, by identity."""


def put(value: Value, copy: Any) -> None:
    """Make an object what it was when it was copied."""
    if isinstance(value, Tensor):
        value.shape, value.dtype, value.data = copy
    elif isinstance(value, Instance):
        for table, entries in zip(tables(value), copy, strict=True):
            _refill(table, entries)
    elif isinstance(value, ClassValue):
        _refill(value.namespace, copy)
    elif isinstance(value, Function):
        value.defaults = copy[0]
        _refill(value.attrs, copy[1])
    elif isinstance(value, Scope | PyModule):
        _refill(value.names if isinstance(value, Scope) else value.attrs, copy)
    elif isinstance(value, dict | set):
        _refill(value, copy)
    elif isinstance(value, collections.deque):
        value.clear()
        value.extend(copy)
    else:
        value[:] = copy


def _refill(table: Any, entries: Any) -> None:
    table.clear()
    table.update(entries)


def tables(value: Instance) -> list[dict[str, Value]]:
    tables = [value.attrs]
    if isinstance(value, ModuleInstance):
        tables += [value.parameters, value.buffers, value.modules]
    return tables


def copied(value: Value) -> Any:
    """Return what an object that may change holds now, None for one that never does."""
    if isinstance(value, Tensor):
        return value.shape, value.dtype, value.data
    if isinstance(value, Instance):
        return [dict(table) for table in tables(value)]
    if isinstance(value, ClassValue):
        return dict(value.namespace)
    if isinstance(value, Function):
        return value.defaults, dict(value.attrs)
    if isinstance(value, Scope | PyModule):
        return dict(value.names if isinstance(value, Scope) else value.attrs)
    if isinstance(value, dict):
        return dict(value)
    return list(value) if isinstance(value, list | set | bytearray | collections.deque) else None
