"""The mutable store of what holds on one path of a program."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from convlint.symbolic.conditions import Condition, Verdict
from convlint.symbolic.dim import Dim, Size
from convlint.symbolic.domain import Domain
from convlint.symbolic.interning import Memory
from convlint.symbolic.symbols import Symbol
from convlint.symbolic.world import World

MOST_WORLDS = 256

# The paths of a program, its modes, and other models of the same layers assume the same in the same order.
_nothing_assumed = World()
_worlds: Memory[tuple[World, Condition], World] = Memory(MOST_WORLDS)


Step = tuple[int, "Condition | Dim", "Verdict | Size"]
"""The number of a state; a condition and its verdict, a size and what it comes to, or a condition that is assumed and
the number of the state that follows."""


class History(list[Step]):
    """All that is asked and assumed on one path, in order; states are counted."""

    states = 0


class Questions(Struct, frozen=True):
    """What a part of a path asked and assumed, each question once: with the same answers it goes the same way.

    It began in the state `first` and ended in the state `last`.
    """

    steps: tuple[Step, ...]
    first: int
    last: int


class Assumptions:
    """The conditions that hold on one path, and what follows from them."""

    def __init__(self) -> None:
        self._assumed: list[Condition] = []
        self._world = _nothing_assumed
        self._history = History()
        self._state = 0

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
        twin = self.branch()
        twin._history, twin._state = self._history, self._state
        return twin

    def branch(self) -> Assumptions:
        """Return a copy for another path, which remembers no questions."""
        twin = Assumptions()
        twin._assumed = list(self._assumed)
        twin._world = self._world
        return twin

    def simplify(self, size: Size) -> Size:
        """Rewrite `size` by the equalities that are known; equal to it wherever the assumed conditions hold."""
        if isinstance(size, int):
            return size
        found = self._world.simplify(size)
        self._history.append((self._state, size, found))
        return found

    def decide(self, condition: Condition) -> Verdict:
        """Tell whether `condition` follows, cannot be, or may be either.

        PROVED and VIOLATED are theorems for all values of the symbols that their kinds and the assumed conditions
        allow. Exact for quasi-affine conditions of one symbol. OPEN where the assumptions contradict each other.
        """
        verdict = self._world.decide(condition)
        self._history.append((self._state, condition, verdict))
        return verdict

    def assume(self, condition: Condition) -> None:
        """Take `condition` as true from now on; the caller has found it OPEN."""
        self._assumed.append(condition)
        self._world = _worlds.recall((self._world, condition), lambda _: self._world.after(condition))
        history = self._history
        history.states += 1
        history.append((self._state, condition, history.states))
        self._state = history.states

    # --- going the same way again --------------------------------------------------------------------------

    def forget_questions(self) -> None:
        """Forget what was asked so far: nobody will go that way again."""
        self._history.clear()

    def mark(self) -> tuple[int, int]:
        """Return where the path stands now; for `since`."""
        return len(self._history), self._state

    def since(self, mark: tuple[int, int]) -> Questions:
        """Return what has been asked and assumed since a moment."""
        start, first = mark
        return Questions(tuple(dict.fromkeys(self._history[start:])), first, self._state)

    def again(self, questions: Questions) -> Assumptions | None:
        """Return what these become on the way that `questions` tell of; None where one has another answer here."""
        states = {questions.first: self.branch()}
        for number, subject, answer in questions.steps:
            known = states[number]
            if isinstance(subject, Dim):
                if known._world.simplify(subject) != answer:
                    return None
            elif isinstance(answer, Verdict):
                if known._world.decide(subject) is not answer:
                    return None
            else:
                assert isinstance(answer, int)
                states[answer] = known.branch()
                states[answer].assume(subject)
        return self._having_gone(questions, states[questions.last])

    def _having_gone(self, questions: Questions, end: Assumptions) -> Assumptions:
        """Return the end of a way that was gone again, with all that was asked on it."""
        history = end._history = self._history
        numbers = {questions.first: self._state}
        for number, subject, answer in questions.steps:
            if not isinstance(subject, Dim) and isinstance(answer, int):
                history.states += 1
                numbers[answer] = answer = history.states
            history.append((numbers[number], subject, answer))
        end._state = numbers[questions.last]
        return end
