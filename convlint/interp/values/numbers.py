"""Numbers that are not Python's own: conditions on sizes, exact ratios, numbers and sizes of libraries."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from msgspec import Struct

from convlint.interp.values.classes import ClassValue
from convlint.symbolic import Condition, Dim

if TYPE_CHECKING:
    from convlint.layers.core.tensor import Tensor


class SymbolicBool:
    """The truth of a condition that holds for some inputs and not for others."""

    __slots__ = ("condition",)

    def __init__(self, condition: Condition) -> None:
        self.condition = condition


class Ratio(Struct, frozen=True):
    """A true division of a symbolic integer by a positive integer, kept exact until it is rounded."""

    numerator: Dim
    denominator: int


class NotKnown(ValueError):
    """Raised by the arithmetic of a `LibraryNumber` whose result is not known."""


class LibraryNumber:
    """A number of a library's own class, such as `numpy.int64`: here a subclass of `int` or `float`.

    Whatever takes Python's numbers takes it; its arithmetic makes numbers of the library again. `cls` is the class that
    the program sees, `also` are the Python classes that it counts as.
    """

    __slots__ = ()
    cls: ClassVar[ClassValue]
    also: ClassVar[tuple[type, ...]] = ()

    def plain(self) -> int | float:
        """Return Python's own number of the same value."""
        raise NotImplementedError

    def as_data(self) -> Tensor:
        """Return what torch makes of it where it asks for the values of a tensor."""
        raise NotImplementedError


class Size(tuple):  # type: ignore[type-arg]
    """`torch.Size`: a tuple of sizes."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"
