"""The nodes of the intermediate form: what of a Python module the interpreter needs, and nothing else.

The names and fields are those of the standard library's `ast` where it has a counterpart, so that a reader
of one can read the other. Every node carries its span. Nodes are `msgspec` structs: they can be stored and
loaded again without running any code, an order of magnitude faster than parsing.
"""

# mypy: disable-error-code="misc"
# msgspec structs inherit `frozen`; mypy takes it for lost in each subclass

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

Made = TypeVar("Made")
Span = tuple[int, int, int, int]
"""Start row, start column, end row, end column: rows are 1-based, columns are 0-based and count characters;
the end column is exclusive. Faces that print 1-based columns add one."""

ConstantValue = None | bool | int | float | str


class Node(msgspec.Struct, frozen=True, array_like=True, tag=True, tag_field="node", gc=False):
    # nodes are built from the leaves up and never change, so they hold no cycles for the collector to find
    span: Span


# --- expressions -----------------------------------------------------------------------------------------


class Constant(Node):
    """A literal. `kind` says what JSON-like storage cannot: "" for the value as it stands, "int" for an
    integer kept as decimal text because it exceeds 64 bits, "complex" (the text of the imaginary part),
    "bytes" (latin-1 text), "ellipsis", "surrogates" (text with lone surrogates, as the codec `unicode_escape` writes
    it). An integer beyond Python's limit on decimal digits is hexadecimal text with its 0x."""

    value: ConstantValue
    kind: str = ""


class Name(Node):
    """Names are those that Python makes of what is written: private ones in a class begin with the name of the class,
    as those of attributes, parameters and definitions do."""

    id: str


class Attribute(Node):
    value: Expr
    attr: str


class Subscript(Node):
    value: Expr
    slice: Expr


class Slice(Node):
    lower: Expr | None
    upper: Expr | None
    step: Expr | None


class Starred(Node):
    value: Expr


class Keyword(Node):
    """A keyword argument; `arg` is None for `**value`."""

    arg: str | None
    value: Expr


class Call(Node):
    func: Expr
    args: tuple[Expr, ...]
    keywords: tuple[Keyword, ...]


class BinOp(Node):
    """`op` is the operator's text: + - * / // % ** @ << >> & | ^."""

    left: Expr
    op: str
    right: Expr


class UnaryOp(Node):
    """`op` is one of + - ~ not."""

    op: str
    operand: Expr


class BoolOp(Node):
    """`op` is "and" or "or"."""

    op: str
    values: tuple[Expr, ...]


class Compare(Node):
    """`ops` hold the operators' text: == != < <= > >= is, is not, in, not in."""

    left: Expr
    ops: tuple[str, ...]
    comparators: tuple[Expr, ...]


class IfExp(Node):
    test: Expr
    body: Expr
    orelse: Expr


class Tuple(Node):
    elts: tuple[Expr, ...]


class List(Node):
    elts: tuple[Expr, ...]


class Set(Node):
    elts: tuple[Expr, ...]


class Dict(Node):
    """A key of None stands for `**value`."""

    keys: tuple[Expr | None, ...]
    values: tuple[Expr, ...]


class JoinedStr(Node):
    """An f-string: `values` are string Constants and FormattedValues."""

    values: tuple[Expr, ...]


class FormattedValue(Node):
    """`conversion` is "", "r", "s" or "a"; `debug_text` is the text before a `=` specifier, with it. As in `ast`,
    the conversion of `{x=}` is "r"."""

    value: Expr
    conversion: str
    format_spec: JoinedStr | None
    debug_text: str = ""


class Comprehension(Node):
    target: Expr
    iter: Expr
    ifs: tuple[Expr, ...]
    is_async: bool = False


class ListComp(Node):
    elt: Expr
    generators: tuple[Comprehension, ...]


class SetComp(Node):
    elt: Expr
    generators: tuple[Comprehension, ...]


class GeneratorExp(Node):
    elt: Expr
    generators: tuple[Comprehension, ...]


class DictComp(Node):
    key: Expr
    value: Expr
    generators: tuple[Comprehension, ...]


class Parameter(Node):
    """`span` holds the name, with the stars before it."""

    name: str
    default: Expr | None
    annotation: Expr | None


class Parameters(Node):
    posonly: tuple[Parameter, ...]
    args: tuple[Parameter, ...]
    vararg: Parameter | None
    kwonly: tuple[Parameter, ...]
    kwarg: Parameter | None

    @property
    def single(self) -> tuple[Parameter, ...]:
        """Those that take one argument each: all but `*args` and `**kwargs`."""
        return self.posonly + self.args + self.kwonly

    @property
    def every(self) -> tuple[Parameter, ...]:
        """All of them, in the order in which they are written."""
        every = (*self.posonly, *self.args, self.vararg, *self.kwonly, self.kwarg)
        return tuple([param for param in every if param is not None])


class Lambda(Node):
    """`names` are the names that the body binds, with `:=`."""

    params: Parameters
    body: Expr
    names: tuple[str, ...] = ()
    is_generator: bool = False


class NamedExpr(Node):
    target: Name
    value: Expr


class Await(Node):
    """Also stands for the few expressions that are parsed but not modelled, such as template strings: `value` holds
    what is evaluated, the result is unknown."""

    value: Expr


class Yield(Node):
    value: Expr | None


class YieldFrom(Node):
    value: Expr


Expr = (
    Constant | Name | Attribute | Subscript | Slice | Starred | Call | BinOp | UnaryOp | BoolOp | Compare
    | IfExp | Tuple | List | Set | Dict | JoinedStr | FormattedValue | ListComp | SetComp | GeneratorExp
    | DictComp | Lambda | NamedExpr | Await | Yield | YieldFrom
)  # fmt: skip


# --- statements ------------------------------------------------------------------------------------------


class ExprStmt(Node):
    value: Expr


class Assign(Node):
    """`a = b = value`: one target for each `=`."""

    targets: tuple[Expr, ...]
    value: Expr


class AugAssign(Node):
    """`op` is the operator's text without the `=`."""

    target: Expr
    op: str
    value: Expr


class AnnAssign(Node):
    target: Expr
    annotation: Expr
    value: Expr | None


class Return(Node):
    value: Expr | None


class Raise(Node):
    exc: Expr | None
    cause: Expr | None


class Assert(Node):
    test: Expr
    msg: Expr | None


class Delete(Node):
    targets: tuple[Expr, ...]


class Pass(Node):
    pass


class Break(Node):
    pass


class Continue(Node):
    pass


class If(Node):
    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]


class For(Node):
    target: Expr
    iter: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]
    is_async: bool = False


class While(Node):
    test: Expr
    body: tuple[Stmt, ...]
    orelse: tuple[Stmt, ...]


class ExceptHandler(Node):
    type: Expr | None
    name: str | None
    body: tuple[Stmt, ...]
    is_group: bool = False


class Try(Node):
    body: tuple[Stmt, ...]
    handlers: tuple[ExceptHandler, ...]
    orelse: tuple[Stmt, ...]
    finalbody: tuple[Stmt, ...]


class WithItem(Node):
    context_expr: Expr
    optional_vars: Expr | None


class With(Node):
    items: tuple[WithItem, ...]
    body: tuple[Stmt, ...]
    is_async: bool = False


class FunctionDef(Node):
    """`span` runs from the `def` (without decorators) to the colon that ends the header; `is_generator` is
    true when the body itself (not a nested function) yields; `names` are the local names that the body
    binds, without those declared global or nonlocal, which are in `globals` and `nonlocals`."""

    name: str
    params: Parameters
    body: tuple[Stmt, ...]
    decorators: tuple[Expr, ...]
    returns: Expr | None
    is_async: bool
    is_generator: bool
    names: tuple[str, ...]
    globals: tuple[str, ...] = ()
    nonlocals: tuple[str, ...] = ()


class ClassDef(Node):
    """`span` runs from the `class` keyword (without decorators) to the colon that ends the header; `names`,
    `globals` and `nonlocals` are those of the body, as for a function."""

    name: str
    bases: tuple[Expr, ...]
    keywords: tuple[Keyword, ...]
    body: tuple[Stmt, ...]
    decorators: tuple[Expr, ...]
    names: tuple[str, ...] = ()
    globals: tuple[str, ...] = ()
    nonlocals: tuple[str, ...] = ()


class Alias(Node):
    """`name` is dotted; `asname` is None without `as`."""

    name: str
    asname: str | None


class Import(Node):
    names: tuple[Alias, ...]


class ImportFrom(Node):
    """`level` counts the leading dots; `names` is one Alias "*" for a star import."""

    module: str
    names: tuple[Alias, ...]
    level: int


class Global(Node):
    names: tuple[str, ...]


class Nonlocal(Node):
    names: tuple[str, ...]


class TypeAlias(Node):
    name: str
    value: Expr


class MatchCase(Node):
    pattern: Pattern
    guard: Expr | None
    body: tuple[Stmt, ...]


class Match(Node):
    subject: Expr
    cases: tuple[MatchCase, ...]


Stmt = (
    ExprStmt | Assign | AugAssign | AnnAssign | Return | Raise | Assert | Delete | Pass | Break | Continue | If
    | For | While | Try | With | FunctionDef | ClassDef | Import | ImportFrom | Global | Nonlocal | TypeAlias
    | Match
)  # fmt: skip


# --- patterns of `match` ---------------------------------------------------------------------------------


class MatchValue(Node):
    value: Expr


class MatchSingleton(Node):
    value: bool | None


class MatchSequence(Node):
    patterns: tuple[Pattern, ...]


class MatchStar(Node):
    name: str | None


class MatchMapping(Node):
    keys: tuple[Expr, ...]
    patterns: tuple[Pattern, ...]
    rest: str | None


class MatchClass(Node):
    cls: Expr
    patterns: tuple[Pattern, ...]
    kwd_attrs: tuple[str, ...]
    kwd_patterns: tuple[Pattern, ...]


class MatchAs(Node):
    """`_` has neither pattern nor name; a capture has only a name."""

    pattern: Pattern | None
    name: str | None


class MatchOr(Node):
    patterns: tuple[Pattern, ...]


Pattern = (
    MatchValue | MatchSingleton | MatchSequence | MatchStar | MatchMapping | MatchClass | MatchAs | MatchOr
)  # fmt: skip


class Module(Node, dict=True, gc=True):
    """A whole file. `body` is what runs on import."""

    body: tuple[Stmt, ...]

    def once(self, name: str, make: Callable[[], Made]) -> Made:
        """Return what `make` made of this text the first time; it is kept with the module."""
        kept = self.__dict__
        if name not in kept:
            kept[name] = make()
        made: Made = kept[name]
        return made
