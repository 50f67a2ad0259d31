"""Every name that a module of natives registers is found from a fresh start, whichever is asked for first."""

from __future__ import annotations

import subprocess
import sys

import convlint.interp.natives  # noqa: F401  (fills the tables)
from convlint.interp.language import kinds
from convlint.interp.natives import registry

EVERYTHING = """
import importlib, pkgutil
import convlint.interp.natives
from convlint.interp import files, numpy, others, python, torch
from convlint.interp.natives import registry
tops = {}
rooms = [(path, room.__name__ + ".") for room in (files, python, torch, numpy, others) for path in room.__path__]
for info in (info for path, room in rooms for info in pkgutil.walk_packages([path], room)):
    before = set(registry._values)
    importlib.import_module(info.name)
    for name in sorted(set(registry._values) - before):
        tops.setdefault(name.partition(".")[0], name)
print(*tops.values())
"""
ONE = """
from convlint.interp.natives import registry
import convlint.interp.natives
import sys
for name in sys.argv[1:]:
    assert registry.find(name) is not None, name
    module = name.rpartition(".")[0]
    assert registry.is_module(module) or module in registry.PARTLY, name
"""


def _run(program: str, *args: str) -> str:
    done = subprocess.run([sys.executable, "-c", program, *args], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_each_top_level_module_is_loaded_when_asked_for() -> None:
    names = _run(EVERYTHING).split()
    assert len(names) > 40
    _run(ONE, *names)
    _run(ONE, *reversed(names))


def test_methods_of_object_belong_to_object_alone() -> None:
    assert registry.find_method(object, "__setattr__") is not None
    assert registry.find_method(list, "__setattr__") is None
    assert registry.find_method(bool, "bit_length") is not None


def test_names_of_a_module() -> None:
    assert "chain" in registry.names_in("itertools")
    assert registry.is_module("collections.abc")
    assert not registry.is_module("collections.nothing")


EVERYWHERE = """
import sys
import convlint.interp.natives
from convlint.interp.natives import registry

made = {}
for name in ("method", "constructor"):
    def noted(kind, *names, original=getattr(registry, name)):
        made.setdefault((kind, names), set()).add(sys._getframe(1).f_globals["__name__"])
        return original(kind, *names)
    setattr(registry, name, noted)
demanded = {name: list(families) for name, families in registry.ON_DEMAND.items()}
registry.find("builtins.len")
always = set(sys.modules)
for name in demanded:
    registry.find(name + ".x")
own = {(kind, names): families - always for (kind, names), families in made.items() if kind.__module__ == "builtins"}
assert len(own) > 50, own
late = {key for key, families in own.items() if families and key[0] not in registry.OF_TYPES}
assert not late, late
"""


def test_what_belongs_to_python_does_not_hang_on_what_was_imported_before() -> None:
    """A method of `dict` that comes with `collections` would be known in one order of files and not in another."""
    _run(EVERYWHERE)


def test_a_type_has_the_methods_that_are_registered_for_it() -> None:
    """What only `type` has, as `__or__` since classes can be joined, is no method of a class' objects."""
    registry.find("builtins.len")
    of_python = {kind: names for kind, names in registry._methods.items() if kind.__module__ == "builtins"}
    assert len(of_python) > 15
    lacking = {kind: [name for name in names if not kinds.defines(kind, name)] for kind, names in of_python.items()}
    assert not any(lacking.values()), lacking
