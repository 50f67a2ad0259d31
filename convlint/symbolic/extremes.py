"""The largest and smallest of several sizes, and products of many."""

from __future__ import annotations

from collections.abc import Iterable

from convlint.symbolic.bounds import bounds
from convlint.symbolic.dim import Dim, Extreme, Size, of_atom


def maximum(*sizes: Size) -> Size:
    """Return the largest of one or more sizes; ValueError for none."""
    return _extreme(sizes, largest=True)


def minimum(*sizes: Size) -> Size:
    """Return the smallest of one or more sizes; ValueError for none."""
    return _extreme(sizes, largest=False)


def product(sizes: Iterable[Size]) -> Size:
    """Return the product, 1 for no sizes."""
    result: Size = 1
    for size in sizes:
        result = result * size
    return result


def _extreme(sizes: tuple[Size, ...], largest: bool) -> Size:
    if all(isinstance(size, int) for size in sizes):
        return max(sizes) if largest else min(sizes)  # type: ignore[type-var]
    kept = _undominated(_flatten(sizes, largest), largest)
    if len(kept) == 1:
        return kept[0]
    # max(a + c, b + c) = max(a, b) + c: constants are pulled out so that the least of them is 0.
    shift = min(size if isinstance(size, int) else size.constant for size in kept)
    args = sorted(
        (_plain(size - shift) for size in kept), key=lambda size: str(size) if isinstance(size, int) else size.key
    )
    return of_atom(Extreme(largest, tuple(args))) + shift


def _plain(size: Size) -> Size:
    """Return a number of a subclass of `int` as a plain one."""
    return int(size) if isinstance(size, int) else size


def _order(size: Size) -> str:
    return str(size) if isinstance(size, int) else size.key


def _flatten(sizes: Iterable[Size], largest: bool) -> list[Size]:
    """Replace max(a, b) + c among the arguments of a max by a + c and b + c."""
    flat: list[Size] = []
    for size in sizes:
        inner = _only_extreme(size)
        if inner is not None and inner.largest is largest and isinstance(size, Dim):
            flat.extend(arg + size.constant for arg in inner.args)
        else:
            flat.append(size)
    return list(dict.fromkeys(flat))


def _only_extreme(size: Size) -> Extreme | None:
    """Return the atom of a size of the form `extreme + constant`."""
    if isinstance(size, int):
        return None
    found = [(mono, c) for mono, c in size.terms.items() if mono]
    if len(found) != 1:
        return None
    ((mono, coefficient),) = found
    atom, exponent = mono[0]
    plain = len(mono) == 1 and exponent == 1 and coefficient == 1
    return atom if plain and isinstance(atom, Extreme) else None


def _undominated(sizes: list[Size], largest: bool) -> list[Size]:
    """Drop each size that another one exceeds whatever the symbols are."""
    kept: list[Size] = []
    for size in sizes:
        if any(_beats(other, size, largest) for other in kept):
            continue
        kept = [other for other in kept if not _beats(size, other, largest)]
        kept.append(size)
    return kept


def _beats(a: Size, b: Size, largest: bool) -> bool:
    low, _ = bounds(a - b if largest else b - a)
    return low is not None and low >= 0
