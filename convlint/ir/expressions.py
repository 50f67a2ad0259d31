"""Lowering of names, operators, attribute and subscript chains, and the other single expressions."""

from __future__ import annotations

from typing import Any, cast

import libcst as cst

from convlint.ir import nodes
from convlint.ir.calls import call_arguments
from convlint.ir.cursor import Cursor
from convlint.ir.dispatch import expression, expression_of, identifier, normal

_SINGLETONS: dict[str, bool | None] = {"None": None, "True": True, "False": False}
_CHAIN = frozenset((cst.Attribute, cst.Call, cst.Subscript))


@expression_of("Name")
def _name(cursor: Cursor, node: cst.Name) -> nodes.Expr:
    value = node.value
    span = cursor.span(cursor.token(value))
    if value in _SINGLETONS:
        return nodes.Constant(span, _SINGLETONS[value])
    return nodes.Name(span, cursor.own(normal(value)))


@expression_of("Attribute", "Call", "Subscript")
def _chain(cursor: Cursor, node: Any) -> nodes.Expr:
    """Lower `a.b(c)[d]…` from the inside out, without recursion along the chain."""
    start = cursor.skip()
    links = [node]
    inner: Any = node.func if type(node) is cst.Call else node.value
    while type(inner) in _CHAIN and not inner.lpar:
        links.append(inner)
        inner = inner.func if type(inner) is cst.Call else inner.value
    value = expression(cursor, inner)
    for link in reversed(links):
        kind = type(link)
        if kind is cst.Attribute:
            cursor.token(".")
            attr = identifier(cursor, link.attr)
            value = nodes.Attribute(cursor.span(start), value, attr)
        elif kind is cst.Call:
            cursor.token("(")
            args, keywords = call_arguments(cursor, link.args)
            cursor.token(")")
            value = nodes.Call(cursor.span(start), value, args, keywords)
        else:
            cursor.token("[")
            index = _index(cursor, link.slice)
            cursor.token("]")
            value = nodes.Subscript(cursor.span(start), value, index)
    return value


def _index(cursor: Cursor, elements: Any) -> nodes.Expr:
    start = cursor.skip()
    items: list[nodes.Expr] = []
    comma = False
    for element in elements:
        items.append(_slice_item(cursor, element.slice))
        end = cursor.pos
        comma = cursor.comma()
    if len(items) == 1 and not comma and not isinstance(items[0], nodes.Starred):
        return items[0]
    if not comma:
        cursor.pos = end
    return nodes.Tuple(cursor.span(start), tuple(items))


def _slice_item(cursor: Cursor, item: cst.Index | cst.Slice) -> nodes.Expr:
    start = cursor.skip()
    if isinstance(item, cst.Index):
        if not item.star:
            return expression(cursor, item.value)
        cursor.token("*")
        value = expression(cursor, item.value)
        return nodes.Starred(cursor.span(start), value)
    lower = None if item.lower is None else expression(cursor, item.lower)
    cursor.token(":")
    upper = None if item.upper is None else expression(cursor, item.upper)
    if isinstance(item.second_colon, cst.Colon):
        cursor.token(":")
    step = None if item.step is None else expression(cursor, item.step)
    return nodes.Slice(cursor.span(start), lower, upper, step)


_BINARY: dict[type, str] = {
    cst.Add: "+", cst.Subtract: "-", cst.Multiply: "*", cst.Divide: "/", cst.FloorDivide: "//", cst.Modulo: "%",
    cst.Power: "**", cst.MatrixMultiply: "@", cst.LeftShift: "<<", cst.RightShift: ">>", cst.BitAnd: "&",
    cst.BitOr: "|", cst.BitXor: "^",
}  # fmt: skip


@expression_of("BinaryOperation")
def _binary(cursor: Cursor, node: cst.BinaryOperation) -> nodes.Expr:
    """Lower `a + b - c…` from the left, without recursion along the chain."""
    start = cursor.skip()
    links = [node]
    inner: Any = node.left
    while type(inner) is cst.BinaryOperation and not inner.lpar:
        links.append(inner)
        inner = inner.left
    value = expression(cursor, inner)
    for link in reversed(links):
        op = _BINARY[type(link.operator)]
        cursor.token(op)
        right = expression(cursor, link.right)
        value = nodes.BinOp(cursor.span(start), value, op, right)
    return value


@expression_of("BooleanOperation")
def _boolean(cursor: Cursor, node: cst.BooleanOperation) -> nodes.Expr:
    """Lower `a and b and c` to one node, as `ast` does: only operands without parentheses of their own join."""
    start = cursor.skip()
    links = [node]
    inner: Any = node.left
    while type(inner) is cst.BooleanOperation and not inner.lpar:
        links.append(inner)
        inner = inner.left
    values = [expression(cursor, inner)]
    op = ""
    for link in reversed(links):
        this = "and" if type(link.operator) is cst.And else "or"
        if op and this != op:
            values = [nodes.BoolOp(cursor.span(start), op, tuple(values))]
        op = this
        cursor.token(op)
        values.append(expression(cursor, link.right))
    return nodes.BoolOp(cursor.span(start), op, tuple(values))


_UNARY: dict[type, str] = {cst.Plus: "+", cst.Minus: "-", cst.BitInvert: "~", cst.Not: "not"}


@expression_of("UnaryOperation")
def _unary(cursor: Cursor, node: cst.UnaryOperation) -> nodes.Expr:
    op = _UNARY[type(node.operator)]
    start = cursor.token(op)
    operand = expression(cursor, node.expression)
    return nodes.UnaryOp(cursor.span(start), op, operand)


_COMPARE: dict[type, tuple[str, ...]] = {
    cst.Equal: ("==",), cst.LessThan: ("<",), cst.LessThanEqual: ("<=",), cst.GreaterThan: (">",),
    cst.GreaterThanEqual: (">=",), cst.Is: ("is",), cst.IsNot: ("is", "not"), cst.In: ("in",),
    cst.NotIn: ("not", "in"),
}  # fmt: skip


@expression_of("Comparison")
def _comparison(cursor: Cursor, node: cst.Comparison) -> nodes.Expr:
    start = cursor.skip()
    left = expression(cursor, node.left)
    ops: list[str] = []
    comparators: list[nodes.Expr] = []
    for target in node.comparisons:
        operator = target.operator
        if isinstance(operator, cst.NotEqual):
            cursor.token(operator.value)
            ops.append("!=")
        else:
            words = _COMPARE[type(operator)]
            for word in words:
                cursor.token(word)
            ops.append(" ".join(words))
        comparators.append(expression(cursor, target.comparator))
    return nodes.Compare(cursor.span(start), left, tuple(ops), tuple(comparators))


@expression_of("IfExp")
def _conditional(cursor: Cursor, node: cst.IfExp) -> nodes.Expr:
    start = cursor.skip()
    body = expression(cursor, node.body)
    cursor.token("if")
    test = expression(cursor, node.test)
    cursor.token("else")
    orelse = expression(cursor, node.orelse)
    return nodes.IfExp(cursor.span(start), test, body, orelse)


@expression_of("NamedExpr")
def _named(cursor: Cursor, node: cst.NamedExpr) -> nodes.Expr:
    start = cursor.skip()
    target = cast("nodes.Name", expression(cursor, node.target))
    cursor.bind(target)
    cursor.token(":=")
    value = expression(cursor, node.value)
    return nodes.NamedExpr(cursor.span(start), target, value)


@expression_of("Await")
def _await(cursor: Cursor, node: cst.Await) -> nodes.Expr:
    start = cursor.token("await")
    value = expression(cursor, node.expression)
    return nodes.Await(cursor.span(start), value)


@expression_of("Yield")
def _yield(cursor: Cursor, node: cst.Yield) -> nodes.Expr:
    start = cursor.token("yield")
    cursor.scope.generator = True
    if isinstance(node.value, cst.From):
        cursor.token("from")
        value = expression(cursor, node.value.item)
        return nodes.YieldFrom(cursor.span(start), value)
    result = None if node.value is None else expression(cursor, node.value)
    return nodes.Yield(cursor.span(start), result)
