"""Lowering of tuples, lists, sets, dictionaries and comprehensions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from convlint.ir import nodes
from convlint.ir.cursor import Cursor
from convlint.ir.dispatch import expression, expression_of


def _elements(cursor: Cursor, elements: Sequence[Any]) -> tuple[nodes.Expr, ...]:
    """Lower elements and pass the commas; a bare tuple's last comma is part of it."""
    items = []
    end = cursor.pos
    for element in elements:
        if type(element) is cst.Element:
            items.append(expression(cursor, element.value))
        else:
            items.append(expression(cursor, element))
        end = cursor.pos
        if cursor.comma():
            end = cursor.pos
    cursor.pos = end
    return tuple(items)


@expression_of("StarredElement")
def _starred(cursor: Cursor, node: cst.StarredElement) -> nodes.Expr:
    start = cursor.token("*")
    value = expression(cursor, node.value)
    return nodes.Starred(cursor.span(start), value)


@expression_of("Tuple")
def _tuple(cursor: Cursor, node: cst.Tuple) -> nodes.Expr:
    start = cursor.skip()
    items = _elements(cursor, node.elements)
    return nodes.Tuple(cursor.span(start), items)


@expression_of("List")
def _list(cursor: Cursor, node: cst.List) -> nodes.Expr:
    start = cursor.token("[")
    items = _elements(cursor, node.elements)
    cursor.token("]")
    return nodes.List(cursor.span(start), items)


@expression_of("Set")
def _set(cursor: Cursor, node: cst.Set) -> nodes.Expr:
    start = cursor.token("{")
    items = _elements(cursor, node.elements)
    cursor.token("}")
    return nodes.Set(cursor.span(start), items)


@expression_of("Dict")
def _dict(cursor: Cursor, node: cst.Dict) -> nodes.Expr:
    start = cursor.token("{")
    keys: list[nodes.Expr | None] = []
    values: list[nodes.Expr] = []
    for element in node.elements:
        if isinstance(element, cst.DictElement):
            keys.append(expression(cursor, element.key))
            cursor.token(":")
        else:
            cursor.token("**")
            keys.append(None)
        values.append(expression(cursor, element.value))
        cursor.comma()
    cursor.token("}")
    return nodes.Dict(cursor.span(start), tuple(keys), tuple(values))


def _generators(cursor: Cursor, node: cst.CompFor) -> tuple[nodes.Comprehension, ...]:
    """Lower `for … in … if …` clauses. Their targets live in the comprehension, so they bind nothing around it."""
    clauses: list[nodes.Comprehension] = []
    clause: cst.CompFor | None = node
    while clause is not None:
        start = cursor.skip()
        if clause.asynchronous is not None:
            cursor.token("async")
        cursor.token("for")
        target = expression(cursor, clause.target)
        cursor.token("in")
        source = expression(cursor, clause.iter)
        tests = []
        for test in clause.ifs:
            cursor.token("if")
            tests.append(expression(cursor, test.test))
        is_async = clause.asynchronous is not None
        clauses.append(nodes.Comprehension(cursor.span(start), target, source, tuple(tests), is_async))
        clause = clause.inner_for_in
    return tuple(clauses)


@expression_of("GeneratorExp")
def _generator(cursor: Cursor, node: cst.GeneratorExp) -> nodes.Expr:
    start = cursor.skip()
    elt = expression(cursor, node.elt)
    generators = _generators(cursor, node.for_in)
    return nodes.GeneratorExp(cursor.span(start), elt, generators)


@expression_of("ListComp")
def _list_comprehension(cursor: Cursor, node: cst.ListComp) -> nodes.Expr:
    start = cursor.token("[")
    elt = expression(cursor, node.elt)
    generators = _generators(cursor, node.for_in)
    cursor.token("]")
    return nodes.ListComp(cursor.span(start), elt, generators)


@expression_of("SetComp")
def _set_comprehension(cursor: Cursor, node: cst.SetComp) -> nodes.Expr:
    start = cursor.token("{")
    elt = expression(cursor, node.elt)
    generators = _generators(cursor, node.for_in)
    cursor.token("}")
    return nodes.SetComp(cursor.span(start), elt, generators)


@expression_of("DictComp")
def _dict_comprehension(cursor: Cursor, node: cst.DictComp) -> nodes.Expr:
    start = cursor.token("{")
    key = expression(cursor, node.key)
    cursor.token(":")
    value = expression(cursor, node.value)
    generators = _generators(cursor, node.for_in)
    cursor.token("}")
    return nodes.DictComp(cursor.span(start), key, value, generators)


@expression_of("StarredDictComp")
def _starred_dict_comprehension(cursor: Cursor, node: Any) -> nodes.Expr:
    """Lower `{**d for d in …}` to an `Await` of its dictionaries: they are evaluated, the result is unknown."""
    start = cursor.token("{")
    cursor.token("**")
    elt = expression(cursor, node.value)
    generators = _generators(cursor, node.for_in)
    cursor.token("}")
    span = cursor.span(start)
    return nodes.Await(span, nodes.GeneratorExp(span, elt, generators))
