"""What a module's other functions may have changed before one of them is called: names, attributes, contents."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from msgspec import Struct

from convlint.interp.imports.program import Program
from convlint.interp.language import assignment
from convlint.interp.language.effects import Path, path_of
from convlint.interp.language.following import Following
from convlint.interp.values.classes import Instance
from convlint.interp.values.modules import PyModule
from convlint.interp.values.scope import Scope
from convlint.interp.values.unknown import MISSING, Value
from convlint.interp.vm import Vm
from convlint.ir import nodes
from convlint.ir.walking import walk

_CHANGING = frozenset({
    "add", "append", "clear", "discard", "extend", "insert", "pop", "popitem", "remove", "setdefault", "update",
})  # fmt: skip
_CONTAINERS = (list, dict, set)


class Changes(Struct, frozen=True):
    """What the text of one function changes of what is not its own, and the functions that it names."""

    name: str
    globals: tuple[str, ...]
    stored: tuple[Path, ...]
    """Attributes that it sets: `model.width = …`."""
    filled: tuple[Path, ...]
    """What gets other contents: `kept.append(…)`, `model.sizes[…] = …`."""
    named: frozenset[str]

    @property
    def is_any(self) -> bool:
        return bool(self.globals or self.stored or self.filled)


def forget_changes(vm: Vm, program: Program, module: PyModule, node: nodes.FunctionDef) -> None:
    """Make unknown what the text of the functions that `node` does not come to changes of the module's values.

    When a program calls `node`, it may have called those before: what they collect in a list is not an empty list.
    """
    body, scope = program.body(module.filename), module.scope
    assert scope is not None
    functions = body.once("changes", lambda: _changes_in(body))
    if not any(changes.is_any for changes in functions.values()):
        return
    for changes in _not_reached_from(node.name, functions):
        cause = f"what `{changes.name}` may have changed before"
        for name in changes.globals:
            vm.writing(scope)
            scope.names[name] = vm.unknown(cause)
        for path in changes.stored:
            holder = Following(vm).holder(path[:-1], scope, module)
            if isinstance(holder, Instance):
                assignment.set_(vm, holder, path[-1], vm.unknown(cause))
        for path in changes.filled:
            value = _held(vm, path, scope, module)
            if isinstance(value, _CONTAINERS):
                vm.havoc(value, cause)


def _held(vm: Vm, path: Path, scope: Scope, module: PyModule) -> Value:
    return Following(vm).holder(path, scope, module) if path[0] in scope.names else MISSING


def _changes_in(body: nodes.Module) -> dict[str, Changes]:
    functions = {stmt.name: stmt for stmt in body.body if isinstance(stmt, nodes.FunctionDef)}
    return {name: _changes_of(function, functions.keys()) for name, function in functions.items()}


def _changes_of(function: nodes.FunctionDef, functions: Collection[str]) -> Changes:
    names = {part.id for part in walk(function.body, into_definitions=True) if isinstance(part, nodes.Name)}
    return Changes(
        function.name,
        tuple(_global_names(function)),
        tuple(_stored(function)),
        tuple(_filled(function)),
        frozenset(names.intersection(functions)),
    )


def _not_reached_from(name: str, functions: dict[str, Changes]) -> list[Changes]:
    """Return what the functions change that a function does not come to, told from names alone."""
    reached, waiting = {name}, [name]
    while waiting:
        new = functions[waiting.pop()].named - reached
        reached |= new
        waiting += new
    return [changes for other, changes in functions.items() if other not in reached and changes.is_any]


def _global_names(function: nodes.FunctionDef) -> list[str]:
    return [name for part in walk(function.body) if isinstance(part, nodes.Global) for name in part.names]


def _stored(function: nodes.FunctionDef) -> Iterator[Path]:
    """Yield the attributes that a function sets on what is not its own."""
    for target in _targets(function):
        path = path_of(target) if isinstance(target, nodes.Attribute) else None
        if path is not None and not _is_own(path[0], function):
            yield path


def _filled(function: nodes.FunctionDef) -> Iterator[Path]:
    """Yield what is not a function's own and gets other contents."""
    held = [target.value for target in _targets(function) if isinstance(target, nodes.Subscript)]
    for part in walk(function.body, into_definitions=True):
        if isinstance(part, nodes.Call) and isinstance(part.func, nodes.Attribute) and part.func.attr in _CHANGING:
            held.append(part.func.value)
    for path in filter(None, map(path_of, held)):
        if not _is_own(path[0], function):
            yield path


def _targets(function: nodes.FunctionDef) -> Iterator[nodes.Expr]:
    for part in walk(function.body, into_definitions=True):
        if isinstance(part, nodes.Assign | nodes.Delete):
            yield from part.targets
        elif isinstance(part, nodes.AugAssign | nodes.AnnAssign):
            yield part.target


def _is_own(name: str, function: nodes.FunctionDef) -> bool:
    return name in function.names or any(param.name == name for param in function.params.every)
