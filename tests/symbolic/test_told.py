"""Numbers that know which lines said them: the arithmetic of integers, and the union of origins."""

from __future__ import annotations

import json
import operator
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from convlint.symbolic import symbol
from convlint.symbolic.told import MAX_ORIGINS, Told, origins_of, told

NUMBERS = st.integers(-50, 50)
OPERATIONS = [operator.add, operator.sub, operator.mul, operator.floordiv, operator.mod]


@given(NUMBERS, NUMBERS, st.sampled_from(OPERATIONS))
def test_arithmetic_is_that_of_integers(left: int, right: int, operation: object) -> None:
    assert callable(operation)
    if right == 0 and operation in (operator.floordiv, operator.mod):
        with pytest.raises(ZeroDivisionError):
            operation(Told(left, ("a",)), right)
        return
    expected = operation(left, right)
    for a, b, origins in [
        (Told(left, ("a",)), right, ("a",)),
        (left, Told(right, ("b",)), ("b",)),
        (Told(left, ("a",)), Told(right, ("b", "a")), ("a", "b")),
    ]:
        result = operation(a, b)
        assert result == expected
        assert hash(result) == hash(expected)
        assert origins_of(result) == origins


def test_other_numbers_are_plain() -> None:
    number = Told(7, ("a",))
    assert type(number / 2) is float
    assert type(number + 0.5) is float
    assert origins_of(-number) == ("a",)
    assert str(number) == f"{number}" == "7"
    assert json.dumps(number) == "7"
    assert number + symbol("N") == 7 + symbol("N")
    assert origins_of(pickle.loads(pickle.dumps(number))) == ("a",)
    assert origins_of(3) == ()
    assert type(told(3, 4)) is int
    assert origins_of(told(3, 4, number)) == ("a",)


def test_only_the_first_origins_are_kept() -> None:
    total = 0
    for index in range(MAX_ORIGINS + 3):
        total = total + Told(index, (index,))
    assert origins_of(total) == tuple(range(MAX_ORIGINS))
