"""Runs of classes that need not be made again: nothing that they can come to has changed since they were made.

That is: the statements of the file that are reached are the same objects, in the same rows (`ir.relower` keeps them),
the inputs and settings are the same, and the disk answers all that was asked as it did.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from msgspec import Struct, field

from convlint.analysis.reached import Mentions
from convlint.interp.imports.program import Program
from convlint.interp.values.modules import LazyImport, PyModule
from convlint.ir import nodes
from convlint.source.disk import Disk, Question
from convlint.trace import Gap, ModelTrace, Place


class Found(Struct, frozen=True):
    """What the runs of one class have shown, and how many steps they took."""

    traces: tuple[ModelTrace, ...]
    gaps: tuple[Gap, ...]
    covered: frozenset[Place]
    built: frozenset[Place]
    steps: int


class _Entry(Struct, frozen=True):
    reached: tuple[nodes.Stmt, ...]
    context: Hashable
    found: Found


class Runs(Struct):
    """The runs of the classes of one file that is edited."""

    mentions: Mentions = field(default_factory=Mentions)
    _entries: dict[str, _Entry] = {}
    _module: nodes.Module | None = None
    _answers: dict[Question, str] = {}
    """All that was asked of the disk: what one run has imported the next one finds there, without asking."""

    def read(self, module: nodes.Module, disk: Disk) -> None:
        """Turn to another version of the file, and to the disk of now."""
        if module is not self._module:
            self._module = module
            self.mentions.read(module)
        if not disk.holds(self._answers):
            self._entries.clear()
            self._answers.clear()

    def get(self, name: str, context: Hashable) -> Found | None:
        """Return what the runs of a class have shown, None if they have to be made (again)."""
        entry = self._entries.get(name)
        if entry is None or entry.context != context:
            return None
        reached = self.mentions.reached_from(name)
        same = reached is not None and len(reached) == len(entry.reached)
        if not same or any(new is not old for new, old in zip(reached or (), entry.reached, strict=True)):
            return None
        return entry.found

    def put(self, name: str, context: Hashable, answers: Mapping[Question, str], found: Found) -> None:
        """Keep what the runs of a class have shown, if it can be told when that holds again; `answers` are those that
        the disk has given so far."""
        self._answers.update(answers)
        reached = self.mentions.reached_from(name)
        if reached is None:
            self._entries.pop(name, None)
        else:
            self._entries[name] = _Entry(reached, context, found)


def is_imported_back(program: Program, module: PyModule) -> bool:
    """Whether another module that has run holds something of this one, so that what it does hangs on all of it."""
    for other in program.files.values():
        if other is not module and other.scope is not None:
            stars = program.stars.get(id(other.scope), ())
            if any(star is module for star in stars) or any(_is_of(it, module) for it in other.scope.names.values()):
                return True
    return False


def _is_of(value: object, module: PyModule) -> bool:
    if value is module or (isinstance(value, LazyImport) and value.module is module):
        return True
    return getattr(value, "module", None) is module
