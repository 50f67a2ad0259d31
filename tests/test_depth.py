"""How much of drawn examples and like tests runs: a share, the same in every run, and never nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests import depth

TESTS = Path(__file__).parent


@pytest.mark.parametrize("share", [1.0, 0.25, 0.1])
def test_a_share_is_left_and_never_nothing(share: float, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(depth, "SHARE", share)
    for count in (1, 2, 4, 7, 40):
        items = list(range(count))
        kept = depth.kept(items)
        assert [item for item in items if item not in depth.left_out(items)] == kept
        assert kept[0] == 0
        assert len(kept) == depth.some(count) <= max(1, share * count + 1)
    assert depth.left_out([]) == []


def test_marks_of_files_are_marks() -> None:
    """A mark in a program's text would mark nothing, and change the program."""
    marked = [
        path for path in sorted(TESTS.rglob("test_*.py")) if "\npytestmark = " in path.read_text(encoding="utf-8")
    ]
    assert len(marked) > 10
    for path in marked:
        statements = ast.parse(path.read_text(encoding="utf-8")).body
        assert any(ast.unparse(it).startswith("pytestmark = ") for it in statements), path
