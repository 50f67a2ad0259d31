"""The accepted sets are those that enumeration finds, and read well."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convlint.symbolic import (
    Condition,
    Dim,
    SymbolKind,
    all_of,
    any_of,
    at_least,
    divides,
    equal,
    evaluate,
    holds,
    not_equal,
    symbol,
)
from convlint.symbolic.solve import Solution, solve

from .expressions import Claim, claims, name_of

H, W, N = symbol("H"), symbol("W"), symbol("N")
A = symbol("a", SymbolKind.ARGUMENT)
h, w, n, a = (name_of(dim) for dim in (H, W, N, A))


def accepts(solution: Solution, point: dict) -> bool:
    """Read a solution as its docstring says."""
    if solution.impossible:
        return False
    return (
        all(point[s] in values for s, values in solution.sizes)
        and all(point[s] == evaluate(size, point) for s, size in solution.equalities)
        and (
            not solution.alternatives
            or any(all(point[s] in values for s, values in case.sizes) for case in solution.alternatives)
        )
        and all(holds(condition, point) for condition in solution.undecided)
    )


@settings(max_examples=500, derandomize=True, deadline=None)
@given(st.lists(claims([H], depth=3), min_size=1, max_size=3))
def test_one_input_size(given_claims: list[Claim]) -> None:
    solution = solve([condition for condition, _ in given_claims])
    for x in range(1, 201):
        assert accepts(solution, {h: x}) == all(truth({h: x}) for _, truth in given_claims)


@settings(max_examples=150, derandomize=True, deadline=None)
@given(st.lists(claims([A]), min_size=1, max_size=3))
def test_one_argument(given_claims: list[Claim]) -> None:
    solution = solve([condition for condition, _ in given_claims])
    for x in range(-80, 81):
        assert accepts(solution, {a: x}) == all(truth({a: x}) for _, truth in given_claims)


@settings(max_examples=250, derandomize=True, deadline=None)
@given(st.lists(claims([H, W]), min_size=1, max_size=3))
def test_two_input_sizes(given_claims: list[Claim]) -> None:
    solution = solve([condition for condition, _ in given_claims])
    for x, y in itertools.product(range(1, 22), repeat=2):
        point = {h: x, w: y}
        assert accepts(solution, point) == all(truth(point) for _, truth in given_claims)


windows = st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(0, 2))


@settings(max_examples=120, derandomize=True, deadline=None)
@given(windows, windows, st.integers(1, 6), st.integers(1, 60), st.lists(claims([H, W]), max_size=1))
def test_flattened_planes(first: tuple, second: tuple, channels: int, features: int, more: list[Claim]) -> None:
    def out(size: object, window: tuple) -> object:
        return (size + 2 * window[2] - window[0]) // window[1] + 1

    solution = solve(
        [
            at_least(out(H, first), 1),
            at_least(out(W, second), 1),
            equal(channels * out(H, first) * out(W, second), channels * features),
            *(condition for condition, _ in more),
        ]
    )
    for x, y in itertools.product(range(1, 40), repeat=2):
        sides = out(x, first), out(y, second)
        expected = min(sides) >= 1 and sides[0] * sides[1] == features and all(f({h: x, w: y}) for _, f in more)
        assert accepts(solution, {h: x, w: y}) == expected


POOLED = (H - 2) // 2 + 1


@pytest.mark.parametrize(
    ("conditions", "text"),
    [
        ([equal(H // 8, 4)], "H: 32…39"),
        ([equal((H - 3) // 2 + 1, 16)], "H: 33…34"),
        ([divides(16, H)], "H: multiples of 16"),
        ([equal(((H // 2) // 2) * 4, H)], "H: multiples of 4"),
        ([divides(16, H), at_least(H, 33)], "H: multiples of 16, ≥ 48"),
        ([at_least(H, 7)], "H: ≥ 7"),
        ([at_least(H, 0)], "H: any"),
        ([divides(2, H + 1), at_least(H, 3)], "H: odd, ≥ 3"),
        ([divides(2, H + 1)], "H: odd"),
        ([divides(2, H)], "H: even"),
        ([divides(4, H + 3)], "H: ≡ 1 (mod 4)"),
        ([any_of(divides(4, H + 3), divides(4, H + 2)), at_least(H, 5)], "H: ≡ 1, 2 (mod 4), ≥ 5"),
        ([not_equal(H, 5)], "H: 1…4 or ≥ 6"),
        ([any_of(equal(H, 3), equal(H, 7), at_least(H, 10))], "H: 3, 7 or ≥ 10"),
        ([at_least(100, H), divides(16, H)], "H: multiples of 16, 16…96"),
        ([equal(A * A, 9)], "a: -3, 3"),
        ([at_least(3, A)], "a: ≤ 3"),
        ([divides(3, A)], "a: multiples of 3"),
        ([equal(H * H, 10)], "no size is accepted"),
        ([equal(H, 4), equal(H, 5)], "no size is accepted"),
        ([equal(H, W), at_least(H, 4)], "H: ≥ 4\nW == H"),
        ([equal(H, 5), at_least(W, 4)], "H: 5\nW: ≥ 4"),
        ([at_least(H * W, 10)], "H: any\nW: any\nH*W >= 10 (not decided)"),
        ([equal(H * H * H - W, 0)], "H: any\nW == H**3"),
        (
            [equal(16 * POOLED * ((W - 2) // 2 + 1), 64), at_least(POOLED, 1)],
            "H: ≥ 2\nW: any\n(H: 2…3, W: 8…9) or (H: 4…5, W: 4…5) or (H: 8…9, W: 2…3)",
        ),
        ([equal(N * POOLED * POOLED, 18), at_least(POOLED, 2)], "H: ≥ 4\nN: any\n(H: 6…7, N: 2)"),
    ],
)
def test_text(conditions: list[Condition], text: str) -> None:
    assert str(solve(conditions)) == text


def test_symbols_without_conditions_are_free() -> None:
    solution = solve([], [h])
    assert str(solution) == "H: any"
    assert solution.of(w) is None


def test_finite_sets_can_be_listed() -> None:
    assert list(solve([at_least(30, H), divides(7, H)]).of(h)) == [7, 14, 21, 28]
    with pytest.raises(ValueError, match="infinite"):
        list(solve([divides(7, H)]).of(h))


def test_what_is_too_hard_is_named() -> None:
    """A period beyond the bound, and a quotient by a size that may be zero."""
    far = all_of(equal(H // 5003 * 5003, H), at_least(H, 7))
    assert str(solve([far])) == "H: ≥ 7\n5003*(H//5003) == H (not decided)"
    zero = equal(12 // A, 3)
    assert solve([zero]).undecided == (zero,)


def test_a_case_that_ties_symbols_together_is_not_told_as_free() -> None:
    """Once H is known, N depends on W: no sets of single symbols say that."""
    solution = solve([equal(H * W, 6), equal(N * H, W + 5)])
    for point in ({h: x, w: y, n: z} for x, y, z in itertools.product(range(1, 12), repeat=3)):
        assert accepts(solution, point) == (point[h] * point[w] == 6 and point[n] * point[h] == point[w] + 5)


def test_sets_compare_by_their_members() -> None:
    def accepted(size: Dim) -> object:
        return solve([equal(2 * (size // 2), size)]).of(h)

    assert accepted(H) == accepted(H + 4)
    assert accepted(H) != accepted(H + 1)
