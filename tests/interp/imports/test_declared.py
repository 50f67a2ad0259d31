"""Lazy packages: the half that is written for type checkers tells what the other half would look for."""

from __future__ import annotations

from pathlib import Path

import pytest

from convlint.interp.imports.program import Program
from tests.interp.imports.packages import interpret, python, write

LAZY = """
import importlib
import sys
import types


class Lazy(types.ModuleType):
    def __init__(self, name, file, where, **more):
        super().__init__(name)
        self.__dict__.update(more)
        self.__file__ = file
        self.__path__ = [file.rpartition("/")[0]]
        self._where = where

    def __getattr__(self, name):
        if name not in self._where:
            raise AttributeError(name)
        value = getattr(importlib.import_module("." + self._where[name], self.__name__), name)
        setattr(self, name, value)
        return value
"""
INIT = """
from typing import TYPE_CHECKING

__version__ = "1.2"

if TYPE_CHECKING:
    from .small import Small as Small
    from .nets import *
else:
    import sys

    from tool import Lazy

    sys.modules[__name__] = Lazy(__name__, __file__, {"Small": "small", "BigNet": "nets.big", "Other": "nets.other"},
        __version__=__version__)
"""
NETS = """
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .other import *
    from .big import *
else:
    import sys

    from tool import Lazy

    sys.modules[__name__] = Lazy(__name__, __file__, {"BigNet": "big", "Other": "other"})
"""
FILES = {
    "tool.py": LAZY,
    "pkg/__init__.py": INIT,
    "pkg/small.py": "class Small:\n    width = 1\n",
    "pkg/nets/__init__.py": NETS,
    "pkg/nets/big.py": "__all__ = ['BigNet']\nfrom ..small import Small\nclass BigNet(Small):\n    depth = 2\n",
    "pkg/nets/other.py": "__all__ = ['Other']\nclass Other:\n    note = 'BigNet'\n",
}


@pytest.mark.parametrize(
    "main",
    [
        "from pkg import Small\nresult = Small.width",
        "from pkg import BigNet\nresult = (BigNet.width, BigNet.depth)",
        "import pkg\nresult = (pkg.Other.note, pkg.BigNet.depth, pkg.__version__)",
        "import pkg.nets\nresult = pkg.nets.BigNet.depth",
        "from pkg.nets import Other\nresult = Other.note",
        "import importlib\nresult = importlib.import_module('.nets', 'pkg').BigNet.width",
    ],
)
def test_gives_what_python_gives(main: str, tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "main.py": main})
    assert interpret(tmp_path)[0]["result"] == python(tmp_path)


def test_reads_only_the_modules_that_are_asked_for(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "main.py": "from pkg import BigNet\nresult = BigNet.depth"})
    names, vm, _ = interpret(tmp_path)
    states = {Path(name).parent.name + "/" + Path(name).name: one.state for name, one in vm.program.files.items()}
    assert names["result"] == 2
    assert states["nets/big.py"] == "ready"
    assert states.get("nets/other.py", "lazy") == "lazy"
    assert states["pkg/__init__.py"] == "lazy"
    assert isinstance(vm.program, Program)


def test_a_name_that_is_not_declared_is_looked_for_as_usual(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "main.py": "import pkg\nresult = hasattr(pkg, 'Nothing')"})
    assert interpret(tmp_path)[0]["result"] is not True
