"""What ends an interpreted statement early: exceptions of the program, bounds, and questions to the analysis."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from convlint.interp.values.unknown import Unknown, Value
    from convlint.trace import Violation


class PyRaise(Exception):
    """An exception of the interpreted program. `violation` is set when torch raised it, `explicit` when the program
    did so with `raise` or `assert`."""

    def __init__(self, value: Value, violation: Violation | None = None, *, explicit: bool = False) -> None:
        super().__init__()
        self.value = value
        self.violation = violation
        self.explicit = explicit

    def __str__(self) -> str:
        return repr(self.value)


class Bound(Exception):
    """The run has reached a bound (steps, depth, time): what it has so far stands, the rest is unknown."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Unlisted(Bound):
    """An iterator is asked for an item where nobody knows whether there is one: who draws from it may stand that.

    `depth` is how many frames stand where it was drawn from. Where nobody does, it is a bound.
    """

    def __init__(self, cause: Unknown, depth: int) -> None:
        super().__init__(cause.reason)
        self.cause = cause
        self.depth = depth


class NeedRank(Exception):
    """The program showed the rank of a free input: the run starts again with it."""

    def __init__(self, name: str, rank: int, *, certain: bool = True) -> None:
        super().__init__(f"{name}: rank {rank}")
        self.name = name
        self.rank = rank
        self.certain = certain


class NeedImports(Exception):
    """The run looks at what modules of a package that are not run yet may have changed: it starts again, with the
    imports of that package in order. `package` is "" for the project that is analysed."""

    def __init__(self, package: str) -> None:
        super().__init__(package)
        self.package = package


class NeedFirst(NeedImports):
    """A module that is imported at the beginning of the analysed file, but runs only when it is first asked for,
    changes what the run has changed already: it starts again, with that module run before it."""

    def __init__(self, filename: str) -> None:
        super().__init__("")
        self.filename = filename


class Undecided(Exception):
    """A decision that cannot be taken both ways, because the modules that are run are shared by all paths."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Stop(Enum):
    """How a statement ended other than by running to its end; what is returned is in the frame."""

    BREAK = auto()
    CONTINUE = auto()
    RETURN = auto()
