"""Canonical forms have the value of what they were built from, and meet where they should."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from convlint.symbolic import (
    Dim,
    SymbolKind,
    ceil_div,
    evaluate,
    maximum,
    minimum,
    product,
    substitute,
    symbol,
    symbols_of,
)

from .expressions import Expression, expressions, name_of

H, W, N = symbol("H"), symbol("W"), symbol("N")
A = symbol("a", SymbolKind.ARGUMENT)
SYMBOLS = (H, W, A)
VALUES = st.fixed_dictionaries(
    {name_of(H): st.integers(1, 60), name_of(W): st.integers(1, 60), name_of(A): st.integers(-20, 20)}
)


@settings(max_examples=600, derandomize=True, deadline=None)
@given(expressions(SYMBOLS, depth=4, quotients=True), st.lists(VALUES, min_size=5, max_size=5))
def test_value_is_that_of_the_construction(expression: Expression, points: list[dict]) -> None:
    size, function = expression
    for point in points:
        try:
            expected = function(point)
        except ZeroDivisionError:
            continue
        assert evaluate(size, point) == expected


@settings(max_examples=300, derandomize=True, deadline=None)
@given(expressions(SYMBOLS), expressions(SYMBOLS, depth=2), VALUES)
def test_substitution_is_composition(outer: Expression, inner: Expression, point: dict) -> None:
    replaced = substitute(outer[0], {name_of(A): inner[0]})
    assert evaluate(replaced, point) == outer[1]({**point, name_of(A): inner[1](point)})


@settings(max_examples=300, derandomize=True, deadline=None)
@given(expressions(SYMBOLS, depth=4, quotients=True), VALUES)
def test_text_is_the_expression(expression: Expression, point: dict) -> None:
    size, function = expression
    names = {s.name: point[s] for s in symbols_of(size)}
    try:
        expected = function(point)
        got = eval(str(size), {"max": max, "min": min}, names)
    except ZeroDivisionError:
        return
    assert got == expected


@settings(max_examples=300, derandomize=True, deadline=None)
@given(expressions(SYMBOLS), expressions(SYMBOLS))
def test_arithmetic_laws_are_structural(x: Expression, y: Expression) -> None:
    a, b = x[0], y[0]
    assert a + b == b + a
    assert a * b == b * a
    assert a - b == -(b - a)
    assert (a + b) * 3 == 3 * a + 3 * b
    assert (a + b) - b == a
    assert hash(a + b) == hash(b + a)
    assert (6 * a + 12 * b + 5) // 6 == a + 2 * b
    assert maximum(a, b) == maximum(b, a)
    assert maximum(a + 3, b + 3) == maximum(a, b) + 3


SMALL = st.integers(-9, 9)
POSITIVE = st.integers(1, 12)


@settings(max_examples=300, derandomize=True, deadline=None)
@given(SMALL, SMALL, SMALL, POSITIVE, POSITIVE, SMALL)
def test_floors_nest_structurally(c: int, d: int, e: int, inner: int, outer: int, shift: int) -> None:
    size = c * H + d * W + e
    assert (size // inner + shift) // outer == (size + inner * shift) // (inner * outer)
    assert (size * inner) // (inner * outer) == size // outer
    assert (size + outer * (H - W)) // outer == size // outer + H - W


def conv(size: object, kernel: int, stride: int = 1, padding: int = 0) -> object:
    return (size + 2 * padding - kernel) // stride + 1


def test_a_chain_of_windows_is_one_term() -> None:
    size = H
    for kernel, stride, padding in ((7, 2, 3), (3, 2, 1), (3, 1, 1), (3, 2, 1), (3, 2, 1), (3, 2, 1)):
        size = conv(size, kernel, stride, padding)
    assert str(size) == "(H + 31)//32"
    assert size == conv(H + 31, 32, 32)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (H - 2, "H - 2"),
        ((H - 3) // 2 + 1, "(H - 1)//2"),
        (64 * H * W, "64*H*W"),
        (64 * ((H - 3) // 2 + 1) * ((W - 3) // 2 + 1), "64*((H - 1)//2)*((W - 1)//2)"),
        ((H + 1) * (W + 1) * N, "N*(H + 1)*(W + 1)"),
        (2 * (H // 2), "2*(H//2)"),
        (3 * ((H - 3) // 2 + 1), "3*((H - 1)//2)"),
        (H % 16, "H - 16*(H//16)"),
        (H**2, "H**2"),
        (maximum(H - 7, 0), "max(H, 7) - 7"),
        (minimum(H, W), "min(H, W)"),
        (512 // H, "512//H"),
        (N * H // (W * N), "H//W"),
        (2 - H, "-H + 2"),
        (-(2 * H // 3), "-((2*H)//3)"),
        (H - (W - N), "H + N - W"),
        (32 * N * (9 * H * W - 2 * H - 2 * W + 5), "32*N*(9*H*W - 2*H - 2*W + 5)"),
        (-N * (9 * H * W - 2 * H - 2 * W + 5), "N*(2*H + 2*W - 9*H*W - 5)"),
    ],
)
def test_text(size: Dim, text: str) -> None:
    assert str(size) == text


@pytest.mark.parametrize(
    ("size", "simple"),
    [
        (H - H, 0),
        (H * 0, 0),
        ((2 * H + 7) // 2 - H, 3),
        (16 * H * W * N // (16 * H * W), N),
        (N * 64 * conv(H, 3, 2) * conv(W, 3, 2) // (64 * conv(H, 3, 2) * conv(W, 3, 2)), N),
        (N * (H + 1) * (W + 1) // ((W + 1) * (H + 1)), N),
        ((H * W + 3 * W) // (H + 3), W),
        (H * W // W % H, 0),
        (H // 1, H),
        ((4 * H + 2) // 4, H),
        ((6 * H + 3) // 4, (6 * H + 2) // 4),
        (H // 2 // 3, H // 6),
        ((H // 2 + 3) // 5, (H + 6) // 10),
        (H // -2, -H // 2),
        (ceil_div(H, 2), (H + 1) // 2),
        (maximum(H, 0), H),
        (maximum(H, H - 1, W), maximum(W, H)),
        (maximum(H, maximum(W, N)), maximum(maximum(H, W), N)),
        (maximum(H + 1, maximum(W, N) + 1), maximum(H, W, N) + 1),
        (minimum(H, H + W), H),
        (maximum(5, 1, H - H), 5),
        (product([2, H, 3, W]), 6 * H * W),
        (product([]), 1),
        ((H + 1) ** 2, H * H + 2 * H + 1),
        (17 * H // (16 * H), 1),
    ],
)
def test_canonical_forms_meet(size: object, simple: object) -> None:
    assert size == simple
    assert type(size) is type(simple)


def test_a_dim_is_never_equal_to_an_integer() -> None:
    assert H != 1
    assert (H - H) == 0
    assert isinstance(H - H, int)


def test_unknown_symbols_differ_and_input_symbols_do_not() -> None:
    first = symbol("?", SymbolKind.UNKNOWN, "an index")
    assert first != symbol("?", SymbolKind.UNKNOWN, "an index")
    assert symbol("H") == symbol("H")
    assert symbol("H") != symbol("H", SymbolKind.ARGUMENT)


def test_division_by_zero_raises() -> None:
    with pytest.raises(ZeroDivisionError):
        H // 0
    with pytest.raises(ZeroDivisionError):
        H % 0
    with pytest.raises(ZeroDivisionError):
        substitute(5 // W, {name_of(W): 0})


def test_negative_power_raises() -> None:
    with pytest.raises(ValueError, match="negative"):
        H**-1


def test_growth_is_bounded() -> None:
    """Products of sums, nested quotients and towers of powers all end in a bounded expression, in bounded time."""
    wide = H + W + N + A + 1
    total = wide
    for _ in range(40):
        total = total * wide
    nested = H
    for _ in range(500):
        nested = nested // W + nested // N
    tower = 3 * H
    for _ in range(200):
        tower = tower * tower
    for size in (total, nested, tower, wide**1000):
        assert isinstance(size, Dim)
        assert size.weight <= 2048
        assert len(str(size)) < 50_000
