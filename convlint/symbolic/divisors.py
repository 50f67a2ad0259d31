"""Products with a given value: which values the factors can have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

MAX_NUMBER = 10**8


def divisors(number: int) -> list[int] | None:
    """Return the positive divisors of a number other than 0, in order; None if it is too large to try."""
    number = abs(number)
    if number > MAX_NUMBER:
        return None
    small: list[int] = []
    large: list[int] = []
    candidate = 1
    while candidate * candidate <= number:
        if number % candidate == 0:
            small.append(candidate)
            if candidate * candidate != number:
                large.append(number // candidate)
        candidate += 1
    return small + large[::-1]


def factorisations(number: int, choices: Sequence[frozenset[int]]) -> Iterator[tuple[int, ...]]:
    """Yield every way to write a number other than 0 as a product with one factor from each set of divisors."""
    if len(choices) == 1:
        if number in choices[0]:
            yield (number,)
        return
    for factor in sorted(choices[0]):
        if number % factor == 0:
            for rest in factorisations(number // factor, choices[1:]):
                yield (factor, *rest)
