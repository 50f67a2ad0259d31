"""What arrays of libraries have in common: a shape and a dtype, of which one may stand for several arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.values.classes import Instance
from convlint.interp.values.unknown import Value
from convlint.symbolic import Size

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


class ArrayLike(Instance, eq=False):
    """An array. `is_open` says that no more is known of it than its shape and dtype."""

    @property
    def is_open(self) -> bool:
        raise NotImplementedError

    @property
    def form(self) -> tuple[tuple[Size, ...], str]:
        """Its shape and dtype, "" for one that is not known."""
        raise NotImplementedError

    def as_data(self, vm: Vm) -> Value:
        """Return the tensor that torch makes of it, or unknown."""
        raise NotImplementedError

    def like(self, shape: tuple[Size, ...], dtype: str) -> ArrayLike:
        """Return an array of the same library of which only that is known."""
        raise NotImplementedError
