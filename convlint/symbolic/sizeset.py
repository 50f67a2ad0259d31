"""`SizeSet`, an exact set of integers that people can read: "32…35", "multiples of 16", "odd, ≥ 3", "any"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from convlint.symbolic.domain import Domain
from convlint.symbolic.intervals import joined

MAX_LISTED = 64


class Progression(Struct, frozen=True):
    """The integers ≡ `residue` modulo `step` from `low` to `high`, both members; None where there is no end."""

    low: int | None
    high: int | None
    step: int = 1
    residue: int = 0

    def __contains__(self, number: int) -> bool:
        if number % self.step != self.residue:
            return False
        return (self.low is None or number >= self.low) and (self.high is None or number <= self.high)

    @property
    def count(self) -> int | None:
        """How many there are; None for infinitely many."""
        return None if self.low is None or self.high is None else (self.high - self.low) // self.step + 1


class SizeSet(Struct, frozen=True):
    """A set of integers, as disjoint progressions in order. `least` is the least value that was possible at all."""

    parts: tuple[Progression, ...]
    least: int | None = 1

    @staticmethod
    def of(domain: Domain) -> SizeSet:
        """Return the values of a domain."""
        parts: list[Progression] = []
        for where in domain.classes:
            step = where.modulus or 1
            for low, high in where.span:
                first = None if low is None else where.residue + where.modulus * low
                last = None if high is None else where.residue + where.modulus * high
                parts.append(Progression(first, last, step, where.residue % step))
        return SizeSet(tuple(_ordered(_gathered(parts))), domain.symbol.least)

    def __contains__(self, number: int) -> bool:
        return any(number in part for part in self.parts)

    def __iter__(self) -> Iterator[int]:
        """Iterate over a finite set in order; ValueError for an infinite one."""
        counts = [part.count for part in self.parts]
        if None in counts:
            raise ValueError("the set is infinite")
        members = (
            range(part.low, part.high + 1, part.step)
            for part in self.parts
            if part.low is not None and part.high is not None
        )
        return iter(sorted(number for member in members for number in member))

    @property
    def is_empty(self) -> bool:
        return not self.parts

    @property
    def is_any(self) -> bool:
        """Whether it holds every value that was possible."""
        return self.parts == (Progression(self.least, None),)

    def __str__(self) -> str:
        if self.is_empty:
            return "none"
        if self.is_any:
            return "any"
        return " or ".join(_texts(self.parts, self.least))


def _gathered(parts: list[Progression]) -> Iterable[Progression]:
    """Turn short finite progressions and intervals into as few intervals as there can be."""
    sparse = [part for part in parts if part.step > 1 and (part.count is None or part.count > 3)]
    dense = joined(
        interval
        for part in parts
        if part not in sparse
        for interval in (
            [(part.low, part.high)]
            if part.step == 1 or part.low is None or part.high is None
            else [(number, number) for number in range(part.low, part.high + 1, part.step)]
        )
    )
    return [*sparse, *(Progression(low, high) for low, high in dense)]


def _ordered(parts: Iterable[Progression]) -> list[Progression]:
    return sorted(parts, key=lambda part: (part.low is not None, part.low or 0, part.step, part.residue))


def _texts(parts: tuple[Progression, ...], least: int | None) -> Iterator[str]:
    """Yield a text for each group of parts: the finite ones in one list, infinite ones of the same step together."""
    finite = [part for part in parts if part.step == 1 and part.high is not None and part.low is not None]
    if finite:
        shown = [str(part.low) if part.low == part.high else f"{part.low}…{part.high}" for part in finite[:MAX_LISTED]]
        yield ", ".join([*shown, "…"] if len(finite) > MAX_LISTED else shown)
    groups: dict[tuple[object, ...], list[Progression]] = {}
    for part in parts:
        if part not in finite:
            # Only progressions without an end can be told in one text.
            key = (part.step, part.low is None) if part.high is None else (part,)
            groups.setdefault(key, []).append(part)
    for group in groups.values():
        yield from _group_texts(group, least)


def _group_texts(group: list[Progression], least: int | None) -> Iterator[str]:
    """Yield texts for progressions of one step; in one when they start at the same bound."""
    first = group[0]
    bound = None if any(part.low is None for part in group) else min(part.low or 0 for part in group)
    together = first.high is None and (
        all(part.low is None for part in group)
        or (bound is not None and all(part.low == bound + (part.residue - bound) % part.step for part in group))
    )
    if not together:
        for part in group:
            yield _describe([part], part.low, least)
        return
    yield _describe(group, bound, least)


def _describe(group: list[Progression], bound: int | None, least: int | None) -> str:
    step, high = group[0].step, group[0].high
    residues = sorted(part.residue for part in group)
    if step == 1:
        kind = ""
    elif step == 2 and len(residues) == 1:
        kind = "odd" if residues[0] else "even"
    elif residues == [0]:
        kind = f"multiples of {step}"
    else:
        kind = f"≡ {', '.join(map(str, residues))} (mod {step})"
    # A start that is only where the symbol's own range starts goes without saying.
    free = least is not None and all(part.low == least + (part.residue - least) % step for part in group)
    if bound is not None and high is not None:
        span = f"{bound}…{high}"
    elif bound is not None:
        span = "" if free and kind else f"≥ {bound}"
    else:
        span = "" if high is None else f"≤ {high}"
    return ", ".join(text for text in (kind, span) if text) or "any"
