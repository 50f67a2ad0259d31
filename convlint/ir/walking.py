"""Walking over the nodes of the IR."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from convlint.ir import nodes

_DEFINITIONS = frozenset((nodes.FunctionDef, nodes.ClassDef, nodes.Lambda))
_fields: dict[type, tuple[str, ...] | None] = {}
"""The fields of each kind of node, None for what is no node: asking each value for its kind takes thrice as long."""


def _fields_of(kind: Any) -> tuple[str, ...] | None:
    return tuple(it for it in kind.__struct_fields__ if it != "span") if issubclass(kind, nodes.Node) else None


def walk(part: Any, *, into_definitions: bool = False) -> Iterator[Any]:
    """Yield every node below a node or a tuple of them; functions and classes inside are opened only if asked."""
    stack = [part]
    while stack:
        item = stack.pop()
        kind = type(item)
        if kind is tuple:
            stack.extend(item)
            continue
        if kind not in _fields:
            _fields[kind] = _fields_of(kind)
        fields = _fields[kind]
        if fields is not None:
            yield item
            if into_definitions or kind not in _DEFINITIONS:
                stack.extend([getattr(item, field) for field in fields])
