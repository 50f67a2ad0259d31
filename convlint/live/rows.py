"""Where the rows of one version of a text are in another."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from msgspec import Struct


class Rows(Struct, frozen=True):
    """The rows (from 1) of a new text that are rows of an old one too, and the other way round."""

    _old: dict[int, int]
    _new: dict[int, int]

    @classmethod
    def of(cls, old: Sequence[str], new: Sequence[str]) -> Rows:
        """Compare two texts by their lines. What is alike at the beginning and at the end needs no search."""
        least = min(len(old), len(new))
        before = next((at for at in range(least) if old[at] != new[at]), least)
        after = next((at for at in range(least - before) if old[-1 - at] != new[-1 - at]), least - before)
        middle = SequenceMatcher(None, old[before : len(old) - after], new[before : len(new) - after], autojunk=False)
        pairs = [(at, at) for at in range(before)]
        pairs += [
            (before + block.a + at, before + block.b + at)
            for block in middle.get_matching_blocks()
            for at in range(block.size)
        ]
        pairs += [(len(old) - at, len(new) - at) for at in range(after, 0, -1)]
        return cls({b + 1: a + 1 for a, b in pairs}, {a + 1: b + 1 for a, b in pairs})

    def old(self, row: int) -> int | None:
        """Return the old row of a new one, None for one that has changed."""
        return self._old.get(row)

    def new(self, row: int) -> int | None:
        """Return the new row of an old one, None for one that has changed."""
        return self._new.get(row)
