"""Finds what a recipe names: imports modules as Python would, never as `__main__`, and makes sure of their files."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
from types import ModuleType
from typing import Any

FOLDER = os.getcwd()  # noqa: PTH109
"""Where files are named from: user code may go elsewhere."""
STANDARD: frozenset[str] = getattr(sys, "stdlib_module_names", frozenset())
"""Names that a single file of the user's must not take from what others import."""


class NotThere(Exception):  # noqa: N818 - says what is missing
    """Something that a recipe names is not there when its module is imported; the text says what."""


def resolve(file: str, module: str, name: str) -> Any:
    """Return what `name`, which may be dotted, is in a module of the user's, or of torch where there is no file.

    Raises NotThere, and whatever the module raises when it is imported.
    """
    value: Any = _imported(file, module) if file else _of_torch(module)
    for part in name.split("."):
        try:
            value = getattr(value, part)
        except AttributeError:
            where = os.path.basename(file) or module  # noqa: PTH119 - text for people
            raise NotThere(f"there is no `{name}` in {where} when it is imported") from None
    return value


def _of_torch(dotted: str) -> Any:
    """Return a module of torch, or a class in one."""
    parts = dotted.split(".")
    value: Any = importlib.import_module(parts[0])
    for at, part in enumerate(parts[1:], 2):
        if not hasattr(value, part):
            try:
                importlib.import_module(".".join(parts[:at]))
            except ImportError:
                raise NotThere(f"this torch has no `{dotted}`") from None
        value = getattr(value, part)
    return value


def _imported(file: str, dotted: str) -> ModuleType:
    """Import a file under its dotted name. A single file whose name is taken is imported under another."""
    file = os.path.join(FOLDER, file)  # noqa: PTH118
    there = sys.modules.get(dotted)
    if there is not None and _is_file(there, file):
        return there
    if "." in dotted or os.path.basename(file) == "__init__.py":  # noqa: PTH119
        module = importlib.import_module(dotted)
        if not _is_file(module, file):
            raise NotThere(f"`{dotted}` is another file there: {getattr(module, '__file__', None)}")
        return module
    other = f"_confirmed_{dotted}"
    if other in sys.modules and _is_file(sys.modules[other], file):
        return sys.modules[other]
    return _load(dotted if there is None and dotted not in STANDARD else other, file)


def _load(name: str, file: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise NotThere(f"{file} cannot be imported")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _is_file(module: ModuleType, file: str) -> bool:
    own = getattr(module, "__file__", None)
    return own is not None and os.path.realpath(own) == os.path.realpath(file)
