"""Lowering of small statements: assignments, imports, and those of one keyword."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import libcst as cst

from convlint.ir import nodes
from convlint.ir.calls import pass_type_parameters
from convlint.ir.cursor import Cursor
from convlint.ir.dispatch import expression, identifier, statement_of


@statement_of("Expr")
def _expression(cursor: Cursor, node: cst.Expr) -> nodes.Stmt:
    start = cursor.skip()
    value = expression(cursor, node.value)
    return nodes.ExprStmt(cursor.span(start), value)


@statement_of("Assign")
def _assign(cursor: Cursor, node: cst.Assign) -> nodes.Stmt:
    start = cursor.skip()
    targets = []
    for item in node.targets:
        target = expression(cursor, item.target)
        cursor.bind(target)
        targets.append(target)
        cursor.token("=")
    value = expression(cursor, node.value)
    return nodes.Assign(cursor.span(start), tuple(targets), value)


@statement_of("AugAssign")
def _augmented(cursor: Cursor, node: cst.AugAssign) -> nodes.Stmt:
    start = cursor.skip()
    target = expression(cursor, node.target)
    cursor.bind(target)
    op = _AUGMENTED[type(node.operator)]
    cursor.token(op + "=")
    value = expression(cursor, node.value)
    return nodes.AugAssign(cursor.span(start), target, op, value)


_AUGMENTED: dict[type, str] = {
    cst.AddAssign: "+", cst.SubtractAssign: "-", cst.MultiplyAssign: "*", cst.DivideAssign: "/",
    cst.FloorDivideAssign: "//", cst.ModuloAssign: "%", cst.PowerAssign: "**", cst.MatrixMultiplyAssign: "@",
    cst.LeftShiftAssign: "<<", cst.RightShiftAssign: ">>", cst.BitAndAssign: "&", cst.BitOrAssign: "|",
    cst.BitXorAssign: "^",
}  # fmt: skip


@statement_of("AnnAssign")
def _annotated(cursor: Cursor, node: cst.AnnAssign) -> nodes.Stmt:
    start = cursor.skip()
    target = expression(cursor, node.target)
    cursor.bind(target)
    cursor.token(":")
    annotation = expression(cursor, node.annotation.annotation)
    value = None
    if node.value is not None:
        cursor.token("=")
        value = expression(cursor, node.value)
    return nodes.AnnAssign(cursor.span(start), target, annotation, value)


@statement_of("Return")
def _return(cursor: Cursor, node: cst.Return) -> nodes.Stmt:
    start = cursor.token("return")
    value = None if node.value is None else expression(cursor, node.value)
    return nodes.Return(cursor.span(start), value)


@statement_of("Raise")
def _raise(cursor: Cursor, node: cst.Raise) -> nodes.Stmt:
    start = cursor.token("raise")
    exc = None if node.exc is None else expression(cursor, node.exc)
    cause = None
    if node.cause is not None:
        cursor.token("from")
        cause = expression(cursor, node.cause.item)
    return nodes.Raise(cursor.span(start), exc, cause)


@statement_of("Assert")
def _assert(cursor: Cursor, node: cst.Assert) -> nodes.Stmt:
    start = cursor.token("assert")
    test = expression(cursor, node.test)
    msg = None
    if node.msg is not None:
        cursor.token(",")
        msg = expression(cursor, node.msg)
    return nodes.Assert(cursor.span(start), test, msg)


@statement_of("Del")
def _delete(cursor: Cursor, node: cst.Del) -> nodes.Stmt:
    start = cursor.token("del")
    target = expression(cursor, node.target)
    cursor.bind(target)
    bare = isinstance(target, nodes.Tuple) and not node.target.lpar
    targets = target.elts if isinstance(target, nodes.Tuple) and bare else (target,)
    return nodes.Delete(cursor.span(start), targets)


@statement_of("Pass")
def _pass(cursor: Cursor, node: cst.Pass) -> nodes.Stmt:
    return nodes.Pass(cursor.span(cursor.token("pass")))


@statement_of("Break")
def _break(cursor: Cursor, node: cst.Break) -> nodes.Stmt:
    return nodes.Break(cursor.span(cursor.token("break")))


@statement_of("Continue")
def _continue(cursor: Cursor, node: cst.Continue) -> nodes.Stmt:
    return nodes.Continue(cursor.span(cursor.token("continue")))


@statement_of("Global")
def _global(cursor: Cursor, node: cst.Global) -> nodes.Stmt:
    start = cursor.token("global")
    names = _declared(cursor, node.names)
    cursor.scope.globals.update(dict.fromkeys(names))
    return nodes.Global(cursor.span(start), names)


@statement_of("Nonlocal")
def _nonlocal(cursor: Cursor, node: cst.Nonlocal) -> nodes.Stmt:
    start = cursor.token("nonlocal")
    names = _declared(cursor, node.names)
    cursor.scope.nonlocals.update(dict.fromkeys(names))
    return nodes.Nonlocal(cursor.span(start), names)


def _declared(cursor: Cursor, items: Sequence[cst.NameItem]) -> tuple[str, ...]:
    names = []
    for index, item in enumerate(items):
        if index:
            cursor.token(",")
        names.append(identifier(cursor, item.name))
    return tuple(names)


@statement_of("TypeAlias")
def _type_alias(cursor: Cursor, node: cst.TypeAlias) -> nodes.Stmt:
    start = cursor.token("type")
    name = identifier(cursor, node.name)
    cursor.bind_names((name,))
    pass_type_parameters(cursor, node.type_parameters)
    cursor.token("=")
    value = expression(cursor, node.value)
    return nodes.TypeAlias(cursor.span(start), name, value)


@statement_of("Import", "LazyImport")
def _import(cursor: Cursor, node: Any) -> nodes.Stmt:
    start = cursor.skip()
    if not isinstance(node, cst.Import):
        cursor.token("lazy")
    cursor.token("import")
    names = tuple(_aliases(cursor, node.names))
    cursor.bind_names(alias.asname or alias.name.split(".")[0] for alias in names)
    return nodes.Import(cursor.span(start), names)


@statement_of("ImportFrom", "LazyImportFrom")
def _import_from(cursor: Cursor, node: Any) -> nodes.Stmt:
    start = cursor.skip()
    if not isinstance(node, cst.ImportFrom):
        cursor.token("lazy")
    cursor.token("from")
    for _ in node.relative:
        cursor.token(".")
    module = "" if node.module is None else _dotted(cursor, node.module)
    cursor.token("import")
    if isinstance(node.names, cst.ImportStar):
        star = cursor.token("*")
        names: tuple[nodes.Alias, ...] = (nodes.Alias(cursor.span(star), "*", None),)
    else:
        if node.lpar is not None:
            cursor.token("(")
        names = tuple(_aliases(cursor, node.names))
        if node.rpar is not None:
            cursor.comma()
            cursor.token(")")
        cursor.bind_names(alias.asname or alias.name for alias in names)
    return nodes.ImportFrom(cursor.span(start), module, names, len(node.relative))


def _aliases(cursor: Cursor, items: Sequence[cst.ImportAlias]) -> list[nodes.Alias]:
    aliases: list[nodes.Alias] = []
    for item in items:
        if aliases:
            cursor.token(",")
        start = cursor.skip()
        outside, cursor.private = cursor.private, ""
        name = _dotted(cursor, item.name)
        cursor.private = outside
        asname = None if cursor.own(name) == name else cursor.own(name)
        if item.asname is not None:
            cursor.token("as")
            bound = expression(cursor, item.asname.name)
            asname = bound.id if isinstance(bound, nodes.Name) else None
        aliases.append(nodes.Alias(cursor.span(start), name, asname))
    return aliases


def _dotted(cursor: Cursor, node: Any) -> str:
    parts = []
    lowered = expression(cursor, node)
    while isinstance(lowered, nodes.Attribute):
        parts.append(lowered.attr)
        lowered = lowered.value
    if isinstance(lowered, nodes.Name):
        parts.append(lowered.id)
    return ".".join(reversed(parts))
