"""Sizes of one symbol as single quotients: equal to the size for every value, and told as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convlint.rules.wording import shape_text, size_text
from convlint.symbolic import evaluate, maximum, symbol, symbols_of
from convlint.symbolic.fitted import fitted

H, W = symbol("H"), symbol("W")
(SYMBOL,) = symbols_of(H)


def same(size, kernel, stride):
    """Return what TensorFlow's "same" padding and a window make of a size."""
    padding = maximum(((size + stride - 1) // stride - 1) * stride + kernel - size, 0)
    return (size + padding - kernel) // stride + 1


def test_same_padding_is_a_quotient_rounded_up():
    once = same(H, 3, 2)
    assert size_text(once) == "⌈H/2⌉"
    assert size_text(same(once, 5, 2)) == "⌈H/4⌉"
    assert size_text(same(once, 5, 2) - 2) == "⌈H/4⌉ − 2"
    assert shape_text((1, 8, once, same(W, 3, 2))) == "1×8×⌈H/2⌉×⌈W/2⌉"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        ((H + 1) // 2, "⌈H/2⌉"),
        ((H + 3) // 4, "⌈H/4⌉"),
        (H // 2, "H//2"),
        ((H - 3) // 2, "(H − 3)//2"),
        ((H + 1) // 4, "(H + 1)//4"),
        (2 * ((H + 1) // 2), "2·⌈H/2⌉"),
    ],
)
def test_quotients_as_people_write_them(size, text):
    assert size_text(size) == text


def test_what_is_no_quotient_is_told_by_an_example():
    odd = H + maximum(0, H - 2 * (H // 2) + 1)
    assert size_text(odd) == "(224 → 225)"
    assert shape_text((odd, 3)) == "(224 → 225)×3"
    assert "max(" in size_text(odd * W)  # of two symbols there is no such example


@given(
    kernels=st.lists(st.tuples(st.integers(1, 7), st.integers(1, 3), st.integers(0, 3)), min_size=1, max_size=3),
    numbers=st.lists(st.integers(1, 5000), min_size=1, max_size=20),
)
def test_a_quotient_equals_the_size_for_every_number(kernels, numbers):
    size = H
    for kernel, stride, extra in kernels:
        size = same(size, kernel, stride) + maximum(0, extra - size)
    quotient = fitted(size) if not isinstance(size, int) else None
    if quotient is not None:
        a, b, d, only = quotient
        assert all((a * number + b) // d == evaluate(size, {only: number}) for number in numbers)
