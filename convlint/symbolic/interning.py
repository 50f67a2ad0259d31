"""One object for equal values, and memories of results: both bounded, by what is alive or by a number.

Values in a `Table` are equal only if they are the same object, so comparing them is comparing identities and hashing
them costs nothing; a value that nobody holds any more leaves the table. What a pure function of such values returns
may be remembered: by `functools.lru_cache` where the results contain no symbols, and in a `Memory` where they may.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar
from weakref import WeakValueDictionary

Value = TypeVar("Value")
Key = TypeVar("Key", bound=Hashable)


class Table(Generic[Value]):
    """The values of one kind that are alive, by what they are made of."""

    def __init__(self) -> None:
        alive: WeakValueDictionary[Hashable, Value] = WeakValueDictionary()
        self._alive = alive
        self._lock = threading.Lock()
        self.get: Callable[[Hashable], Value | None] = alive.get

    def keep(self, key: Hashable, value: Value) -> Value:
        """Return the value of this key: the given one, or the one that another thread was faster to make."""
        with self._lock:
            return self._alive.setdefault(key, value)


class _OneEach(type):
    """Makes one object for equal arguments, which are positional and hashable."""

    __match_args__: tuple[str, ...]

    def __init__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any]) -> None:
        super().__init__(name, bases, namespace)
        cls._table: Table[Any] = Table()

    def __call__(cls, *values: Any) -> Any:
        missing = len(cls.__match_args__) - len(values)
        if missing:
            values += (cls.__init__.__defaults__ or ())[-missing:]  # type: ignore[misc] # there is no subclass
        found = cls._table.get(values)
        return cls._table.keep(values, super().__call__(*values)) if found is None else found


class Interned(metaclass=_OneEach):
    """A base of frozen dataclasses (`slots=True, eq=False`) of which equal arguments give the same object."""

    __slots__ = ("__weakref__",)

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, name) for name in type(self).__match_args__)

    def _derive(self, **values: object) -> None:
        """Set what follows from the arguments; for `__post_init__`."""
        for name, value in values.items():
            object.__setattr__(self, name, value)


class _Numbers:
    """Numbers that no two callers get."""

    def __init__(self) -> None:
        self.last = 0
        self._lock = threading.Lock()

    def next(self) -> int:
        with self._lock:
            self.last += 1
            return self.last


_numbers = _Numbers()


def fresh_number() -> int:
    """Return a number that is greater than all before it in this process."""
    return _numbers.next()


class Memory(dict[Key, Value]):
    """Up to twice `most` results: the last ones by key, and older ones that come back when they are asked for.

    A result for which fresh numbers were taken is not kept: which of two symbols is older would hang on what was
    asked before, and with it the order of everything that is made of them.
    """

    __slots__ = ("_most", "_older")

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most
        self._older: dict[Key, Value] = {}

    def recall(self, key: Key, find: Callable[[Key], Value]) -> Value:
        """Return the result for a key, found out if it is not remembered; results are not None."""
        result = self.get(key)
        if result is not None:
            return result
        result = self._older.get(key)
        if result is None:
            before = _numbers.last
            result = find(key)
            if _numbers.last != before:
                return result
        if len(self) >= self._most:
            self._older = dict(self)
            self.clear()
        self[key] = result
        return result
