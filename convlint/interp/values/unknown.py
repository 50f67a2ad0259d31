"""What is not known: unknown values with their reason, and the marks of absence."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from convlint.symbolic import SymbolKind, symbol

if TYPE_CHECKING:
    from convlint.trace import Place

Value = Any
"""Any value of the interpreted program."""


class Unknown:
    """A value of which nothing is known, and why. `place` is where tracking stopped."""

    __slots__ = ("place", "reason")

    def __init__(self, reason: str, place: Place | None = None) -> None:
        self.reason = reason
        self.place = place

    def __repr__(self) -> str:
        return f"Unknown({self.reason!r})"


class Derived(Unknown):
    """What an operation on an unknown gives. It stands for equal values, which may be made anew each time."""

    __slots__ = ()


class Number(Unknown):
    """A number, of which nobody knows which one: a random one, the value of a loss, what arithmetic makes of such."""

    __slots__ = ()


class Whole(Number):
    """An integer of which nobody knows which one: where torch takes an index, it drops an axis."""

    __slots__ = ()


class DerivedNumber(Number, Derived):
    """What arithmetic makes of a number that is not known."""

    __slots__ = ()


class DerivedWhole(Whole, Derived):
    """What arithmetic makes of an integer that is not known."""

    __slots__ = ()


class Harmless(Derived):
    """What a library gives that changes nothing it is handed and is no part of a model: a plot, a logger, a metric.

    So is what it gives when it is called, or asked for an attribute.
    """

    __slots__ = ()


class OpenBatch(Unknown):
    """A batch of which nothing is known but that its parts are tensors; `make` gives each of them, by its name."""

    __slots__ = ("_make", "_parts")

    def __init__(self, make: Callable[[str], Value]) -> None:
        super().__init__("a batch of which nothing is known")
        self._make = make
        self._parts: dict[int | str, Value] = {}

    def part(self, key: int | str) -> Value:
        """Return the part under an index or a key, the same each time."""
        if key not in self._parts:
            self._parts[key] = self._make(f"batch[{key!r}]")
        return self._parts[key]


class Shaped(Unknown):
    """A tensor, or an array of NumPy, of which only the shape is known: torch takes it for a tensor."""

    __slots__ = ("shape",)

    def __init__(self, reason: str, place: Place | None, shape: tuple[Any, ...]) -> None:
        super().__init__(reason, place)
        self.shape = shape


class SomeTensor(Unknown):
    """A tensor of which nothing is known but that it is one."""

    __slots__ = ()


class Several(Unknown):
    """Nobody knows how many tensors, but each of them is like `item`."""

    __slots__ = ("item",)

    def __init__(self, reason: str, place: Place | None, item: Any) -> None:
        super().__init__(reason, place)
        self.item = item


def part_of(cause: Unknown) -> Unknown:
    """Return something of something unknown, as an item of it: as harmless as that is."""
    return (Harmless if isinstance(cause, Harmless) else Unknown)(cause.reason, cause.place)


class DeviceName(Unknown):
    """A text that can only be the name of a device: which one, the machine tells."""

    __slots__ = ()


class OneOf(Unknown):
    """One of a few classes, as an unknown condition chooses: what all of them answer alike is known."""

    __slots__ = ("options",)

    def __init__(self, reason: str, place: Place | None, options: tuple[Value, ...]) -> None:
        super().__init__(reason, place)
        self.options = options


class Inside(Derived):
    """What an object has under a name, or what code that is not understood made of it: a call may change the object."""

    __slots__ = ("holder",)

    def __init__(self, reason: str, place: Place | None, holder: Value) -> None:
        super().__init__(reason, place)
        self.holder = holder


class Inherited(Inside):
    """What a module has from a base class that is not known: a call may call all methods that the program gave it."""

    __slots__ = ()


class Perhaps(Unknown):
    """An attribute that code which may have run sets on an object: perhaps there is none."""

    __slots__ = ()


class Negation(Unknown):
    """`not` of a value that is not known: once the one is decided, so is the other."""

    __slots__ = ("of",)

    def __init__(self, of: Unknown) -> None:
        super().__init__(of.reason, of.place)
        self.of = of


class Argument(Unknown):
    """A constructor argument that nobody gives: unknown, but a symbol where an integer is called for."""

    __slots__ = ("dim", "name")

    def __init__(self, name: str) -> None:
        super().__init__(f"argument `{name}` has no known value")
        self.name = name
        self.dim = symbol(name, SymbolKind.ARGUMENT)


class FreeTensor(Unknown):
    """A model input whose rank is not known yet; `NeedRank` is raised where the program shows it.

    `settled` is set once it is known that any of several ranks would do: it then stays unknown.
    """

    __slots__ = ("name", "settled")

    def __init__(self, name: str, *, settled: bool = False) -> None:
        super().__init__(f"the rank of input `{name}` is not known")
        self.name = name
        self.settled = settled


class FreeShape(Unknown):
    """The shape of a `FreeTensor`: unpacking it into n names shows the rank."""

    __slots__ = ("tensor",)

    def __init__(self, tensor: FreeTensor) -> None:
        super().__init__(tensor.reason)
        self.tensor = tensor


class Opaque:
    """A value of which only the identity is known: equal to itself, and perhaps to others.

    `changes` tells whether it may hold something that changes."""

    __slots__ = ()
    changes: ClassVar[bool] = True
    compares: ClassVar[bool] = False
    """Whether its own `==` tells, as far as that is known, whether another value is equal to it."""


class _Missing:
    __slots__ = ()

    def __repr__(self) -> str:
        return "MISSING"


MISSING = _Missing()
"""What lookups return where there is nothing; never a value of the program."""


REQUIRED = _Missing()
"""The default of a lookup that has none: where there is nothing, the program gets an exception."""
