"""Exceptions of installed packages are believed only if nothing unknown stood on the way to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from convlint.interp.values.signals import PyRaise
from convlint.interp.values.unknown import Unknown
from tests.interp.imports.packages import interpret, write

LIBRARY = {
    "site-packages/lib/__init__.py": """
        import platform
        def strict(width):
            if width > 3:
                raise ValueError("too wide")
            return width
        def machine():
            if platform.machine() == "pdp11":
                return 1
            raise ValueError("another machine")
        def missing():
            return {"a": 1}["b"]
        import collections.abc
        class Few(collections.abc.Sequence):
            def __len__(self): return 2
            def __getitem__(self, at):
                if at >= 2:
                    raise IndexError
                return at
        def few():
            hash(platform)
            return [one for one in Few()]
        """
}


def _run(folder: Path, main: str) -> tuple[dict[str, object], list[object]]:
    write(folder, {**LIBRARY, "main.py": main})
    names, vm, _ = interpret(folder, roots=(str(folder / "site-packages"),))
    return names, list(vm.taken)


def test_what_a_library_raises_on_known_values_is_raised(tmp_path: Path) -> None:
    names, taken = _run(tmp_path, "import lib\ntry:\n    r = lib.strict(4)\nexcept ValueError:\n    r = 'refused'")
    assert names["r"] == "refused"
    assert not taken


def test_what_it_raises_past_something_unknown_leaves_the_result_unknown(tmp_path: Path) -> None:
    names, taken = _run(tmp_path, "import lib\ntry:\n    r = lib.machine()\nexcept ValueError:\n    r = 'refused'")
    assert isinstance(names["r"], Unknown) or names["r"] == 1
    assert taken


def test_what_the_interpreter_raises_in_library_code_is_no_exception_of_its_own(tmp_path: Path) -> None:
    names, taken = _run(tmp_path, "import lib\nr = lib.missing()\nafter = 3")
    assert isinstance(names["r"], Unknown)
    assert names["after"] == 3
    assert taken  # on another path it raises


def test_what_the_program_itself_raises_stands(tmp_path: Path) -> None:
    with pytest.raises(PyRaise, match="KeyError"):
        _run(tmp_path, "import lib\nr = {'a': 1}['b']")


def test_an_exception_that_ends_a_loop_of_the_library_is_believed(tmp_path: Path) -> None:
    names, taken = _run(tmp_path, "import lib\nr = lib.few()")
    assert names["r"] == [0, 1]
    assert not taken


def test_the_hash_of_a_text_is_not_known_and_raises_nothing(tmp_path: Path) -> None:
    main = "try:\n    r = hash('text')\n    after = 1\nexcept ValueError:\n    after = 2"
    names, taken = _run(tmp_path, main)
    assert isinstance(names["r"], Unknown)
    assert names["after"] == 1
    assert not taken
