"""Lowering of numbers and strings, implicit concatenation and f-strings included."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

import libcst as cst

from convlint.ir import nodes
from convlint.ir.cursor import Cursor
from convlint.ir.dispatch import expression, expression_of

_MAX_STORED = 2**63 - 1
_NEWLINE = re.compile(r"\r\n?")
_ESCAPE = re.compile(r"\\(\r\n|[0-7]{1,3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|N\{[^}]*\}|.)", re.DOTALL)
_SIMPLE_ESCAPES = {
    "\n": "", "\r": "", "\r\n": "", "\\": "\\", "'": "'", '"': '"', "a": "\a", "b": "\b", "f": "\f", "n": "\n",
    "r": "\r", "t": "\t", "v": "\v",
}  # fmt: skip


class BadLiteralError(Exception):
    """A number or an escape that LibCST lets pass and Python does not."""

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset


@expression_of("Ellipsis")
def _ellipsis(cursor: Cursor, node: cst.Ellipsis) -> nodes.Expr:
    return nodes.Constant(cursor.span(cursor.token("...")), None, "ellipsis")


@expression_of("Integer")
def _integer(cursor: Cursor, node: cst.Integer) -> nodes.Expr:
    start = cursor.token(node.value)
    try:
        value = int(node.value, 0)
        if value <= _MAX_STORED:
            return nodes.Constant(cursor.span(start), value)
        digits = hex(value) if value.bit_length() > 13_000 else str(value)
    except ValueError:
        raise BadLiteralError("invalid integer literal", start) from None
    return nodes.Constant(cursor.span(start), digits, "int")


@expression_of("Float")
def _float(cursor: Cursor, node: cst.Float) -> nodes.Expr:
    start = cursor.token(node.value)
    return nodes.Constant(cursor.span(start), float(node.value))


@expression_of("Imaginary")
def _imaginary(cursor: Cursor, node: cst.Imaginary) -> nodes.Expr:
    start = cursor.token(node.value)
    return nodes.Constant(cursor.span(start), node.value[:-1], "complex")


@expression_of("SimpleString")
def _simple(cursor: Cursor, node: cst.SimpleString) -> nodes.Expr:
    start = cursor.token(node.value)
    value, kind = _string_value(node.value, start)
    return _constant(cursor.span(start), value, kind)


def _constant(span: nodes.Span, value: str, kind: str) -> nodes.Constant:
    """Make a string constant; a lone surrogate cannot be stored as text, so such a string is kept escaped."""
    if not kind and not value.isascii():
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            return nodes.Constant(span, value.encode("unicode_escape").decode("ascii"), "surrogates")
    return nodes.Constant(span, value, kind)


def _string_value(source: str, offset: int) -> tuple[str, str]:
    """Return a literal's value and its kind: "" for text, "bytes" for bytes as latin-1 text."""
    quote = source[-1]
    opening = source.index(quote)
    prefix = source[:opening].lower()
    width = 3 if len(source) >= opening + 6 and source.startswith(quote * 3, opening) else 1
    body = source[opening + width : -width]
    kind = "bytes" if "b" in prefix else ""
    if kind and not body.isascii():
        raise BadLiteralError("bytes can only contain ASCII literal characters", offset)
    return _text_value(body, "r" in prefix, bool(kind), offset), kind


def _text_value(body: str, raw: bool, is_bytes: bool, offset: int) -> str:
    """Return what the text between the quotes stands for: line ends become LF, escapes are resolved."""
    if "\r" in body:
        body = _NEWLINE.sub("\n", body)
    if raw or "\\" not in body:
        return body

    def resolve(match: re.Match[str]) -> str:
        return _escaped(match, is_bytes, offset)

    return _ESCAPE.sub(resolve, body)


def _escaped(match: re.Match[str], is_bytes: bool, offset: int) -> str:
    code = match.group(1)
    simple = _SIMPLE_ESCAPES.get(code)
    if simple is not None:
        return simple
    first = code[0]
    if first in "01234567":
        return chr(int(code, 8) & 0xFF if is_bytes else int(code, 8))
    if first == "x" and len(code) == 3:
        return chr(int(code[1:], 16))
    if is_bytes or first not in "xuUN":
        return match.group()
    try:
        if first == "N":
            return unicodedata.lookup(code[2:-1])
        return chr(int(code[1:], 16))
    except (KeyError, ValueError, OverflowError):
        raise BadLiteralError(f"cannot decode the escape `{match.group()}`", offset) from None


@expression_of("ConcatenatedString")
def _concatenated(cursor: Cursor, node: cst.ConcatenatedString) -> nodes.Expr:
    """Fold `"a" "b" f"{c}"` into one constant, or one f-string if there is one among the parts."""
    start = cursor.skip()
    values: list[nodes.Expr] = []
    formatted = False
    part: Any = node
    while part is not None:
        this, part = (part.left, part.right) if type(part) is cst.ConcatenatedString else (part, None)
        lowered = expression(cursor, this)
        if isinstance(lowered, nodes.JoinedStr):
            formatted = True
            values.extend(lowered.values)
        else:
            values.append(lowered)
    span = cursor.span(start)
    joined = _merged(values)
    if formatted:
        return nodes.JoinedStr(span, joined)
    first = joined[0] if joined else values[0]
    assert isinstance(first, nodes.Constant)
    return nodes.Constant(span, first.value, first.kind)


def _merged(values: Sequence[nodes.Expr]) -> tuple[nodes.Expr, ...]:
    """Join neighbouring constants and drop empty ones, as `ast` does."""
    merged: list[nodes.Expr] = []
    for value in values:
        last = merged[-1] if merged else None
        if isinstance(value, nodes.Constant) and isinstance(last, nodes.Constant):
            text, kind = _plain_text(last) + _plain_text(value), last.kind if last.kind == "bytes" else ""
            merged[-1] = _constant((*last.span[:2], *value.span[2:]), text, kind)
        elif not (isinstance(value, nodes.Constant) and value.value == ""):
            merged.append(value)
    return tuple(merged)


def _plain_text(value: nodes.Constant) -> str:
    text = str(value.value)
    return text.encode("ascii").decode("unicode_escape") if value.kind == "surrogates" else text


@expression_of("FormattedString")
def _formatted(cursor: Cursor, node: cst.FormattedString) -> nodes.Expr:
    start = cursor.token(node.start)
    raw = "r" in node.start.lower()
    values = _parts(cursor, node.parts, raw)
    cursor.literal(node.end)
    return nodes.JoinedStr(cursor.span(start), values)


def _parts(cursor: Cursor, parts: Sequence[Any], raw: bool) -> tuple[nodes.Expr, ...]:
    values: list[nodes.Expr] = []
    for part in parts:
        start = cursor.pos
        if not hasattr(part, "expression"):
            cursor.literal(part.value)
            body = part.value.replace("{{", "{").replace("}}", "}")
            values.append(_constant(cursor.span(start), _text_value(body, raw, False, start), ""))
        else:
            values.append(_formatted_value(cursor, part, raw))
    return _merged(values)


def _formatted_value(cursor: Cursor, node: Any, raw: bool) -> nodes.FormattedValue:
    start = cursor.literal("{")
    value = expression(cursor, node.expression)
    debug_text = ""
    if node.equal is not None:
        cursor.token("=")
        debug_text = cursor.text[start + 1 : cursor.skip()]
    conversion = node.conversion or ""
    if conversion:
        cursor.token("!")
        cursor.token(conversion)
    spec = None
    if node.format_spec is not None:
        cursor.token(":")
        spec_start = cursor.pos
        values = _parts(cursor, node.format_spec, raw)
        spec = nodes.JoinedStr(cursor.span(spec_start), values)
    cursor.token("}")
    if debug_text and not conversion and spec is None:
        conversion = "r"
    return nodes.FormattedValue(cursor.span(start), value, conversion, spec, debug_text)


@expression_of("TemplatedString")
def _templated(cursor: Cursor, node: Any) -> nodes.Expr:
    """Lower a template string to an `Await` of what it holds: its parts are evaluated, the result is unknown."""
    start = cursor.token(node.start)
    values = []
    for part in node.parts:
        if hasattr(part, "expression"):
            values.append(_formatted_value(cursor, part, True).value)
        else:
            cursor.literal(part.value)
    cursor.literal(node.end)
    span = cursor.span(start)
    return nodes.Await(span, nodes.Tuple(span, tuple(values)))
