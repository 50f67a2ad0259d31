"""Sizes in shapes are told apart."""

from __future__ import annotations

import pytest

from convlint.rules.wording import as_sizes, shape_text
from convlint.symbolic import SymbolKind, symbol

C, H = symbol("c", SymbolKind.ARGUMENT), symbol("H", SymbolKind.INPUT)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (C // 2, "8×(c//2)×H"),
        ((C + 2) // 4, "8×((c + 2)//4)×H"),
        ((C + 1) // 2, "8×⌈c/2⌉×H"),
        (C * 2, "8×2·c×H"),
        (C * H, "8×(c·H)×H"),
    ],
)
def test_a_quotient_or_product_in_a_shape_stands_in_parentheses(size: object, text: str) -> None:
    assert shape_text((8, size, H)) == text  # type: ignore[arg-type]


def test_a_text_has_the_signs_of_the_field_where_it_is_no_code() -> None:
    told = "`*=` of (N, 4*H - 64, (H + 1)//2) and `a * b - c`"
    assert as_sizes(told) == "`*=` of (N, 4·H − 64, ⌈H/2⌉) and `a * b - c`"
