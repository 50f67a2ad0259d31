"""Lowering of `match` statements and their patterns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from convlint.ir import nodes
from convlint.ir.blocks import pass_semicolon, suite
from convlint.ir.cursor import Cursor
from convlint.ir.dispatch import NotLoweredError, expression, identifier, statement_of, word


@statement_of("Match")
def _match(cursor: Cursor, node: cst.Match) -> nodes.Stmt:
    start = cursor.token("match")
    subject = expression(cursor, node.subject)
    cursor.token(":")
    cases = tuple([_case(cursor, case) for case in node.cases])
    return nodes.Match(cursor.span(start), subject, cases)


def _case(cursor: Cursor, node: cst.MatchCase) -> nodes.MatchCase:
    pass_semicolon(cursor)
    start = cursor.token("case")
    pattern = _pattern(cursor, node.pattern)
    guard = None
    if node.guard is not None:
        cursor.token("if")
        guard = expression(cursor, node.guard)
    body = suite(cursor, node.body)
    return nodes.MatchCase(cursor.span(start), pattern, guard, body)


def _pattern(cursor: Cursor, node: Any) -> nodes.Pattern:
    """Lower a pattern. As for expressions, its span does not hold the parentheses around it."""
    kind = type(node)
    if kind is cst.MatchValue:
        value = expression(cursor, node.value)
        return nodes.MatchValue(value.span, value)
    if kind is cst.MatchSingleton:
        single = expression(cursor, node.value)
        constant = single.value if isinstance(single, nodes.Constant) else None
        return nodes.MatchSingleton(single.span, constant if isinstance(constant, bool) else None)
    for _ in node.lpar:
        cursor.token("(")
    pattern = _bare(cursor, node)
    for _ in node.rpar:
        cursor.token(")")
    return pattern


def _bare(cursor: Cursor, node: Any) -> nodes.Pattern:
    start = cursor.skip()
    if isinstance(node, cst.MatchList | cst.MatchTuple):
        return _sequence(cursor, node, start)
    if isinstance(node, cst.MatchMapping):
        return _mapping(cursor, node, start)
    if isinstance(node, cst.MatchClass):
        return _class(cursor, node, start)
    if isinstance(node, cst.MatchAs):
        return _as(cursor, node, start)
    if isinstance(node, cst.MatchOr):
        options: list[nodes.Pattern] = []
        for item in node.patterns:
            if options:
                cursor.token("|")
            options.append(_pattern(cursor, item.pattern))
        return nodes.MatchOr(cursor.span(start), tuple(options))
    raise NotLoweredError(f"the pattern `{type(node).__name__}` is not supported")


def _sequence(cursor: Cursor, node: cst.MatchList | cst.MatchTuple, start: int) -> nodes.Pattern:
    bracketed = isinstance(node, cst.MatchList) and node.lbracket is not None
    if bracketed:
        cursor.token("[")
    items = _elements(cursor, node.patterns)
    if bracketed:
        cursor.token("]")
    return nodes.MatchSequence(cursor.span(start), items)


def _elements(cursor: Cursor, elements: Sequence[Any]) -> tuple[nodes.Pattern, ...]:
    """Lower patterns and pass the commas; a bare sequence's last comma is part of it."""
    items: list[nodes.Pattern] = []
    end = cursor.pos
    for element in elements:
        if isinstance(element, cst.MatchStar):
            items.append(_star(cursor, element))
        else:
            items.append(_pattern(cursor, element.value))
        end = cursor.pos
        if cursor.comma():
            end = cursor.pos
    cursor.pos = end
    return tuple(items)


def _star(cursor: Cursor, node: cst.MatchStar) -> nodes.Pattern:
    start = cursor.token("*")
    name = _capture(cursor, node.name)
    return nodes.MatchStar(cursor.span(start), name)


def _capture(cursor: Cursor, node: cst.Name | None) -> str | None:
    """Pass a capture's name, bind it and return it; `_` captures nothing, and LibCST keeps no node for it."""
    if node is None:
        cursor.token("_")
        return None
    name = identifier(cursor, node)
    cursor.bind_names((name,))
    return name


def _as(cursor: Cursor, node: cst.MatchAs, start: int) -> nodes.Pattern:
    pattern = None
    if node.pattern is not None:
        pattern = _pattern(cursor, node.pattern)
        cursor.token("as")
    name = _capture(cursor, node.name)
    return nodes.MatchAs(cursor.span(start), pattern, name)


def _mapping(cursor: Cursor, node: cst.MatchMapping, start: int) -> nodes.Pattern:
    cursor.token("{")
    keys = []
    patterns = []
    for element in node.elements:
        keys.append(expression(cursor, element.key))
        cursor.token(":")
        patterns.append(_pattern(cursor, element.pattern))
        cursor.comma()
    rest = None
    if node.rest is not None:
        cursor.token("**")
        rest = _capture(cursor, node.rest)
        cursor.comma()
    cursor.token("}")
    return nodes.MatchMapping(cursor.span(start), tuple(keys), tuple(patterns), rest)


def _class(cursor: Cursor, node: cst.MatchClass, start: int) -> nodes.Pattern:
    cls = expression(cursor, node.cls)
    cursor.token("(")
    patterns = _elements(cursor, node.patterns)
    names = []
    values = []
    for element in node.kwds:
        names.append(word(cursor, element.key))
        cursor.token("=")
        values.append(_pattern(cursor, element.pattern))
        cursor.comma()
    cursor.token(")")
    return nodes.MatchClass(cursor.span(start), cls, patterns, tuple(names), tuple(values))
