"""Sizes in shapes are told apart."""

from __future__ import annotations

import pytest

from convlint.rules.wording import shape_text
from convlint.symbolic import SymbolKind, symbol

C, H = symbol("c", SymbolKind.ARGUMENT), symbol("H", SymbolKind.INPUT)


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (C // 2, "8×(c//2)×H"),
        ((C + 2) // 4, "8×((c + 2)//4)×H"),
        ((C + 1) // 2, "8×⌈c/2⌉×H"),
        (C * 2, "8×2·c×H"),
    ],
)
def test_a_quotient_in_a_shape_stands_in_parentheses(size: object, text: str) -> None:
    assert shape_text((8, size, H)) == text  # type: ignore[arg-type]
