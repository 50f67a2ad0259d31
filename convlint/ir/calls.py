"""Lowering of call arguments, parameter lists, lambdas and type parameters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from convlint.ir import nodes
from convlint.ir.cursor import Cursor, Scope
from convlint.ir.dispatch import expression, expression_of, identifier, word

Arguments = tuple[tuple[nodes.Expr, ...], tuple[nodes.Keyword, ...]]


def call_arguments(cursor: Cursor, arguments: Sequence[cst.Arg]) -> Arguments:
    """Lower arguments, commas included, to the positional ones with `*value` among them, and the others."""
    args: list[nodes.Expr] = []
    keywords: list[nodes.Keyword] = []
    for argument in arguments:
        start = cursor.skip()
        star = argument.star
        if star:
            cursor.token(star)
            value = expression(cursor, argument.value)
            if star == "*":
                args.append(nodes.Starred(cursor.span(start), value))
            else:
                keywords.append(nodes.Keyword(cursor.span(start), None, value))
        elif argument.keyword is None:
            args.append(expression(cursor, argument.value))
        else:
            name = word(cursor, argument.keyword)
            cursor.token("=")
            value = expression(cursor, argument.value)
            keywords.append(nodes.Keyword(cursor.span(start), name, value))
        cursor.comma()
    return tuple(args), tuple(keywords)


def parameters(cursor: Cursor, node: cst.Parameters) -> nodes.Parameters:
    """Lower a parameter list, without the parentheses around it. Defaults belong to the scope around."""
    start = cursor.skip()
    posonly = _plain(cursor, node.posonly_params)
    if isinstance(node.posonly_ind, cst.ParamSlash):
        cursor.token("/")
        cursor.comma()
    args = _plain(cursor, node.params)
    vararg = None
    if isinstance(node.star_arg, cst.Param):
        vararg = _parameter(cursor, node.star_arg, "*")
    elif isinstance(node.star_arg, cst.ParamStar):
        cursor.token("*")
        cursor.comma()
    kwonly = _plain(cursor, node.kwonly_params)
    kwarg = None if node.star_kwarg is None else _parameter(cursor, node.star_kwarg, "**")
    return nodes.Parameters(cursor.span(start), posonly, args, vararg, kwonly, kwarg)


def _plain(cursor: Cursor, params: Sequence[cst.Param]) -> tuple[nodes.Parameter, ...]:
    return tuple([_parameter(cursor, param, "") for param in params])


def _parameter(cursor: Cursor, node: cst.Param, star: str) -> nodes.Parameter:
    start = cursor.skip()
    if star:
        cursor.token(star)
    name = identifier(cursor, node.name)
    span = cursor.span(start)
    annotation = default = None
    if node.annotation is not None:
        cursor.token(":")
        annotation = expression(cursor, node.annotation.annotation)
    if node.default is not None:
        cursor.token("=")
        default = expression(cursor, node.default)
    cursor.comma()
    return nodes.Parameter(span, name, default, annotation)


@expression_of("Lambda")
def _lambda(cursor: Cursor, node: cst.Lambda) -> nodes.Expr:
    start = cursor.token("lambda")
    params = parameters(cursor, node.params)
    cursor.token(":")
    around, scope = cursor.scope, Scope()
    cursor.scope = scope
    body = expression(cursor, node.body)
    cursor.scope = around
    return nodes.Lambda(cursor.span(start), params, body, scope.local_names(), scope.generator)


def pass_type_parameters(cursor: Cursor, node: Any) -> None:
    """Pass `[T: int, *Ts, **P = default]`: type parameters have no meaning for shapes and are not kept."""
    if node is None:
        return
    cursor.token("[")
    for item in node.params:
        param = item.param
        cursor.token({"TypeVarTuple": "*", "ParamSpec": "**"}.get(type(param).__name__, ""))
        identifier(cursor, param.name)
        if getattr(param, "bound", None) is not None:
            cursor.token(":")
            expression(cursor, param.bound)
        if item.default is not None:
            cursor.token("=")
            if isinstance(item.star, str):
                cursor.token(item.star)
            expression(cursor, item.default)
        cursor.comma()
    cursor.token("]")
