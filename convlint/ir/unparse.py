"""The text of an annotation, as Python writes it where annotations are kept as texts, and of simple conditions."""

from __future__ import annotations

from convlint.ir import nodes


def text_of(node: nodes.Expr) -> str | None:
    """Return the text of names, attributes, subscripts, unions and constants; None for all else."""
    if isinstance(node, nodes.Name):
        return node.id
    if isinstance(node, nodes.Constant):
        return "..." if node.kind == "ellipsis" else None if node.kind else repr(node.value)
    if isinstance(node, nodes.Attribute):
        value = text_of(node.value)
        return None if value is None else f"{value}.{node.attr}"
    if isinstance(node, nodes.BinOp) and node.op == "|":
        return _joined(" | ", (node.left, node.right))
    if isinstance(node, nodes.Subscript):
        value, index = text_of(node.value), node.slice
        inner = _joined(", ", index.elts) if isinstance(index, nodes.Tuple) and index.elts else text_of(index)
        return None if value is None or inner is None else f"{value}[{inner}]"
    if isinstance(node, nodes.List):
        inner = _joined(", ", node.elts)
        return None if inner is None else f"[{inner}]"
    return None


def condition_of(node: nodes.Expr) -> str | None:
    """Return the text of comparisons, calls and "not" of what `text_of` writes; None for all else."""
    if isinstance(node, nodes.UnaryOp):
        inner = condition_of(node.operand)
        return None if inner is None else f"{node.op}{' ' if node.op == 'not' else ''}{inner}"
    if isinstance(node, nodes.Call) and not node.keywords:
        func, given = condition_of(node.func), [condition_of(arg) for arg in node.args]
        return None if func is None or None in given else f"{func}({', '.join(map(str, given))})"
    if isinstance(node, nodes.Attribute):
        value = condition_of(node.value)
        return None if value is None else f"{value}.{node.attr}"
    if isinstance(node, nodes.Tuple) and len(node.elts) > 1:
        inner = _joined(", ", node.elts)
        return None if inner is None else f"({inner})"
    if isinstance(node, nodes.Compare):
        parts = [condition_of(part) for part in (node.left, *node.comparators)]
        rest = (f" {op} {part}" for op, part in zip(node.ops, parts[1:], strict=True))
        return None if None in parts else f"{parts[0]}{''.join(rest)}"
    if isinstance(node, nodes.BinOp):
        left, right = (_operand(part) for part in (node.left, node.right))
        return None if left is None or right is None else f"{left} {node.op} {right}"
    if isinstance(node, nodes.Subscript) and isinstance(node.slice, nodes.UnaryOp):
        value, index = condition_of(node.value), condition_of(node.slice)
        return None if value is None or index is None else f"{value}[{index}]"
    return text_of(node)


def _operand(node: nodes.Expr) -> str | None:
    return None if isinstance(node, nodes.BinOp | nodes.Compare) else condition_of(node)


def _joined(between: str, parts: tuple[nodes.Expr, ...]) -> str | None:
    texts = [text_of(part) for part in parts]
    return None if None in texts else between.join(text for text in texts if text is not None)
