"""Lazy packages: what one says to type checkers of its names stands for what it would look for when it is asked.

Such a package has two halves. The one under `if TYPE_CHECKING:` imports its names; the other puts an object into
`sys.modules` that imports the same names late, often after it has read all its files. The first half is what its
author declares the second to do, and costs nothing to read.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from convlint.interp.values.modules import LazyImport, PyModule
from convlint.interp.values.unknown import MISSING, Value
from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.source import disk

if TYPE_CHECKING:
    from convlint.interp.imports.program import Program

MAX_SOURCE = 4 << 20
"""A source that is larger is not searched for a name."""
MAX_DEPTH = 4
"""How many lazy packages may lie in each other."""


def origin(program: Program, module: PyModule, name: str, depth: int = MAX_DEPTH) -> LazyImport | PyModule | None:
    """Return what a lazy package declares a name to be: a name of another module, or a module that lies in it.

    None if it declares nothing, or is no lazy package.
    """
    half = None if _is_special(name) or not depth else _half(program, module)
    if half is None:
        return None
    for stmt in reversed(half):
        for alias in stmt.names:
            if (alias.asname or alias.name) == name:
                return _imported(program, module, stmt, alias.name)
    inner = program.module_at(Path(module.filename).parent / name)
    if inner is not None:
        return inner
    return disk.now().once(
        (program, "declared", module.filename, name), lambda: _starred(program, module, half, name, depth)
    )


def find(program: Program, module: PyModule, name: str) -> Value:
    """Return what a lazy package that has not run declares a name to be, which may be imported late; else `MISSING`."""
    if not is_lazy(program, module):
        return MISSING
    constant = _constant(program, module, name)
    if constant is not MISSING:
        return constant
    found = origin(program, module, name)
    return MISSING if found is None else found


def _constant(program: Program, module: PyModule, name: str) -> Value:
    """What a name is bound to that is bound once, to a constant, and is given to what replaces the module."""
    body = program.body(module.filename).body
    values = [stmt.value for stmt in body if isinstance(stmt, nodes.Assign) and _binds(stmt, name)]
    if len(values) != 1 or not isinstance(values[0], nodes.Constant):
        return MISSING
    replacing = [stmt for half in body if isinstance(half, nodes.If) for stmt in half.orelse if replaces_module(stmt)]
    named = any(isinstance(inner, nodes.Name) and inner.id == name for inner in walk(tuple(replacing)))
    return values[0].value if named else MISSING


def _binds(stmt: nodes.Assign, name: str) -> bool:
    return any(getattr(target, "id", "") == name for target in stmt.targets)


def is_lazy(program: Program, module: PyModule) -> bool:
    """Whether a module declares its names, and imports them late."""
    return _half(program, module) is not None


def _half(program: Program, module: PyModule) -> tuple[nodes.ImportFrom, ...] | None:
    if not module.is_package or module.hidden or not module.filename:
        return None
    return disk.now().once((program, "declared", module.filename), lambda: _declared_half(program, module))


def _imported(program: Program, module: PyModule, stmt: nodes.ImportFrom, name: str) -> LazyImport | PyModule | None:
    source = program.lookup(stmt.module, stmt.level, module)
    if source is None:
        return None
    inside = not stmt.module and source is module
    return program.lookup(name, stmt.level, module) if inside else LazyImport(source, name)


def _declared_half(program: Program, module: PyModule) -> tuple[nodes.ImportFrom, ...] | None:
    """The imports of the half for type checkers, if the other half replaces the module; None for another module."""
    try:
        if b"TYPE_CHECKING" not in disk.now().read(module.filename):
            return None
        body = program.body(module.filename).body
    except (OSError, ValueError):
        return None
    for stmt in body:
        if isinstance(stmt, nodes.If) and _is_checking(stmt.test) and any(map(replaces_module, stmt.orelse)):
            return tuple(inner for inner in stmt.body if isinstance(inner, nodes.ImportFrom))
    return None


def _is_checking(test: nodes.Expr) -> bool:
    return getattr(test, "id", getattr(test, "attr", "")) == "TYPE_CHECKING"


def replaces_module(stmt: nodes.Stmt) -> bool:
    """Whether a statement is `sys.modules[…] = …`."""
    return isinstance(stmt, nodes.Assign) and any(
        isinstance(target, nodes.Subscript)
        and isinstance(target.value, nodes.Attribute)
        and target.value.attr == "modules"
        for target in stmt.targets
    )


def _starred(
    program: Program, module: PyModule, half: tuple[nodes.ImportFrom, ...], name: str, depth: int
) -> LazyImport | PyModule | None:
    """Look for a name in what is imported with a star: first where the name of the module is what it begins with."""
    folded = _folded(name)

    def likeness(stmt: nodes.ImportFrom) -> int:
        last = _folded(stmt.module.rpartition(".")[2])
        return len(last) if folded.startswith(last) else 0

    stars = [stmt for stmt in reversed(half) if stmt.names[0].name == "*"]
    word = re.compile(rb"\b" + re.escape(name).encode() + rb"\b")
    for stmt in sorted(stars, key=likeness, reverse=True):
        source = program.lookup(stmt.module, stmt.level, module)
        found = None if source is None else origin(program, source, name, depth - 1)
        if found is None and source is not None and _is_named_in(source, word) and _exports(program, source, name):
            found = LazyImport(source, name)
        if found is not None:
            return found
    return None


def _folded(name: str) -> str:
    return name.replace("_", "").lower()


def _is_named_in(module: PyModule, word: re.Pattern[bytes]) -> bool:
    """Whether a word stands in the source of a module, which is cheaper to ask than what it means there."""
    try:
        if disk.now().size(module.filename) > MAX_SOURCE:
            return False
        return word.search(disk.now().read(module.filename)) is not None
    except OSError:
        return False


def _exports(program: Program, module: PyModule, name: str) -> bool:
    """Whether `from module import *` binds a name, by what its source says: it binds the name, and lists it if it lists
    any."""
    if name not in program.bound_names(module):
        return False
    listed = [
        stmt.value
        for stmt in program.body(module.filename).body
        if isinstance(stmt, nodes.Assign) and _binds(stmt, "__all__")
    ]
    if not listed:
        return not name.startswith("_")
    elements = listed[-1].elts if isinstance(listed[-1], nodes.List | nodes.Tuple) else ()
    return any(isinstance(element, nodes.Constant) and element.value == name for element in elements)


def _is_special(name: str) -> bool:
    return name.startswith("__") and name.endswith("__")
