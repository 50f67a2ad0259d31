"""One plain form, nested tuples without positions, of what `ast` and what our lowering make of a text."""

from __future__ import annotations

import ast
from typing import Any

from convlint.ir import nodes

OPERATORS = {
    "Add": "+", "Sub": "-", "Mult": "*", "Div": "/", "FloorDiv": "//", "Mod": "%", "Pow": "**", "MatMult": "@",
    "LShift": "<<", "RShift": ">>", "BitAnd": "&", "BitOr": "|", "BitXor": "^", "UAdd": "+", "USub": "-",
    "Invert": "~", "Not": "not", "And": "and", "Or": "or", "Eq": "==", "NotEq": "!=", "Lt": "<", "LtE": "<=",
    "Gt": ">", "GtE": ">=", "Is": "is", "IsNot": "is not", "In": "in", "NotIn": "not in",
}  # fmt: skip


_OWN = frozenset({"span", "is_generator", "names", "globals", "nonlocals"})


def from_ir(node: Any) -> Any:
    """Return (kind, fields…) of a node; the bound names and the mark of a generator have a test of their own."""
    if isinstance(node, tuple):
        return tuple(from_ir(item) for item in node)
    if isinstance(node, nodes.Constant):
        return ("Constant", repr(constant(node)))
    if isinstance(node, nodes.JoinedStr):
        return ("JoinedStr", joined([from_ir_part(value) for value in node.values]))
    if not isinstance(node, nodes.Node):
        return node
    fields = [field for field in node.__struct_fields__ if field not in _OWN]
    if isinstance(node, nodes.Import | nodes.ImportFrom | nodes.Global | nodes.Nonlocal):
        fields.append("names")
    return (type(node).__name__, *(from_ir(getattr(node, field)) for field in fields))


def from_ir_part(value: nodes.Expr) -> list[Any]:
    """Return the parts that `ast` has for one: it keeps the text before `=` as a constant of its own."""
    if not isinstance(value, nodes.FormattedValue):
        return [from_ir(value)]
    spec = None if value.format_spec is None else from_ir(value.format_spec)
    formatted = ("FormattedValue", from_ir(value.value), value.conversion, spec)
    return [("Constant", repr(value.debug_text)), formatted] if value.debug_text else [formatted]


def constant(node: nodes.Constant) -> object:
    """Return the value that a constant stands for."""
    text = str(node.value)
    if node.kind == "":
        return node.value
    if node.kind == "int":
        return int(text, 0)
    if node.kind == "complex":
        return complex(0, float(text))
    if node.kind == "bytes":
        return text.encode("latin-1")
    if node.kind == "surrogates":
        return text.encode("ascii").decode("unicode_escape")
    assert node.kind == "ellipsis"
    return ...


def joined(parts: list[list[Any]]) -> tuple[Any, ...]:
    """Join neighbouring text and drop empty text, which Python's versions do to different degrees."""
    merged: list[Any] = []
    for part in (part for several in parts for part in several):
        if part[0] == "Constant" and merged and merged[-1][0] == "Constant":
            merged[-1] = ("Constant", repr(ast.literal_eval(merged[-1][1]) + ast.literal_eval(part[1])))
        elif part != ("Constant", "''"):
            merged.append(part)
    return tuple(merged)


class _Private(ast.NodeTransformer):
    """Gives private names the name of their class, as Python's compiler does."""

    def __init__(self) -> None:
        self.around = ""

    def _own(self, name: str) -> str:
        private = self.around and name.startswith("__") and not name.endswith("__")
        return f"_{self.around}{name}" if private else name

    def generic_visit(self, node: ast.AST) -> ast.AST:
        for field in ("id", "attr", "arg", "name", "rest"):
            value = getattr(node, field, None)
            if isinstance(value, str) and not isinstance(node, ast.keyword | ast.alias):
                setattr(node, field, self._own(value))
        if isinstance(node, ast.Global | ast.Nonlocal):
            node.names = [self._own(name) for name in node.names]
        if isinstance(node, ast.alias) and self._own(node.asname or node.name) != (node.asname or node.name):
            node.asname = self._own(node.asname or node.name)
        return super().generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        body, node.body = node.body, []
        name = node.name
        self.generic_visit(node)
        around, self.around = self.around, name.lstrip("_")
        node.body = [self.visit(statement) for statement in body]
        self.around = around
        return node


def from_ast(node: Any) -> Any:
    """Return the same form of a tree of `ast`."""
    if isinstance(node, list):
        return tuple(from_ast(item) for item in node)
    if not isinstance(node, ast.AST):
        return node
    if isinstance(node, ast.Module):
        node = _Private().visit(node)
    special = globals().get(f"_{type(node).__name__.lower()}")
    if special is not None:
        return special(node)
    return _generic(type(node).__name__, node)


def _generic(kind: str, node: ast.AST) -> Any:
    skipped = ("ctx", "type_comment", "kind", "type_params", "type_ignores")
    return (kind, *(from_ast(value) for name, value in ast.iter_fields(node) if name not in skipped))


def _constant(node: ast.Constant) -> Any:
    return ("Constant", repr(node.value))


def _expr(node: ast.Expr) -> Any:
    return ("ExprStmt", from_ast(node.value))


def _operation(node: ast.AST) -> str:
    return OPERATORS[type(node).__name__]


def _binop(node: ast.BinOp) -> Any:
    return ("BinOp", from_ast(node.left), _operation(node.op), from_ast(node.right))


def _unaryop(node: ast.UnaryOp) -> Any:
    return ("UnaryOp", _operation(node.op), from_ast(node.operand))


def _boolop(node: ast.BoolOp) -> Any:
    return ("BoolOp", _operation(node.op), from_ast(node.values))


def _compare(node: ast.Compare) -> Any:
    return ("Compare", from_ast(node.left), tuple(map(_operation, node.ops)), from_ast(node.comparators))


def _augassign(node: ast.AugAssign) -> Any:
    return ("AugAssign", from_ast(node.target), _operation(node.op), from_ast(node.value))


def _annassign(node: ast.AnnAssign) -> Any:
    return ("AnnAssign", from_ast(node.target), from_ast(node.annotation), from_ast(node.value))


def _comprehension(node: ast.comprehension) -> Any:
    return ("Comprehension", from_ast(node.target), from_ast(node.iter), from_ast(node.ifs), bool(node.is_async))


def _joinedstr(node: ast.JoinedStr) -> Any:
    return ("JoinedStr", joined([[from_ast(value)] for value in node.values]))


def _formattedvalue(node: ast.FormattedValue) -> Any:
    conversion = chr(node.conversion) if node.conversion > 0 else ""
    return ("FormattedValue", from_ast(node.value), conversion, from_ast(node.format_spec))


def _keyword(node: ast.keyword) -> Any:
    return ("Keyword", node.arg, from_ast(node.value))


def _arguments(node: ast.arguments) -> Any:
    plain = [*node.posonlyargs, *node.args]
    defaults = [None] * (len(plain) - len(node.defaults)) + node.defaults
    params = [_parameter(*pair) for pair in zip(plain, defaults, strict=True)]
    count = len(node.posonlyargs)
    kwonly = tuple(_parameter(*pair) for pair in zip(node.kwonlyargs, node.kw_defaults, strict=True))
    single = [None if arg is None else _parameter(arg, None) for arg in (node.vararg, node.kwarg)]
    return ("Parameters", tuple(params[:count]), tuple(params[count:]), single[0], kwonly, single[1])


def _parameter(arg: ast.arg, default: ast.expr | None) -> Any:
    return ("Parameter", arg.arg, from_ast(default), from_ast(arg.annotation))


def _lambda(node: ast.Lambda) -> Any:
    return ("Lambda", from_ast(node.args), from_ast(node.body))


def _functiondef(node: ast.FunctionDef | ast.AsyncFunctionDef) -> Any:
    is_async = isinstance(node, ast.AsyncFunctionDef)
    parts = (node.args, node.body, node.decorator_list, node.returns)
    return ("FunctionDef", node.name, *map(from_ast, parts), is_async)


_asyncfunctiondef = _functiondef


def _classdef(node: ast.ClassDef) -> Any:
    parts = (node.bases, node.keywords, node.body, node.decorator_list)
    return ("ClassDef", node.name, *map(from_ast, parts))


def _for(node: ast.For | ast.AsyncFor) -> Any:
    parts = (node.target, node.iter, node.body, node.orelse)
    return ("For", *map(from_ast, parts), isinstance(node, ast.AsyncFor))


_asyncfor = _for


def _with(node: ast.With | ast.AsyncWith) -> Any:
    return ("With", from_ast(node.items), from_ast(node.body), isinstance(node, ast.AsyncWith))


_asyncwith = _with


def _withitem(node: ast.withitem) -> Any:
    return ("WithItem", from_ast(node.context_expr), from_ast(node.optional_vars))


def _try(node: Any) -> Any:
    is_group = type(node).__name__ == "TryStar"
    handlers = tuple(
        ("ExceptHandler", from_ast(one.type), one.name, from_ast(one.body), is_group) for one in node.handlers
    )
    return ("Try", from_ast(node.body), handlers, from_ast(node.orelse), from_ast(node.finalbody))


_trystar = _try


def _alias(node: ast.alias) -> Any:
    return ("Alias", node.name, node.asname)


def _importfrom(node: ast.ImportFrom) -> Any:
    return ("ImportFrom", node.module or "", node.level, from_ast(node.names))


def _match_case(node: Any) -> Any:
    return _generic("MatchCase", node)


def _matchas(node: Any) -> Any:
    return ("MatchAs", from_ast(node.pattern), node.name)


def _matchsingleton(node: Any) -> Any:
    return ("MatchSingleton", node.value)


def _typealias(node: Any) -> Any:
    return ("TypeAlias", node.name.id, from_ast(node.value))
