"""Versions are compared as `packaging` compares them."""

from __future__ import annotations

import pytest

from tests.interp.running import agrees

PAIRS = [("2.13.0", "1.10"), ("1.10", "1.9.1"), ("2.0", "2.0.0")]


@pytest.mark.parametrize(("left", "right"), PAIRS)
@pytest.mark.parametrize("op", ["<", "<=", "==", "!=", ">", ">="])
def test_every_comparison_of_versions(op: str, left: str, right: str) -> None:
    agrees(
        f"""
        from packaging import version
        result = version.parse({left!r}) {op} version.Version({right!r})
        """
    )
