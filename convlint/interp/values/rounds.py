"""Loops that are not run item by item: an iterator whose first item stands for those that follow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from convlint.interp.values.functions import GeneratorValue
from convlint.interp.values.unknown import MISSING, Value


@dataclass(eq=False, slots=True)
class Rounds(GeneratorValue):
    """An iterator over items that are alike, such as the batches of a loader.

    `iterator` gives the items on which a loop runs its body: the first one as it really is, then one for each kind of
    item that is different, such as a last, smaller batch. `another` makes an item like the first, for `next`. `count`
    is how many there are in all, None where that is not known.
    """

    another: Callable[[], Value] = lambda: MISSING
    count: int | None = None
    taken: int = 0
    passes: int = 1

    @property
    def is_exact(self) -> bool:
        """Whether a loop that runs on what `iterator` gives does all that the program does."""
        return self.count is not None and self.count <= self.passes

    def following(self) -> Value:
        """Return what `next` gives, `MISSING` at the end."""
        self.taken += 1
        if self.count is not None and (self.is_exact or self.taken > self.count):
            return next(self.iterator, MISSING) if self.taken <= self.count else MISSING
        return self.another()

    def mapped(self, change: Callable[[Value, bool], Value], name: str) -> Rounds:
        """Return an iterator whose items are `change(item, whether it is the first)`."""
        return Rounds(
            _changed(self.iterator, change),
            name,
            lambda: change(self.another(), False),
            self.count,
            self.taken,
            self.passes,
        )


def _changed(items: Iterator[Value], change: Callable[[Value, bool], Value]) -> Iterator[Value]:
    for index, item in enumerate(items):
        yield change(item, index == 0)
