"""Walking over the nodes of the IR."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from convlint.ir import nodes


def walk(part: Any, *, into_definitions: bool = False) -> Iterator[Any]:
    """Yield every node below a node or a tuple of them; functions and classes inside are opened only if asked."""
    stack = [part]
    while stack:
        item = stack.pop()
        if isinstance(item, tuple):
            stack.extend(item)
        elif isinstance(item, nodes.Node):
            yield item
            if into_definitions or not isinstance(item, nodes.FunctionDef | nodes.ClassDef | nodes.Lambda):
                stack.extend(getattr(item, field) for field in item.__struct_fields__ if field != "span")
