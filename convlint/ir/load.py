"""From a file's bytes to its intermediate form: decode, parse, lower, or take it from the cache.

LibCST is imported only when something has to be parsed.
"""

from __future__ import annotations

from msgspec import Struct

from convlint.ir import nodes
from convlint.ir.cache import IrCache, default_cache
from convlint.source.directives import Directives, read_directives
from convlint.source.stack import on_large_stack
from convlint.source.text import SourceText, decode


class LoadedModule(Struct, frozen=True):
    """A file that was read: its form for the interpreter, its text, and the comments that direct convlint."""

    filename: str
    module: nodes.Module
    text: SourceText
    directives: Directives


def load(data: bytes, filename: str, *, use_cache: bool = True, cache: IrCache | None = None) -> LoadedModule:
    """Load a module from its source, by way of `cache`, or the user's cache unless another is given.

    Raises SourceError for a file that cannot be decoded or parsed.
    """
    text = decode(data)
    store = (cache or default_cache()) if use_cache else None
    module = None if store is None else store.get(data)
    if module is None:
        module = lower_text(text)
        if store is not None:
            store.put(data, module)
    return LoadedModule(filename, module, text, read_directives(text))


def lower_text(text: SourceText) -> nodes.Module:
    """Parse and lower a decoded file. Raises SourceError."""
    from convlint.ir.lower import lower
    from convlint.source.depth import check_depth
    from convlint.source.parse import parse_here

    check_depth(text)
    return on_large_stack(lambda: lower(parse_here(text), text))
