"""Takes an equality of two products apart, where each factor of the one bounds one of the other from above.

If x₁ ≥ y₁ ≥ 0, …, xₙ ≥ yₙ ≥ 0 and all xᵢ are at least 1, then x₁·…·xₙ = y₁·…·yₙ if and only if xᵢ = yᵢ for every i.
It is how "padded to whole windows, and yet as large as before" becomes "a multiple of the window" for each axis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import gcd

from convlint.symbolic.conditions import Comparison, Condition, Relation, Verdict, at_least, equal
from convlint.symbolic.dim import Dim, Size
from convlint.symbolic.divisors import divisors
from convlint.symbolic.factors import factored
from convlint.symbolic.symbols import Symbol

Factors = dict[frozenset[Symbol], Dim]
Decide = Callable[[Condition], Verdict]
MOST_FACTORS = 4
MOST_SHARES = 32


def pairs(condition: Condition, decide: Decide) -> tuple[Condition, ...] | None:
    """Return equalities of one factor each that hold together exactly when `condition` does; None if there are none."""
    if not isinstance(condition, Relation) or condition.comparison is not Comparison.EQUAL:
        return None
    left, right = _product(condition.left), _product(condition.right)
    if left is None or right is None:
        return None
    (c, xs), (d, ys) = left, right
    groups = sorted({*xs, *ys}, key=lambda group: sorted(symbol.key for symbol in group))
    if not 2 <= len(groups) <= MOST_FACTORS or any(a & b for i, a in enumerate(groups) for b in groups[:i]):
        return None
    common = gcd(c, d)
    for (a, first), (b, second) in (((c, xs), (d, ys)), ((d, ys), (c, xs))):
        found = _ordered(groups, a // common, first, b // common, second, decide)
        if found is not None:
            return tuple(equal(x, y) for x, y in found if x != y)
    return None


def _product(size: Size) -> tuple[int, Factors] | None:
    """Return a positive coefficient and the factors by their symbols; None if `size` is not such a product."""
    if isinstance(size, int):
        return (size, {}) if size > 0 else None
    form = factored(size)
    if form is None:
        content = gcd(*size.terms.values())
        return (content, {size.symbols: _over(size, content)})
    if form.offset or form.coefficient <= 0:
        return None
    return form.coefficient, {factor.symbols: factor for factor in form.factors}


def _over(size: Dim, content: int) -> Dim:
    whole = size // content
    assert isinstance(whole, Dim)
    return whole


def _ordered(
    groups: list[frozenset[Symbol]], c: int, xs: Factors, d: int, ys: Factors, decide: Decide
) -> list[tuple[Size, Size]] | None:
    """Share the coefficients out so that every x is proved to be at least its y, and at least 1."""
    if any(decide(at_least(x, 1)) is not Verdict.PROVED for x in xs.values()):
        return None
    if any(decide(at_least(y, 0)) is not Verdict.PROVED for y in ys.values()):
        return None
    for tried, (mine, others) in enumerate(
        (mine, others) for mine in _shares(c, len(groups)) for others in _shares(d, len(groups))
    ):
        if tried == MOST_SHARES:
            return None
        sides: list[tuple[Size, Size]] = [
            (m * xs.get(group, 1), o * ys.get(group, 1)) for group, m, o in zip(groups, mine, others, strict=True)
        ]
        if all(decide(at_least(x, y)) is Verdict.PROVED for x, y in sides):
            return sides
    return None


def _shares(number: int, count: int) -> Iterator[tuple[int, ...]]:
    """Yield every way to write a positive number as a product of `count` positive ones, in order."""
    if count == 1:
        yield (number,)
        return
    for first in divisors(number) or ():
        for rest in _shares(number // first, count - 1):
            yield (first, *rest)
