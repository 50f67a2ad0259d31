"""From a file's bytes to its intermediate form: decode, parse, lower. LibCST is imported when something is parsed."""

from __future__ import annotations

from dataclasses import dataclass

from convlint.ir import nodes
from convlint.source.text import SourceText, decode


@dataclass(frozen=True, slots=True)
class LoadedModule:
    """A file that was read: its form for the interpreter and its text."""

    filename: str
    module: nodes.Module
    text: SourceText


def load(data: bytes, filename: str, *, use_cache: bool = True) -> LoadedModule:
    """Load a module from its source. Raises SourceError."""
    text = decode(data)
    return LoadedModule(filename, _lowered(text), text)


def _lowered(text: SourceText) -> nodes.Module:
    from convlint.ir.lower import lower
    from convlint.source.depth import check_depth
    from convlint.source.parse import on_large_stack, parse_here

    check_depth(text)
    return on_large_stack(lambda: lower(parse_here(text), text))


def mentions_torch(data: bytes) -> bool:
    """Tell whether a file can have to do with torch at all: only then is it worth parsing for itself."""
    return b"torch" in data
