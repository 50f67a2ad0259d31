"""Whether running a module can be seen from outside: judged by its source alone, and only if that is certain.

A module that defines functions, classes and constants may run at any time, or never. One that registers something
somewhere, changes what others have defined, or may refuse to be imported runs when it is imported.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from convlint.ir import nodes
from convlint.ir.walking import walk

CHANGING = frozenset({"setattr", "delattr", "exec", "eval", "__import__", "globals", "vars"})
"""Builtins that may change anything."""
ABSTRACT = frozenset({"ABCMeta", "EnumMeta", "type"})
"""Metaclasses that tell nobody of their classes."""

Source = tuple[str, int]
"""What an import names: a dotted module and the number of dots before it."""


class Summary(Struct):
    """What the source of one module tells: whether it has effects by itself, and those that hang on other modules.

    `calls` are the modules whose functions or classes it uses when it runs, `imports` all that it imports.
    """

    acts: bool = False
    hooks: bool = False
    """Whether it defines what is told of classes that are derived."""
    derives: bool = False
    stars: bool = False
    calls: set[Source] = set()
    imports: list[Source] = []
    names: set[str] = set()
    """The names that it binds at its top level."""


class _Reader:
    """Reads the top-level statements of a module."""

    def __init__(self, body: tuple[nodes.Stmt, ...]) -> None:
        self.found = Summary()
        self._origins: dict[str, set[Source]] = {}
        self._definitions: dict[str, nodes.FunctionDef | nodes.ClassDef] = {}
        self._opened: set[str] = set()
        for stmt in _statements(body):
            self._note_names(stmt)
        for stmt in body:
            self._statement(stmt)

    def _note_names(self, stmt: nodes.Stmt) -> None:
        if isinstance(stmt, nodes.Import):
            for alias in stmt.names:
                self.found.imports.append((alias.name, 0))
                self._import(alias.asname or alias.name.partition(".")[0], (alias.name, 0))
        elif isinstance(stmt, nodes.ImportFrom) and stmt.module != "__future__":
            self.found.imports.append((stmt.module, stmt.level))
            for alias in stmt.names:
                inner = f"{stmt.module}.{alias.name}" if stmt.module else alias.name
                self.found.stars |= alias.name == "*"
                self.found.imports.append((inner, stmt.level))
                self._import(alias.asname or alias.name, (stmt.module, stmt.level))
                self._import(alias.asname or alias.name, (inner, stmt.level))
        elif isinstance(stmt, nodes.FunctionDef | nodes.ClassDef):
            self._definitions[stmt.name] = stmt
            self.found.names.add(stmt.name)
        else:
            targets = getattr(stmt, "targets", ()) or (getattr(stmt, "target", None),)
            for inner in walk(tuple(target for target in targets if target is not None)):
                if isinstance(inner, nodes.Name):
                    self.found.names.add(inner.id)

    def _import(self, name: str, source: Source) -> None:
        self._origins.setdefault(name, set()).add(source)
        self.found.names.add(name)

    def _statement(self, stmt: nodes.Stmt) -> None:
        if isinstance(stmt, nodes.FunctionDef):
            self._expressions((*stmt.decorators, *_defaults(stmt.params)))
            for decorator in stmt.decorators:
                self._use(decorator)
        elif isinstance(stmt, nodes.ClassDef):
            self._class(stmt)
        elif isinstance(stmt, nodes.If):
            self._if(stmt)
        elif isinstance(stmt, nodes.Raise | nodes.Assert | nodes.Delete | nodes.Match):
            self.found.acts = True
        elif not isinstance(stmt, nodes.Import | nodes.ImportFrom):
            if isinstance(stmt, nodes.Try):
                self._guard(stmt)
            self._simple(stmt)

    def _guard(self, stmt: nodes.Try) -> None:
        """Whether an import succeeds hangs on when it is made, if modules import each other."""
        for inner in _statements(stmt.body):
            if isinstance(inner, nodes.Import):
                self.found.calls |= {(alias.name, 0) for alias in inner.names}
            elif isinstance(inner, nodes.ImportFrom):
                self.found.calls.add((inner.module, inner.level))

    def _class(self, stmt: nodes.ClassDef) -> None:
        self._expressions((*stmt.decorators, *stmt.bases, *(word.value for word in stmt.keywords)))
        for decorator in stmt.decorators:
            self._use(decorator)
        for base in stmt.bases:
            self.found.derives |= isinstance(base, nodes.Name | nodes.Attribute | nodes.Call)
            self.found.hooks |= isinstance(base, nodes.Name) and base.id == "type"
        for word in stmt.keywords:
            last = getattr(word.value, "id", getattr(word.value, "attr", ""))
            self.found.acts |= not (word.arg == "metaclass" and last in ABSTRACT)
        for inner in stmt.body:
            self.found.hooks |= isinstance(inner, nodes.FunctionDef) and inner.name == "__init_subclass__"
            self._statement(inner)

    def _if(self, stmt: nodes.If) -> None:
        """What runs only for a type checker, or for a script, does not run on import."""
        self._expressions((stmt.test,))
        names = {inner.id for inner in walk((stmt.test,)) if isinstance(inner, nodes.Name)}
        attributes = {inner.attr for inner in walk((stmt.test,)) if isinstance(inner, nodes.Attribute)}
        never = "__name__" in names or "TYPE_CHECKING" in names | attributes
        for inner in (() if never else stmt.body) + stmt.orelse:
            self._statement(inner)

    def _simple(self, stmt: nodes.Stmt) -> None:
        for part in _parts(stmt):
            if isinstance(part, nodes.Stmt):
                self._statement(part)
            else:
                self._expressions((part,))
        targets = stmt.targets if isinstance(stmt, nodes.Assign) else (getattr(stmt, "target", None),)
        for target in targets:
            if isinstance(target, nodes.Attribute | nodes.Subscript):
                self._change(target)

    def _change(self, target: nodes.Expr) -> None:
        """An item or attribute is set: of something that this module has made, or of another's."""
        name = root(target)
        self.found.acts |= not name or (name in self._origins or name not in self.found.names)

    def _expressions(self, parts: tuple[nodes.Expr, ...]) -> None:
        for inner in walk(parts):
            if isinstance(inner, nodes.Call):
                self._use(inner.func)

    def _use(self, called: nodes.Expr) -> None:
        """Something is called: a builtin, something that is imported, or a definition of this module's."""
        name = root(called)
        self.found.calls |= self._origins.get(name, set())
        self.found.acts |= name in CHANGING and name not in self.found.names
        definition = self._definitions.get(name)
        if definition is not None and name not in self._opened:
            self._opened.add(name)
            for inner in walk(definition.body, into_definitions=True):
                if isinstance(inner, nodes.Call):
                    self._use(inner.func)
                elif isinstance(inner, nodes.Assign | nodes.AugAssign):
                    for target in inner.targets if isinstance(inner, nodes.Assign) else (inner.target,):
                        if isinstance(target, nodes.Attribute | nodes.Subscript):
                            self.found.acts |= root(target) in self._origins


def summarise(body: tuple[nodes.Stmt, ...]) -> Summary:
    """Return what the source of a module tells of its effects."""
    return _Reader(body).found


def beginning(body: tuple[nodes.Stmt, ...]) -> list[Source]:
    """Return what the imports name that a file begins with, up to the first statement that may do anything else."""
    count = 0
    while count < len(body) and _only_names(body[count]):
        count += 1
    return summarise(body[:count]).imports


def _only_names(stmt: nodes.Stmt) -> bool:
    """Whether a statement imports, or names constants."""
    if isinstance(stmt, nodes.If | nodes.Try):
        return all(_only_names(part) if isinstance(part, nodes.Stmt) else _is_constant(part) for part in _parts(stmt))
    if isinstance(stmt, nodes.Assign):
        return _is_constant(stmt.value) and all(isinstance(target, nodes.Name) for target in stmt.targets)
    plain = isinstance(stmt, nodes.ExprStmt) and _is_constant(stmt.value)
    return plain or isinstance(stmt, nodes.Import | nodes.ImportFrom | nodes.Pass)


def _is_constant(expression: nodes.Expr) -> bool:
    allowed = (nodes.Constant, nodes.Name, nodes.Attribute, nodes.Tuple, nodes.List)
    return all(isinstance(inner, allowed) for inner in walk((expression,)))


def root(expression: nodes.Expr) -> str:
    """Return the name that an expression such as `a.b[c].d()` starts with, "" if it starts with none."""
    while isinstance(expression, nodes.Attribute | nodes.Subscript | nodes.Call):
        expression = expression.func if isinstance(expression, nodes.Call) else expression.value
    return expression.id if isinstance(expression, nodes.Name) else ""


def _statements(body: tuple[nodes.Stmt, ...]) -> Iterator[nodes.Stmt]:
    """Yield the statements of a module's own scope, also those inside of others."""
    for stmt in body:
        yield stmt
        if not isinstance(stmt, nodes.FunctionDef | nodes.ClassDef):
            yield from _statements(tuple(part for part in _parts(stmt) if isinstance(part, nodes.Stmt)))


def _parts(stmt: nodes.Node) -> Iterator[nodes.Expr | nodes.Stmt]:
    """Yield the expressions and statements that are directly in a statement."""
    waiting = [getattr(stmt, name) for name in stmt.__struct_fields__ if name != "span"]
    while waiting:
        part = waiting.pop(0)
        if isinstance(part, tuple):
            waiting[:0] = part
        elif isinstance(part, nodes.ExceptHandler | nodes.WithItem | nodes.MatchCase | nodes.Keyword):
            waiting[:0] = [getattr(part, name) for name in part.__struct_fields__ if name != "span"]
        elif isinstance(part, nodes.Node):
            yield part  # type: ignore[misc]


def _defaults(params: nodes.Parameters) -> tuple[nodes.Expr, ...]:
    every = params.posonly + params.args + params.kwonly
    return tuple(param.default for param in every if param.default is not None)
