"""Which top-level statements of a module a run of one of its classes can come to: told from names alone.

What a statement mentions, in whatever way, may be looked up by it: names, attributes, and texts that are names. What
acts when the module runs may have changed anything. Of a module that looks names up in other ways nothing is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from convlint.ir import nodes
from convlint.ir.walking import walk

_WORD = re.compile(r"[^\W\d]\w*")
LOOKING = frozenset({
    "globals", "locals", "vars", "eval", "exec", "__import__", "import_module", "importlib", "sys", "inspect", "gc",
    "__dict__", "__subclasses__", "__init_subclass__", "__set_name__", "__globals__",
})  # fmt: skip
"""What looks names up in other ways than by saying them."""


class Said(Struct, frozen=True):
    """What one top-level statement binds and mentions, and whether it acts when the module runs."""

    statement: nodes.Stmt
    binds: frozenset[str]
    mentions: frozenset[str]
    acts: bool


class Mentions:
    """The statements of one file from one version to the next; those that stay are read once."""

    def __init__(self) -> None:
        self._said: dict[int, Said] = {}
        self._all: tuple[Said, ...] = ()
        self._by_name: dict[str, list[Said]] = {}

    def read(self, module: nodes.Module) -> None:
        """Turn to another version."""
        said = [self._said.get(id(stmt)) or _said(stmt) for stmt in module.body]
        self._said = {id(one.statement): one for one in said}
        self._all = tuple(said)
        self._by_name = {}
        for one in said:
            for name in one.binds:
                self._by_name.setdefault(name, []).append(one)

    def reached_from(self, name: str) -> tuple[nodes.Stmt, ...] | None:
        """Return the statements that a run of what is bound to a name can come to, in the order of the module.

        None if that cannot be told.
        """
        waiting = [*self._by_name.get(name, ()), *(one for one in self._all if one.acts)]
        found: dict[int, Said] = {}
        while waiting:
            one = waiting.pop()
            if id(one.statement) in found:
                continue
            if "*" in one.binds or not one.mentions.isdisjoint(LOOKING):
                return None
            found[id(one.statement)] = one
            for mentioned in one.mentions & self._by_name.keys():
                waiting += self._by_name[mentioned]
        return tuple(one.statement for one in self._all if id(one.statement) in found)


def _said(stmt: nodes.Stmt) -> Said:
    return Said(stmt, frozenset(_bound(stmt)), frozenset(_mentioned(stmt)), _acts(stmt))


def _bound(stmt: nodes.Stmt) -> Iterator[str]:
    if isinstance(stmt, nodes.FunctionDef | nodes.ClassDef):
        yield stmt.name
        return
    for node in walk((stmt,)):
        if isinstance(node, nodes.Import | nodes.ImportFrom):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, nodes.FunctionDef | nodes.ClassDef):
            yield node.name
        elif isinstance(node, nodes.Name):
            yield node.id  # whatever is only read there is bound elsewhere, too


def _mentioned(stmt: nodes.Stmt) -> Iterator[str]:
    for node in _without_texts(stmt):
        if isinstance(node, nodes.Name):
            yield node.id
        elif isinstance(node, nodes.Attribute):
            yield node.attr
        elif isinstance(node, nodes.FunctionDef):
            yield node.name
        elif isinstance(node, nodes.Global):
            yield from node.names
        elif isinstance(node, nodes.Constant) and isinstance(node.value, str):
            yield from _WORD.findall(node.value)


def _without_texts(stmt: nodes.Stmt) -> Iterator[nodes.Node]:
    """Yield all nodes of a statement but texts by themselves, as those that document."""
    waiting: list[object] = [stmt]
    while waiting:
        item = waiting.pop()
        if isinstance(item, tuple):
            waiting.extend(item)
        elif isinstance(item, nodes.Node) and not (
            isinstance(item, nodes.ExprStmt) and isinstance(item.value, nodes.Constant)
        ):
            yield item
            waiting.extend(getattr(item, field) for field in item.__struct_fields__ if field != "span")


def _acts(stmt: nodes.Stmt) -> bool:
    """Whether a statement does more, when the module runs, than bind names to what nobody else holds."""
    if isinstance(stmt, nodes.Pass):
        return False
    if isinstance(stmt, nodes.FunctionDef):
        return bool(stmt.decorators) or _calls(_defaults(stmt))
    if isinstance(stmt, nodes.ClassDef):
        return bool(stmt.decorators or stmt.keywords) or any(
            _acts(inner) for inner in stmt.body if not _is_method(inner)
        )
    if isinstance(stmt, nodes.ExprStmt):
        return not isinstance(stmt.value, nodes.Constant)
    if isinstance(stmt, nodes.Assign):
        return _calls((stmt.value,)) or not all(isinstance(target, nodes.Name) for target in stmt.targets)
    return True


def _is_method(stmt: nodes.Stmt) -> bool:
    """Whether a statement of a class defines a method, decorated or not with what is the method's own affair."""
    own = ("staticmethod", "classmethod", "property", "abstractmethod")
    return isinstance(stmt, nodes.FunctionDef) and all(
        isinstance(it, nodes.Name) and it.id in own for it in stmt.decorators
    )


def _defaults(stmt: nodes.FunctionDef) -> tuple[nodes.Expr, ...]:
    params = stmt.params
    every = (*params.posonly, *params.args, *params.kwonly)
    return tuple(param.default for param in every if param.default is not None)


def _calls(parts: Iterable[nodes.Expr]) -> bool:
    return any(isinstance(node, nodes.Call | nodes.Await | nodes.NamedExpr) for node in walk(tuple(parts)))
