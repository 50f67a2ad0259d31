"""Pictures of the world: what values are at one moment, to be put back later; and what a run writes to."""

from __future__ import annotations

from collections.abc import Container, Iterable

from msgspec import Struct

from convlint.interp.values.classes import ClassValue, Instance, ModuleInstance
from convlint.interp.values.modules import PyModule
from convlint.interp.values.reach import Restore, Unseen, held_by, is_atom, restorer
from convlint.interp.values.unknown import Value


class Picture(Struct, frozen=True):
    """What some values and all that they reach were at one moment."""

    restorers: tuple[Restore, ...]
    kept: tuple[object, ...]
    """The objects, so that they stay what their identities say."""

    def put_back(self) -> None:
        """Make every object what it was."""
        for restore in self.restorers:
            restore()


def picture(roots: Iterable[Value], standing: Container[int]) -> Picture:
    """Return a picture of all that `roots` reach. What is `standing`, by identity, is looked after by `Writes`.

    Raises `reach.Unseen` if something may change unseen.
    """
    waiting = list(roots)
    seen: dict[int, object] = {}
    restorers: list[Restore] = []
    while waiting:
        value = waiting.pop()
        number = id(value)
        if is_atom(value) or number in seen or number in standing:
            continue
        seen[number] = value
        waiting.extend(held_by(value))
        if isinstance(value, Instance):  # what restores it restores its table, too
            waiting.extend(value.attrs.values())
            seen[id(value.attrs)] = value.attrs
        restore = restorer(value)
        if restore is not None:
            restorers.append(restore)
    return Picture(tuple(restorers), tuple(seen.values()))


_shared: dict[int, object] = {}


def share(value: Value) -> None:
    """Tell of a value that convlint itself brings along, the same one for all programs."""
    _shared[id(value)] = value


def is_shared(value: object) -> bool:
    """Whether a value is convlint's own: a modelled class or module, or something that one of them holds."""
    if type(value) is ClassValue:
        return value.place is None and value.module is None
    return id(value) in _shared or (type(value) is PyModule and not value.filename)


class Standing(dict[int, object]):
    """Everything that stands before a run begins, by identity: what imports have made."""

    def adopt(self, roots: Iterable[Value]) -> None:
        """Add all that `roots` reach, as far as it can be seen."""
        waiting = list(roots)
        while waiting:
            value = waiting.pop()
            if is_atom(value) or id(value) in self:
                continue
            self[id(value)] = value
            try:
                waiting.extend(held_by(value))
            except Unseen:
                continue


class Writes:
    """What a run has written to that stood before it, with what undoes that."""

    __slots__ = ("_after", "_before", "_standing", "count", "watched")

    def __init__(self, standing: Container[int] = ()) -> None:
        self._standing = standing
        self.watched: Container[int] = ()
        """Younger objects, by identity, that writes are counted for too."""
        self.count = 0
        self._before: dict[int, tuple[object, Restore]] = {}
        self._after: list[Restore] = []

    def note(self, value: object) -> None:
        """Keep what an object is before it is written to, and with a module its parts."""
        stands = self.stands(value)
        if stands or id(value) in self.watched:
            self.count += 1
        if not stands or id(value) in self._before:
            return
        restore = restorer(value)
        if restore is not None:
            self._before[id(value)] = (value, restore)
        if isinstance(value, ModuleInstance):
            for part in value.modules.values():
                self.note(part)

    def stands(self, value: object) -> bool:
        """Whether an object stood before the run began."""
        return id(value) in self._standing or is_shared(value)

    def touches(self, value: object) -> bool:
        """Whether the run has written to an object."""
        return id(value) in self._before

    def written(self) -> list[object]:
        """Return the objects that were written to."""
        return [value for value, _ in self._before.values()]

    def undo(self) -> None:
        """Make everything what it was before the run."""
        self._after = [after for value, _ in self._before.values() if (after := restorer(value)) is not None]
        for _, restore in self._before.values():
            restore()

    def redo(self) -> None:
        """Make everything what the run had made of it."""
        for restore in self._after:
            restore()

    def going_on(self) -> Writes:
        """Return the writes of a run that goes on from here; what undoes these undoes both."""
        other = Writes(self._standing)
        other._before = dict(self._before)
        other.watched, other.count = self.watched, self.count
        return other
