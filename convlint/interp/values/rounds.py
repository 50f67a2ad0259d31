"""Loops that are not run item by item: an iterator whose first item stands for those that follow."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator

from convlint.interp.values.functions import GeneratorValue
from convlint.interp.values.unknown import MISSING, Value

EXACT = 2
"""So many rounds are run one by one."""


class Rounds(GeneratorValue, eq=False):
    """An iterator over items that are alike, such as the batches of a loader.

    `iterator` gives the items on which a loop runs its body: the first one as it really is, then one for each kind of
    item that is different, such as a last, smaller batch. `another` makes an item like the first, for `next`. `count`
    is how many there are in all, None where that is not known. `source` is the object that it goes over, such as the
    loader: two over the same one give items that are alike.
    """

    another: Callable[[], Value] = lambda: MISSING
    count: int | None = None
    taken: int = 0
    passes: int = 1
    source: Value = MISSING

    def goes_over_the_same(self, other: Rounds) -> bool:
        """Whether two iterators are of one kind and go over one object."""
        return self.source is not MISSING and self.source is other.source and self.name == other.name

    @property
    def is_exact(self) -> bool:
        """Whether a loop that runs on what `iterator` gives does all that the program does."""
        return self.count is not None and self.count <= self.passes

    def certain_items(self) -> Iterator[Value]:
        """Return all items where they are known one by one, else the first one if it is known that there is one."""
        return self.iterator if self.is_exact else itertools.islice(self.iterator, 0 if self.count is None else 1)

    @property
    def is_run_exactly(self) -> bool:
        """Whether there are so few rounds that a loop runs each of them."""
        return self.count is not None and self.count <= EXACT

    def following(self) -> Value:
        """Return what `next` gives, `MISSING` at the end."""
        self.taken += 1
        if self.count is not None and (self.is_exact or self.taken > self.count):
            return next(self.iterator, MISSING) if self.taken <= self.count else MISSING
        return self.another()

    def mapped(self, change: Callable[[Value, int | None], Value], name: str) -> Rounds:
        """Return an iterator whose items are `change(item, its number)`; None for a number that is not known."""
        few = self.is_run_exactly
        return Rounds(
            _changed(self.iterator, change, numbered=few),
            name,
            another=lambda: change(self.another(), self.count - 1 if few and self.count else None),
            count=self.count,
            taken=self.taken,
            passes=self.passes,
        )


def _changed(
    items: Iterator[Value], change: Callable[[Value, int | None], Value], *, numbered: bool
) -> Iterator[Value]:
    for index, item in enumerate(items):
        yield change(item, index if numbered or not index else None)
