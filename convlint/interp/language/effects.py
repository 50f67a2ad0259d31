"""What a piece of code may do with the names that it uses, told from its text alone.

`forgetting` asks this of code that is skipped, and of the functions that such code may call.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from msgspec import Struct

from convlint.ir import nodes
from convlint.ir.walking import walk

Path = tuple[str, ...]
"""A name and the attributes that are read one after the other from what it holds."""


class Use(enum.IntEnum):
    """How far a value is let out of sight: the greater one includes the lesser."""

    READ = 0
    """It is looked at, or called, and nothing of it is kept."""
    CONTENTS = 1
    """What it holds may be kept or changed, not itself."""
    EXPOSED = 2
    """It may be kept or changed."""


LOOKS = frozenset(
    [
        "abs",
        "all",
        "any",
        "bool",
        "bytes",
        "callable",
        "chr",
        "complex",
        "divmod",
        "float",
        "format",
        "hasattr",
        "hash",
        "hex",
        "id",
        "int",
        "isinstance",
        "issubclass",
        "len",
        "oct",
        "ord",
        "pow",
        "print",
        "range",
        "repr",
        "round",
        "str",
        "type",
    ]
)
"""Builtins that keep and change nothing of what they are given."""
TAKES_CONTENTS = frozenset(
    ["dict", "enumerate", "frozenset", "list", "max", "min", "reversed", "set", "sorted", "sum", "tuple", "zip"]
)
"""Builtins that change nothing that they are given; what they return may hold what it held."""
HOLDING = frozenset({"get", "items", "values"})
"""Methods of containers that change nothing; what they return may hold what the container held."""
LOOKING = frozenset(
    [
        "count",
        "difference",
        "endswith",
        "find",
        "format",
        "index",
        "intersection",
        "isdisjoint",
        "issubset",
        "issuperset",
        "join",
        "keys",
        "lower",
        "lstrip",
        "replace",
        "rstrip",
        "split",
        "startswith",
        "strip",
        "union",
        "upper",
    ]
)
"""Methods of containers and texts that keep and change nothing."""
ANY_GLOBAL = frozenset({"eval", "exec", "globals", "locals", "modules"})
"""Names through which code may set global names that its text does not show."""
ANYTHING = ANY_GLOBAL | {"__dict__", "vars"}
"""Names through which code may set attributes that its text does not show."""


class Effects(Struct):
    """What code may do.

    `uses` tells what becomes of the values of names from outside; `binds` are the names that it binds in its own scope,
    `global_names` and `enclosing_names` those of outer scopes; `attributes` are the names of attributes that it sets or
    deletes on whatever object, `stores` those set on an outer name or path. `dynamic` tells that it may set attributes
    that the text does not show, `any_global` that it may do so with global names; `builtins` are the names that were
    taken for builtins.
    """

    uses: dict[Path, Use] = {}
    binds: set[str] = set()
    global_names: set[str] = set()
    enclosing_names: set[str] = set()
    attributes: set[str] = set()
    stores: set[Path] = set()
    dynamic: bool = False
    any_global: bool = False
    builtins: set[str] = set()
    imports: set[tuple[str, int, str]] = set()
    """The modules that it imports, how many packages up, and the names that it takes of them ("" for none)."""


def of_skipped(part: Any) -> Effects:
    """Return the effects of statements or expressions, run where they stand."""
    reader = _Reader(Effects())
    reader.read(part)
    return reader.effects


def of_function(node: nodes.FunctionDef | nodes.Lambda) -> Effects:
    """Return the effects of calling a function on what is outside of it; arguments count where the call is."""
    reader = _Reader(Effects())
    reader.code(node)
    return reader.effects


class _Reader:
    """Walks over code and notes its effects. `own` are the names that are local to the function being read."""

    def __init__(self, effects: Effects) -> None:
        self.effects = effects
        self.own: frozenset[str] = frozenset()
        self.inside = 0
        """How many functions and classes deep the reader is inside of the code."""

    def read(self, part: Any, use: Use = Use.EXPOSED) -> None:
        if isinstance(part, tuple):
            for item in part:
                self.read(item, use)
        elif isinstance(part, nodes.Node):
            special = SPECIAL.get(type(part))
            if special is not None:
                special(self, part, use)
            else:
                self.parts(part)

    def parts(self, node: nodes.Node, use: Use = Use.EXPOSED) -> None:
        for name in node.__struct_fields__:
            if name != "span":
                self.read(getattr(node, name), use)

    @contextmanager
    def _within(self, names: frozenset[str], inside: int = 1) -> Iterator[None]:
        own, self.own = self.own, self.own | names
        self.inside += inside
        yield
        self.own = own
        self.inside -= inside

    # --- names -------------------------------------------------------------------------------------------

    def use(self, path: Path, use: Use) -> None:
        if path[0] not in self.own:
            self.effects.uses[path] = max(use, self.effects.uses.get(path, use))
        self.anything(path)

    def anything(self, names: Path) -> None:
        self.effects.dynamic |= not ANYTHING.isdisjoint(names)
        self.effects.any_global |= not ANY_GLOBAL.isdisjoint(names)

    def bind(self, name: str) -> None:
        if not self.inside:
            self.effects.binds.add(name)

    def target(self, node: nodes.Expr) -> None:
        """What is assigned to or deleted."""
        if isinstance(node, nodes.Name):
            self.bind(node.id)
        elif isinstance(node, nodes.Tuple | nodes.List):
            for part in node.elts:
                self.target(part)
        elif isinstance(node, nodes.Starred):
            self.target(node.value)
        elif isinstance(node, nodes.Attribute):
            self.sets(node.value, node.attr)
        elif isinstance(node, nodes.Subscript):
            self.read((node.value, node.slice))

    def sets(self, holder: nodes.Expr, attribute: str) -> None:
        self.effects.attributes.add(attribute)
        path = path_of(holder)
        if path is not None and path[0] not in self.own:
            self.effects.stores.add((*path, attribute))
        self.read(holder, Use.EXPOSED)

    # --- expressions -------------------------------------------------------------------------------------

    def name(self, node: nodes.Name, use: Use) -> None:
        self.use((node.id,), use)

    def attribute(self, node: nodes.Attribute, use: Use) -> None:
        path = path_of(node)
        if path is not None:
            self.use(path, use)
        else:
            self.read(node.value, use if use is Use.READ else Use.EXPOSED)
        self.anything((node.attr,))

    def subscript(self, node: nodes.Subscript, use: Use) -> None:
        self.read(node.value, min(use, Use.CONTENTS))
        self.read(node.slice, Use.READ)

    def call(self, node: nodes.Call, use: Use) -> None:
        given = self._called(node)
        for arg in (*node.args, *(keyword.value for keyword in node.keywords)):
            self.read(arg, given)

    def _called(self, node: nodes.Call) -> Use:
        """Read what is called; return what becomes of the arguments."""
        func = node.func
        if isinstance(func, nodes.Name):
            if func.id in ("setattr", "delattr"):
                self._sets_by_call(node)
            self.use((func.id,), Use.READ)
            if func.id in LOOKS | TAKES_CONTENTS and func.id not in self.own:
                self.effects.builtins.add(func.id)
                return Use.READ if func.id in LOOKS else Use.CONTENTS
        elif isinstance(func, nodes.Attribute) and path_of(func) is None:
            harmless = Use.CONTENTS if func.attr in HOLDING else Use.READ if func.attr in LOOKING else Use.EXPOSED
            self.read(func.value, harmless)
        else:
            self.read(func, Use.READ)
        return Use.EXPOSED

    def _sets_by_call(self, node: nodes.Call) -> None:
        name = node.args[1] if len(node.args) > 1 else None
        if isinstance(name, nodes.Constant) and isinstance(name.value, str):
            self.sets(node.args[0], name.value)
        elif not (node.args and isinstance(node.args[0], nodes.Name) and node.args[0].id == "self"):
            self.effects.dynamic = True

    def looked_at(self, node: nodes.Node, use: Use) -> None:
        self.parts(node, Use.READ)

    def operated(self, node: nodes.BinOp, use: Use) -> None:
        self.parts(node, Use.CONTENTS)

    def passed_on(self, node: nodes.Node, use: Use) -> None:
        self.parts(node, use)

    def choice(self, node: nodes.IfExp, use: Use) -> None:
        self.read(node.test, Use.READ)
        self.read((node.body, node.orelse), use)

    def starred(self, node: nodes.Starred, use: Use) -> None:
        self.read(node.value, Use.CONTENTS)

    def named(self, node: nodes.NamedExpr, use: Use) -> None:
        self.read(node.value)
        if node.target.id not in self.own:
            self.bind(node.target.id)

    def comprehension(self, node: Any, use: Use) -> None:
        self.read(node.generators[0].iter, Use.CONTENTS)
        with self._within(_bound_by(tuple(part.target for part in node.generators)), inside=0):
            for part in node.generators:
                if not isinstance(part.target, nodes.Name):
                    self.read_targets(part.target)
                self.read(part.iter, Use.CONTENTS)
                self.read(part.ifs, Use.READ)
            self.read((node.key, node.value) if isinstance(node, nodes.DictComp) else node.elt)

    def read_targets(self, target: nodes.Expr) -> None:
        """The parts of a comprehension's target that are no names of its own."""
        for part in walk(target):
            if isinstance(part, nodes.Attribute | nodes.Subscript):
                self.target(part)

    # --- definitions -------------------------------------------------------------------------------------

    def function(self, node: nodes.FunctionDef | nodes.Lambda, use: Use) -> None:
        """A definition inside of the code: what is made may be called there."""
        params = node.params
        for param in params.single:
            self.read(param.default)
        if isinstance(node, nodes.FunctionDef):
            self.read(node.decorators)
            self.bind(node.name)
        self.code(node)

    def code(self, node: nodes.FunctionDef | nodes.Lambda) -> None:
        params = node.params
        names = {param.name for param in params.every}
        if isinstance(node, nodes.FunctionDef):
            names.update(node.names)
            self.own -= {name for inner in walk(node.body) if isinstance(inner, nodes.Global) for name in inner.names}
        with self._within(frozenset(names)):
            self.read(node.body)

    def class_(self, node: nodes.ClassDef, use: Use) -> None:
        self.read((node.decorators, node.bases))
        self.read(tuple(keyword.value for keyword in node.keywords))
        self.bind(node.name)
        with self._within(frozenset()):
            self.read(node.body)

    def outer(self, node: nodes.Global | nodes.Nonlocal, use: Use) -> None:
        if isinstance(node, nodes.Global):
            self.effects.global_names.update(node.names)
        else:
            self.effects.enclosing_names.update(name for name in node.names if name not in self.own)

    # --- statements --------------------------------------------------------------------------------------

    def assign(self, node: nodes.Assign, use: Use) -> None:
        self.read(node.value)
        for target in node.targets:
            self.target(target)

    def augmented(self, node: nodes.AugAssign, use: Use) -> None:
        self.read((node.target, node.value))
        self.target(node.target)

    def annotated(self, node: nodes.AnnAssign, use: Use) -> None:
        if node.value is not None:
            self.read(node.value)
            self.target(node.target)

    def delete(self, node: nodes.Delete, use: Use) -> None:
        for target in node.targets:
            self.target(target)

    def looked(self, node: nodes.ExprStmt, use: Use) -> None:
        self.read(node.value, Use.READ)

    def tested(self, node: Any, use: Use) -> None:
        self.read(node.test, Use.READ)
        for name in ("body", "orelse", "msg"):
            self.read(getattr(node, name, None))

    def for_(self, node: nodes.For, use: Use) -> None:
        self.read(node.iter, Use.CONTENTS)
        self.target(node.target)
        self.read((node.body, node.orelse))

    def handler(self, node: nodes.ExceptHandler, use: Use) -> None:
        self.read(node.type, Use.READ)
        if node.name is not None:
            self.bind(node.name)
        self.read(node.body)

    def with_item(self, node: nodes.WithItem, use: Use) -> None:
        self.read(node.context_expr)
        if node.optional_vars is not None:
            self.target(node.optional_vars)

    def import_(self, node: nodes.Import | nodes.ImportFrom, use: Use) -> None:
        for alias in node.names:
            self.bind((alias.asname or alias.name).partition(".")[0])
            if isinstance(node, nodes.Import):
                self.effects.imports.add((alias.name, 0, ""))
            else:
                self.effects.imports.add((node.module or "", node.level, alias.name))

    def type_alias(self, node: nodes.TypeAlias, use: Use) -> None:
        self.bind(node.name)

    def capture(self, node: nodes.MatchAs | nodes.MatchStar, use: Use) -> None:
        if node.name is not None:
            self.bind(node.name)
        self.parts(node)

    def rest(self, node: nodes.MatchMapping, use: Use) -> None:
        if node.rest is not None:
            self.bind(node.rest)
        self.parts(node)


def path_of(node: nodes.Expr) -> Path | None:
    """Return the name and attributes of `a.b.c`, or None for another expression."""
    attributes: list[str] = []
    while isinstance(node, nodes.Attribute):
        attributes.append(node.attr)
        node = node.value
    return (node.id, *reversed(attributes)) if isinstance(node, nodes.Name) else None


def _bound_by(targets: Any) -> frozenset[str]:
    names: set[str] = set()
    waiting = [targets]
    while waiting:
        item = waiting.pop()
        if isinstance(item, tuple):
            waiting.extend(item)
        elif isinstance(item, nodes.Name):
            names.add(item.id)
        elif isinstance(item, nodes.Tuple | nodes.List):
            waiting.extend(item.elts)
        elif isinstance(item, nodes.Starred):
            waiting.append(item.value)
    return frozenset(names)


SPECIAL: dict[type, Callable[[_Reader, Any, Use], None]] = {
    nodes.Name: _Reader.name,
    nodes.Attribute: _Reader.attribute,
    nodes.Subscript: _Reader.subscript,
    nodes.Call: _Reader.call,
    nodes.BinOp: _Reader.operated,
    nodes.UnaryOp: _Reader.looked_at,
    nodes.Compare: _Reader.looked_at,
    nodes.Slice: _Reader.looked_at,
    nodes.JoinedStr: _Reader.looked_at,
    nodes.FormattedValue: _Reader.looked_at,
    nodes.BoolOp: _Reader.passed_on,
    nodes.IfExp: _Reader.choice,
    nodes.Starred: _Reader.starred,
    nodes.NamedExpr: _Reader.named,
    nodes.ListComp: _Reader.comprehension,
    nodes.SetComp: _Reader.comprehension,
    nodes.GeneratorExp: _Reader.comprehension,
    nodes.DictComp: _Reader.comprehension,
    nodes.Lambda: _Reader.function,
    nodes.FunctionDef: _Reader.function,
    nodes.ClassDef: _Reader.class_,
    nodes.Global: _Reader.outer,
    nodes.Nonlocal: _Reader.outer,
    nodes.Assign: _Reader.assign,
    nodes.AugAssign: _Reader.augmented,
    nodes.AnnAssign: _Reader.annotated,
    nodes.Delete: _Reader.delete,
    nodes.ExprStmt: _Reader.looked,
    nodes.If: _Reader.tested,
    nodes.While: _Reader.tested,
    nodes.Assert: _Reader.tested,
    nodes.For: _Reader.for_,
    nodes.ExceptHandler: _Reader.handler,
    nodes.WithItem: _Reader.with_item,
    nodes.Import: _Reader.import_,
    nodes.ImportFrom: _Reader.import_,
    nodes.TypeAlias: _Reader.type_alias,
    nodes.MatchAs: _Reader.capture,
    nodes.MatchStar: _Reader.capture,
    nodes.MatchMapping: _Reader.rest,
}
