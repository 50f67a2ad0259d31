"""Rows of one version of a text in another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from convlint.live.rows import Rows

TEXTS = st.lists(st.sampled_from(["a", "b", "c", ""]), max_size=9)


def test_rows_move_with_what_is_put_before_them():
    rows = Rows.of(["a", "b", "c", "d"], ["a", "x", "b", "C", "d"])
    assert [rows.old(row) for row in range(1, 6)] == [1, None, 2, None, 4]
    assert [rows.new(row) for row in range(1, 5)] == [1, 3, None, 5]
    assert rows.old(9) is None


@given(TEXTS, TEXTS)
def test_rows_that_correspond_are_alike_and_in_order(old, new):
    rows = Rows.of(old, new)
    pairs = [(found, row) for row in range(1, len(new) + 1) if (found := rows.old(row)) is not None]
    assert all(old[a - 1] == new[b - 1] and rows.new(a) == b for a, b in pairs)
    assert pairs == sorted(set(pairs))


@given(TEXTS)
def test_every_row_of_the_same_text_corresponds(text):
    rows = Rows.of(text, text)
    assert [rows.old(row) for row in range(1, len(text) + 1)] == list(range(1, len(text) + 1))
