"""Expressions as they are written, those that fit in a line of a message."""

from __future__ import annotations

from convlint.ir import nodes

_MOST = 40


def written(expr: nodes.Expr) -> str:
    """Return an expression in the syntax of Python, "" for one that is long or of another kind than sizes are."""
    text = _text(expr, 0)
    return text if 0 < len(text) <= _MOST else ""


def _text(expr: nodes.Expr, binding: int) -> str:
    if isinstance(expr, nodes.Constant):
        return repr(expr.value) if expr.kind == "" else ""
    if isinstance(expr, nodes.Name):
        return expr.id
    if isinstance(expr, nodes.Attribute):
        return _joined("{}." + expr.attr, expr.value)
    if isinstance(expr, nodes.Subscript) and not isinstance(expr.slice, nodes.Slice):
        return _joined("{}[{}]", expr.value, expr.slice)
    if isinstance(expr, nodes.BinOp):
        own = 1 if expr.op in "+-" else 2
        left, right = _text(expr.left, own), _text(expr.right, own + 1)
        text = f"{left} {expr.op} {right}" if left and right else ""
        return f"({text})" if text and own < binding else text
    if isinstance(expr, nodes.UnaryOp) and expr.op != "not":
        operand = _text(expr.operand, 3)
        return operand and f"{expr.op}{operand}"
    if isinstance(expr, nodes.Call):
        return _call(expr)
    if isinstance(expr, nodes.Tuple | nodes.List):
        parts = [_text(it, 0) for it in expr.elts]
        open_, close = "()" if isinstance(expr, nodes.Tuple) else "[]"
        return f"{open_}{', '.join(parts)}{close}" if parts and all(parts) else ""
    return ""


def _joined(form: str, *parts: nodes.Expr) -> str:
    texts = [_text(part, 3) for part in parts]
    return form.format(*texts) if all(texts) else ""


def _call(call: nodes.Call) -> str:
    name = _text(call.func, 3)
    given = [_text(it, 0) for it in call.args]
    given += [value and f"{it.arg}={value}" for it in call.keywords if (value := _text(it.value, 0)) and it.arg]
    whole = bool(name) and all(given) and len(given) == len(call.args) + len(call.keywords)
    return f"{name}({', '.join(given)})" if whole else ""
