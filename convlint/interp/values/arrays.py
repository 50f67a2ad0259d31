"""What arrays of libraries have in common: a shape and a dtype, of which one may stand for several arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from convlint.interp.values.classes import Instance
from convlint.interp.values.unknown import Value
from convlint.symbolic import Size

if TYPE_CHECKING:
    from convlint.interp.vm import Vm


class Formed(Instance, eq=False):
    """An object of a library that has a form, and is not changed. `is_open` says that no more is known of it."""

    @property
    def is_open(self) -> bool:
        raise NotImplementedError

    @property
    def form(self) -> tuple[tuple[Size, ...], str]:
        """Its sizes, and of which kind it is: "" for one that is not known."""
        raise NotImplementedError

    def like(self, shape: tuple[Size, ...], dtype: str) -> Formed:
        """Return an object of the same library of which only that is known."""
        raise NotImplementedError


class ArrayLike(Formed, eq=False):
    """An array. Its form is its shape and its dtype."""

    def as_data(self, vm: Vm) -> Value:
        """Return the tensor that torch makes of it, or unknown."""
        raise NotImplementedError
