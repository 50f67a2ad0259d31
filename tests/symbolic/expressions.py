"""Random sizes together with the function that they stand for, computed by Python alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from hypothesis import strategies as st

from convlint.symbolic import (
    Condition,
    Dim,
    Size,
    Symbol,
    all_of,
    any_of,
    at_least,
    ceil_div,
    divides,
    equal,
    maximum,
    minimum,
    negation,
    not_equal,
    symbols_of,
)

Values = Mapping[Symbol, int]
Expression = tuple[Size, Callable[[Values], int]]
Claim = tuple[Condition, Callable[[Values], bool]]

KINDS = ["conv", "conv", "conv", "affine", "floor", "ceil", "mod", "+", "-", "*", "max", "min"]

KINDS = ["conv", "conv", "conv", "affine", "floor", "ceil", "mod", "+", "-", "*", "max", "min"]


def name_of(dim: Dim) -> Symbol:
    (symbol,) = symbols_of(dim)
    return symbol


def _leaf(dim: Dim) -> Expression:
    symbol = name_of(dim)
    return dim, lambda v: v[symbol]


@st.composite
def expressions(draw: st.DrawFn, symbols: Sequence[Dim], depth: int = 3, quotients: bool = False) -> Expression:
    """Draw a size of at most that depth; `quotients` also divides by sizes."""
    if depth == 0 or draw(st.integers(0, 4)) == 0:
        if draw(st.integers(0, 4)) == 0:
            constant = draw(st.integers(-9, 9))
            return constant, lambda _: constant
        return _leaf(draw(st.sampled_from(list(symbols))))
    a, f = draw(expressions(symbols, depth - 1, quotients))
    kind = draw(st.sampled_from(KINDS + ["//"] * quotients))
    if kind == "conv":
        k, s, p = draw(st.integers(1, 5)), draw(st.integers(1, 4)), draw(st.integers(0, 2))
        return (a + 2 * p - k) // s + 1, lambda v: (f(v) + 2 * p - k) // s + 1
    if kind == "affine":
        c, d = draw(st.integers(-4, 16)), draw(st.integers(-9, 9))
        return c * a + d, lambda v: c * f(v) + d
    if kind in ("floor", "ceil", "mod"):
        m = draw(st.integers(1, 6)) * draw(st.sampled_from([1, 1, 1, -1]))
        if kind == "floor":
            return a // m, lambda v: f(v) // m
        if kind == "mod":
            return a % m, lambda v: f(v) % m
        return ceil_div(a, m), lambda v: -(-f(v) // m)
    b, g = draw(expressions(symbols, depth - 1, quotients))
    if kind == "//":
        if b == 0:
            return a, f
        return a // b, lambda v: f(v) // g(v)
    if kind == "max":
        return maximum(a, b), lambda v: max(f(v), g(v))
    if kind == "min":
        return minimum(a, b), lambda v: min(f(v), g(v))
    if kind == "+":
        return a + b, lambda v: f(v) + g(v)
    if kind == "-":
        return a - b, lambda v: f(v) - g(v)
    return a * b, lambda v: f(v) * g(v)


@st.composite
def claims(draw: st.DrawFn, symbols: Sequence[Dim], depth: int = 2, nested: int = 1, quotients: bool = False) -> Claim:
    """Draw a condition on sizes of at most that depth."""
    kind = draw(st.sampled_from(["==", "==", "==", "!=", ">=", ">=", "|", "|"] + ["and", "or", "not"] * (nested > 0)))
    if kind in ("and", "or", "not"):
        first, p = draw(claims(symbols, depth, nested - 1, quotients))
        if kind == "not":
            return negation(first), lambda v: not p(v)
        second, q = draw(claims(symbols, depth, nested - 1, quotients))
        if kind == "and":
            return all_of(first, second), lambda v: p(v) and q(v)
        return any_of(first, second), lambda v: p(v) or q(v)
    a, f = draw(expressions(symbols, depth, quotients))
    if kind == "|":
        m = draw(st.integers(1, 8))
        return divides(m, a), lambda v: f(v) % m == 0
    b, g = draw(expressions(symbols, depth) if draw(st.booleans()) else expressions(symbols, 0))
    if kind == ">=":
        return at_least(a, b), lambda v: f(v) >= g(v)
    if kind == "!=":
        return not_equal(a, b), lambda v: f(v) != g(v)
    return equal(a, b), lambda v: f(v) == g(v)
