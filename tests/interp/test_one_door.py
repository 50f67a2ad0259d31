"""Only `language/absent.py` raises in a program that something is not there, or is of the wrong type."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import convlint.interp

ROOM = Path(convlint.interp.__file__).parent
EXCEPTIONS = {"AttributeError", "NameError", "UnboundLocalError", "KeyError", "TypeError", "ImportError"}
EXCEPTIONS |= {"ModuleNotFoundError"}
ALLOWED = {
    "language/absent.py": "the door",
    "language/keys.py": "a key that the one lookup of keys has looked for, and what has no hash",
    "language/compile/names.py": "a name that the text of a function binds, and that is not bound yet, is known wholly",
    "imports/finding.py": "a module that is nowhere where Python would look for it",
    "imports/names.py": "a name that a module does not have, which the door has been asked for",
}


def _raised(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield where `vm.throw(X, …)` and `PyRaise(X(…))` are written, with X; an exception of the host is "type(…)"."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        first = node.args[0]
        if called == "PyRaise" and isinstance(first, ast.Call):
            first = first.func
        if called in ("throw", "PyRaise"):
            yield node.lineno, first.id if isinstance(first, ast.Name) else ast.unparse(first)


def test_nothing_else_says_that_something_is_missing() -> None:
    found = []
    for path in sorted(ROOM.rglob("*.py")):
        name = path.relative_to(ROOM).as_posix()
        for line, raised in _raised(ast.parse(path.read_text(encoding="utf-8"))):
            if name not in ALLOWED and (raised in EXCEPTIONS or raised.startswith("type(")):
                found.append(f"{name}:{line}: {raised}")
    assert found == [], "ask `language/absent.py`"


def test_the_allowed_need_it() -> None:
    for name in ALLOWED:
        tree = ast.parse((ROOM / name).read_text(encoding="utf-8"))
        assert any(raised in EXCEPTIONS for _, raised in _raised(tree)), name


def test_the_scan_sees_what_it_looks_for() -> None:
    tree = ast.parse(
        "vm.throw(TypeError, '')\nraise PyRaise(KeyError(1))\nvm.throw(type(error), '')\nvm.throw(ValueError)"
    )
    assert [raised for _, raised in _raised(tree)] == ["TypeError", "KeyError", "type(error)", "ValueError"]
