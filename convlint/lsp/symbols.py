"""The models of a file and the layers that they build, for the outline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from lsprotocol import types

from convlint.ir import nodes
from convlint.ir.walking import walk
from convlint.live.held import last_row
from convlint.live.parts import assigned_in, modules_in
from convlint.live.uses import Use, definitions
from convlint.lsp.encoding import to_range
from convlint.lsp.spots import View, view
from convlint.places import Span
from convlint.rules.wording import shape_text
from convlint.trace import FileAnalysis

if TYPE_CHECKING:
    from convlint.lsp.server import ConvlintServer


def register(server: ConvlintServer) -> None:
    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, types.DocumentSymbolOptions(label="convlint"))
    async def document_symbol(params: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
        seen = await view(server, params.text_document.uri)
        return [] if seen is None else list(_symbols(server, seen))


def _symbols(server: ConvlintServer, seen: View) -> Iterator[types.DocumentSymbol]:
    """Yield a symbol for each class in which layers are built, with one for each place that builds some."""
    module = seen.look.module
    if module is None:
        return
    built = definitions(seen.look.analysis)
    shapes = _shapes(seen.look.analysis)
    for node in walk(module.body, into_definitions=True):
        if not isinstance(node, nodes.ClassDef):
            continue
        first, last = node.span[0], last_row(node)
        inside = {span: uses for span, uses in built.items() if first < span[0] <= last}
        whole = _range(server, seen, (first, node.span[1], last, len(seen.lines[last - 1])))
        name = _range(server, seen, node.span)
        layers = [symbol for span, uses in inside.items() for symbol in _layer(server, seen, span, uses)]
        layers += _held(server, seen, node, {layer.name for layer in layers}, shapes)
        if layers and whole is not None and name is not None:
            layers.sort(key=lambda layer: (layer.range.start.line, layer.range.start.character))
            yield types.DocumentSymbol(node.name, types.SymbolKind.Class, whole, name, children=layers)


def _shapes(analysis: FileAnalysis) -> dict[int, list[str]]:
    """Return what each layer gives, by the identity of its module."""
    found: dict[int, list[str]] = {}
    for trace in analysis.models:
        for event in trace.events:
            if event.module is not None:
                found.setdefault(id(event.module), []).extend(shape_text(it.shape) for it in event.outputs[:1])
    return found


def _held(
    server: ConvlintServer, seen: View, owner: nodes.ClassDef, told: set[str], shapes: Mapping[int, list[str]]
) -> Iterator[types.DocumentSymbol]:
    """Yield what is assigned to `self` and built elsewhere: by a function, another class, or from lists."""
    held = modules_in(seen.look, owner.name)
    for name, span in assigned_in(owner):
        where = _range(server, seen, span)
        if name in held and name not in told and where is not None:
            told.add(name)
            modules = [module for _, module in held[name]]
            kinds = ", ".join(dict.fromkeys(module.kind for module in modules))
            detail = _detail(kinds, [shape for module in modules for shape in shapes.get(id(module), [])])
            yield types.DocumentSymbol(name, types.SymbolKind.Field, where, where, detail=detail)


def _layer(server: ConvlintServer, seen: View, span: Span, uses: list[Use]) -> Iterator[types.DocumentSymbol]:
    module, where = uses[0].event.module, _range(server, seen, span)
    if module is None or where is None:
        return
    detail = _detail(module.kind, [shape_text(it.shape) for use in uses for it in use.event.outputs[:1]])
    name = module.assigned or module.path or module.kind
    yield types.DocumentSymbol(name, types.SymbolKind.Field, where, where, detail=detail)


def _detail(kind: str, shapes: list[str]) -> str:
    different = list(dict.fromkeys(shapes))
    return f"{kind} → {different[0]}{' …' if len(different) > 1 else ''}" if different else kind


def _range(server: ConvlintServer, seen: View, span: Span) -> types.Range | None:
    """Return a span of the look as a range of the document, None if it is not in it any more."""
    first, last = seen.shown(span[0]), seen.shown(span[2])
    if first is None or last is None:
        return None
    return to_range((first, span[1], last, span[3]), seen.part.document.text.lines, server.encoding)
