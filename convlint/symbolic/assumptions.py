"""The mutable store of what holds on one path of a program."""

from __future__ import annotations

from collections.abc import Mapping

from convlint.symbolic.conditions import Condition, Verdict
from convlint.symbolic.dim import Size
from convlint.symbolic.domain import Domain
from convlint.symbolic.interning import Memory
from convlint.symbolic.symbols import Symbol
from convlint.symbolic.world import World

MOST_WORLDS = 256

# The paths of a program, its modes, and other models of the same layers assume the same in the same order.
_nothing_assumed = World()
_worlds: Memory[tuple[World, Condition], World] = Memory(MOST_WORLDS)


class Assumptions:
    """The conditions that hold on one path, and what follows from them."""

    def __init__(self) -> None:
        self._assumed: list[Condition] = []
        self._world = _nothing_assumed

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """The assumed conditions as they were given, in order."""
        return tuple(self._assumed)

    @property
    def contradictory(self) -> bool:
        """Whether the conditions were found to exclude each other."""
        return self._world.contradictory

    @property
    def domains(self) -> Mapping[Symbol, Domain]:
        """The exact values of symbols of which more is known than their kind; those in `substitution` left out."""
        return self._world.known.domains

    @property
    def substitution(self) -> Mapping[Symbol, Size]:
        """Symbols that are known to equal a size without them."""
        return self._world.substitution

    @property
    def facts(self) -> tuple[Condition, ...]:
        """What is known besides the substitution, in terms of the other symbols."""
        return tuple(self._world.known.facts)

    def copy(self) -> Assumptions:
        """Return a store that can be added to without changing this one."""
        twin = Assumptions()
        twin._assumed = list(self._assumed)
        twin._world = self._world
        return twin

    def simplify(self, size: Size) -> Size:
        """Rewrite `size` by the equalities that are known; equal to it wherever the assumed conditions hold."""
        return size if isinstance(size, int) else self._world.simplify(size)

    def decide(self, condition: Condition) -> Verdict:
        """Tell whether `condition` follows, cannot be, or may be either.

        PROVED and VIOLATED are theorems for all values of the symbols that their kinds and the assumed conditions
        allow. Exact for quasi-affine conditions of one symbol. OPEN where the assumptions contradict each other.
        """
        return self._world.decide(condition)

    def assume(self, condition: Condition) -> None:
        """Take `condition` as true from now on; the caller has found it OPEN."""
        self._assumed.append(condition)
        self._world = _worlds.recall((self._world, condition), lambda _: self._world.after(condition))
