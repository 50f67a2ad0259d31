"""A moment of a run, to which what happens after it may or may not be added."""

from __future__ import annotations

import copy
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from convlint.interp.language.joining import Joint, copied, put, tables
from convlint.interp.values.classes import ClassValue, Instance
from convlint.interp.values.functions import Function, GeneratorValue, births
from convlint.interp.values.modules import PyModule
from convlint.interp.values.reach import Unseen, held_by, is_atom
from convlint.interp.values.rounds import Rounds
from convlint.interp.values.scope import Frame, Scope
from convlint.interp.values.unknown import MISSING, Value
from convlint.layers.core.tensor import Tensor
from convlint.symbolic import Dim

if TYPE_CHECKING:
    from convlint.interp.vm import Vm

ATOMIC = (int, float, str, Dim)


class Moment(Joint):
    """What all that the running code can reach was at one moment; what is written to from then on, until it is over.

    The names of what runs are kept from the start, other objects when they are first written to. What stood before the
    run began, and is first written to now, is not known afterwards. What has been made since the moment is left alone:
    it was not there then.
    """

    def __init__(self, vm: Vm, reason: str, parted: Moment | None = None) -> None:
        """`parted` is when the ways that are joined parted."""
        super().__init__(vm, reason)
        self._parted = parted
        self._reached: Any = MISSING
        """What `_all_there` returned, None where that cannot be seen."""
        self._before: dict[int, tuple[Value, Any]] = {}
        self._late: dict[int, Value] = {}
        self._drawn: dict[int, tuple[GeneratorValue, int]] = {}
        self._born = births()
        for frame in vm.frames:
            scope: Scope | None = frame.scope
            while scope is not None and id(scope) not in self._before:
                if not vm.writes.stands(scope) or vm.writes.touches(scope):
                    self._before[id(scope)] = (scope, copied(scope))
                scope = scope.parent
        self._roots = tuple(value for value, _ in self._before.values())
        vm.moments.append(self)

    def __enter__(self) -> Moment:
        return self

    def __exit__(self, *raised: object) -> None:
        self.close()

    def close(self) -> None:
        """Look no further at what is written to. A generator that waits may do so whatever has begun meanwhile."""
        if self in self._vm.moments:
            self._vm.moments.remove(self)

    def going_on(self) -> Moment:
        """Return the same moment, which is not over when this one is closed."""
        other = copy.copy(self)
        self._vm.moments.append(other)
        return other

    def note(self, value: Value) -> None:
        """Keep how an object is that is about to be written to."""
        if id(value) in self._before or id(value) in self._late:
            return
        if self._vm.writes.stands(value) and not self._vm.writes.touches(value):
            self._late[id(value)] = value
        elif isinstance(value, ClassValue) and value.place is None:
            return  # a library's: they are large, and few programs write to them
        else:
            now = copied(value)
            if now is not None:
                self._before[id(value)] = (value, now)
        if isinstance(value, Tensor) and value.aliases is not None:
            for alias in value.aliases:
                if alias is not value:
                    self._before.setdefault(id(alias), (alias, copied(alias)))

    def note_drawn(self, value: GeneratorValue) -> None:
        """Keep that something is about to be drawn from an iterator, and from what it draws from."""
        if id(value) in self._drawn:
            return
        if value.born < self._born:
            self._drawn[id(value)] = (value, value.taken if isinstance(value, Rounds) else 0)
        for held in value.holds:
            if isinstance(held, GeneratorValue):
                self.note_drawn(held)

    @property
    def is_written(self) -> bool:
        """Whether anything has been written to since, or drawn from."""
        if len(self._before) > len(self._roots) or self._late or self._drawn:
            return True
        return any(not _is_same(copied(value), before) for value, before in self._before.values())

    def join(self) -> bool:
        """Make everything what it may be now or may have been then; return whether anything was different."""
        self._changed = False
        for value, before in self._there():
            self._tell_others(value)
            self._join_object(value, before)
        self._changed |= bool(self._late)
        self._forget_the_rest()
        return self._changed

    def interrupt(self) -> None:
        """Make everything what it may have been at any time since then: what is again what it was may have differed."""
        between = [
            value
            for value, before in self._before.values()
            if not isinstance(value, Scope | Tensor) and _is_same(copied(value), before)
        ]
        self.join()
        for value in between:
            if isinstance(value, Instance):
                value.attrs.update(dict.fromkeys(value.attrs, self._unknown()))
            else:
                self._vm.taint(value, self._cause)

    def put_back(self) -> None:
        """Make everything what it was then: what was done since ends in an exception that nobody catches."""
        for value, before in self._there():
            self._tell_others(value)
            put(value, before)
        self._forget_the_rest()

    def _tell_others(self, value: Value) -> None:
        for moment in self._vm.moments:
            if moment is not self:
                moment.note(value)

    def _forget_the_rest(self) -> None:
        """Forget what cannot be made again what it was: what stood before the run, and iterators."""
        for value in list(self._late.values()):
            self._vm.havoc(value, self._cause.reason)
        for generator, taken in self._drawn.values():
            if not isinstance(generator, Rounds):
                self._vm.taint(generator, self._cause)
            elif generator.taken != taken:
                self._changed |= generator.count is not None
                generator.count = None

    def _is_new(self, value: Value) -> bool:
        return self._parted is not None and not self._parted.had(value)

    def had(self, value: Value) -> bool:
        """Whether the running code may have reached an object at the moment."""
        if self._vm.writes.stands(value):
            return True
        if self._reached is MISSING:
            try:
                self._reached = self._all_there()
            except Unseen:
                self._reached = None
        return self._reached is None or id(value) in self._reached

    def _all_there(self) -> dict[int, Value]:
        """Return all that the running code could reach at the moment. Raises Unseen."""
        found: dict[int, Value] = {}
        waiting: deque[Value] = deque(self._roots)
        while waiting:
            value = waiting.popleft()
            if is_atom(value) or id(value) in found:
                continue
            found[id(value)] = value
            kept = self._before.get(id(value))
            if kept is not None:
                waiting.extend(_held_then(*kept))
            elif isinstance(value, GeneratorValue):
                waiting.extend([*value.holds, getattr(value, "source", None)])
            elif isinstance(value, Frame):
                waiting.append(value.scope)
            elif not self._vm.writes.stands(value) or self._vm.writes.touches(value):
                waiting.extend(_held(value) if isinstance(value, Scope) else held_by(value))
        return found

    def _there(self) -> list[tuple[Value, Any]]:
        """Return what was written to and was there at the moment: what the running code could reach then."""
        found = [self._before[id(value)] for value in self._roots]
        changed = (number for number, (value, before) in self._before.items() if not _is_same(copied(value), before))
        sought = set(changed) - {id(value) for value in self._roots}
        waiting: deque[Value] = deque(self._roots)
        seen: set[int] = set()
        while sought and waiting:
            value = waiting.popleft()
            number = id(value)
            if is_atom(value) or number in seen:
                continue
            seen.add(number)
            kept = self._before.get(number)
            if number in sought:
                sought.discard(number)
                found.append(self._before[number])
            elif kept is None and self._vm.writes.stands(value) and not self._vm.writes.touches(value):
                continue
            waiting.extend(_held(value) if kept is None else _held_then(*kept))
        return found


class Left:
    """How things were where a round may have been left before its end, by `break` or `continue`; `any` if it may."""

    __slots__ = ("_moments", "any")

    def __init__(self) -> None:
        self._moments: list[Moment] = []
        self.any = False

    @property
    def is_pending(self) -> bool:
        """Whether something is kept for the end of the round."""
        return bool(self._moments)

    def note(self, moment: Moment) -> None:
        """Keep how things are where the round may be left."""
        self._moments.append(moment)
        self.any = True

    def rejoin(self) -> None:
        """At the end of the round, let everything be what it is now or was where the round may have been left."""
        for moment in self._moments:
            moment.join()
        self.close()

    def close(self) -> None:
        """Keep nothing any more."""
        for moment in self._moments:
            moment.close()
        self._moments.clear()


def _is_same(now: Any, before: Any) -> bool:
    """Whether two copies of an object hold the same objects in the same places."""
    if now is before:
        return True
    if isinstance(now, dict) and isinstance(before, dict):
        return len(now) == len(before) and all(before.get(key, MISSING) is item for key, item in now.items())
    if isinstance(now, list | tuple) and isinstance(before, list | tuple):
        return len(now) == len(before) and all(map(_is_same, now, before))
    return isinstance(now, ATOMIC) and type(now) is type(before) and bool(now == before)


def _held(value: Value) -> Iterable[Value]:
    if isinstance(value, Scope):
        return [value.parent, *value.names.values()]
    try:
        return held_by(value)
    except Unseen:
        return ()


def _held_then(value: Value, then: Any) -> Iterable[Value]:
    """Return what an object held when it was copied."""
    if isinstance(value, Scope):
        return [value.parent, *then.values()]
    if isinstance(value, Instance):
        held = [item for table in then for item in table.values()]
        return [*held, *tables(value), value.payload, value.cls]
    if isinstance(value, Tensor):
        return value.aliases or ()
    if isinstance(value, ClassValue):
        return [*then.values(), *value.mro[1:]]
    if isinstance(value, Function):
        return [value.scope, *then[0].values(), *then[1].values()]
    if isinstance(value, PyModule):
        return [value.scope, *then.values()]
    if isinstance(value, dict):
        return [*then.keys(), *then.values(), getattr(value, "default_factory", None)]
    rest: Iterable[Value] = then
    return rest
