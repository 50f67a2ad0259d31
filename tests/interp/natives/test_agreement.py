"""Every function in `fixtures` returns in the interpreter what it returns in Python, with nothing left unknown."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.interp.running import agrees

pytestmark = pytest.mark.sampled

FIXTURES = sorted((Path(__file__).parent / "fixtures").glob("*.py"))
CASES = [
    pytest.param(path, node.name, id=f"{path.stem}-{node.name}")
    for path in FIXTURES
    for node in ast.parse(path.read_text(encoding="utf-8")).body
    if isinstance(node, ast.FunctionDef)
]


@pytest.mark.parametrize(("path", "function"), CASES)
def test_agrees(path: Path, function: str) -> None:
    agrees(f"{path.read_text(encoding='utf-8')}\nresult = {function}()\n")
