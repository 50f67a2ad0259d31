"""Activations that are left out, and layers that are built anew: the edits that do it, or none where the source is not
written plainly enough."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from convlint.changes import BuildAnew, LeaveOut
from convlint.places import Span
from convlint.source.edits import Edit
from convlint.source.text import SourceText


def left_out(change: LeaveOut, source: SourceText) -> tuple[Edit, ...]:
    """Return the edits that put `Identity` in the place of a layer, or the input in the place of a function's call."""
    text = _at(change.place.span, source)
    node = _expression(text)
    if not isinstance(node, ast.Call):
        return ()
    name = _last(node.func)
    if name[:1].isupper():  # a constructor: `nn.Softmax(dim=1)`
        if not isinstance(node.func, ast.Attribute) or any(isinstance(it, ast.Starred) for it in node.args):
            return ()
        return _replaced(change.place.span, f"{ast.unparse(node.func.value)}.Identity()")
    taken = _input(node)
    if taken is None:
        return ()
    kept = ast.get_source_segment(f"({text})", taken) or ""
    return _replaced(change.place.span, kept if isinstance(taken, _TIGHT) else f"({kept})") if kept else ()


_TIGHT = ast.Name | ast.Attribute | ast.Call | ast.Subscript | ast.Constant


def _input(call: ast.Call) -> ast.expr | None:
    """Return what a function or method of torch's is called with: `x` of `F.softmax(x, 1)` and of `x.softmax(1)`."""
    if any(isinstance(it, ast.Starred) for it in call.args) or any(it.arg is None for it in call.keywords):
        return None
    named = [it.value for it in call.keywords if it.arg == "input"]
    if named:
        return named[0]
    receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
    if receiver is not None and not _is_module(receiver):
        return receiver
    return call.args[0] if call.args else None


def _is_module(node: ast.expr) -> bool:
    """Tell whether an expression is how people write torch's own modules."""
    return ast.unparse(node) in {"torch", "F", "nn.functional", "torch.nn.functional", "torch.special", "functional"}


def built_anew(change: BuildAnew, source: SourceText) -> tuple[Edit, ...]:
    """Return the edits that make `net.fc.out_features = 5` `net.fc = nn.Linear(512, 5)`."""
    where = _namespace(source.text)
    row, column = change.place.span[:2]
    for statement in _assignments(source.text):
        target, value = statement.targets[0], statement.value
        if _start(target, source) != (row, column):
            continue
        if len(statement.targets) != 1 or not isinstance(target, ast.Attribute) or not where:
            return ()
        layer, given = _written(target.value, source), _written(value, source)
        arguments = ", ".join(argument.replace("{}", given) for argument in change.arguments)
        span = (*_start(target, source), *_end(value, source))
        return _replaced(span, f"{layer} = {where}.{change.kind}({arguments})")
    return ()


def _assignments(text: str) -> Iterator[ast.Assign]:
    tree = _tree(text)
    return (node for node in ast.walk(tree) if isinstance(node, ast.Assign)) if tree is not None else iter(())


def _written(node: ast.expr, source: SourceText) -> str:
    return source.text[source.offset(*_start(node, source)) : source.offset(*_end(node, source))]


def _start(node: ast.expr, source: SourceText) -> tuple[int, int]:
    return _position(source, node.lineno, node.col_offset)


def _end(node: ast.expr, source: SourceText) -> tuple[int, int]:
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return _position(source, node.end_lineno, node.end_col_offset)


def _position(source: SourceText, row: int, column: int) -> tuple[int, int]:
    """Return a position whose column counts characters, not bytes of UTF-8."""
    line = source.line(row).encode("utf-8", "surrogatepass")
    return row, len(line[:column].decode("utf-8", "surrogatepass"))


def _last(func: ast.expr) -> str:
    return func.attr if isinstance(func, ast.Attribute) else func.id if isinstance(func, ast.Name) else ""


def _at(span: Span, source: SourceText) -> str:
    row, column, end_row, end_column = span
    try:
        return source.text[source.offset(row, column) : source.offset(end_row, end_column)]
    except IndexError:
        return ""


def _expression(text: str) -> ast.expr | None:
    try:
        return ast.parse(f"({text})", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


@lru_cache(maxsize=4)
def _tree(text: str) -> ast.Module | None:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _namespace(text: str) -> str:
    """Return under which name a file has `torch.nn`, "" if it has none at its top level."""
    tree = _tree(text)
    found: dict[str, str] = {}
    for statement in tree.body if tree is not None else ():
        if isinstance(statement, ast.Import):
            found |= {it.name: it.asname or it.name for it in statement.names if it.asname or it.name == "torch"}
        elif isinstance(statement, ast.ImportFrom) and statement.module == "torch" and not statement.level:
            found |= {f"torch.{it.name}": it.asname or it.name for it in statement.names}
    return found.get("torch.nn") or (f"{found['torch']}.nn" if "torch" in found else "")


def _replaced(span: Span, text: str) -> tuple[Edit, ...]:
    return (Edit(*span, text),)
