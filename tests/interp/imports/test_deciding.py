"""What is not known while a module is imported loses what hangs on it, and nothing else; nothing is guessed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from convlint.interp.values.unknown import Unknown
from tests.interp.imports.packages import interpret, write

UNKNOWN = "import platform\nflag = platform.machine() == 'x'\n"


def _imported(folder: Path, source: str) -> dict[str, Any]:
    write(folder, {"lib.py": UNKNOWN + source, "main.py": "import lib\nresult = vars(lib)"})
    names, vm, _ = interpret(folder)
    assert not vm.taken
    found: dict[str, Any] = names["result"]
    return found


@pytest.mark.parametrize(
    "source",
    [
        "assert flag",
        "if not flag:\n    raise RuntimeError('no')",
        "if flag:\n    other = 2",
        "while flag:\n    other = 2\n    break",
        "for item in flag:\n    other = item",
        "def f():\n    if flag:\n        return 1\n    return 2\nother = f()",
        "def f():\n    assert flag\nf()",
        "def f():\n    if flag:\n        raise ValueError\nf()",
        "other = [1 for _ in range(3) if flag]",
        "other = {'a': 1}['b']",
        "import nothing_like_this\nclass Other(nothing_like_this.Base): pass",
    ],
)
def test_the_rest_of_the_module_is_known(source: str, tmp_path: Path) -> None:
    found = _imported(tmp_path, source + "\nafter = 3\nclass Net: width = 4")
    assert found["after"] == 3
    assert found["Net"].namespace["width"] == 4
    assert isinstance(found.get("other", flag_of(found)), Unknown)


def flag_of(found: dict[str, Any]) -> Unknown:
    flag = found["flag"]
    assert isinstance(flag, Unknown)
    return flag


def test_a_base_chosen_by_something_unknown_is_unknown(tmp_path: Path) -> None:
    found = _imported(
        tmp_path,
        "if flag:\n    Base = int\nelse:\n    Base = object\nclass Net(Base):\n    width = 4\nafter = Net.width",
    )
    assert found["Net"].unknown_base is not None
    assert found["after"] == 4


@pytest.mark.parametrize("asked", ["None", "1", "[]", "'text'"])
def test_what_is_no_instance_of_either_of_two_classes_is_known(asked: str, tmp_path: Path) -> None:
    found = _imported(
        tmp_path,
        "class A: pass\nif flag:\n    Base = A\nelse:\n    Base = dict\n"
        f"after = isinstance({asked}, (bytes, Base))\nopen = isinstance(A(), Base)",
    )
    assert found["after"] is False
    assert isinstance(found["open"], Unknown)


def test_what_an_installed_package_meets_on_import_does_not_interrupt_who_tries_it(tmp_path: Path) -> None:
    package = "import platform\nsomething = platform.machine() + 'x'\nNAMES = {'a': 1}"
    files = {
        "site-packages/tools/__init__.py": "",
        "site-packages/tools/names.py": package,
        "site-packages/tools/asking.py": """
            found = 0
            try:
                from tools.names import NAMES
                found = NAMES["a"]
            except KeyError:
                pass
            except ImportError:
                pass
            """,
        "main.py": "from tools import asking\nresult = asking.found",
    }
    write(tmp_path, files)
    names, _, _ = interpret(tmp_path, roots=(str(tmp_path / "site-packages"),))
    assert names["result"] == 1


def test_what_a_package_imports_from_a_module_that_runs_already_is_there_later(tmp_path: Path) -> None:
    files = {
        "site-packages/tools/__init__.py": "VERSION = 2\nfrom .parts import Part, WIDTH",
        "site-packages/tools/parts.py": (
            "from tools import VERSION\nnewer = VERSION + 1\nclass Part: pass\nWIDTH = len([3, 3, 3])"
        ),
        "main.py": "from tools.parts import Part\nPart()\nimport tools\nresult = tools.Part is Part, tools.WIDTH",
    }
    write(tmp_path, files)
    names, vm, _ = interpret(tmp_path, roots=(str(tmp_path / "site-packages"),))
    assert names["result"] == (True, 3)
    assert not vm.gaps
