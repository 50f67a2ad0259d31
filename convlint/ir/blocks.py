"""Lowering of compound statements and the blocks in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from convlint.ir import nodes
from convlint.ir.calls import call_arguments, parameters, pass_type_parameters
from convlint.ir.cursor import Cursor, Scope
from convlint.ir.dispatch import expression, identifier, normal, statement, statement_of

Body = tuple[nodes.Stmt, ...]


def block(cursor: Cursor, items: Sequence[Any]) -> Body:
    """Lower statements in their order; several small ones on a line are statements of the block."""
    body: list[nodes.Stmt] = []
    for item in items:
        if type(item) is cst.SimpleStatementLine:
            _small(cursor, item.body, body)
        else:
            pass_semicolon(cursor)
            body.append(statement(cursor, item))
    return tuple(body)


def _small(cursor: Cursor, items: Sequence[Any], body: list[nodes.Stmt]) -> None:
    for item in items:
        pass_semicolon(cursor)
        body.append(statement(cursor, item))


def pass_semicolon(cursor: Cursor) -> None:
    """Pass the semicolon that may end the statement before: only when the next token is due, as no span holds it."""
    if cursor.peek() == ";":
        cursor.token(";")


def suite(cursor: Cursor, node: Any) -> Body:
    """Pass the colon and lower the block after it, indented or on the same line."""
    cursor.token(":")
    if type(node) is cst.IndentedBlock:
        return block(cursor, node.body)
    body: list[nodes.Stmt] = []
    _small(cursor, node.body, body)
    return tuple(body)


@statement_of("If")
def _if(cursor: Cursor, node: cst.If) -> nodes.Stmt:
    """Lower an `if` and its `elif`s, without recursion along the chain."""
    branches: list[tuple[int, nodes.Expr, Body]] = []
    orelse: Body = ()
    branch: Any = node
    while type(branch) is cst.If:
        pass_semicolon(cursor)
        start = cursor.token("elif" if branches else "if")
        test = expression(cursor, branch.test)
        branches.append((start, test, suite(cursor, branch.body)))
        branch = branch.orelse
    if branch is not None:
        orelse = _else(cursor, branch)
    for start, test, body in reversed(branches):
        orelse = (nodes.If(cursor.span(start), test, body, orelse),)
    return orelse[0]


def _else(cursor: Cursor, node: cst.Else | None) -> Body:
    if node is None:
        return ()
    pass_semicolon(cursor)
    cursor.token("else")
    return suite(cursor, node.body)


@statement_of("While")
def _while(cursor: Cursor, node: cst.While) -> nodes.Stmt:
    start = cursor.token("while")
    test = expression(cursor, node.test)
    body = suite(cursor, node.body)
    orelse = _else(cursor, node.orelse)
    return nodes.While(cursor.span(start), test, body, orelse)


@statement_of("For")
def _for(cursor: Cursor, node: cst.For) -> nodes.Stmt:
    start = cursor.skip()
    is_async = node.asynchronous is not None
    if is_async:
        cursor.token("async")
    cursor.token("for")
    target = expression(cursor, node.target)
    cursor.bind(target)
    cursor.token("in")
    source = expression(cursor, node.iter)
    body = suite(cursor, node.body)
    orelse = _else(cursor, node.orelse)
    return nodes.For(cursor.span(start), target, source, body, orelse, is_async)


@statement_of("With")
def _with(cursor: Cursor, node: cst.With) -> nodes.Stmt:
    start = cursor.skip()
    is_async = node.asynchronous is not None
    if is_async:
        cursor.token("async")
    cursor.token("with")
    if isinstance(node.lpar, cst.LeftParen):
        cursor.token("(")
    items = []
    for item in node.items:
        begin = cursor.skip()
        context = expression(cursor, item.item)
        target = None
        if item.asname is not None:
            cursor.token("as")
            target = expression(cursor, item.asname.name)
            cursor.bind(target)
        items.append(nodes.WithItem(cursor.span(begin), context, target))
        cursor.comma()
    if isinstance(node.rpar, cst.RightParen):
        cursor.token(")")
    body = suite(cursor, node.body)
    return nodes.With(cursor.span(start), tuple(items), body, is_async)


@statement_of("Try", "TryStar")
def _try(cursor: Cursor, node: Any) -> nodes.Stmt:
    start = cursor.token("try")
    body = suite(cursor, node.body)
    handlers = tuple([_handler(cursor, handler) for handler in node.handlers])
    orelse = _else(cursor, node.orelse)
    finalbody: Body = ()
    if node.finalbody is not None:
        pass_semicolon(cursor)
        cursor.token("finally")
        finalbody = suite(cursor, node.finalbody.body)
    return nodes.Try(cursor.span(start), body, handlers, orelse, finalbody)


def _handler(cursor: Cursor, node: cst.ExceptHandler | cst.ExceptStarHandler) -> nodes.ExceptHandler:
    pass_semicolon(cursor)
    start = cursor.token("except")
    is_group = isinstance(node, cst.ExceptStarHandler)
    if is_group:
        cursor.token("*")
    kind = None if node.type is None else expression(cursor, node.type)
    name = None
    if node.name is not None:
        cursor.token("as")
        target = expression(cursor, node.name.name)
        cursor.bind(target)
        name = target.id if isinstance(target, nodes.Name) else None
    body = suite(cursor, node.body)
    return nodes.ExceptHandler(cursor.span(start), kind, name, body, is_group)


def _decorators(cursor: Cursor, items: Sequence[cst.Decorator]) -> tuple[nodes.Expr, ...]:
    decorators = []
    for item in items:
        cursor.token("@")
        decorators.append(expression(cursor, item.decorator))
    return tuple(decorators)


@statement_of("FunctionDef")
def _function(cursor: Cursor, node: cst.FunctionDef) -> nodes.Stmt:
    decorators = _decorators(cursor, node.decorators)
    start = cursor.skip()
    is_async = node.asynchronous is not None
    if is_async:
        cursor.token("async")
    cursor.token("def")
    name = identifier(cursor, node.name)
    cursor.bind_names((name,))
    pass_type_parameters(cursor, node.type_parameters)
    cursor.token("(")
    params = parameters(cursor, node.params)
    cursor.token(")")
    returns = None
    if node.returns is not None:
        cursor.token("->")
        returns = expression(cursor, node.returns.annotation)
    span = _header_span(cursor, start)
    around, scope = cursor.scope, Scope()
    cursor.scope = scope
    body = suite(cursor, node.body)
    cursor.scope = around
    outer = tuple(scope.globals), tuple(scope.nonlocals)
    return nodes.FunctionDef(
        span, name, params, body, decorators, returns, is_async, scope.generator, scope.local_names(), *outer
    )


@statement_of("ClassDef")
def _class(cursor: Cursor, node: cst.ClassDef) -> nodes.Stmt:
    decorators = _decorators(cursor, node.decorators)
    start = cursor.token("class")
    name = identifier(cursor, node.name)
    cursor.bind_names((name,))
    pass_type_parameters(cursor, node.type_parameters)
    bases: tuple[nodes.Expr, ...] = ()
    keywords: tuple[nodes.Keyword, ...] = ()
    if isinstance(node.lpar, cst.LeftParen):
        cursor.token("(")
        bases, keywords = call_arguments(cursor, (*node.bases, *node.keywords))
        cursor.token(")")
    span = _header_span(cursor, start)
    around, outside, scope = cursor.scope, cursor.private, Scope()
    cursor.scope, cursor.private = scope, normal(node.name.value).lstrip("_")
    body = suite(cursor, node.body)
    cursor.scope, cursor.private = around, outside
    outer = tuple(scope.globals), tuple(scope.nonlocals)
    return nodes.ClassDef(span, name, bases, keywords, body, decorators, scope.local_names(), *outer)


def _header_span(cursor: Cursor, start: int) -> nodes.Span:
    """Return the span up to and with the colon, and stay before the colon."""
    before = cursor.pos
    cursor.token(":")
    span = cursor.span(start)
    cursor.pos = before
    return span
