"""The tables from LibCST node classes to the functions that lower them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import Any

import libcst as cst

from convlint.ir import nodes
from convlint.ir.cursor import Cursor

Handler = Callable[[Cursor, Any], Any]

_EXPRESSIONS: dict[type, Handler] = {}
_STATEMENTS: dict[type, Handler] = {}


class NotLoweredError(Exception):
    """A syntax that LibCST parses and that has no place in the intermediate form yet."""


def expression_of(*names: str) -> Callable[[Handler], Handler]:
    """Register the function that lowers expressions of these LibCST classes, where this LibCST has them."""
    return lambda handler: _register(_EXPRESSIONS, names, handler)


def statement_of(*names: str) -> Callable[[Handler], Handler]:
    """Register the function that lowers statements of these LibCST classes, where this LibCST has them."""
    return lambda handler: _register(_STATEMENTS, names, handler)


def _register(table: dict[type, Handler], names: tuple[str, ...], handler: Handler) -> Handler:
    for name in names:
        cls = getattr(cst, name, None)
        if cls is not None:
            table[cls] = handler
    return handler


def expression(cursor: Cursor, node: Any) -> nodes.Expr:
    """Lower an expression. Its span does not hold the parentheses around it, as in LibCST's PositionProvider."""
    handler = _EXPRESSIONS.get(type(node))
    if handler is None:
        raise NotLoweredError(f"`{type(node).__name__}` is not supported")
    if not node.lpar:
        result: nodes.Expr = handler(cursor, node)
        return result
    for _ in node.lpar:
        cursor.token("(")
    result = handler(cursor, node)
    for _ in node.rpar:
        cursor.token(")")
    return result


def statement(cursor: Cursor, node: Any) -> nodes.Stmt:
    """Lower one statement that is not a line of small statements."""
    handler = _STATEMENTS.get(type(node))
    if handler is None:
        raise NotLoweredError(f"`{type(node).__name__}` is not supported")
    result: nodes.Stmt = handler(cursor, node)
    return result


def identifier(cursor: Cursor, node: cst.Name) -> str:
    """Pass a name that is no expression (of an attribute, a parameter, a function) and return it as Python knows it."""
    return cursor.own(word(cursor, node))


def word(cursor: Cursor, node: cst.Name) -> str:
    """Pass a name that is the same in every class, such as a keyword in a call, and return it as Python knows it."""
    value = node.value
    cursor.token(value)
    return normal(value)


def normal(name: str) -> str:
    """Return the NFKC form under which Python looks names up."""
    return name if name.isascii() else unicodedata.normalize("NFKC", name)
