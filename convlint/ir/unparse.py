"""The text of an annotation, as Python writes it where annotations are kept as texts."""

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


def _joined(between: str, parts: tuple[nodes.Expr, ...]) -> str | None:
    texts = [text_of(part) for part in parts]
    return None if None in texts else between.join(text for text in texts if text is not None)
