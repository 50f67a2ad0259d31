"""A call with another argument: the edits that do it, or none where the call is not written plainly enough."""

from __future__ import annotations

import ast

from msgspec import Struct

from convlint.changes import SetArgument
from convlint.source.edits import Edit
from convlint.source.text import SourceText


class _Call(Struct, frozen=True):
    """A call, its text in parentheses, and where that starts in the file."""

    node: ast.Call
    text: SourceText
    start: int


def edits_of(change: SetArgument, source: SourceText) -> tuple[Edit, ...]:
    """Return the edits that make a change; () if the call is written so that it cannot be told what they would do."""
    call = _call_at(change, source)
    if call is None or not _is_plain(call.node, change):
        return ()
    found = _given(call.node, change).get(change.name)
    if found is not None:
        start, end, text = *_span(call, found), change.value
    else:
        start = end = _after_arguments(call)
        text = f"{', ' if call.node.args or call.node.keywords else ''}{change.name}={change.value}"
    changed = call.text.text[:start] + text + call.text.text[end:]
    if not _does(change, call.node, changed):
        return ()
    row, column = source.position(call.start + start - 1)
    end_row, end_column = source.position(call.start + end - 1)
    return (Edit(row, column, end_row, end_column, text),)


def _call_at(change: SetArgument, source: SourceText) -> _Call | None:
    row, column, end_row, end_column = change.place.span
    try:
        start, end = source.offset(row, column), source.offset(end_row, end_column)
        # In parentheses, so that it may go over several rows.
        text = f"({source.text[start:end]})"
        node = ast.parse(text, mode="eval").body
    except (IndexError, SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return _Call(node, SourceText(text), start) if isinstance(node, ast.Call) else None


def _given(call: ast.Call, change: SetArgument) -> dict[str, ast.expr]:
    """Return the arguments by the names of their parameters."""
    named = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg is not None}
    return {**dict(zip(change.positional, call.args, strict=False)), **named}


def _is_plain(call: ast.Call, change: SetArgument) -> bool:
    """Tell whether all arguments are there to be seen, and those that the change depends on are numbers."""
    starred = any(isinstance(argument, ast.Starred | ast.GeneratorExp) for argument in call.args)
    if starred or len(call.args) > len(change.positional) or any(keyword.arg is None for keyword in call.keywords):
        return False
    given = _given(call, change)
    if not set(change.required) <= set(given):
        return False
    return all(_is_written_out(given[name]) for name in (*change.follows_from, change.name) if name in given)


def _is_written_out(node: ast.expr) -> bool:
    """Tell whether an expression holds nothing but constants: `16 * 5 * 5` is, `size` is not."""
    allowed = (ast.Constant, ast.Tuple, ast.List, ast.BinOp, ast.UnaryOp, ast.operator, ast.unaryop, ast.expr_context)
    return all(isinstance(part, allowed) for part in ast.walk(node))


def _after_arguments(call: _Call) -> int:
    """Return the offset behind the last argument, or behind the opening parenthesis if there is none."""
    arguments = [*call.node.args, *(keyword.value for keyword in call.node.keywords)]
    if arguments:
        return max(_span(call, argument)[1] for argument in arguments)
    return call.text.text.index("(", _span(call, call.node.func)[1]) + 1


def _span(call: _Call, node: ast.expr) -> tuple[int, int]:
    """Return the offsets of a node; `ast` counts columns in bytes of UTF-8."""
    assert node.end_lineno is not None
    assert node.end_col_offset is not None
    return _offset(call, node.lineno, node.col_offset), _offset(call, node.end_lineno, node.end_col_offset)


def _offset(call: _Call, row: int, column: int) -> int:
    line = call.text.line(row).encode("utf-8", "surrogatepass")
    return call.text.offset(row, len(line[:column].decode("utf-8", "surrogatepass")))


def _does(change: SetArgument, before: ast.Call, text: str) -> bool:
    """Tell whether the changed text is the call with that argument and otherwise what it was."""
    try:
        after = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return False
    if not isinstance(after, ast.Call) or ast.dump(after.func) != ast.dump(before.func):
        return False
    old = {name: ast.dump(node) for name, node in _given(before, change).items()}
    new = {name: ast.dump(node) for name, node in _given(after, change).items()}
    return new == {**old, change.name: ast.dump(ast.parse(change.value, mode="eval").body)}
