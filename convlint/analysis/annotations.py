"""Input sizes from jaxtyping annotations: `x: Float[Tensor, "batch 3 height width"]`."""

from __future__ import annotations

from convlint.ir import nodes

DTYPES = {
    "Float": "", "Float16": "float16", "Float32": "float32", "Float64": "float64", "BFloat16": "bfloat16", "Int": "",
    "Int8": "int8", "Int16": "int16", "Int32": "int32", "Int64": "int64", "UInt8": "uint8", "Integer": "",
    "Bool": "bool", "Shaped": "", "Num": "", "Real": "", "Inexact": "", "Complex": "", "Complex64": "complex64",
    "UInt": "",
}  # fmt: skip
"""jaxtyping's dtypes and torch's name for each, "" where it stands for several."""


def annotated_shape(annotation: nodes.Expr | None) -> tuple[tuple[int | str, ...], str] | None:
    """Return the sizes that an annotation gives, and the dtype; None if it gives no fixed rank.

    Names are symbols; a size that is computed from others, or that is anonymous, is a symbol of its own.
    """
    if not isinstance(annotation, nodes.Subscript) or not isinstance(annotation.slice, nodes.Tuple):
        return None
    name = _last_name(annotation.value)
    parts = annotation.slice.elts
    if name not in DTYPES or len(parts) != 2 or not isinstance(parts[1], nodes.Constant):
        return None
    text = parts[1].value
    if not isinstance(text, str):
        return None
    sizes: list[int | str] = []
    for index, token in enumerate(text.split()):
        if token == "..." or "*" in token:
            return None
        sizes.append(_size(token.lstrip("#?"), index))
    return tuple(sizes), DTYPES[name]


def _size(token: str, index: int) -> int | str:
    if token.isdigit():
        return int(token)
    name = token.rpartition("=")[2]
    if name.isdigit():
        return int(name)
    return name if name.isidentifier() and not name.startswith("_") else f"{name}@{index}"


def _last_name(node: nodes.Expr) -> str:
    if isinstance(node, nodes.Attribute):
        return node.attr
    return node.id if isinstance(node, nodes.Name) else ""
