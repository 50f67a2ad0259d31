"""What a module's other functions may have changed before one of them is called: names, attributes, contents."""

from __future__ import annotations

from collections.abc import Iterator

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


def forget_changes(vm: Vm, program: Program, module: PyModule, node: nodes.FunctionDef) -> None:
    """Make unknown what the text of the functions that `node` does not come to changes of the module's values.

    When a program calls `node`, it may have called those before: what they collect in a list is not an empty list.
    """
    body, scope = program.body(module.filename), module.scope
    assert scope is not None
    for function in _not_reached_from(node, body):
        cause = f"what `{function.name}` may have changed before"
        for name in _global_names(function):
            vm.writing(scope)
            scope.names[name] = vm.unknown(cause)
        for path in _stored(function):
            holder = Following(vm).holder(path[:-1], scope, module)
            if isinstance(holder, Instance):
                assignment.set_(vm, holder, path[-1], vm.unknown(cause))
        for path in _filled(function):
            value = _held(vm, path, scope, module)
            if isinstance(value, _CONTAINERS):
                vm.havoc(value, cause)


def _held(vm: Vm, path: Path, scope: Scope, module: PyModule) -> Value:
    return Following(vm).holder(path, scope, module) if path[0] in scope.names else MISSING


def _not_reached_from(node: nodes.FunctionDef, body: nodes.Module) -> list[nodes.FunctionDef]:
    """Return the functions of a module that a function of it does not come to, told from names alone."""
    functions = {stmt.name: stmt for stmt in body.body if isinstance(stmt, nodes.FunctionDef)}
    reached, waiting = {node.name}, [node]
    while waiting:
        named = {part.id for part in walk(waiting.pop().body, into_definitions=True) if isinstance(part, nodes.Name)}
        new = named & functions.keys() - reached
        reached |= new
        waiting += [functions[name] for name in new]
    return [function for name, function in functions.items() if name not in reached]


def _global_names(function: nodes.FunctionDef) -> list[str]:
    return [name for part in walk(function.body) if isinstance(part, nodes.Global) for name in part.names]


def _stored(function: nodes.FunctionDef) -> Iterator[Path]:
    """Yield the attributes that a function sets on what is not its own: `model.width = …`."""
    for target in _targets(function):
        path = path_of(target) if isinstance(target, nodes.Attribute) else None
        if path is not None and not _is_own(path[0], function):
            yield path


def _filled(function: nodes.FunctionDef) -> Iterator[Path]:
    """Yield what is not a function's own and gets other contents: `kept.append(…)`, `model.sizes[…] = …`."""
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
    params = function.params
    every = (*params.posonly, *params.args, params.vararg, *params.kwonly, params.kwarg)
    return name in function.names or any(param is not None and param.name == name for param in every)
