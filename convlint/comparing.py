"""Values that are compared by some of their fields only: two findings are the same whatever proves them."""

from __future__ import annotations

import functools
from collections.abc import Callable
from operator import attrgetter
from typing import Any, ClassVar


class Compared:
    """A base in front of `Struct`: two are equal where all of their fields are but those that are kept `apart`.

    A struct compares all of its fields itself, with `!=` too, where only `==` is written anew.
    """

    __slots__ = ()
    apart: ClassVar[frozenset[str]]

    def __eq__(self, other: object) -> bool:
        kind: Any = type(self)
        return isinstance(other, kind) and _counting(kind)(self) == _counting(kind)(other)

    __ne__ = object.__ne__

    def __hash__(self) -> int:
        kind: Any = type(self)
        return hash(_counting(kind)(self))


@functools.cache
def _counting(kind: Any) -> Callable[[Any], Any]:
    """Return what gives the fields of a class that are compared."""
    return attrgetter(*(name for name in kind.__struct_fields__ if name not in kind.apart))
